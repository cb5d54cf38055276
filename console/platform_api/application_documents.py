"""The application documents entity: what came with a pro application. Their content is no field: it is opened (see `open`)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row

from console.platform_api.entities import Entity, Rows
from console.platform_api.guard import Ask
from console.platform_api.numbers import numbers_of
from console.platform_api.payments import by_record, records_of
from console.platform_api.tables import ApplicationDocumentRow, ProApplicationRow, table
from console.records.application_documents import PREFIX, RESOURCE, ApplicationDocument, DocumentState

documents, _applications = table(ApplicationDocumentRow), table(ProApplicationRow)

_PLAIN = ("state", "kind", "received", "expires", "media_type", "size")


def _dress(ask: Ask, connection: Connection, rows: Rows) -> list[dict[str, Any]]:
    applications = numbers_of(connection, _applications, "PA", [row.application for row in rows])
    return [
        {
            **{name: getattr(row, name) for name in _PLAIN},
            "application": applications.get(row.application),
            "complete": _is_complete(ask, row),
        }
        for row in rows
    ]


def _is_complete(ask: Ask, row: Row[Any]) -> bool:
    return row.state == DocumentState.RECEIVED and (row.expires is None or row.expires > ask.now)


def _facts(_: Connection, row: Row[Any]) -> dict[str, Any]:
    return {"person": row.person, "application": row.application, "state": row.state}


DOCUMENTS = Entity(
    resource=RESOURCE,
    prefix=PREFIX,
    record=ApplicationDocument,
    table=documents,
    sorts={"number": documents.c.number},
    filters={"application": by_record(documents.c.application, _applications, "PA", "application")},
    dress=_dress,
    facts=_facts,
    owner=lambda row: str(row.person),
)


def documents_of(ask: Ask, connection: Connection, application: str) -> list[dict[str, Any]]:
    """An application's documents, oldest first."""
    return records_of(ask, connection, DOCUMENTS, documents.c.application == application)
