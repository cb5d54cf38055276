"""What was changed of a privacy request after intake, as its history tells: who changed where it is answered to, and since when a proof
counts. A proof was given for the address and the authority of then; with another of either it proves nothing any more."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, Row, select

from console.platform_api.tables import FieldChange, table
from console.records.privacy_requests import RESOURCE

_changes = table(FieldChange)

ADDRESS, AUTHORITY = "reply_to", "authority"


def readdressers(connection: Connection, request: str) -> set[str]:
    """Employees who changed where it is answered to."""
    return {change.employee for change in _changes_of(connection, request) if ADDRESS in change.fields}


def proof_since(connection: Connection, request: str) -> str:
    """Id of the last change before which no proof counts; ids rise with time, so what matched before has a smaller one."""
    taken_back = [change.id for change in _changes_of(connection, request) if {ADDRESS, AUTHORITY} & set(change.fields)]
    return max(taken_back, default="")


def _changes_of(connection: Connection, request: str) -> Sequence[Row[str, str, list[str]]]:
    mine = _changes.c.resource == RESOURCE, _changes.c.record == request
    wanted = select(_changes.c.id, _changes.c.employee, _changes.c.fields).where(*mine)
    return connection.execute(wanted).all()
