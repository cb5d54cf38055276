"""Privacy requests from the marketplace's own form, by its ids: in the asker's words, and with its clock running since they sent it.

An opt-out of somebody known works at once (P6). Sending the same again changes nothing; what was asked can't change any more, only
be withdrawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Row

from console.platform_api import privacy_hinders
from console.platform_api.cases import solve_case
from console.platform_api.documents import dump_json
from console.platform_api.guard import Ask
from console.platform_api.ids import new_id
from console.platform_api.ingest_batch import (
    Mistakes,
    Outcome,
    answers,
    by_external_id,
    finish,
    ingesting,
    refuse_twice,
)
from console.platform_api.privacy_clocks import purged_through
from console.platform_api.privacy_intake import Asked, take_in
from console.platform_api.privacy_opt_out import GONE, users
from console.platform_api.privacy_requests import REQUESTS, requests
from console.platform_api.projection import open_document
from console.platform_api.tables import FieldChange
from console.platform_api.transaction import Transaction
from console.records.privacy_requests import PREFIX, RESOURCE, TRANSITIONS, RequestState
from console.records.record import Category
from console.records.users import Source

Mistake = tuple[str, str]
"""Where, and what."""

FIXED = ("kind", "channel", "received", "signed_in", "agent", "about_privacy", "topics")
WRITTEN = {"asker": Category.CONTACT, "reply_to": Category.CONTACT, "words": Category.THREAD}


@dataclass(frozen=True)
class SentRequest:
    """`asked` has all but the person, who goes by the marketplace's id. Whom a request is about is found out here from then on."""

    external_id: str
    asked: Asked
    person: str | None = None
    withdrawn: bool = False


def ingest_requests(ask: Ask, items: Sequence[SentRequest]) -> list[dict[str, Any]]:
    """The results in the order of the items."""
    with ingesting(ask) as work:
        rows = by_external_id(work.connection, requests, [item.external_id for item in items], lock=True)
        people = by_external_id(work.connection, users, [item.person for item in items])
        _check(ask, work, items, rows, people)
        outcomes = [_taken(work, item, rows.get(item.external_id), people) for item in items]
        finish(ask, work, outcomes)
        return answers(work.connection, requests, PREFIX, outcomes)


def _taken(work: Transaction, item: SentRequest, row: Row[Any] | None, people: Mapping[str, Row[Any]]) -> Outcome:
    if row is None:
        return _created(work, item, people)
    person = row.person or ""
    if not item.withdrawn or row.state == RequestState.WITHDRAWN:
        return Outcome(item.external_id, row.id, "unchanged", person)
    _withdraw(work, row)
    return Outcome(item.external_id, row.id, "updated", person, ("state",))


def _created(work: Transaction, item: SentRequest, people: Mapping[str, Row[Any]]) -> Outcome:
    person = str(people[item.person].id) if item.person is not None else None
    row = take_in(work, replace(item.asked, person=person), Source.SELF)
    work.created(RESOURCE, row.id)
    return Outcome(item.external_id, row.id, "created", row.person or "", ("kind", *_texts(item.asked)))


def _texts(asked: Asked) -> list[str]:
    return [name for name in WRITTEN if getattr(asked, name)]


def _withdraw(work: Transaction, row: Row[Any]) -> None:
    """As the asker wants it; its case ends with it."""
    withdrawn = str(RequestState.WITHDRAWN)
    work.change(RESOURCE, requests, row, state=withdrawn, decided=work.now, reason="asker_asked")
    key = work.platform.vault.keys_of([row.id]).get(row.id)
    changed = dump_json({"state": (row.state, withdrawn)})
    work.session.add(
        FieldChange(
            id=new_id(), resource=RESOURCE, record=row.id, version=row.version + 1, at=work.now, employee=str(work.employee),
            role=str(work.role), fields=["state"], source=str(Source.SELF), owner=row.id,
            sealed_change=key.seal(RESOURCE, row.id, "change", changed) if key is not None else None,
        )
    )  # fmt: skip
    if row.ticket is not None:
        solve_case(work, row.ticket)


# What can't be


def _check(
    ask: Ask,
    work: Transaction,
    items: Sequence[SentRequest],
    rows: Mapping[str, Row[Any]],
    people: Mapping[str, Row[Any]],
) -> None:
    """Invalid names every mistake of the request."""
    mistakes = Mistakes()
    refuse_twice(mistakes, items)
    for place, item in enumerate(items):
        row = rows.get(item.external_id)
        found = _of_new(ask, item, people.get(item.person or "")) if row is None else _of_old(ask, work, item, row)
        for where, what in found:
            mistakes.add(place, where, what)
    mistakes.refuse()


def _of_new(ask: Ask, item: SentRequest, person: Row[Any] | None) -> Iterator[Mistake]:
    if item.asked.received > ask.now:
        yield "received_at", "lies in the future"
    if item.asked.received <= purged_through(ask.now):
        yield "received_at", "is so long ago that its record is purged"
    if item.withdrawn:
        yield "state", "of a new request is received: one that was withdrawn before needn't be sent"
    if item.person is not None and person is None:
        yield "person", "is no user here: send the user first"
    elif person is not None and person.state in GONE:
        yield "person", "was erased"


def _of_old(ask: Ask, work: Transaction, item: SentRequest, row: Row[Any]) -> Iterator[Mistake]:
    for name in FIXED:
        sent, stored = getattr(item.asked, name), getattr(row, name)
        if (list(sent) if isinstance(sent, tuple) else sent) != stored:
            yield "received_at" if name == "received" else name, "can't change"
    yield from ((name, "can't change") for name in _rewritten(work, item, row))
    if item.withdrawn and row.state != RequestState.WITHDRAWN:
        yield from _of_withdrawal(ask, work, row)


def _of_withdrawal(ask: Ask, work: Transaction, row: Row[Any]) -> Iterator[Mistake]:
    if row.state not in TRANSITIONS["withdraw"].sources:
        yield "state", f"can't follow {row.state}"
    elif because := privacy_hinders.hinders(ask, work.connection, row, "withdraw"):
        yield "state", because


def _rewritten(work: Transaction, item: SentRequest, row: Row[Any]) -> Iterator[str]:
    key = work.platform.vault.keys_of([row.id]).get(row.id)
    for name, category in WRITTEN.items():
        stored = open_document(REQUESTS, row, category, key).get(name)
        if (stored.value if stored is not None else None) != getattr(item.asked, name):
            yield name
