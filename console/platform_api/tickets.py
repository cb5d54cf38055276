"""The tickets entity: who may see the thread, and what of it is blacked out for the others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, false, or_, select

from console import access
from console.access import Level
from console.conditions import Facts
from console.platform_api import cases, masks, projection
from console.platform_api.documents import load
from console.platform_api.entities import Clauses, Entity, Filter, Rows
from console.platform_api.facts import concern_facts, links_of
from console.platform_api.guard import Ask
from console.platform_api.lookup import find_row
from console.platform_api.numbers import numbers_of
from console.platform_api.problems import BadRequest, NotFound
from console.platform_api.tables import (
    AwardRow,
    ContestEntryRow,
    EmployeeRow,
    MailRow,
    OrderRow,
    PaymentRow,
    PayoutRow,
    PrivacyRequestRow,
    ProApplicationRow,
    TicketLink,
    TicketMessage,
    TicketRow,
    UserRow,
    table,
)
from console.platform_api.takers import contest_taker
from console.platform_api.users import USERS
from console.records.record import Category
from console.records.tickets import (
    ABOUT,
    CHANNELS,
    ONLY_IN,
    OUT,
    PLATFORM,
    PREFIX,
    RESOURCE,
    TRANSITIONS,
    MailState,
    Ticket,
    TicketState,
)

tickets, links, messages = table(TicketRow), table(TicketLink), table(TicketMessage)
_users, _employees, _mail = table(UserRow), table(EmployeeRow), table(MailRow)
_entries = table(ContestEntryRow)

NUMBERED = {
    "users": (_users, "U"), "orders": (table(OrderRow), "O"), "payments": (table(PaymentRow), "P"), "payouts": (table(PayoutRow), "PO"),
    "pro-applications": (table(ProApplicationRow), "PA"), "privacy-requests": (table(PrivacyRequestRow), "PR"),
    "awards": (table(AwardRow), "AW"),
}  # fmt: skip
"""What a ticket is about: table and prefix of each resource. A payout change has no number."""

STATES = tuple(str(state) for state in TicketState)

# Filters


def _states(_: Ask, __: Connection, values: Sequence[str]) -> Clauses:
    if set(values) - set(STATES):
        raise BadRequest(f"A ticket's state is one of {', '.join(STATES)}.")
    return [tickets.c.state == value for value in dict.fromkeys(values)]


def _channels(_: Ask, __: Connection, values: Sequence[str]) -> Clauses:
    if set(values) - set(CHANNELS):
        raise BadRequest(f"A ticket's channel is one of {', '.join(CHANNELS)}.")
    return [tickets.c.channel.in_(list(values))]


def _about(_: Ask, __: Connection, values: Sequence[str]) -> Clauses:
    if set(values) - set(ABOUT):
        raise BadRequest(f"A ticket is about {', '.join(ABOUT)}.")
    return [tickets.c.about.in_(list(values))]


def _assignee(ask: Ask, connection: Connection, values: Sequence[str]) -> Clauses:
    if len(values) != 1:
        raise BadRequest("assignee can be given once.")
    if values[0] == "none":
        return [or_(tickets.c.assignee.is_(None), tickets.c.lease_until <= ask.now)]
    if values[0] == "me":
        return [tickets.c.assignee == ask.actor.id]
    row = find_row(connection, _employees, "E", values[0])
    return [tickets.c.assignee == row.id if row else false()]


def _user(_: Ask, connection: Connection, values: Sequence[str]) -> Clauses:
    if len(values) != 1:
        raise BadRequest("user can be given once.")
    row = find_row(connection, _users, "U", values[0])
    if row is None:
        raise NotFound()
    linked = select(links.c.ticket).where(links.c.resource == "users", links.c.record == row.id)
    return [tickets.c.id.in_(linked)]


# Fields


def _dress(ask: Ask, connection: Connection, rows: Rows) -> list[dict[str, Any]]:
    linked = _links_by_ticket(connection, [row.id for row in rows])
    names = _employee_numbers(connection, {row.assignee for row in rows if row.assignee})
    return [_plain(ask, row, linked[row.id], names) for row in rows]


def _plain(ask: Ask, row: Row[Any], linked: list[dict[str, str]], names: dict[str, str]) -> dict[str, Any]:
    leased = row.lease_until is not None and row.lease_until > ask.now
    return {
        "state": row.state,
        "channel": row.channel,
        "about": row.about,
        "opened": row.opened,
        "opened_by": _opened_by(ask, row),
        "assignee": names.get(row.assignee) if leased else None,
        "yours": leased and row.assignee == ask.actor.id,
        "lease_until": row.lease_until if leased else None,
        "self_opened": row.opened_by is not None and not row.backed,
        "links": linked,
    }


def _opened_by(ask: Ask, row: Row[Any]) -> str:
    if row.opened_by is None:
        return "platform" if row.channel == PLATFORM else "person"
    return "you" if row.opened_by == ask.actor.id else "employee"


def _links_by_ticket(connection: Connection, ids: list[str]) -> defaultdict[str, list[dict[str, str]]]:
    found: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
    rows = connection.execute(
        select(links).where(links.c.ticket.in_(ids)).order_by(links.c.resource, links.c.record)
    ).all()  # fmt: skip
    numbers = {
        resource: numbers_of(connection, linked, prefix, [row.record for row in rows if row.resource == resource])
        for resource, (linked, prefix) in NUMBERED.items()
    }
    for row in rows:
        number = numbers.get(row.resource, {}).get(row.record, "")
        found[row.ticket].append({"resource": row.resource, "id": row.record, "number": number})
    return found


def _employee_numbers(connection: Connection, ids: set[str]) -> dict[str, str]:
    if not ids:
        return {}
    rows = connection.execute(select(_employees.c.id, _employees.c.number).where(_employees.c.id.in_(ids)))
    return {employee: f"E-{number}" for employee, number in rows}


def _facts(connection: Connection, row: Row[Any]) -> dict[str, Any]:
    linked = links_of(connection, row.id)
    return {
        "state": row.state,
        "assignee": row.assignee,
        "lease_until": row.lease_until,
        "about": row.about,
        "links": linked,
        "parties": frozenset(record for resource, record in linked if resource == "users"),
        **concern_facts(connection, row.id),
    }


def _asked_facts(ask: Ask, connection: Connection, row: Row[Any]) -> dict[str, Any]:
    """The case of a prize that the employee won is theirs, although no person is linked to it."""
    if row.about != "award" or ask.actor.person is None:
        return {}
    token = contest_taker(ask.platform.keys, ask.actor.person)
    mine = _entries.c.taker == token, _entries.c.id == row.owner
    own = connection.execute(select(_entries.c.id).where(*mine)).first() is not None
    return {"parties": frozenset({ask.actor.person})} if own else {}


# The thread


def _mask(ask: Ask, connection: Connection, rows: Rows) -> Callable[[Row[Any], str, str], str]:
    """Blacks out addresses, numbers, and the words that the linked persons' own values hold."""
    known = known_words(ask, connection, [row.id for row in rows])
    return lambda row, _field, value: _redacted(value, known.get(row.id))


