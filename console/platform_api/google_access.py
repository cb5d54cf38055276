"""Access to what came from Google about one person (P8): on one of three grounds, allowed by a second person, for one case and a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row, select
from sqlmodel import Session

from console import access
from console.platform_api import deputies
from console.platform_api.documents import Value, dump
from console.platform_api.entities import Clauses, Entity, Filter, Rows, by_pseudonym
from console.platform_api.facts import base_facts, load_case
from console.platform_api.guard import Ask
from console.platform_api.ids import new_id
from console.platform_api.lookup import find_row
from console.platform_api.numbers import numbers_of
from console.platform_api.problems import BadRequest, Conflict, NotAllowed, NotFound
from console.platform_api.store import Answer, Write, act, create, find, refuse_unless
from console.platform_api.tables import EmployeeRow, GoogleAccessRow, TicketRow, UserRow, table
from console.platform_api.users import USERS
from console.records.google_access import PREFIX, RESOURCE, TRANSITIONS, GoogleAccess, GoogleAccessState
from console.records.record import Category
from console.records.users import Source

google_access = table(GoogleAccessRow)
_users, _employees, _tickets = table(UserRow), table(EmployeeRow), table(TicketRow)

LIFE = timedelta(days=1)
STATES = tuple(str(state) for state in GoogleAccessState)

# The list


def _states(_: Ask, __: Connection, values: Sequence[str]) -> Clauses:
    if set(values) - set(STATES):
        raise BadRequest(f"state is one of {', '.join(STATES)}.")
    return [google_access.c.state == value for value in dict.fromkeys(values)]


def _user(_: Ask, connection: Connection, values: Sequence[str]) -> Clauses:
    if len(values) != 1:
        raise BadRequest("user can be given once.")
    row = find_row(connection, _users, "U", values[0])
    if row is None:
        raise NotFound()
    return [google_access.c.person == row.id]


def _dress(ask: Ask, connection: Connection, rows: Rows) -> list[dict[str, Any]]:
    people = [row.person for row in rows]
    hidden = by_pseudonym(ask, USERS.resource)
    persons = ask.platform.vault.pseudonyms(people) if hidden else numbers_of(connection, _users, "U", people)
    employees = numbers_of(
        connection, _employees, "E", [name for row in rows for name in (row.asked_by, row.decided_by)]
    )
    cases = numbers_of(connection, _tickets, "T", [row.ticket for row in rows])
    return [
        {
            **{name: getattr(row, name) for name in ("state", "ground", "asked", "decided", "until")},
            "person": persons.get(row.person),
            "case": cases.get(row.ticket),
            "asked_by": employees.get(row.asked_by),
            "decided_by": employees.get(row.decided_by or ""),
        }
        for row in rows
    ]


def _facts(_: Connection, row: Row[Any]) -> dict[str, Any]:
    return {
        "person": row.person, "parties": frozenset({row.person}), "requester": row.asked_by, "decider": row.decided_by,
        "state": row.state,
    }  # fmt: skip


def _hinders(ask: Ask, _: Connection, row: Row[Any], action: str) -> str:
    over = action == "withdraw" and row.until is not None and row.until <= ask.now
    return "Its day is over: there is nothing to give back." if over else ""


GOOGLE_ACCESS = Entity(
    resource=RESOURCE,
    prefix=PREFIX,
    record=GoogleAccess,
    table=google_access,
    sorts={"number": google_access.c.number},
    filters={"state": Filter(_states, STATES), "user": Filter(_user, span="user", rare=True)},
    facets=("state",),
    alone=frozenset({"state"}),
    dress=_dress,
    facts=_facts,
    owner=lambda row: str(row.person),
    listed=frozenset(Category) - {Category.THREAD},
    transitions=TRANSITIONS,
    hinders=_hinders,
    asked_facts=deputies.asked_facts,
)

# Asking, and the second person


def ask_for(ask: Ask, person: str, ground: str, evidence: str) -> Answer:
    """For the case in hand, which must be about the person."""
    with ask.platform.database.reading() as connection:
        row = find(ask, connection, USERS, person)
        facts = base_facts(ask.actor, ask.now, load_case(connection, ask.case), person=row.id)
    refuse_unless(access.may(ask.actor.roles, RESOURCE, "create", facts))

    def work(session: Session) -> tuple[str, dict[str, Any]]:
        _refuse_twice(session.connection(), ask, row.id)
        made = GoogleAccessRow(
            id=new_id(), person=row.id, ticket=str(ask.case), ground=ground, asked=ask.now, asked_by=ask.actor.id
        )
        made.sealed_thread = _sealed(ask, made, evidence)
        session.add(made)
        return made.id, {"ground": ground}

    return create(ask, GOOGLE_ACCESS, work)


def _refuse_twice(connection: Connection, ask: Ask, person: str) -> None:
    mine = (
        google_access.c.person == person,
        google_access.c.asked_by == ask.actor.id,
        google_access.c.ticket == ask.case,
    )
    for row in connection.execute(select(google_access).where(*mine)):
        waits = row.state == GoogleAccessState.ASKED
        if waits or (row.state == GoogleAccessState.ALLOWED and row.until > ask.now):
            raise Conflict(
                f"You asked for it already: {GOOGLE_ACCESS.name_of(row)} {'waits' if waits else 'still holds'}."
            )


def _sealed(ask: Ask, made: GoogleAccessRow, evidence: str) -> bytes:
    key = ask.platform.vault.keys_of([made.person]).get(made.person)
    if key is None:
        raise NotAllowed("The account is erased: there is nothing to see.")
    content = dump({"evidence": Value(evidence, Source.EMPLOYEE, ask.now)})
    return key.seal(RESOURCE, made.id, str(Category.THREAD), content)


def allow(ask: Ask, named: str) -> Answer:
    """Who asked may reveal the values until then, while they have the case in hand."""

    def change(write: Write) -> None:
        write.values = {"state": "allowed", "decided": ask.now, "decided_by": ask.actor.id, "until": ask.now + LIFE}
        _noted(write)

    return act(ask, GOOGLE_ACCESS, named, change)


def refuse(ask: Ask, named: str, text: str | None) -> Answer:
    def change(write: Write) -> None:
        write.values = {"state": "refused", "decided": ask.now, "decided_by": ask.actor.id}
        write.reason_text = text
        _noted(write)

    return act(ask, GOOGLE_ACCESS, named, change)


def withdraw(ask: Ask, named: str) -> Answer:
    """By who asked: it waits no more, or what was allowed is given back before its time."""

    def change(write: Write) -> None:
        write.values["state"] = "withdrawn"
        _noted(write)

    return act(ask, GOOGLE_ACCESS, named, change)


def _noted(write: Write) -> None:
    """The log's row is about the person too, so that they can learn of it."""
    write.ask.subject = write.row.person
    write.changed["state"] = (write.row.state, write.values["state"])
    write.details |= {"from": write.row.state, "ground": write.row.ground, **deputies.noted(write.ask)}
