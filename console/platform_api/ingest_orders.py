"""Orders from the marketplace: upserted by its own ids, each with its history, its row on the log, its timeline and the feed.

Sending the same again changes nothing. Trouble is raised once for each reason that is sent: when it has been resolved since, a repeated
request does not raise it again. The texts of a parent who is erased, or is being erased, are not stored; where the order stands still is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, Table, select
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from console.platform_api import projection
from console.platform_api.documents import Value, dump, dump_json
from console.platform_api.guard import Ask
from console.platform_api.holds import release_holds
from console.platform_api.ids import new_id
from console.platform_api.incoming_orders import PERSONAL, Incoming, Known, refuse_nonsense
from console.platform_api.ingest_batch import open_keys
from console.platform_api.order_events import add_event, events
from console.platform_api.order_work import raise_trouble
from console.platform_api.orders import ORDERS, orders
from console.platform_api.problems import InFlight
from console.platform_api.store import log
from console.platform_api.tables import FieldChange, OrderRow, UserRow, table
from console.platform_api.transaction import Transaction
from console.platform_api.vault import OwnerKey
from console.records.orders import OrderState
from console.records.record import SEALED, Category

_users = table(UserRow)


@dataclass
class _Outcome:
    """What became of one of them, and its part of the transaction. `changed`: personal fields, before and after."""

    item: Incoming
    work: Transaction
    id: str
    parent: str
    key: OwnerKey | None
    version: int = 1
    outcome: str = "unchanged"
    fields: list[str] = field(default_factory=list)
    changed: dict[str, tuple[str | None, str | None]] = field(default_factory=dict, repr=False)


def ingest_orders(ask: Ask, items: Sequence[Incoming]) -> list[dict[str, Any]]:
    """The results in the order of the items."""
    try:
        with ask.platform.database.writing() as session:
            return _Batch(ask, session, items).write()
    except IntegrityError:
        raise InFlight("Another request is sending the same orders; send this one again.", retry_after=1) from None


class _Batch:
    """One request's orders on their way."""

    def __init__(self, ask: Ask, session: Session, items: Sequence[Incoming]) -> None:
        self.ask, self.session, self.items = ask, session, items
        connection = session.connection()
        rows = _by_external_id(connection, orders, [item.external_id for item in items], lock=True)
        people = [name for item in items for name in (item.parent, item.pro) if name is not None]
        self.known = Known(_by_external_id(connection, _users, people), rows)
        refuse_nonsense(items, self.known, ask.now)
        self.keys = open_keys(ask.platform, connection, [self._parent(item) for item in items])

    def _parent(self, item: Incoming) -> str:
        row = self.known.orders.get(item.external_id)
        return str(row.parent if row is not None else self.known.users[item.parent or ""].id)

    def write(self) -> list[dict[str, Any]]:
        outcomes = [self._one(item) for item in self.items]
        for outcome in outcomes:
            self._go_on(outcome)
        self._record([outcome for outcome in outcomes if outcome.outcome != "unchanged"])
        ids = [outcome.id for outcome in outcomes]
        rows = {row.id: row for row in self._execute(select(orders).where(orders.c.id.in_(ids)))}
        return [_answer(outcome, rows[outcome.id]) for outcome in outcomes]

    def _execute(self, statement: Any) -> Any:
        return self.session.connection().execute(statement)

    # One order

    def _one(self, item: Incoming) -> _Outcome:
        row, parent = self.known.orders.get(item.external_id), self._parent(item)
        work = Transaction(
            self.ask.platform, self.session, self.ask.now, self.ask.actor.id, self.ask.actor.role, self.ask.case
        )
        found = _Outcome(item, work, new_id() if row is None else row.id, parent, self.keys.get(parent))
        if row is None:
            self._create(found)
        else:
            self._update(found, row)
        return found

    def _create(self, found: _Outcome) -> None:
        item = found.item
        people = {name: self.known.users[getattr(item, name)].id for name in ("parent", "pro")}
        found.changed = {name: (None, value) for name, value in item.values.items()}
        columns = {**item.plain, **people, **_sealed(found, {})}
        self.session.add(OrderRow(id=found.id, external_id=item.external_id, **columns))
        self.session.flush()
        found.outcome, found.fields = "created", sorted({*item.plain, *people, *item.values})
        found.work.created("orders", found.id)
        add_event(found.work, found.id, "placed", at=item.plain["placed"])
        self._tell_state(found, item.plain.get("state", OrderState.PLACED), OrderState.PLACED)

    def _update(self, found: _Outcome, row: Row[Any]) -> None:
        item, key = found.item, found.key
        before = _stored(row, key)
        news = {name: value for name, value in item.values.items() if key is not None and _differs(before, name, value)}
        found.changed = {name: (before[name].value if name in before else None, value) for name, value in news.items()}
        plain = {name: value for name, value in item.plain.items() if getattr(row, name) != value}
        found.version, found.fields = row.version, sorted({*plain, *news})
        if not found.fields:
            return
        found.outcome = "updated"
        found.work.change("orders", orders, row, **plain, **_sealed(found, before))
        found.version = row.version + 1
        self._tell_state(found, plain.get("state", row.state), row.state)
        self.session.add(self._field_change(found))

    def _tell_state(self, found: _Outcome, state: str, before: str) -> None:
        if state == before:
            return
        add_event(found.work, found.id, str(state))
        if state == OrderState.CANCELLED:
            release_holds(found.work, found.id)

    def _go_on(self, found: _Outcome) -> None:
        """Trouble comes last, when the order itself stands as it was sent."""
        reason = found.item.trouble
        if reason is None or self._was_raised(found.id, reason):
            return
        row = found.work.lock(orders, found.id)
        if row is None or row.trouble:
            return
        raise_trouble(found.work, row, reason)
        found.outcome = "updated" if found.outcome == "unchanged" else found.outcome
        found.fields = sorted({*found.fields, "trouble"})

    def _was_raised(self, order: str, reason: str) -> bool:
        mine = events.c.order_id == order, events.c.kind == "trouble", events.c.employee == self.ask.actor.id
        return self._execute(select(events.c.id).where(*mine, events.c.reason == reason)).first() is not None

    # What it leaves behind

    def _record(self, outcomes: Sequence[_Outcome]) -> None:
        """The log's rows in one go, with the chain's lock taken last, and the feed."""
        if not outcomes:
            log(self.session, [self.ask.entry(details={"count": len(self.items), "changed": 0})])
            return
        entries = [
            self.ask.entry(record=found.id, fields=tuple(sorted(found.changed)), details={"outcome": found.outcome})
            for found in outcomes
        ]
        for seq, found in zip(log(self.session, entries), outcomes, strict=True):
            found.work.tell(seq)

    def _field_change(self, found: _Outcome) -> FieldChange:
        sealed = None
        if found.changed and found.key is not None:
            sealed = found.key.seal("orders", found.id, "change", dump_json(found.changed))
        sources = {str(found.item.sources[name]) for name in found.changed}
        return FieldChange(
            id=new_id(), resource="orders", record=found.id, version=found.version, at=self.ask.now, employee=self.ask.actor.id,
            role=self.ask.actor.role, fields=found.fields, source="+".join(sorted(sources)) or None, owner=found.parent,
            sealed_change=sealed,
        )  # fmt: skip


