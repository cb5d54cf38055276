"""What others wrote that names the person: found, and redacted under the writer's own key.

Looked through is what hangs on the person, whatever hangs on nobody (tickets that are linked to no one), and every reason on the log.
It belongs to whom it describes or who wrote it, so it stays theirs, without the person's name in it. A reason can't be changed, as the
log's chain holds its salted hash: it goes whole, and its salt with it, so that the hash tells nothing. What may not change stays as it
is, with its basis: the history of records, which is only added to, and whatever a legal hold keeps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, exists, select, update

from console.platform_api.audit import REMOVED
from console.platform_api.documents import dump_json, load_json
from console.platform_api.erasure_names import Names
from console.platform_api.erasure_parts import linked_to, orders_of
from console.platform_api.masks import HIDDEN
from console.platform_api.order_items import ITEMS
from console.platform_api.reconciliations import note_place
from console.platform_api.tables import (
    AuditEntry,
    AuditReason,
    FieldChange,
    LegalHoldRow,
    MailRow,
    OrderEvent,
    OrderRow,
    PaymentRow,
    PrivacyRequestRow,
    RefundRow,
    ReportLineRow,
    TicketLink,
    TicketMessage,
    TicketRow,
    table,
)
from console.platform_api.vault import OwnerKey, Vault, VaultError

AT_ONCE = 1_000
"""Of what texts hang on (orders, tickets): so many are looked through at a time."""

_changes, _holds, _events, _orders = table(FieldChange), table(LegalHoldRow), table(OrderEvent), table(OrderRow)
_lines, _messages, _tickets, _mails = table(ReportLineRow), table(TicketMessage), table(TicketRow), table(MailRow)
_payments, _refunds, _links = table(PaymentRow), table(RefundRow), table(TicketLink)
_audit, _reasons, _requests = table(AuditEntry), table(AuditReason), table(PrivacyRequestRow)

CHANGE, NOTE, REASON = "change", "note", "reason"

Bearers = Callable[[str], Any]


@dataclass(frozen=True)
class Texts:
    """One kind of sealed texts that others own, and what they hang on. `key`: the columns that name a row; `hangs`: the one that leads
    to what it hangs on."""

    what: str
    table: Table
    key: tuple[str, ...]
    owner: str
    resource: str
    category: str
    hangs: str
    on: Bearers
    """A query for the ids of what may bear texts that name a person."""
    changeable: bool = True

    @property
    def column(self) -> str:
        return f"sealed_{self.category}"

    def key_of(self, row: Row[Any]) -> list[Any]:
        return [getattr(row, name) for name in self.key]

    def place(self, row: Row[Any]) -> tuple[str, str, str]:
        if self.category == CHANGE:
            return row.resource, row.record, CHANGE
        if self.category == REASON:  # one about a person has their pseudonym on the log, and no record
            return row.resource, row.record or row.owner, REASON
        return note_place(row) if self.category == NOTE else (self.resource, str(row.id), self.category)


def _cases(person: str) -> Any:
    """But those of privacy requests: they are the record of the request, and go with it."""
    return select(_tickets.c.id).where(_tickets.c.id.in_(linked_to(person)), _tickets.c.about != "privacy")


def _loose(_: str) -> Any:
    """Tickets of which nobody has said whom they are about."""
    mine = _links.c.ticket == _tickets.c.id, _links.c.resource.in_(("users", "orders"))
    return select(_tickets.c.id).where(~exists().where(*mine), _tickets.c.about != "privacy")


def _as_pro(person: str) -> Any:
    return select(_orders.c.id).where(_orders.c.pro == person)


def _paid_by(person: str) -> Any:
    return select(_payments.c.id).where(_payments.c.payer == person)


def _others_reasons(person: str) -> Any:
    """But those of the person's own requests: they are the record of these."""
    theirs = select(_requests.c.id).where(_requests.c.person == person)
    others = _reasons.c.owner != person, _reasons.c.owner.not_in(theirs), _reasons.c.sealed_reason != REMOVED
    return select(_reasons.c.seq).where(*others)


def _ticket_texts(prefix: str, of: Bearers) -> tuple[Texts, ...]:
    return (
        Texts(f"{prefix}tickets", _tickets, ("id",), "owner", "tickets", "thread", "id", of),
        Texts(f"{prefix}messages", _messages, ("id",), "owner", "ticket_messages", "thread", "ticket", of),
        Texts(f"{prefix}mail", _mails, ("id",), "person", "mail", "thread", "ticket", of),
    )


