"""Whether a second person allowed this employee what came from Google about a person, for the case in hand (P8)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, select

from console.platform_api.guard import Ask
from console.platform_api.tables import GoogleAccessRow, table

_google = table(GoogleAccessRow)


def asked_facts(ask: Ask, connection: Connection, row: Row[Any]) -> dict[str, Any]:
    if ask.case is None:
        return {}
    theirs = _google.c.person == row.id, _google.c.asked_by == ask.actor.id, _google.c.ticket == ask.case
    holds = _google.c.state == "allowed", _google.c.until > ask.now
    return {"google_allowed": connection.execute(select(_google.c.id).where(*theirs, *holds)).first() is not None}
