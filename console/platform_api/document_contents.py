"""The bytes of documents: sealed under the applicant's key, opened for one case, and on the log before the first of them leaves."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, select
from sqlmodel import Session

from console import access
from console.platform_api import projection, reveal
from console.platform_api.application_documents import DOCUMENTS
from console.platform_api.facts import load_case
from console.platform_api.guard import Ask
from console.platform_api.problems import Conflict
from console.platform_api.store import find, log, refuse_unless, renew_case
from console.platform_api.tables import DocumentContent, table
from console.platform_api.vault import OwnerKey
from console.records.application_documents import RESOURCE

contents = table(DocumentContent)

CONTENT = "content"
"""What stands for the category in the place that it is sealed for: the values beside it open in another."""


def seal_content(key: OwnerKey, document: str, content: bytes) -> bytes:
    """For this one document: among another's contents it opens nothing."""
    return key.seal(RESOURCE, document, CONTENT, content)


@dataclass(frozen=True)
class Opened:
    content: bytes = field(repr=False)
    media_type: str


def open_document(ask: Ask, named: str, purpose: str) -> Opened:
    """NotAllowed names the condition that failed; Conflict when there is nothing that could be opened."""
    with ask.platform.database.writing() as session:
        connection = session.connection()
        row = find(ask, connection, DOCUMENTS, named)
        ask.subject = str(row.person)
        facts = projection.facts_of(ask, connection, DOCUMENTS, row, load_case(connection, ask.case))
        refuse_unless(access.may(ask.actor.roles, RESOURCE, "open", facts))
        if because := projection.state_hinders(ask, connection, DOCUMENTS, row, "open"):
            raise Conflict(because)
        opened = Opened(_content(ask, connection, row), row.media_type)
        told = _look(ask, session, row)
        renew_case(ask, session)
        log(session, [ask.entry(fields=(CONTENT,), told=told, details={"purpose": purpose})])
    return opened


def _content(ask: Ask, connection: Connection, row: Row[Any]) -> bytes:
    key = ask.platform.vault.keys_of([row.person]).get(row.person)
    if key is None:
        raise Conflict("The applicant was erased: nothing of it can be opened any more.")
    stored = connection.execute(select(contents.c.sealed_content).where(contents.c.document == row.id)).scalar_one()
    return key.open(RESOURCE, row.id, CONTENT, bytes(stored))


def _look(ask: Ask, session: Session, row: Row[Any]) -> str | None:
    """Whose papers were looked at counts among the persons of the hour, as with reveals; it is no grant of anything else."""
    reveal.remember_look(ask, session, row.person, ask.case or "", ask.now)
    return "manager" if reveal.looked_at(session, ask) > reveal.TOLD_ABOVE else None
