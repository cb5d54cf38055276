"""From what people write (`U-1048233`, `1048233`, an id) to a row."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, Table, select

from console.platform_api.platform import Platform
from console.platform_api.problems import NotFound
from console.platform_api.tables import TicketRow, table


def reference(found_in: Table, prefix: str, named: str, key: str = "number") -> ColumnElement[bool]:
    """The clause that finds one row by id or number; NotFound for what can be neither."""
    digits = named.upper().removeprefix(f"{prefix}-")
    if digits.isascii() and digits.isdigit() and len(digits) <= 18:
        return found_in.c[key] == int(digits)
    if "id" not in found_in.c:
        raise NotFound()
    try:
        return found_in.c.id == str(UUID(named))
    except ValueError:
        raise NotFound() from None


def find_row(
    connection: Connection, found_in: Table, prefix: str, named: str, *, lock: bool = False
) -> Row[Any] | None:
    statement = select(found_in).where(reference(found_in, prefix, named))
    return connection.execute(statement.with_for_update() if lock else statement).first()


def find_ticket_id(platform: Platform, named: str) -> str:
    """The id of the case in hand; NotFound when there is no such ticket."""
    with platform.database.reading() as connection:
        row = find_row(connection, table(TicketRow), "T", named)
    if row is None:
        raise NotFound("There is no such ticket to have in hand.")
    return str(row.id)
