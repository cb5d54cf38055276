"""Documents as the marketplace sends them: upserted by its own ids. What is there stays; a newer one of its kind takes its place.

Sending the same again changes nothing. A background check comes pending first, and is received with its result. Of an applicant who
is erased, or is being erased, nothing is stored but that there was a document.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, select

from console.platform_api.application_clock import take_answer
from console.platform_api.application_documents import documents
from console.platform_api.application_marks import mark_documents
from console.platform_api.document_contents import seal_content
from console.platform_api.document_tasks import solve_task
from console.platform_api.guard import Ask
from console.platform_api.ids import new_id
from console.platform_api.incoming_documents import Content, Known, SentDocument, check, contents_of
from console.platform_api.ingest_batch import (
    Mistakes,
    Outcome,
    answers,
    by_external_id,
    finish,
    ingesting,
    open_keys,
    seal_new,
)
from console.platform_api.tables import (
    ApplicationDocumentRow,
    DocumentContent,
    FieldChange,
    ProApplicationRow,
    table,
)
from console.platform_api.transaction import Transaction
from console.platform_api.vault import OwnerKey
from console.records import pro_applications
from console.records.application_documents import PREFIX, RESOURCE, DocumentKind, DocumentState

_applications = table(ProApplicationRow)


def ingest_documents(ask: Ask, items: Sequence[SentDocument]) -> list[dict[str, Any]]:
    """The results in the order of the items."""
    mistakes = Mistakes()
    looked_at = contents_of(items, mistakes)
    with ingesting(ask) as work:
        known = Known(
            by_external_id(work.connection, _applications, [item.application for item in items], lock=True),
            by_external_id(work.connection, documents, [item.external_id for item in items], lock=True),
        )
        check(items, looked_at, known, mistakes)
        keys = open_keys(work.platform, work.connection, [row.person for row in known.applications.values()])
        outcomes = [_one(work, item, looked_at.get(item.external_id), known, keys) for item in items]
        _tell_applications(ask, work, known, outcomes, items, keys)
        finish(ask, work, outcomes)
        return answers(work.connection, documents, PREFIX, outcomes)


def _one(
    work: Transaction, item: SentDocument, content: Content | None, known: Known, keys: Mapping[str, OwnerKey]
) -> Outcome:
    row = known.documents.get(item.external_id)
    if row is None:
        application = known.applications[item.application]
        return _created(work, item, content, application, keys.get(application.person))
    columns = _news(work, item, content, row, keys.get(row.person))
    if row.state == DocumentState.PENDING and item.state == DocumentState.RECEIVED:
        columns |= {"state": item.state, "received": work.now}
    if columns:
        work.change(RESOURCE, documents, row, **columns)
    if "state" in columns:
        _replace_older(work, row.id, row.application, row.kind)
    names = tuple(sorted(name.removeprefix("sealed_") for name in columns))
    return Outcome(item.external_id, row.id, "updated" if columns else "unchanged", row.person, names)


def _created(
    work: Transaction, item: SentDocument, content: Content | None, application: Row[Any], key: OwnerKey | None
) -> Outcome:
    document, person = new_id(), str(application.person)
    sealed = seal_new(work, key, (RESOURCE, document), item.values, category="document")
    work.session.add(
        ApplicationDocumentRow(
            id=document, external_id=item.external_id, state=item.state, application=application.id, person=person, kind=item.kind,
            received=work.now, expires=item.expires, sealed_document=sealed, **_stored(work, key, document, content),
        )
    )  # fmt: skip
    work.session.flush()
    work.created(RESOURCE, document)
    if item.state == DocumentState.RECEIVED:
        _replace_older(work, document, application.id, item.kind)
    return Outcome(item.external_id, document, "created", person, ("kind", "state"))


def _news(
    work: Transaction, item: SentDocument, content: Content | None, row: Row[Any], key: OwnerKey | None
) -> dict[str, Any]:
    """What was not known of it: a value that comes later, a content that was still to come."""
    if row.state == DocumentState.REPLACED:
        return {}
    before = None if row.sealed_document is None else bytes(row.sealed_document)
    sealed = seal_new(work, key, (RESOURCE, row.id), item.values, before, category="document")
    columns: dict[str, Any] = {} if sealed is None else {"sealed_document": sealed}
    if item.expires is not None and row.expires is None:
        columns["expires"] = item.expires
    return columns | (_stored(work, key, row.id, content) if row.media_type is None else {})


def _stored(work: Transaction, key: OwnerKey | None, document: str, content: Content | None) -> dict[str, Any]:
    """Its columns once the content is stored; nothing when there is none, or nothing of the applicant is stored."""
    if key is None or content is None:
        return {}
    work.session.add(DocumentContent(document=document, sealed_content=seal_content(key, document, content.data)))
    return {"media_type": content.media_type, "size": len(content.data)}


def _replace_older(work: Transaction, document: str, application: str, kind: str) -> None:
    """Of each kind the last that came counts; the others that an applicant sends stand side by side."""
    if kind == DocumentKind.OTHER:
        return
    same = documents.c.application == application, documents.c.kind == kind, documents.c.id != document
    older = select(documents).where(*same, documents.c.state != DocumentState.REPLACED).order_by(documents.c.number)
    for row in work.connection.execute(older.with_for_update()).all():
        work.change(RESOURCE, documents, row, state=str(DocumentState.REPLACED))
        work.entries.append(work.entry(RESOURCE, "replaced", person=row.person, record=row.id))
        solve_task(work, row)


def _tell_applications(
    ask: Ask,
    work: Transaction,
    known: Known,
    outcomes: Sequence[Outcome],
    items: Sequence[SentDocument],
    keys: Mapping[str, OwnerKey],
) -> None:
    """An application has another version with each change of its documents: nobody decides on what they have not seen.

    What the applicant sends is the answer that a stopped clock waits for; a background check comes from its provider.
    """
    changed = [item for item, found in zip(items, outcomes, strict=True) if found.outcome != "unchanged"]
    names = {item.application for item in changed}
    from_applicant = {item.application for item in changed if item.kind != DocumentKind.BACKGROUND_CHECK}
    for row in sorted((known.applications[name] for name in names), key=lambda row: int(row.number)):
        work.session.flush()
        if row.person in keys:
            mark_documents(work.connection, row.id)
        answer = take_answer(work, row) if row.external_id in from_applicant else {}
        work.change(pro_applications.RESOURCE, _applications, row, **answer)
        work.session.add(
            FieldChange(
                id=new_id(), resource=pro_applications.RESOURCE, record=row.id, version=row.version + 1, at=work.now,
                employee=ask.actor.id, role=ask.actor.role, fields=["documents", *answer], owner=row.person,
            )
        )  # fmt: skip
