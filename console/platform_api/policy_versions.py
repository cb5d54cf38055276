"""Versions of the privacy policy: posting one, and that a decision cites the one in force (P35)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select
from sqlmodel import Session

from console import access
from console.platform_api.entities import Entity, Rows
from console.platform_api.facts import base_facts
from console.platform_api.first_policy import sha256_of
from console.platform_api.guard import Ask
from console.platform_api.ids import new_id
from console.platform_api.numbers import numbers_of
from console.platform_api.problems import Conflict, Invalid
from console.platform_api.store import Answer, create, refuse_unless
from console.platform_api.tables import EmployeeRow, PolicyVersionRow, table
from console.records.policy_versions import PREFIX, RESOURCE, PolicyVersion

policy_versions, _employees = table(PolicyVersionRow), table(EmployeeRow)

_PLAIN = ("label", "effective", "created", "sha256")


def in_force(connection: Connection, now: datetime) -> Row[Any]:
    """The newest version whose time has come; the migration has put the first one there."""
    begun = policy_versions.c.effective <= now
    newest = policy_versions.c.effective.desc(), policy_versions.c.number.desc()
    return connection.execute(select(policy_versions).where(begun).order_by(*newest).limit(1)).one()


def require_version(connection: Connection, now: datetime, label: str | None) -> str:
    """The label that a decision cites: Invalid without one, Conflict when another version is in force."""
    if not label:
        where = {"where": "body.policy_version", "what": "A decision cites the policy version in force"}
        raise Invalid("A decision cites the policy version in force.", errors=[where])
    current = str(in_force(connection, now).label)
    if label != current:
        raise Conflict(f"The policy changed: {current} is in force now. Read it, then decide.", policy_version=current)
    return current


def _dress(ask: Ask, connection: Connection, rows: Rows) -> list[dict[str, Any]]:
    current = in_force(connection, ask.now).id
    authors = numbers_of(connection, _employees, "E", [row.created_by for row in rows])
    return [
        {
            **{name: getattr(row, name) for name in _PLAIN},
            "created_by": authors.get(row.created_by or ""),
            "in_force": row.id == current,
        }
        for row in rows
    ]


POLICY_VERSIONS = Entity(
    resource=RESOURCE,
    prefix=PREFIX,
    record=PolicyVersion,
    table=policy_versions,
    sorts={"number": policy_versions.c.number},
    filters={},
    dress=_dress,
    facts=lambda _connection, _row: {},
    owner=lambda _row: None,
    more=lambda _ask, _connection, row, _facts: {"text": row.text},
)


# Posting


def post_version(ask: Ask, label: str, text: str, effective: datetime | None) -> Answer:
    """Keeps a new version, in force at once or from a later moment on; never from an earlier one, as decisions cite what stood then."""
    refuse_unless(access.may(ask.actor.roles, RESOURCE, "create", base_facts(ask.actor, ask.now)))
    begins = effective or ask.now
    if begins < ask.now:
        raise Invalid(errors=[{"where": "body.effective", "what": "A policy is not in force before it is posted"}])

    def work(session: Session) -> tuple[str, dict[str, Any]]:
        _refuse_again(session, label, sha256_of(text))
        row = PolicyVersionRow(
            id=new_id(), label=label, effective=begins, created=ask.now, created_by=ask.actor.id,
            sha256=sha256_of(text), text=text,
        )  # fmt: skip
        session.add(row)
        session.flush()
        return row.id, {"label": label, "effective": begins.isoformat()}

    return create(ask, POLICY_VERSIONS, work)


def _refuse_again(session: Session, label: str, digest: str) -> None:
    connection = session.connection()
    if _found(connection, policy_versions.c.label == label):
        raise Conflict("There is a version with this label already: choose another.")
    newest = connection.execute(select(policy_versions).order_by(policy_versions.c.number.desc()).limit(1)).one()
    if newest.sha256 == digest:
        raise Conflict(f"This is the very text of {newest.label}: nothing was posted.")


def _found(connection: Connection, clause: Any) -> Sequence[Any]:
    return connection.execute(select(policy_versions.c.number).where(clause)).all()
