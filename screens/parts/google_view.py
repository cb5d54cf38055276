"""What the list and the detail show of who asked for values from Google, on which ground, and what a second person said."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from textual.content import Content

from console.records.google_access import GoogleAccess
from console.text import ago, block, exact, line
from screens.parts.detail import Section
from screens.parts.money_view import Beside, labelled, word
from screens.parts.record_table import Column

STATES: Mapping[str, str] = {"asked": "to allow"}
"""State → its words, where they are others."""


def columns(clock: Callable[[], datetime]) -> Sequence[Column]:
    """However narrow it gets, it says of whom and how it stands."""

    def when(access: GoogleAccess) -> Content:
        return Content(ago(access.asked, clock()) if access.asked else "")

    return [
        Column("Number", 8, lambda access: line(access.number), sort="number"),
        Column("State", 9, lambda access: Content(state(access.state))),
        Column("Of", None, lambda access: line(access.person or "–"), narrowest=9),
        Column("Ground", 9, lambda access: line(word(access.ground)), priority=2),
        Column("Asked by", 8, lambda access: line(access.asked_by or "–"), priority=1),
        Column("For", 7, lambda access: line(access.case or "–"), priority=3),
        Column("Asked", 11, when, "right", priority=4),
    ]


def state(name: str) -> str:
    return STATES.get(name) or word(name)


def heading(access: GoogleAccess, now: datetime) -> Content:
    title = Content.assemble((line(access.number).plain, "bold"), "  ", ("Values from Google", "bold"))
    return Content.assemble(title, "\n", (f"{state(access.state)}{_holds(access, now)}", "dim"))


def _holds(access: GoogleAccess, now: datetime) -> str:
    if access.until is None:
        return ""
    return f", until {exact(access.until)}" if access.until > now else ", its day is over"


def sections(access: GoogleAccess, grounds: Mapping[str, str]) -> Sequence[Section]:
    may = (("allow", "a allow"), ("refuse", "d refuse"), ("withdraw", "w withdraw"))
    keys = [said for name, said in may if access.find_action(name).allowed]
    evidence = [block(access.evidence)] if access.evidence else [Content("not shown to your role").stylize("dim")]
    return [
        Section("Asked", hint=" · ".join(keys), beside=tuple(_asked(access, grounds))),
        Section("What it stands on", text=evidence),
        *([Section("Decided", beside=tuple(_decided(access)))] if access.decided else []),
    ]


def _asked(access: GoogleAccess, grounds: Mapping[str, str]) -> Iterator[Beside]:
    yield labelled("Of", line(access.person or "–"))
    yield labelled("Ground", grounds.get(access.ground) or line(access.ground))
    yield labelled("By", line(access.asked_by or "–"))
    yield labelled("For", line(access.case or "–"))
    if access.asked:
        yield labelled("When", exact(access.asked))


def _decided(access: GoogleAccess) -> Iterator[Beside]:
    yield labelled("State", state(access.state))
    yield labelled("By", line(access.decided_by or "–"))
    if access.decided:
        yield labelled("When", exact(access.decided))
    if access.until:
        yield labelled("Until", exact(access.until))
