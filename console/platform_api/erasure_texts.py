"""What others wrote that names the person: found among what hangs on them, and redacted under the writer's own key.

It belongs to whom it describes or who wrote it, so it stays theirs, without the person's name in it. What may not change stays as it
is, with its basis: the history of records, which is only added to, and whatever a legal hold keeps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, and_, select, update

from console.platform_api.documents import dump_json, load_json
from console.platform_api.erasure_names import Names
from console.platform_api.erasure_parts import orders_of, tickets_of
from console.platform_api.masks import HIDDEN
from console.platform_api.order_items import ITEMS
from console.platform_api.reconciliations import note_place
from console.platform_api.tables import (
    FieldChange,
    LegalHoldRow,
    MailRow,
    OrderEvent,
    OrderRow,
    PaymentRow,
    RefundRow,
    ReportLineRow,
    TicketMessage,
    TicketRow,
    table,
)
from console.platform_api.vault import Vault

AT_ONCE = 500
"""Texts that are opened at a time."""

_changes, _holds, _events, _orders = table(FieldChange), table(LegalHoldRow), table(OrderEvent), table(OrderRow)
_lines, _messages, _tickets, _mails = table(ReportLineRow), table(TicketMessage), table(TicketRow), table(MailRow)
_payments, _refunds = table(PaymentRow), table(RefundRow)

CHANGE, NOTE = "change", "note"


@dataclass(frozen=True)
class Texts:
    """One kind of sealed texts that others own. `key`: the columns that name a row; `walk`: the one that they are gone through along."""

    what: str
    table: Table
    key: tuple[str, ...]
    owner: str
    resource: str
    category: str
    about: Callable[[str], ColumnElement[bool]]
    """Of which rows a person may be named in."""
    changeable: bool = True
    walk: str = "id"

    @property
    def column(self) -> str:
        return f"sealed_{self.category}"

    def key_of(self, row: Row[Any]) -> list[Any]:
        return [getattr(row, name) for name in self.key]

    def place(self, row: Row[Any]) -> tuple[str, str, str]:
        if self.category == CHANGE:
            return row.resource, row.record, CHANGE
        return note_place(row) if self.category == NOTE else (self.resource, str(row.id), self.category)


def _cases(person: str) -> ColumnElement[bool]:
    """But those of privacy requests: they are the record of the request, and go with it."""
    return and_(tickets_of(person), _tickets.c.about != "privacy")


def _in_cases(column: Any) -> Callable[[str], ColumnElement[bool]]:
    return lambda person: column.in_(select(_tickets.c.id).where(_cases(person)))


def _as_pro(person: str) -> ColumnElement[bool]:
    return _orders.c.pro == person


def _refunds_of(person: str) -> ColumnElement[bool]:
    return _refunds.c.order_id.in_(orders_of(person))


def _lines_of(person: str) -> ColumnElement[bool]:
    return _lines.c.payment.in_(select(_payments.c.id).where(_payments.c.payer == person))


def _history_of(person: str) -> ColumnElement[bool]:
    return and_(_changes.c.resource == "orders", _changes.c.record.in_(select(_orders.c.id).where(_as_pro(person))))


KINDS: Sequence[Texts] = (
    Texts("tickets", _tickets, ("id",), "owner", "tickets", "thread", _cases),
    Texts("messages", _messages, ("id",), "owner", "ticket_messages", "thread", _in_cases(_messages.c.ticket)),
    Texts("mail", _mails, ("id",), "person", "mail", "thread", _in_cases(_mails.c.ticket)),
    Texts("orders", _orders, ("id",), "parent", "orders", "service", _as_pro, walk="number"),
    Texts("order_places", _orders, ("id",), "parent", "orders", "address", _as_pro, walk="number"),
    Texts("order_notes", _events, ("id",), "owner", "order_events", "service", lambda who: _events.c.order_id.in_(orders_of(who))),
    Texts("refund_notes", _refunds, ("id",), "payer", "refunds", "service", _refunds_of),
    Texts("report_notes", _lines, ("reconciliation", "line"), "owner", "report_lines", NOTE, _lines_of, walk="reconciliation"),
    Texts("history", _changes, ("id",), "owner", "orders", CHANGE, _history_of, changeable=False),
)  # fmt: skip


@dataclass(frozen=True)
class Found:
    """A text that names the person, and how it reads without."""

    row: Row[Any]
    sealed: bytes
    held: bool


@dataclass(frozen=True)
class Looked:
    """What a batch came to. `last`: where to go on, None when there is nothing more."""

    found: Sequence[Found]
    last: str | None


def look(connection: Connection, vault: Vault, kind: Texts, person: str, names: Names, after: str | None) -> Looked:
    """The next batch of texts of others."""
    rows = _rows(connection, kind, person, after)
    owners = {str(getattr(row, kind.owner)) for row in rows}
    keys, held = vault.keys_of(owners), _held(connection, owners)
    found = []
    for row in rows:
        owner = str(getattr(row, kind.owner))
        if owner not in keys:
            continue
        place, sealed = kind.place(row), bytes(getattr(row, kind.column))
        before = keys[owner].open(*place, sealed)
        now = _without(before, names, both=kind.category == CHANGE)
        if now is not None:
            found.append(Found(row, keys[owner].seal(*place, now), owner in held))
    return Looked(found, str(getattr(rows[-1], kind.walk)) if len(rows) >= AT_ONCE else None)


def _rows(connection: Connection, kind: Texts, person: str, after: str | None) -> Sequence[Row[Any]]:
    """In the order of the walk; the lines of reports, of which a person has few, all together."""
    first, owner = kind.table.c[kind.walk], kind.table.c[kind.owner]
    others = owner.is_not(None), owner != person, kind.table.c[kind.column].is_not(None), kind.about(person)
    beyond = [] if after is None else [first > (int(after) if kind.walk == "number" else after)]
    names = dict.fromkeys(
        (*kind.key, kind.walk, kind.owner, kind.column, *(("resource", "record") if kind.category == CHANGE else ()))
    )
    wanted = select(*(kind.table.c[name] for name in names)).where(*others, *beyond).order_by(first)
    return connection.execute(wanted.limit(AT_ONCE) if len(kind.key) == 1 else wanted).all()


def _held(connection: Connection, owners: set[str]) -> set[str]:
    """Of these, those of whom nothing may change for now."""
    wanted = _holds.c.person.in_(sorted(owners)), _holds.c.lifted.is_(None)
    return set(connection.execute(select(_holds.c.person).where(*wanted)).scalars()) if owners else set()


def _without(document: bytes, names: Names, *, both: bool) -> bytes | None:
    """The document without the person; None when they aren't in it. Its sources and times stay."""
    content: Mapping[str, list[Any]] = load_json(document)
    places = (0, 1) if both else (0,)
    made = {name: _redacted(value, names, places) if name != ITEMS else value for name, value in content.items()}
    return dump_json(made) if made != content else None


