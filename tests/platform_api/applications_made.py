"""Pro applications and their documents for tests, put straight into the databases as ingest and the platform's own work would leave them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from console.platform_api.application_marks import mark_documents, mark_profile
from console.platform_api.application_tokens import index_applications
from console.platform_api.blind import postcode_token
from console.platform_api.cases import open_case
from console.platform_api.ids import new_id
from console.platform_api.platform import Platform
from console.platform_api.tables import ApplicationDocumentRow, DocumentContent, ProApplicationRow, UserRow, table
from console.platform_api.transaction import own_work
from console.records.application_documents import DocumentKind
from console.records.pro_applications import PROFILE_NEEDED, ApplicationState, needed_documents
from tests.platform_api.api import employee_id
from tests.platform_api.orders_made import claim, row_of, sealed
from tests.platform_api.people import add_person

PROFILE = {
    "business_name": "Happy Paws", "area": "Bridgeport and around", "postcode": "06604", "experience": "Six years of walking dogs",
    "rates": "20 dollars an hour", "answers": "Do you have a garden?\n  Yes, a small one",
}  # fmt: skip

HELD = (ApplicationState.IN_REVIEW, ApplicationState.INFO_REQUESTED)
"""States that a claim leads to: an application in one of them has a case."""


def add_application(
    platform: Platform,
    person: str | None = None,
    state: str = "submitted",
    *,
    services: Sequence[str] = ("walking",),
    complete: bool = True,
    assignee: str | None = None,
    received: datetime | None = None,
    profile: dict[str, str] | None = None,
    **columns: Any,
) -> str:
    """An application, its person made when they aren't named; with the documents that it needs when `complete`. `assignee` is an
    employee's name, who has claimed it; what is in review has a case anyway. Its id."""
    person = person or add_person(platform, email=f"{new_id()}@example.net")
    application, now = new_id(), platform.clock()
    came, texts = received or now, {**PROFILE, **(profile or {})}
    texts = {name: text for name, text in texts.items() if text}
    found = {
        "external_id": f"application-{application}", "state": state, "person": person, "received": came,
        "due": came + timedelta(hours=platform.rules.decide_hours), "stopped": now if state == ApplicationState.INFO_REQUESTED else None,
        "area_token": postcode_token(platform.keys, texts["postcode"]) if "postcode" in texts else None,
        "sealed_profile": sealed(platform, person, ("pro-applications", application, "profile"), **texts),
    }  # fmt: skip
    with platform.database.writing() as session:
        session.add(ProApplicationRow(id=application, **{**found, **columns}))
        session.flush()
        lacking = [name for name in PROFILE_NEEDED if name not in texts]
        mark_profile(session.connection(), application, services, lacking)
        index_applications(platform, session.connection(), {person: texts.get("business_name")})
        index_applications(platform, session.connection(), {person: texts.get("business_name")})
    if assignee is not None or state in HELD:
        claimed(platform, application, assignee)
    for kind in needed_documents(tuple(services)) if complete else ():
        add_document(platform, application, kind)
    return application


def add_document(
    platform: Platform,
    application: str,
    kind: str = "insurance",
    *,
    content: bytes = b"A policy of insurance.",
    media_type: str = "text/plain",
    file_name: str = "policy.txt",
    provider: str | None = None,
    result: str | None = None,
    **columns: Any,
) -> str:
    """A document that was received and doesn't expire, unless a test says otherwise; its id."""
    document, now = new_id(), platform.clock()
    person = row_of(platform, ProApplicationRow, application).person
    if kind == DocumentKind.BACKGROUND_CHECK:
        provider, result = provider or "Checkwell", result or "clear"
    texts = {"file_name": file_name, "provider": provider, "result": result}
    place = ("application-documents", document, "document")
    found = {
        "external_id": f"document-{document}", "application": application, "person": person, "kind": str(kind), "received": now,
        "media_type": media_type, "size": len(content),
        "sealed_document": sealed(platform, person, place, **{name: text for name, text in texts.items() if text}),
    }  # fmt: skip
    key = platform.vault.keys_of([person])[person]
    with platform.database.writing() as session:
        session.add(ApplicationDocumentRow(id=document, **{**found, **columns}))
        bytes_ = key.seal("application-documents", document, "content", content)
        session.add(DocumentContent(document=document, sealed_content=bytes_))
        session.flush()
        mark_documents(session.connection(), application)
    return document


def claimed(platform: Platform, application: str, name: str | None = "manager") -> str:
    """The application's case, opened if there is none and held by the employee of that name; its id."""
    row = row_of(platform, ProApplicationRow, application)
    case = row.ticket or _open_case(platform, row)
    if name is not None:
        claim(platform, case, name)
    return str(case)


def _open_case(platform: Platform, row: Any) -> str:
    found = table(ProApplicationRow)
    with own_work(platform) as work:
        case = open_case(work, "application", [("pro-applications", row.id), ("users", row.person)], row.person)
        state = row.state if row.state != ApplicationState.SUBMITTED else str(ApplicationState.IN_REVIEW)
        work.connection.execute(found.update().where(found.c.id == row.id).values(ticket=case, state=state))
        work.entries.append(work.entry("pro-applications", "claim", person=row.person, record=row.id))
    return case


def decided(platform: Platform, state: str = "declined", by: str = "manager", **more: Any) -> str:
    """An application that the employee of that name has decided; its id."""
    columns = {"reason": "documents" if state == ApplicationState.DECLINED else None, **more}
    return add_application(
        platform, state=state, decided=platform.clock(), decided_by=employee_id(platform, by), **columns
    )


def is_pro(platform: Platform, person: str) -> bool:
    return bool(row_of(platform, UserRow, person).pro)


def person_of(platform: Platform, application: str) -> str:
    return str(row_of(platform, ProApplicationRow, application).person)