def _redacted(text: str, known: set[str] | None) -> str:
    """Nobody knows whose name a text holds before a person is linked, so all of it is hidden until then."""
    return masks.HIDDEN if known is None else masks.redact(text, known)


def known_words(ask: Ask, connection: Connection, ids: list[str]) -> defaultdict[str, set[str]]:
    """Ticket → folded words of the names, cities and streets of the persons it is linked to."""
    statement = (
        select(links.c.ticket, *_users.c)
        .join_from(links, _users, _users.c.id == links.c.record)
        .where(links.c.ticket.in_(ids))
    )
    rows = connection.execute(statement).all()
    keys = ask.platform.vault.keys_of({row.id for row in rows}) if rows else {}
    found: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows:
        for category in (Category.IDENTITY, Category.LOCALITY, Category.ADDRESS):
            for value in projection.open_document(USERS, row, category, keys.get(row.id)).values():
                found[row.ticket] |= masks.words(value.value)
    return found


def _more(ask: Ask, connection: Connection, row: Row[Any], facts: Facts) -> dict[str, Any]:
    """The thread: clear for who sees it whole, blacked out for the others."""
    level = access.level(ask.actor.roles, RESOURCE, Category.THREAD, facts)
    if level is Level.NONE:
        return {"messages": []}
    return {"messages": thread_of(ask, connection, row.id, level)}


def thread_of(ask: Ask, connection: Connection, ticket: str, level: Level = Level.FULL) -> list[dict[str, Any]]:
    """A ticket's messages, oldest first."""
    rows = connection.execute(
        select(messages).where(messages.c.ticket == ticket).order_by(messages.c.at, messages.c.id)
    ).all()
    known = known_words(ask, connection, [ticket]).get(ticket) if level is not Level.FULL else None
    texts, sent = _open_texts(ask, rows), _mail_of(connection, ticket)
    return [_message(ask, row, texts.get(row.id), level, known) | sent.get(row.id, {}) for row in rows]


def _open_texts(ask: Ask, rows: Sequence[Row[Any]]) -> dict[str, dict[str, str]]:
    """Message → its body, and the subject of what went out; a message whose owner's key is gone (erased) is absent."""
    keys = ask.platform.vault.keys_of({row.owner for row in rows}) if rows else {}
    opened = {
        row.id: load(keys[row.owner].open("ticket_messages", row.id, "thread", bytes(row.sealed_thread)))
        for row in rows
        if row.owner in keys and row.sealed_thread is not None
    }
    return {message: {name: value.value for name, value in found.items()} for message, found in opened.items()}


def _mail_of(connection: Connection, ticket: str) -> dict[str, dict[str, Any]]:
    """Message → how it stands with the mail that it went out as. `due`: until when it can be undone."""
    rows = connection.execute(select(_mail).where(_mail.c.ticket == ticket))
    waits = MailState.WAITING
    return {
        row.id: {"mail": row.state, "due": row.due if row.state == waits else None, "failure": row.failure}
        for row in rows
    }


def _message(
    ask: Ask, row: Row[Any], texts: Mapping[str, str] | None, level: Level, known: set[str] | None
) -> dict[str, Any]:
    head = {"id": row.id, "at": row.at, "kind": row.kind, "by": _by(ask, row)}
    if texts is None:
        return {**head, "mask": "(erased)"}
    return {**head, **texts} if level is Level.FULL else {**head, "mask": _redacted(texts["body"], known)}


def _by(ask: Ask, row: Row[Any]) -> str:
    if row.author is None:
        return "platform" if row.kind == OUT else "person"
    return "you" if row.author == ask.actor.id else "employee"


TICKETS = Entity(
    resource=RESOURCE,
    prefix=PREFIX,
    record=Ticket,
    table=tickets,
    sorts={"number": tickets.c.number, "opened": tickets.c.opened},
    filters={
        "state": Filter(_states, STATES),
        "channel": Filter(_channels, CHANNELS),
        "about": Filter(_about, ABOUT),
        "assignee": Filter(_assignee, ("me", "none")),
        "user": Filter(_user),
    },
    dress=_dress,
    facts=_facts,
    asked_facts=_asked_facts,
    owner=lambda row: str(row.owner),
    transitions=TRANSITIONS,
    only_in=ONLY_IN,
    hinders=cases.hinders,
    mask=_mask,
    more=_more,
)