def _answer(found: _Outcome, row: Row[Any]) -> dict[str, Any]:
    result = {"external_id": row.external_id, "id": row.id, "number": ORDERS.name_of(row), "version": row.version}
    return {**result, "outcome": found.outcome}


def _by_external_id(
    connection: Connection, found_in: Table, names: Iterable[str], *, lock: bool = False
) -> dict[str, Row[Any]]:
    """External id → row. Locked in the order of their numbers, so that two requests never wait for each other."""
    wanted = sorted(set(names))
    statement = select(found_in).where(found_in.c.external_id.in_(wanted)).order_by(found_in.c.number)
    return {row.external_id: row for row in connection.execute(statement.with_for_update() if lock else statement)}


def _stored(row: Row[Any], key: OwnerKey | None) -> dict[str, Value]:
    documents = (projection.open_document(ORDERS, row, kind, key) for kind in SEALED)
    return {name: value for document in documents for name, value in document.items()}


def _differs(before: Mapping[str, Value], name: str, value: str) -> bool:
    return name not in before or before[name].value != value


def _sealed(found: _Outcome, before: Mapping[str, Value]) -> dict[str, bytes]:
    """The categories with something new, whole; a value that stays keeps its source and time. Nothing without a key."""
    if found.key is None:
        return {}
    made: dict[str, bytes] = {}
    for kind in {PERSONAL[name] for name in found.changed}:
        document = {name: value for name, value in before.items() if PERSONAL[name] is kind}
        document |= {
            name: Value(str(value), found.item.sources[name], found.work.now)
            for name, (_, value) in found.changed.items()
            if PERSONAL[name] is kind
        }
        made[_column(kind)] = found.key.seal("orders", found.id, str(kind), dump(document))
    return made


def _column(kind: Category) -> str:
    return f"sealed_{kind}"
