"""What a pro application answers with when it is read whole: its documents and the thread of its case, as the employee may see them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row

from console import access
from console.access import Level
from console.conditions import Facts
from console.platform_api.application_documents import documents_of
from console.platform_api.guard import Ask
from console.platform_api.tickets import thread_of
from console.records.pro_applications import RESOURCE
from console.records.record import Category


def more(ask: Ask, connection: Connection, row: Row[Any], facts: Facts) -> dict[str, Any]:
    return {
        "documents": documents_of(ask, connection, row.id),
        "messages": _messages(ask, connection, row, facts),
    }


def _messages(ask: Ask, connection: Connection, row: Row[Any], facts: Facts) -> list[dict[str, Any]]:
    level = access.level(ask.actor.roles, RESOURCE, Category.THREAD, facts)
    return [] if row.ticket is None or level is Level.NONE else thread_of(ask, connection, row.ticket, level)
