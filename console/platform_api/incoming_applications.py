"""Pro applications as the marketplace sends them, and what of them can't be: every mistake of a request is named at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from console.platform_api.ingest_batch import Mistakes, refuse_twice
from console.records.pro_applications import OPEN, ApplicationState
from console.records.users import UserState

ERASED = (UserState.ERASING, UserState.ERASED)

Mistake = tuple[str, str]
"""Where, and what."""


@dataclass(frozen=True)
class SentApplication:
    """What is None stays as it is. `values` are the applicant's own texts (P1); `services` of a new one are there."""

    external_id: str
    person: str | None = None
    services: tuple[str, ...] | None = None
    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    submitted: datetime | None = None
    state: str | None = None


@dataclass(frozen=True)
class Known:
    """What is here already, by the marketplace's ids; and of each application what would change, told by `differs`."""

    users: Mapping[str, Row[Any]]
    applications: Mapping[str, Row[Any]]
    differing: frozenset[str] = frozenset()
    """External ids of applications that are sent otherwise than they are."""


def check(items: Sequence[SentApplication], known: Known, now: datetime) -> None:
    """Invalid names every field that can't be taken."""
    mistakes = Mistakes()
    refuse_twice(mistakes, items)
    for place, item in enumerate(items):
        row = known.applications.get(item.external_id)
        for where, what in _of_new(item, known) if row is None else _of_old(item, row, known):
            mistakes.add(place, where, what)
        if item.submitted is not None and item.submitted > now:
            mistakes.add(place, "submitted_at", "lies in the future")
    mistakes.refuse()


def _of_new(item: SentApplication, known: Known) -> Iterator[Mistake]:
    if item.person is not None:
        yield from _of_person(known.users.get(item.person))
    needed = {"person": item.person, "services": item.services, "submitted_at": item.submitted}
    yield from ((name, "is needed for a new application") for name, value in needed.items() if value is None)


def _of_person(person: Row[Any] | None) -> Iterator[Mistake]:
    if person is None:
        yield "person", "is no user here: send the user first"
    elif person.state in ERASED:
        yield "person", "was erased"


def _of_old(item: SentApplication, row: Row[Any], known: Known) -> Iterator[Mistake]:
    if item.person is not None:
        person = known.users.get(item.person)
        if person is None or person.id != row.person:
            yield "person", "can't change"
    if item.submitted not in (None, row.received):
        yield "submitted_at", "can't change"
    if item.external_id in known.differing and row.state not in OPEN:
        yield "services", f"or what the applicant wrote can't change any more: it is {row.state}"
    yield from _of_state(item.state, row.state)


def _of_state(sent: str | None, now: str) -> Iterable[Mistake]:
    """Only forward: the marketplace knows that it was submitted or withdrawn, and not how far it has come in between."""
    withdrawn = ApplicationState.WITHDRAWN
    possible = now in OPEN or now == withdrawn if sent == withdrawn else sent is None or now != withdrawn
    return () if possible else (("state", f"can't follow {now}"),)
