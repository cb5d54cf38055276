"""What a list of applications is narrowed by beside its columns: the services, and what was never sent of all that they need.

A document that has expired changes no mark: `missing` looks at the time it is asked. Whoever stores a document or a profile marks it anew.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from sqlalchemy import Connection, delete, insert, select

from console.platform_api.tables import ApplicationDocumentRow, ApplicationMark, table
from console.records.application_documents import DocumentKind, DocumentState
from console.records.pro_applications import needed_documents
from console.records.users import SERVICES

marks, documents = table(ApplicationMark), table(ApplicationDocumentRow)

SERVICE, LACKS = "service:", "lacks:"
_KINDS = tuple(f"{LACKS}{kind}" for kind in DocumentKind)


def mark_profile(connection: Connection, application: str, services: Iterable[str], lacking: Iterable[str]) -> None:
    """`lacking`: fields of the profile. What the documents lack follows from the services, so they are marked as well."""
    connection.execute(delete(marks).where(marks.c.application == application))
    _add(connection, application, [*(SERVICE + name for name in services), *(LACKS + name for name in lacking)])
    mark_documents(connection, application)


def mark_documents(connection: Connection, application: str) -> None:
    """To be called after each change of the application's documents, in the same transaction."""
    services = services_of(connection, [application])[application]
    there = select(documents.c.kind).where(
        documents.c.application == application, documents.c.state == DocumentState.RECEIVED
    )
    lacking = {str(kind) for kind in needed_documents(services)} - set(connection.execute(there).scalars())
    connection.execute(delete(marks).where(marks.c.application == application, marks.c.mark.in_(_KINDS)))
    _add(connection, application, [LACKS + kind for kind in lacking])


def _add(connection: Connection, application: str, wanted: Collection[str]) -> None:
    if wanted:
        connection.execute(insert(marks), [{"mark": mark, "application": application} for mark in set(wanted)])


def marks_of(connection: Connection, applications: Collection[str]) -> defaultdict[str, set[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    rows = connection.execute(select(marks).where(marks.c.application.in_(list(applications))))
    for mark, application in rows:
        found[application].add(mark)
    return found


def services_of(connection: Connection, applications: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Application → its services, in the order of `SERVICES`."""
    found = marks_of(connection, applications)
    return {application: services_in(found[application]) for application in applications}


def services_in(found: Collection[str]) -> tuple[str, ...]:
    return tuple(name for name in SERVICES if SERVICE + name in found)
