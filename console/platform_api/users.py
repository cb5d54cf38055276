"""The users entity: what its lists filter and sort by, and its plain fields."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, exists, select

from console.platform_api import google_allowed, user_whole
from console.platform_api.entities import Clauses, Entity, Filter, Rows
from console.platform_api.erasure_stops import held
from console.platform_api.guard import Ask
from console.platform_api.problems import BadRequest
from console.platform_api.tables import UserRow, table
from console.records.record import SEALED, Category
from console.records.users import PREFIX, RESOURCE, TRANSITIONS, User, UserState

users = table(UserRow)

STATES = tuple(str(state) for state in UserState)
YES_NO = ("yes", "no")
_PLAIN = (
    "state", "pro", "registered", "specials", "products", "policy_news", "opted_out", "opted_out_at",
    "opted_out_channel", "interests",
)  # fmt: skip


def _states(_: Ask, __: Connection, values: Sequence[str]) -> Clauses:
    if set(values) - set(STATES):
        raise BadRequest(f"A user's state is one of {', '.join(STATES)}.")
    return [users.c.state == value for value in dict.fromkeys(values)]


def _flag(name: str) -> Filter:
    def clauses(_: Ask, __: Connection, values: Sequence[str]) -> Clauses:
        if set(values) - set(YES_NO):
            raise BadRequest(f"{name} is yes or no.")
        return [users.c[name] == (value == "yes") for value in dict.fromkeys(values)]

    return Filter(clauses, YES_NO)


def _dress(_: Ask, __: Connection, rows: Rows) -> list[dict[str, Any]]:
    return [{name: getattr(row, name) for name in _PLAIN} for row in rows]


def _facts(_: Connection, row: Row[Any]) -> dict[str, Any]:
    return {"person": row.id}


def _hinders(_: Ask, connection: Connection, row: Row[Any], action: str) -> str:
    """Of the actions that ask more than a state, holds alone."""
    if action not in ("hold", "lift-hold"):
        return ""
    found = connection.execute(select(exists().where(held(row.id)))).scalar()
    if action == "hold":
        return "A legal hold is on this person already." if found else ""
    return "" if found else "No legal hold is on this person."


USERS = Entity(
    resource=RESOURCE,
    prefix=PREFIX,
    record=User,
    table=users,
    sorts={"number": users.c.number, "registered": users.c.registered, "state": users.c.state},
    filters={"state": Filter(_states, STATES), "pro": _flag("pro"), "opted_out": _flag("opted_out")},
    facets=("state", "pro", "opted_out"),
    dress=_dress,
    facts=_facts,
    owner=lambda row: str(row.id),
    listed=frozenset(Category) - SEALED | {Category.IDENTITY, Category.CONTACT},
    transitions=TRANSITIONS,
    only_in={"hold": frozenset(UserState) - {UserState.ERASING, UserState.ERASED}},
    hinders=_hinders,
    more=user_whole.more,
    asked_facts=google_allowed.asked_facts,
)
