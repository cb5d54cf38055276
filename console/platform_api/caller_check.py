"""Caller check: compares what a caller says with what is known, and answers only match or no match; five tries a ticket."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import Connection, func, select, update
from sqlmodel import Session

from console import access
from console.platform_api import blind, projection
from console.platform_api.facts import load_case
from console.platform_api.guard import Ask
from console.platform_api.ids import new_id
from console.platform_api.intents import find_intent, flight, remember_intent
from console.platform_api.problems import BadRequest, TooMany
from console.platform_api.store import Answer, find, log, refuse_unless
from console.platform_api.tables import CallerCheck, TicketRow, table
from console.platform_api.users import USERS
from console.records.record import categories
from console.records.users import Source, User

TRIES = 5

_checks, _tickets = table(CallerCheck), table(TicketRow)

COMPARED: Mapping[str, Callable[[str, str], bool]] = {
    "phone": blind.same_phone,
    "email": blind.same_email,
    "postcode": lambda known, said: _bare(known) == _bare(said),
}


def _bare(text: str) -> str:
    return "".join(blind.fold(text).split())


def caller_check(ask: Ask, named: str, field: str, said: str) -> Answer:
    """{match, left}. The same intent answers the same and costs one try. TooMany after five tries on a ticket."""
    if field not in COMPARED:
        raise BadRequest(f"Compare one of {', '.join(COMPARED)}.")
    ask.require_key()
    with flight(ask), ask.platform.database.writing() as session:
        earlier = find_intent(ask, session)
        if earlier is None:
            match = _try(ask, session, named, field, said)
        else:
            match = bool(earlier.details["match"])
        left = TRIES - _tries(session.connection(), str(ask.case))
    return Answer({"match": match, "left": left}, replayed=earlier is not None)


def _try(ask: Ask, session: Session, named: str, field: str, said: str) -> bool:
    connection = session.connection()
    row = find(ask, connection, USERS, named)
    # Two tries at once on one ticket must not both be the fifth: its row is the lock.
    connection.execute(select(_tickets.c.id).where(_tickets.c.id == ask.case).with_for_update())
    facts = projection.facts_of(ask, connection, USERS, row, load_case(connection, ask.case))
    refuse_unless(access.may(ask.actor.roles, "users", "caller-check", facts))
    if _tries(connection, str(ask.case)) >= TRIES:
        raise TooMany(
            f"A ticket allows {TRIES} tries. Ask the person to write from their known address.", retry_after=3600
        )
    person = str(row.id)
    key = ask.platform.vault.keys_of([person]).get(person)
    value = projection.open_document(USERS, row, categories(User)[field], key).get(field)
    known = value is not None and value.source is not Source.GOOGLE  # a match would tell what nobody here may read (P8)
    match = value is not None and known and COMPARED[field](value.value, said)
    _remember(ask, session, person, field, match)
    return match


def _tries(connection: Connection, ticket: str) -> int:
    return connection.execute(select(func.count()).select_from(_checks).where(_checks.c.ticket == ticket)).scalar() or 0


def _remember(ask: Ask, session: Session, person: str, field: str, match: bool) -> None:
    """A match stands behind the ticket from now on: it is no longer its opener's alone."""
    check = new_id()
    session.add(
        CallerCheck(
            id=check, ticket=str(ask.case), person=person, employee=ask.actor.id, field=field, matched=match, at=ask.now
        )
    )
    if match:
        session.connection().execute(update(_tickets).where(_tickets.c.id == ask.case).values(backed=True))
    remember_intent(ask, session, 200, "caller-checks", check, 1, match=match)
    log(session, [ask.entry(fields=(field,), details={"match": match})])
