"""What an erasure deletes: each kind of rows that are the person's, by the columns that hold something of them.

What is sealed under their key dies with it wherever it lies, in tables that are only added to (the log's reasons, the history of
records) as in copies. This makes it leave the live rows too. A cleared row holds nothing and isn't found again, so that the work
can be cut off anywhere and begun anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Connection, Table, and_, delete, func, or_, select, union, update

from console.platform_api.keys import Keys
from console.platform_api.tables import (
    ApplicationDocumentRow,
    ApplicationMark,
    ContestEntryRow,
    DocumentContent,
    EmployeeRow,
    GoogleAccessRow,
    MailRow,
    OrderEvent,
    OrderRow,
    PackagePart,
    PaymentRow,
    PayoutChangeRow,
    PayoutRow,
    PrivacyPackageRow,
    ProApplicationRow,
    ProposalRow,
    RefundRow,
    SurveyEntryRow,
    SurveyTextRow,
    TicketLink,
    TicketMessage,
    TicketRow,
    UserRow,
    table,
)
from console.platform_api.takers import contest_taker, survey_taker

AT_ONCE = 1_000
"""Rows in one transaction."""

_applications, _documents, _contents = table(ProApplicationRow), table(ApplicationDocumentRow), table(DocumentContent)
_marks, _employees, _google, _mails = table(ApplicationMark), table(EmployeeRow), table(GoogleAccessRow), table(MailRow)
_events, _orders, _parts, _packages = table(OrderEvent), table(OrderRow), table(PackagePart), table(PrivacyPackageRow)
_payments, _payouts, _changes = table(PaymentRow), table(PayoutRow), table(PayoutChangeRow)
_proposals, _refunds, _users = table(ProposalRow), table(RefundRow), table(UserRow)
_survey_entries, _survey_texts = table(SurveyEntryRow), table(SurveyTextRow)
_contest_entries = table(ContestEntryRow)
_links, _messages, _tickets = table(TicketLink), table(TicketMessage), table(TicketRow)

CONTEST_ENTRIES = "contest_entries"
"""They leave one by one (`entry_leaving`): a draw may be under way, and a winner who is gone has forfeited."""

Which = Callable[[Any], ColumnElement[bool]]


@dataclass(frozen=True)
class Part:
    """One kind of rows. `clear`: columns that hold something, and what they become; none: the rows themselves go."""

    what: str
    table: Table
    key: str
    mine: Which
    clear: Mapping[str, Any] = field(default_factory=dict)
    along: Mapping[str, Any] = field(default_factory=dict)
    """Columns that change with them, and don't say whether there is anything left."""
    taker: Callable[[Keys, str], int] | None = None
    """The keyed token of who took part that they are found by; None: by the person."""
    keyed: bool = False
    """Whether each has a key of its own, by its id: it goes before the row does."""

    def left(self, who: Any) -> ColumnElement[bool]:
        holding = [self.table.c[name].is_not(None) for name in self.clear]
        return and_(self.mine(who), or_(*holding)) if holding else self.mine(who)

    def who(self, keys: Keys, person: str) -> Any:
        """What the rows know the person by."""
        return self.taker(keys, person) if self.taker is not None else person


def orders_of(person: str) -> CompoundSelect[Any]:
    """Ids of the orders that the person is a party to: two stretches of indexes, where an `or` would walk through all orders."""
    return union(*(select(_orders.c.id).where(_orders.c[party] == person) for party in ("parent", "pro")))


def linked_to(person: str) -> CompoundSelect[Any]:
    """Ids of the tickets about the person, or about an order of theirs."""
    theirs = select(_links.c.ticket.label("id")).where(_links.c.resource == "users", _links.c.record == person)
    orders = select(_links.c.ticket).where(_links.c.resource == "orders", _links.c.record.in_(orders_of(person)))
    return union(theirs, orders)


def _equals(found_in: Table, column: str) -> Which:
    return lambda person: found_in.c[column] == person


def _notes(person: str) -> ColumnElement[bool]:
    return and_(_events.c.order_id.in_(orders_of(person)), _events.c.owner == person)


