"""Saved views of lists and the last place: one file for each employee at each platform, on their own computer.

It holds what the platform offers to everybody (filters, orders) and numbers of records; what may stand in it is decided
in docs/decisions/0024. Two consoles may write at once: each reads, changes and replaces the file under one lock.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import platformdirs

from console.errors import PetworksError
from console.raw import Raw

VERSION = 1
MOST = 30
"""Views of one screen."""
LONGEST_NAME = 40
LARGEST = 256 * 1024
"""Bytes of the file."""
_WORD = re.compile(r"-?[a-z][a-z_-]{0,39}")
_VALUE = re.compile(r"[\x21-\x7e]{1,80}")
_NUMBER = re.compile(r"[A-Z]{1,3}-\d{1,18}")


class NotKept(PetworksError):
    """The file can't be written, or is of a newer console; `str()` says which."""

    advice = "Everything else works."


class _Damaged(ValueError):
    """It isn't what a console writes."""


@dataclass(frozen=True)
class View:
    """A filter and an order under a name; at most one a screen is what the screen `starts` with."""

    name: Raw
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = ""
    starts: bool = False


@dataclass(frozen=True)
class LastPlace:
    """Where somebody was: a screen, the number of a record on it, and what its list was filtered by, if that can be kept."""

    screen: str
    number: str = ""
    filters: Mapping[str, tuple[str, ...]] | None = None
    sort: str = ""


@dataclass(frozen=True)
class _State:
    views: Mapping[str, tuple[View, ...]] = field(default_factory=dict)
    place: LastPlace | None = None