KINDS: Sequence[Texts] = (
    *_ticket_texts("", _cases),
    *_ticket_texts("loose_", _loose),
    Texts("orders", _orders, ("id",), "parent", "orders", "service", "id", _as_pro),
    Texts("order_places", _orders, ("id",), "parent", "orders", "address", "id", _as_pro),
    Texts("order_notes", _events, ("id",), "owner", "order_events", "service", "order_id", orders_of),
    Texts("refund_notes", _refunds, ("id",), "payer", "refunds", "service", "order_id", orders_of),
    Texts("report_notes", _lines, ("reconciliation", "line"), "owner", "report_lines", NOTE, "payment", _paid_by),
    Texts("reasons", _reasons, ("seq",), "owner", "audit", REASON, "seq", _others_reasons),
    Texts("history", _changes, ("id",), "owner", "orders", CHANGE, "record", _as_pro, changeable=False),
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


Seen = dict[tuple[Any, ...], tuple[bytes, bytes | None]]
"""Where a text lies → the end of it as it is sealed, which no other has, and how it reads without the person."""


def look(connection: Connection, vault: Vault, kind: Texts, person: str, names: Names, after: str | None) -> Looked:
    """The next batch of texts of others."""
    bearers = connection.execute(_bearers(kind, person, after).limit(AT_ONCE)).scalars().all()
    found = _look_at(connection, vault, kind, person, names, bearers, None)
    return Looked(found, str(bearers[-1]) if len(bearers) >= AT_ONCE else None)


def all_of(
    connection: Connection, vault: Vault, kind: Texts, person: str, names: Names, seen: Seen | None = None
) -> Iterator[Found]:
    """What was `seen` before, and hasn't changed, is not opened again. What they hang on is asked for once: it isn't walked along an index."""
    bearers = connection.execute(_bearers(kind, person, None)).scalars().all()
    for start in range(0, len(bearers), AT_ONCE):
        yield from _look_at(connection, vault, kind, person, names, bearers[start : start + AT_ONCE], seen)


def _look_at(
    connection: Connection,
    vault: Vault,
    kind: Texts,
    person: str,
    names: Names,
    bearers: Sequence[Any],
    seen: Seen | None,
) -> list[Found]:
    rows = _rows(connection, kind, person, bearers) if bearers else []
    owners = {str(getattr(row, kind.owner)) for row in rows}
    keys, held = vault.keys_of(owners), _held(connection, owners)
    found = []
    for row in rows:
        owner = str(getattr(row, kind.owner))
        sealed = _sealed_anew(kind, row, keys[owner], names, seen) if owner in keys else None
        if sealed is not None:
            found.append(Found(row, sealed, owner in held))
    return found


TAG = 16


def _sealed_anew(kind: Texts, row: Row[Any], key: OwnerKey, names: Names, seen: Seen | None) -> bytes | None:
    """Without the person; None when they aren't in it."""
    sealed = bytes(getattr(row, kind.column))
    at = kind.what, *kind.key_of(row)
    if seen is not None and at in seen and seen[at][0] == sealed[-TAG:]:
        return seen[at][1]
    made = _redacted_text(kind, row, key, names, sealed)
    if seen is not None:
        seen[at] = sealed[-TAG:], made
    return made


def _redacted_text(kind: Texts, row: Row[Any], key: OwnerKey, names: Names, sealed: bytes) -> bytes | None:
    place = kind.place(row)
    if kind.category != REASON:
        made = _without(key.open(*place, sealed), names, both=kind.category == CHANGE)
        return key.seal(*place, made) if made is not None else None
    try:
        text = str(load_json(key.open(*place, sealed))["text"])
    except VaultError:  # of all that was ever written there, one that is damaged must not hold up every erasure
        return None
    return REMOVED if names.redacted(text) != text else None


def _bearers(kind: Texts, person: str, after: str | None) -> Select[Any]:
    """What texts hang on, in the order of their ids."""
    ids = kind.on(person).subquery()
    [name] = ids.c.keys()
    beyond = [] if after is None else [ids.c[name] > (int(after) if kind.hangs == "seq" else after)]
    return select(ids.c[name]).where(*beyond).order_by(ids.c[name])


def _rows(connection: Connection, kind: Texts, person: str, bearers: Sequence[Any]) -> Sequence[Row[Any]]:
    column, owner = kind.table.c[kind.column], kind.table.c[kind.owner]
    others = [owner.is_not(None), owner != person, column.is_not(None), kind.table.c[kind.hangs].in_(bearers)]
    columns = [kind.table.c[name] for name in dict.fromkeys((*kind.key, kind.owner, kind.column))]
    if kind.category == CHANGE:
        columns += [_changes.c.resource, _changes.c.record]
        others.append(_changes.c.resource == kind.resource)
    if kind.category == REASON:
        columns += [_audit.c.resource, _audit.c.record]
        others.append(_audit.c.seq == _reasons.c.seq)
    wanted: Select[Any] = select(*columns).where(*others)
    return connection.execute(wanted).all()


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


def write(connection: Connection, kind: Texts, row: Row[Any], sealed: bytes) -> bool:
    """False when somebody has written there since the text was read: theirs stays, and is to be looked at."""
    mine = [kind.table.c[name] == getattr(row, name) for name in (*kind.key, kind.column)]
    return connection.execute(update(kind.table).where(*mine).values({kind.column: sealed})).rowcount > 0


def hide(connection: Connection, vault: Vault, kind: Texts, keys: Sequence[Sequence[Any]]) -> None:
    """All of these texts, where nobody can tell any more what in them is the person's."""
    for at in keys:
        mine = [kind.table.c[name] == value for name, value in zip(kind.key, at, strict=True)]
        row = connection.execute(select(kind.table).where(*mine)).first()
        owner = str(getattr(row, kind.owner)) if row is not None else ""
        key = vault.keys_of([owner]).get(owner) if owner else None
        if row is None or key is None or getattr(row, kind.column) is None:
            continue
        if kind.category == REASON:
            write(connection, kind, row, REMOVED)
            continue
        content: Mapping[str, list[Any]] = load_json(key.open(*kind.place(row), bytes(getattr(row, kind.column))))
        made = {name: [HIDDEN, *value[1:]] if name != ITEMS else value for name, value in content.items()}
        write(connection, kind, row, key.seal(*kind.place(row), dump_json(made)))
