"""What a privacy request answers with when it is read whole: its checklist with the one next step, what it made and left, what is alike."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, select

from console import access
from console.access import Level
from console.conditions import Facts
from console.platform_api import privacy_hinders, privacy_steps
from console.platform_api.erasure_keeps import kept, key_of
from console.platform_api.guard import Ask
from console.platform_api.numbers import numbers_of
from console.platform_api.privacy_alike import alike_of
from console.platform_api.tables import (
    EmployeeRow,
    ErasurePlanRow,
    PrivacyPackageRow,
    TellingRow,
    TicketLink,
    TicketRow,
    table,
)
from console.platform_api.tickets import thread_of
from console.records.privacy_requests import RESOURCE, Package, Plan, Telling
from console.records.record import Category

_tickets, _links = table(TicketRow), table(TicketLink)
_employees, _told = table(EmployeeRow), table(TellingRow)
_packages, _plans = table(PrivacyPackageRow), table(ErasurePlanRow)


def more(ask: Ask, connection: Connection, row: Row[Any], facts: Facts) -> dict[str, Any]:
    package = connection.execute(select(_packages).where(_packages.c.request == row.id)).first()
    plan = connection.execute(select(_plans).where(_plans.c.request == row.id)).first()
    return {
        "steps": privacy_steps.steps_of(connection, row, package, plan),
        "package": _package(connection, package) if package is not None else None,
        "plan": {name: getattr(plan, name) for name in Plan.model_fields} if plan is not None else None,
        "kept": _kept(connection, row),
        "alike": alike_of(ask, connection, row),
        "tellings": _tellings(connection, row.id),
        "deny_reasons": privacy_hinders.deny_reasons(row),
        "messages": _messages(ask, connection, row, facts),
    }


def _package(connection: Connection, package: Row[Any]) -> dict[str, Any]:
    found = {name: getattr(package, name) for name in Package.model_fields}
    return {
        **found,
        "allowed_by": numbers_of(connection, _employees, "E", [package.allowed_by]).get(package.allowed_by or ""),
    }


def _tellings(connection: Connection, request: str) -> list[dict[str, Any]]:
    found = select(_told).where(_told.c.request == request).order_by(_told.c.id)
    return [{name: getattr(row, name) for name in Telling.model_fields} for row in connection.execute(found)]


def _kept(connection: Connection, row: Row[Any]) -> list[dict[str, Any]]:
    """What stays of whom it erased (P12): what, on which basis, under which key and until when. No value, and no owner of a key."""
    wanted = select(kept).where(kept.c.person == row.person, kept.c.request == row.id).order_by(kept.c.what)
    rows = connection.execute(wanted).all() if row.person is not None else []
    return [
        {**{name: getattr(it, name) for name in ("what", "basis", "count", "until")}, "key": key_of(it)} for it in rows
    ]


def _messages(ask: Ask, connection: Connection, row: Row[Any], facts: Facts) -> list[dict[str, Any]]:
    """For who works on it alone: an asker whom nobody has found yet is in no list of words to black out."""
    if access.level(ask.actor.roles, RESOURCE, Category.THREAD, facts) is not Level.FULL:
        return []
    return [message for case in _cases(connection, row.id) for message in thread_of(ask, connection, case)]


def _cases(connection: Connection, request: str) -> list[str]:
    """Its cases, oldest first: an appeal has another, and what was said before is shown beside."""
    linked = select(_links.c.ticket).where(_links.c.resource == RESOURCE, _links.c.record == request)
    mine = _tickets.c.id.in_(linked), _tickets.c.about == "privacy"
    return list(connection.execute(select(_tickets.c.id).where(*mine).order_by(_tickets.c.number)).scalars())