def _redacted(value: list[Any], names: Names, places: tuple[int, ...]) -> list[Any]:
    return [names.redacted(it) if at in places and isinstance(it, str) else it for at, it in enumerate(value)]


def all_of(connection: Connection, vault: Vault, kind: Texts, person: str, names: Names) -> Iterator[Found]:
    after: str | None = None
    while True:
        looked = look(connection, vault, kind, person, names, after)
        yield from looked.found
        if looked.last is None:
            return
        after = looked.last


def write(connection: Connection, kind: Texts, row: Row[Any], sealed: bytes) -> None:
    mine = [kind.table.c[name] == getattr(row, name) for name in kind.key]
    connection.execute(update(kind.table).where(*mine).values({kind.column: sealed}))


def hide(connection: Connection, vault: Vault, kind: Texts, keys: Sequence[Sequence[Any]]) -> None:
    """All of these texts, where nobody can tell any more what in them is the person's."""
    for at in keys:
        mine = [kind.table.c[name] == value for name, value in zip(kind.key, at, strict=True)]
        row = connection.execute(select(kind.table).where(*mine)).first()
        owner = str(getattr(row, kind.owner)) if row is not None else ""
        key = vault.keys_of([owner]).get(owner) if owner else None
        if row is None or key is None or getattr(row, kind.column) is None:
            continue
        content: Mapping[str, list[Any]] = load_json(key.open(*kind.place(row), bytes(getattr(row, kind.column))))
        made = {name: [HIDDEN, *value[1:]] if name != ITEMS else value for name, value in content.items()}
        write(connection, kind, row, key.seal(*kind.place(row), dump_json(made)))
