"""Looking at what a survey came to: whether the employee may, and whether there is anything to see yet."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row

from console import access
from console.platform_api import projection
from console.platform_api.facts import load_case
from console.platform_api.guard import Ask
from console.platform_api.problems import Conflict
from console.platform_api.store import find, refuse_unless
from console.platform_api.surveys import SURVEYS


def look_at(ask: Ask, connection: Connection, named: str) -> Row[Any]:
    """The survey, for the action that is asked for: the same conditions and states that its record tells of."""
    row = find(ask, connection, SURVEYS, named)
    facts = projection.facts_of(ask, connection, SURVEYS, row, load_case(connection, ask.case))
    refuse_unless(access.may(ask.actor.roles, SURVEYS.resource, ask.action, facts))
    because = projection.state_hinders(ask, connection, SURVEYS, row, ask.action)
    if because:
        raise Conflict(because)
    return row
