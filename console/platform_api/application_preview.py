"""Whether a decision would go, as if the application were claimed first: what a dry run asks before it claims anything."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row

from console import access
from console.conditions import Facts
from console.platform_api import projection
from console.platform_api.facts import load_case
from console.platform_api.guard import Ask
from console.platform_api.pro_applications import APPLICATIONS
from console.platform_api.store import LEASE, Answer, find
from console.records.pro_applications import CLAIMABLE, RESOURCE, TRANSITIONS, WAITING, ApplicationState


async def preview(ask: Ask, named: str, decision: str) -> Answer:
    """`claims`: nobody has it, and it is claimed on the way. Nothing is changed."""
    ask.action = f"{decision}-preview"
    with ask.platform.database.reading() as connection:
        row = find(ask, connection, APPLICATIONS, named)
        facts = projection.facts_of(ask, connection, APPLICATIONS, row, load_case(connection, ask.case))
        because, claims = _judged(ask, connection, row, facts, decision)
    await ask.platform.recorder.record(ask.entry())
    return Answer({"allowed": not because, "because": because, "claims": claims and not because})


def _judged(ask: Ask, connection: Connection, row: Row[Any], facts: Facts, decision: str) -> tuple[str, bool]:
    held = facts.assignee == ask.actor.id and facts.lease_until is not None and facts.lease_until > ask.now
    if not held and row.state in CLAIMABLE:
        claim = access.may(ask.actor.roles, RESOURCE, "claim", facts)
        facts = replace(facts, assignee=ask.actor.id, lease_until=ask.now + LEASE)
        if not claim.allowed:
            return claim.because, False
    return _refused(ask, connection, row, facts, decision), not held


def _refused(ask: Ask, connection: Connection, row: Row[Any], facts: Facts, decision: str) -> str:
    """Its state first, as it would be after the claim: of one that is decided nobody wonders whose it is."""
    state = ApplicationState.IN_REVIEW if row.state in WAITING else row.state
    if state not in TRANSITIONS[decision].sources:
        return f"It is {row.state.replace('_', ' ')}."
    allowed = access.may(ask.actor.roles, RESOURCE, decision, facts)
    hinders = APPLICATIONS.hinders
    return allowed.because or (hinders(ask, connection, row, decision) if hinders is not None else "")
