"""The application documents entity: what came with a pro application. Their content is no field: it is opened (see `document_contents`)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row

from console.platform_api.entities import Clauses, Entity, Filter, Rows
from console.platform_api.guard import Ask
from console.platform_api.numbers import numbers_of
from console.platform_api.payments import by_record, records_of
from console.platform_api.problems import BadRequest
from console.platform_api.tables import ApplicationDocumentRow, ProApplicationRow, table
from console.records.application_documents import PREFIX, RESOURCE, ApplicationDocument, DocumentKind, DocumentState

documents, _applications = table(ApplicationDocumentRow), table(ProApplicationRow)

STATES, KINDS = tuple(str(state) for state in DocumentState), tuple(str(kind) for kind in DocumentKind)
EXPIRING = ("yes",)

_PLAIN = ("state", "kind", "received", "expires", "media_type", "size")


def _one_of(column: str, known: tuple[str, ...]) -> Filter:
    def clauses(_: Ask, __: Connection, values: Sequence[str]) -> Clauses:
        if set(values) - set(known):
            raise BadRequest(f"A document's {column} is one of {', '.join(known)}.")
        return [documents.c[column] == value for value in dict.fromkeys(values)]

    return Filter(clauses, known)


def _expiring(ask: Ask, _: Connection, values: Sequence[str]) -> Clauses:
    """What has expired, or soon does: as for the tasks."""
    if list(values) != list(EXPIRING):
        raise BadRequest("expiring is yes, or isn't given.")
    soon = ask.now + timedelta(days=ask.platform.rules.expiring_days)
    return [(documents.c.state == DocumentState.RECEIVED) & (documents.c.expires <= soon)]


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


def _hinders(_: Ask, __: Connection, row: Row[Any], action: str) -> str:
    if action != "open" or row.media_type is not None:
        return ""
    pending = "Its provider has not answered yet: there is nothing to open."
    return pending if row.state == DocumentState.PENDING else "Nothing that could be opened came with it."


def _facts(_: Connection, row: Row[Any]) -> dict[str, Any]:
    return {"person": row.person, "application": row.application, "state": row.state}


DOCUMENTS = Entity(
    resource=RESOURCE,
    prefix=PREFIX,
    record=ApplicationDocument,
    table=documents,
    sorts={"number": documents.c.number},
    filters={
        "application": by_record(documents.c.application, _applications, "PA", "application"),
        "kind": _one_of("kind", KINDS),
        "state": _one_of("state", STATES),
        "expiring": Filter(_expiring, EXPIRING, span="expiring", rare=True),
    },
    deeds=frozenset({"open"}),
    hinders=_hinders,
    dress=_dress,
    facts=_facts,
    owner=lambda row: str(row.person),
)


def documents_of(ask: Ask, connection: Connection, application: str) -> list[dict[str, Any]]:
    """An application's documents, oldest first."""
    return records_of(ask, connection, DOCUMENTS, documents.c.application == application)