class Views:
    """`set_aside` is where a damaged file went, the last time one was found."""

    def __init__(self, platform: str, employee: str, folder: Path | None = None) -> None:
        name = re.sub(r"[^A-Za-z0-9.-]+", "_", f"{platform}-{employee}")
        self.file = (folder or platformdirs.user_state_path("petworks")) / f"views-{name}.json"
        self.set_aside: Path | None = None

    def of(self, screen: str) -> tuple[View, ...]:
        return self._read().views.get(screen, ())

    def place(self) -> LastPlace | None:
        return self._read().place

    def start_of(self, screen: str) -> View | None:
        """What the screen starts with, if it is one of the views."""
        return next((view for view in self.of(screen) if view.starts), None)

    def save(self, screen: str, view: View) -> None:
        """Add a view, or put it in the place of the one of that name."""

        def change(views: tuple[View, ...]) -> tuple[View, ...]:
            known = [each.name for each in views]
            if view.name in known:
                return tuple(replace(view, starts=each.starts) if each.name == view.name else each for each in views)
            if len(views) >= MOST:
                raise NotKept(f"There are {MOST} views here: delete one first.")
            return (*views, view)

        self._change(screen, change)

    def rename(self, screen: str, old: Raw, new: Raw) -> None:
        """One that has the new name already is replaced."""
        self._change(
            screen,
            lambda views: tuple(
                replace(each, name=new) if each.name == old else each
                for each in views
                if each.name != new or new == old
            ),
        )

    def delete(self, screen: str, name: Raw) -> None:
        self._change(screen, lambda views: tuple(each for each in views if each.name != name))

    def start_with(self, screen: str, name: Raw | None) -> None:
        """From now on the screen starts with this one, or, with None, as it comes."""
        self._change(screen, lambda views: tuple(replace(each, starts=each.name == name) for each in views))

    def leave(self, place: LastPlace) -> None:
        """Note where somebody was."""
        self._write(lambda state: replace(state, place=place))

    # The file

    def _change(self, screen: str, change: Callable[[tuple[View, ...]], tuple[View, ...]]) -> None:
        self._write(lambda state: replace(state, views={**state.views, screen: change(state.views.get(screen, ()))}))

    def _write(self, change: Callable[[_State], _State]) -> None:
        try:
            with self._alone():
                content = json.dumps(_dump(change(self._read())), indent=1).encode("ascii")
                draft = self.file.with_suffix(".new")
                draft.unlink(missing_ok=True)
                handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
                with os.fdopen(handle, "wb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                draft.replace(self.file)
        except OSError as error:
            raise NotKept(f"{self.file} can't be written: {error.strerror}.") from None

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(self.file.with_suffix(".lock"), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _read(self) -> _State:
        """What is kept; a damaged file is set aside, so that it can be looked at, and nothing is kept then."""
        try:
            with self.file.open("rb") as file:
                content = file.read(LARGEST + 1)
            return _load(content)
        except FileNotFoundError:
            return _State()
        except OSError as error:
            raise NotKept(f"{self.file} can't be read: {error.strerror}.") from None
        except _Damaged:
            self._set_aside()
            return _State()

    def _set_aside(self) -> None:
        aside = self.file.with_suffix(".damaged")
        try:
            self.file.replace(aside)
        except FileNotFoundError:
            return  # another console has done it
        except OSError as error:
            raise NotKept(f"{self.file} is damaged, and can't be set aside: {error.strerror}.") from None
        self.set_aside = aside


def forget(platform: str, folder: Path | None = None) -> None:
    """Everybody's at a platform, as when its data are made anew: another employee may have the number then."""
    for file in (folder or platformdirs.user_state_path("petworks")).glob(f"views-{platform}-E-*"):
        file.unlink(missing_ok=True)


def _dump(state: _State) -> dict[str, Any]:
    views = {screen: [_dump_view(view) for view in found] for screen, found in state.views.items() if found}
    return {"version": VERSION, "views": views, "place": _dump_place(state.place) if state.place else None}


def _dump_view(view: View) -> dict[str, Any]:
    return {"name": view.name.typed, "filters": _dump_filters(view.filters), "sort": view.sort, "starts": view.starts}


def _dump_place(place: LastPlace) -> dict[str, Any]:
    filters = _dump_filters(place.filters) if place.filters is not None else None
    return {"screen": place.screen, "number": place.number, "filters": filters, "sort": place.sort}


def _dump_filters(filters: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    return {name: list(values) for name, values in filters.items()}


def _load(content: bytes) -> _State:
    if len(content) > LARGEST:
        raise _Damaged
    try:
        known = json.loads(content)
    except (ValueError, RecursionError):
        raise _Damaged from None
    if not isinstance(known, dict) or not isinstance(known.get("version"), int):
        raise _Damaged
    if known["version"] > VERSION:
        raise NotKept("The file of saved views is of a newer console.")
    try:
        views = {_word(screen): tuple(map(_view, _list(found))) for screen, found in known["views"].items()}
        return _State(views, _place(known["place"]) if known["place"] is not None else None)
    except (KeyError, TypeError, AttributeError):
        raise _Damaged from None


def _view(known: Mapping[str, Any]) -> View:
    name = known["name"]
    if not isinstance(name, str) or not 0 < len(name) <= LONGEST_NAME:
        raise _Damaged
    return View(Raw(name), _filters(known["filters"]), _sort(known["sort"]), known["starts"] is True)


def _place(known: Mapping[str, Any]) -> LastPlace:
    number = known["number"]
    if not isinstance(number, str) or (number and not _NUMBER.fullmatch(number)):
        raise _Damaged
    filters = _filters(known["filters"]) if known["filters"] is not None else None
    return LastPlace(_word(known["screen"]), number, filters, _sort(known["sort"]))


def _filters(known: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    return {_word(name): tuple(map(_value, _list(values))) for name, values in known.items()}


def _list(known: Any) -> list[Any]:
    if not isinstance(known, list):
        raise _Damaged
    return known


def _sort(known: Any) -> str:
    return _word(known) if known != "" else ""


def _word(known: Any) -> str:
    if not isinstance(known, str) or not _WORD.fullmatch(known):
        raise _Damaged
    return known


def _value(known: Any) -> str:
    if not isinstance(known, str) or not _VALUE.fullmatch(known):
        raise _Damaged
    return known
