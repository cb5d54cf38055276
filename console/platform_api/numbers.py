"""From ids to what people call records (`O-12`, `E-3`), many at once."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, Table, select


def numbers_of(connection: Connection, found_in: Table, prefix: str, ids: Collection[str | None]) -> dict[str, str]:
    """Id → number; an id that leads nowhere is absent."""
    wanted = sorted({record for record in ids if record is not None})
    if not wanted:
        return {}
    rows = connection.execute(select(found_in.c.id, found_in.c.number).where(found_in.c.id.in_(wanted)))
    return {record: f"{prefix}-{number}" for record, number in rows}


def number_of(connection: Connection, found_in: Table, prefix: str, record: str) -> str:
    """The number of one record that exists."""
    return numbers_of(connection, found_in, prefix, [record])[record]
