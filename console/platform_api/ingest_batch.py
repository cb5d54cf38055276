"""What all that the marketplace sends has in common: found by its own ids, answered one by one, on the log one by one. Of whom is being
erased, or was, no value is stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlalchemy import Connection, Row, Table, select
from sqlalchemy.exc import IntegrityError

from console.platform_api.documents import Value, dump, load
from console.platform_api.guard import Ask
from console.platform_api.platform import Platform
from console.platform_api.privacy_opt_out import GONE
from console.platform_api.problems import InFlight, Invalid
from console.platform_api.store import log
from console.platform_api.tables import UserRow, table
from console.platform_api.transaction import Transaction
from console.platform_api.vault import OwnerKey
from console.records.users import Source

_users = table(UserRow)


class Sent(Protocol):
    @property
    def external_id(self) -> str: ...


@dataclass
class Outcome:
    """What became of one item: created, updated, unchanged. `person` is empty where nobody is found; `fields` names what is new.

    `id` is empty where nothing of it is here: it went, or never came, and is as the marketplace wants it."""

    external_id: str
    id: str
    outcome: str
    person: str
    fields: tuple[str, ...] = ()


@dataclass
class Mistakes:
    """What is wrong with a request, gathered so that one answer names all of it. Nothing is stored then."""

    errors: list[dict[str, str]] = field(default_factory=list)

    def add(self, place: int, where: str, what: str) -> None:
        self.errors.append({"where": f"items.{place}.{where}", "what": what})

    def refuse(self) -> None:
        if self.errors:
            raise Invalid("Nothing was stored: look at errors.", errors=self.errors)


def refuse_twice(mistakes: Mistakes, items: Sequence[Sent]) -> None:
    seen: set[str] = set()
    for place, item in enumerate(items):
        if item.external_id in seen:
            mistakes.add(place, "external_id", "stands twice in this request")
        seen.add(item.external_id)


@contextmanager
def ingesting(ask: Ask) -> Iterator[Transaction]:
    """One transaction for the request; another one that sends the same at the same moment is asked to come again."""
    try:
        with ask.platform.database.writing() as session:
            yield Transaction(ask.platform, session, ask.now, ask.actor.id, ask.actor.role)
    except IntegrityError:
        raise InFlight("Another request is sending the same; send this one again.", retry_after=1) from None


def by_external_id(
    connection: Connection, found_in: Table, named: Sequence[str | None], *, lock: bool = False
) -> dict[str, Row[Any]]:
    """External id → row; locked in the order of numbers, so that two requests never wait for each other."""
    wanted = sorted({name for name in named if name is not None})
    order = found_in.c.number if "number" in found_in.c else found_in.c.id
    statement = select(found_in).where(found_in.c.external_id.in_(wanted)).order_by(order)
    rows = connection.execute(statement.with_for_update() if lock else statement)
    return {row.external_id: row for row in rows}


def open_keys(platform: Platform, connection: Connection, persons: Iterable[str | None]) -> Mapping[str, OwnerKey]:
    """The keys under which what is sent may be stored: of nobody who is erased, or is being erased, whose key may be there still.

    Until the end of the transaction none of these persons can be: an erasure that is approved waits for it, and clears what it stored.
    """
    wanted = sorted({person for person in persons if person is not None})
    there = select(_users.c.id).where(_users.c.id.in_(wanted), _users.c.state.not_in(GONE)).order_by(_users.c.number)
    return platform.vault.keys_of(connection.execute(there.with_for_update(read=True)).scalars().all())


def seal_new(
    work: Transaction,
    key: OwnerKey | None,
    place: tuple[str, str],
    values: Mapping[str, str | None],
    before: bytes | None = None,
    category: str = "instrument",
) -> bytes | None:
    """The category's document with what is new in it; None when nothing is, or when nothing of the owner is stored. `place`: resource, id."""
    fresh = {name: value for name, value in values.items() if value is not None}
    if key is None or not fresh:
        return None
    known = load(key.open(*place, category, before)) if before is not None else {}
    news = {name: value for name, value in fresh.items() if name not in known or known[name].value != value}
    if not news:
        return None
    return key.seal(*place, category, dump({**known, **{n: Value(v, Source.SELF, work.now) for n, v in news.items()}}))


def finish(ask: Ask, work: Transaction, outcomes: Sequence[Outcome]) -> None:
    """A row on the log for each that changed, the chain's lock taken last; then the feed."""
    changed = [outcome for outcome in outcomes if outcome.outcome != "unchanged"]
    if not changed:
        log(work.session, [ask.entry(details={"count": len(outcomes), "changed": 0})])
        return
    pseudonyms = work.platform.vault.pseudonyms([outcome.person for outcome in changed if outcome.person])
    entries = [
        ask.entry(
            subject=pseudonyms.get(outcome.person), record=outcome.id, fields=outcome.fields, details={"outcome": outcome.outcome}
        )
        for outcome in changed
    ]  # fmt: skip
    work.tell(log(work.session, [*work.entries, *entries])[-1])


def answers(
    connection: Connection, found_in: Table, prefix: str | None, outcomes: Sequence[Outcome]
) -> list[dict[str, Any]]:
    """The results in the order of the items; `prefix` None: they have no number of their own."""
    here = [outcome.id for outcome in outcomes if outcome.id]
    rows = {row.id: row for row in connection.execute(select(found_in).where(found_in.c.id.in_(here)))}
    return [
        {
            "external_id": outcome.external_id,
            **(_named(rows, outcome.id, prefix) if outcome.id else {}),
            "outcome": outcome.outcome,
        }
        for outcome in outcomes
    ]


def _named(rows: Mapping[str, Row[Any]], record: str, prefix: str | None) -> dict[str, Any]:
    return {
        "id": record,
        **({"number": f"{prefix}-{rows[record].number}", "version": rows[record].version} if prefix else {}),
    }
