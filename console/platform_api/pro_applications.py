"""The pro applications entity: who would like to be a pro, due first. Its case is opened by the first claim, so the claim is a ticket's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row, select

from console.platform_api import application_whole
from console.platform_api.application_completeness import Completeness, completeness_of, lacks, offers
from console.platform_api.blind import postcode_token
from console.platform_api.claims import UNCLAIMED, by_assignee, claim_facts, claims_of
from console.platform_api.entities import Clauses, Entity, Filter, Rows
from console.platform_api.guard import Ask
from console.platform_api.lookup import find_row
from console.platform_api.numbers import numbers_of
from console.platform_api.problems import BadRequest, NotFound
from console.platform_api.tables import EmployeeRow, ProApplicationRow, UserRow, table
from console.records.pro_applications import (
    MISSING,
    ONLY_IN,
    PREFIX,
    RESOURCE,
    TRANSITIONS,
    ApplicationState,
    ProApplication,
    Recommendation,
)
from console.records.record import Category
from console.records.users import SERVICES, UserState

applications, users = table(ProApplicationRow), table(UserRow)
_employees = table(EmployeeRow)

STATES = tuple(str(state) for state in ApplicationState)
RECOMMENDED = (*(str(one) for one in Recommendation), "none")

_PLAIN = ("state", "received", "stopped", "recommendation", "decided", "reason")

# Filters


def _states(_: Ask, __: Connection, values: Sequence[str]) -> Clauses:
    _refuse_others("state", values, STATES)
    return [applications.c.state == value for value in dict.fromkeys(values)]


def _services(_: Ask, connection: Connection, values: Sequence[str]) -> Clauses:
    _refuse_others("service", values, SERVICES)
    return [offers(connection, *values)]


def _missing(ask: Ask, connection: Connection, values: Sequence[str]) -> Clauses:
    _refuse_others("missing", [_single("missing", values)], MISSING)
    return lacks(connection, values[0], ask.now)


def _recommended(_: Ask, __: Connection, values: Sequence[str]) -> Clauses:
    _refuse_others("recommended", values, RECOMMENDED)
    column = applications.c.recommendation
    return [column.is_(None) if value == "none" else column == value for value in dict.fromkeys(values)]


def _postcode(ask: Ask, _: Connection, values: Sequence[str]) -> Clauses:
    return [applications.c.area_token == postcode_token(ask.platform.keys, _single("postcode", values))]


def _user(_: Ask, connection: Connection, values: Sequence[str]) -> Clauses:
    row = find_row(connection, users, "U", _single("user", values))
    if row is None:
        raise NotFound()
    return [applications.c.person == row.id]


def _refuse_others(name: str, values: Sequence[str], known: Sequence[str]) -> None:
    if set(values) - set(known):
        raise BadRequest(f"{name} is one of {', '.join(known)}.")


def _single(name: str, values: Sequence[str]) -> str:
    if len(values) != 1:
        raise BadRequest(f"{name} can be given once.")
    return values[0]


# Fields


def _dress(ask: Ask, connection: Connection, rows: Rows) -> list[dict[str, Any]]:
    persons = numbers_of(connection, users, "U", [row.person for row in rows])
    people = [name for row in rows for name in (row.recommended_by, row.decided_by)]
    employees = numbers_of(connection, _employees, "E", people)
    claims = claims_of(ask, connection, [row.ticket for row in rows])
    complete = completeness_of(connection, [row.id for row in rows], ask.now, _soon(ask))
    return [
        {
            **{name: getattr(row, name) for name in _PLAIN},
            "due": None if row.stopped else row.due,
            "person": persons.get(row.person),
            "recommended_by": employees.get(row.recommended_by or ""),
            "decided_by": employees.get(row.decided_by or ""),
            **_completeness(complete[row.id]),
            **claims.get(row.ticket, UNCLAIMED),
        }
        for row in rows
    ]


def _soon(ask: Ask) -> timedelta:
    return timedelta(days=ask.platform.rules.expiring_days)


def _completeness(found: Completeness) -> dict[str, Any]:
    return {"services": found.services, "missing": found.missing, "expiring": found.expiring}


def _facts(connection: Connection, row: Row[Any]) -> dict[str, Any]:
    return {
        "person": row.person,
        "parties": frozenset({row.person}),
        "application": row.id,
        "recommender": row.recommended_by,
        "decider": row.decided_by,
        "state": row.state,
        **claim_facts(connection, row.ticket),
    }


def _hinders(ask: Ask, connection: Connection, row: Row[Any], action: str) -> str:
    """Nobody is approved while something is missing, or whose account is not in order. A recommendation is only its author's to change."""
    if action == "recommend":
        taken = row.recommendation is not None and row.recommended_by != ask.actor.id
        return "Somebody else recommended it already: it waits for a decision." if taken else ""
    if action != "approve":
        return ""
    lacking = completeness_of(connection, [row.id], ask.now, _soon(ask))[row.id].missing
    if lacking:
        return f"It lacks: {', '.join(name.replace('_', ' ') for name in lacking)}."
    return account_hinders(connection.execute(select(users.c.state).where(users.c.id == row.person)).scalar())


def account_hinders(state: str | None) -> str:
    return "" if state == UserState.ACTIVE else f"The account is {state}: that comes first."


APPLICATIONS = Entity(
    resource=RESOURCE,
    prefix=PREFIX,
    record=ProApplication,
    table=applications,
    sorts={"due": applications.c.due, "number": applications.c.number},
    first_sort="due",
    filters={
        "state": Filter(_states, STATES),
        "service": Filter(_services, SERVICES, span="service"),
        "missing": Filter(_missing, MISSING, span="missing"),
        "postcode": Filter(_postcode, span="postcode", rare=True),
        "assignee": by_assignee(applications.c.ticket, "application"),
        "user": Filter(_user, span="user", rare=True),
        "recommended": Filter(_recommended, RECOMMENDED, span="recommended"),
    },
    facets=("state",),
    alone=frozenset({"state"}),
    dress=_dress,
    facts=_facts,
    owner=lambda row: str(row.person),
    listed=frozenset(Category) - {Category.THREAD},
    transitions=TRANSITIONS,
    only_in=ONLY_IN,
    hinders=_hinders,
    more=application_whole.more,
)
