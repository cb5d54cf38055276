"""Before and after of every change, sealed under the record's owner; and what changed since a version, for a stale write."""

from __future__ import annotations

import hashlib
import json
import secrets
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, select

from console.platform_api.audit import SealedReason
from console.platform_api.entities import Entity
from console.platform_api.guard import Ask
from console.platform_api.ids import new_id
from console.platform_api.problems import Problem, Stale
from console.platform_api.tables import FieldChange, table
from console.platform_api.vault import OwnerKey

if TYPE_CHECKING:
    from console.platform_api.store import Write

_changes = table(FieldChange)


def keep_change(write: Write, version: int) -> None:
    """Adds the change to the record's history, in the write's own transaction."""
    ask, owner = write.ask, write.entity.owner(write.row)
    fields = list(write.changed) or sorted(name for name in write.values if not name.startswith("sealed_"))
    write.session.add(
        FieldChange(
            id=new_id(), resource=write.entity.resource, record=write.row.id, version=version, at=ask.now, employee=ask.actor.id,
            role=ask.actor.role, ticket=ask.case, fields=fields, source=write.source, owner=owner, sealed_change=_sealed(write, owner),
        )
    )  # fmt: skip


def _sealed(write: Write, owner: str | None) -> bytes | None:
    key = write.ask.platform.vault.keys_of([owner]).get(owner) if owner and write.changed else None
    if key is None:
        return None
    body = json.dumps(write.changed, ensure_ascii=False, separators=(",", ":")).encode()
    return key.seal(write.entity.resource, write.row.id, "change", body)


def opened_change(ask: Ask, change: Row[Any]) -> dict[str, tuple[str | None, str | None]]:
    """field → (before, after) of one change; empty when nothing personal changed or the key is gone."""
    key = (
        ask.platform.vault.keys_of([change.owner]).get(change.owner) if change.owner and change.sealed_change else None
    )
    if key is None:
        return {}
    found: dict[str, tuple[str | None, str | None]] = json.loads(
        key.open(change.resource, change.record, "change", bytes(change.sealed_change))
    )
    return found


def seal_reason(key: OwnerKey, resource: str, record: str, text: str) -> SealedReason:
    """A reason's free text for the log: sealed with a salt, of which and of the text the chain holds the hash."""
    salt = secrets.token_bytes(16)
    body = json.dumps({"salt": salt.hex(), "text": text}, ensure_ascii=False).encode()
    return SealedReason(
        key.owner, key.seal(resource, record, "reason", body), hashlib.sha256(salt + text.encode()).hexdigest()
    )


def stale(ask: Ask, connection: Connection, entity: Entity, row: Row[Any], expected: int) -> Problem:
    """The 412: which fields changed since, by which role and when; the latest change of each field."""
    rows = connection.execute(
        select(_changes)
        .where(_changes.c.resource == entity.resource, _changes.c.record == row.id, _changes.c.version > expected)
        .order_by(_changes.c.version)
    )
    changed: dict[str, dict[str, Any]] = {}
    for change in rows:
        by = "you" if change.employee == ask.actor.id else change.role
        changed |= {name: {"field": name, "by": by, "at": change.at} for name in change.fields}
    return Stale("Look at what changed and decide again.", version=row.version, changed=list(changed.values()))