def _tickets_of(person: str) -> ColumnElement[bool]:
    return and_(_tickets.c.id.in_(linked_to(person)), _tickets.c.owner == person)


def _written(person: str) -> ColumnElement[bool]:
    return and_(_messages.c.ticket.in_(linked_to(person)), _messages.c.owner == person)


def _within(found_in: Table, column: str, of: Table, key: str = "id") -> Which:
    """Rows that hang on a row of the person's."""
    return lambda person: found_in.c[column].in_(select(of.c[key]).where(of.c.person == person))


def _typed(taker: int) -> ColumnElement[bool]:
    entries = select(_survey_entries.c.id).where(_survey_entries.c.taker == taker)
    return _survey_texts.c.entry.in_(entries)


SEALED = tuple(column.name for column in _users.c if column.name.startswith("sealed_"))

PARTS: Sequence[Part] = (
    Part("orders", _orders, "id", _equals(_orders, "parent"), {"sealed_service": None, "sealed_address": None}),
    Part("order_notes", _events, "id", _notes, {"sealed_service": None}),
    Part("tickets", _tickets, "id", _tickets_of, {"sealed_thread": None}),
    Part("messages", _messages, "id", _written, {"sealed_thread": None}),
    Part("mail", _mails, "id", _equals(_mails, "person"), {"sealed_thread": None}),
    Part("instruments", _payments, "id", _equals(_payments, "payer"), {"sealed_instrument": None}),
    Part("refund_notes", _refunds, "id", _equals(_refunds, "payer"), {"sealed_service": None}),
    Part("payout_accounts", _payouts, "id", _equals(_payouts, "pro"), {"sealed_instrument": None}),
    Part("payout_changes", _changes, "id", _equals(_changes, "pro"), {"sealed_instrument": None}),
    Part("applications", _applications, "id", _equals(_applications, "person"), {"sealed_profile": None, "area_token": None}),
    Part("application_marks", _marks, "application", _within(_marks, "application", _applications)),
    Part("document_contents", _contents, "document", _within(_contents, "document", _documents)),
    Part("documents", _documents, "id", _equals(_documents, "person"), {"sealed_document": None}),
    Part("proposals", _proposals, "id", _equals(_proposals, "person"), {"sealed_change": None}),
    Part("google_access", _google, "id", _equals(_google, "person"), {"sealed_thread": None}),
    Part("package_parts", _parts, "request", _within(_parts, "request", _packages, "request")),
    Part(
        "packages", _packages, "request", _equals(_packages, "person"),
        {"sealed_key": None, "salt": None, "token_hash": None}, {"state": "expired"},
    ),
    Part("survey_texts", _survey_texts, "id", _typed, taker=survey_taker),
    Part("survey_entries", _survey_entries, "id", _equals(_survey_entries, "taker"), taker=survey_taker, keyed=True),
    Part(
        CONTEST_ENTRIES, _contest_entries, "id", _equals(_contest_entries, "taker"),
        dict.fromkeys(("taker", "salt", "sealed_entry_contact")), taker=contest_taker,
    ),
    Part("staff_link", _employees, "id", _equals(_employees, "person"), {"person": None}),
    Part("profile", _users, "id", _equals(_users, "id"), dict.fromkeys(SEALED), {"interests": []}),
)  # fmt: skip
"""In this order: nothing that others hang on goes before them. A payment stays without what was paid with."""


def left(connection: Connection, part: Part, who: Any) -> int:
    """How many rows still hold something."""
    return connection.execute(select(func.count()).select_from(part.table).where(part.left(who))).scalar_one()


def clear_some(connection: Connection, part: Part, who: Any, forget: Callable[[Sequence[str]], None]) -> int:
    """Clears some of them; how many, 0 when none is left. `forget`: what takes the keys of rows that have one of their own."""
    key = part.table.c[part.key]
    wanted = select(key).where(part.left(who)).distinct().limit(AT_ONCE)
    found = connection.execute(wanted).scalars().all()
    if not found:
        return 0
    if part.keyed:
        forget(found)
    cleared = update(part.table).values({**part.clear, **part.along}) if part.clear else delete(part.table)
    return int(connection.execute(cleared.where(key.in_(found))).rowcount)
