"""What the person applied with as a pro, and the documents that came along: as fields here, as files beside."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Row, false, select

from console.platform_api.access_package.gathering import Gathering, Item, columns
from console.platform_api.access_package.section import File, Rows, Section
from console.platform_api.application_marks import services_of
from console.platform_api.numbers import numbers_of
from console.platform_api.tables import ApplicationDocumentRow, DocumentContent, ProApplicationRow, table
from console.records.application_documents import PREFIX as DOCUMENT
from console.records.pro_applications import PREFIX as APPLICATION

_applications, _documents, _contents = table(ProApplicationRow), table(ApplicationDocumentRow), table(DocumentContent)

ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "application/pdf": "pdf", "text/plain": "txt"}


def _applications_of(gathering: Gathering) -> ColumnElement[bool]:
    return _applications.c.person == gathering.person if gathering.person is not None else false()


def _applied(gathering: Gathering, rows: Rows) -> list[Item]:
    ids, keys = [row.id for row in rows], gathering.keys_of({gathering.person})
    services, changes = services_of(gathering.connection, ids), gathering.changes("pro-applications", ids)
    return [
        {
            "number": f"{APPLICATION}-{row.number}",
            **columns(row, "external_id", "state", "received", "due", "recommendation", "decided", "reason"),
            "services": list(services[row.id]),
            **gathering.texts(keys, row.person, ("pro-applications", row.id, "profile"), row.sealed_profile),
            **changes.get(row.id, {}),
        }
        for row in rows
    ]


def _documents_of(gathering: Gathering) -> ColumnElement[bool]:
    """By the application, which has an index."""
    mine = select(_applications.c.id).where(_applications_of(gathering))
    return _documents.c.application.in_(mine)


def _papers(gathering: Gathering, rows: Rows) -> list[Item]:
    keys = gathering.keys_of({gathering.person})
    numbers = numbers_of(gathering.connection, _applications, APPLICATION, [row.application for row in rows])
    changes = gathering.changes("application-documents", [row.id for row in rows])
    return [
        {
            "number": f"{DOCUMENT}-{row.number}",
            "application": numbers.get(row.application),
            **columns(row, "external_id", "kind", "state", "received", "expires", "media_type", "size"),
            **gathering.texts(keys, row.person, ("application-documents", row.id, "document"), row.sealed_document),
            **({"file": _name(row)} if row.media_type is not None else {}),
            **changes.get(row.id, {}),
        }
        for row in rows
    ]


def _name(row: Row[Any]) -> str:
    """Not the one that it came with: that is text which somebody typed."""
    return f"documents/{DOCUMENT}-{row.number}.{ENDINGS.get(row.media_type, 'bin')}"


def _files(gathering: Gathering, rows: Rows) -> list[File]:
    keys, found = gathering.keys_of({gathering.person}), []
    for row in rows:
        sealed = gathering.connection.execute(
            select(_contents.c.sealed_content).where(_contents.c.document == row.id)
        ).scalar()
        content = gathering.opened(keys, row.person, ("application-documents", row.id, "content"), sealed)
        if isinstance(content, bytes):
            found.append(File(_name(row), content))
    return found


APPLICATIONS = Section("pro_applications", "Your applications as a pro", _applications, _applications_of, _applied)
DOCUMENTS = Section(
    "documents", "Documents that came with them", _documents, _documents_of, _papers, at_once=1, files=_files
)
"""One at a time: each may have 10 MiB."""
