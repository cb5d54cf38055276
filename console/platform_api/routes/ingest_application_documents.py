"""/v1/ingest/application-documents: what applicants handed in, and what background checks came to."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from console.platform_api.answers import JsonAnswer
from console.platform_api.guard import Asking, permits
from console.platform_api.incoming_documents import SENT_STATES, SentDocument
from console.platform_api.ingest_application_documents import ingest_documents
from console.platform_api.routes import models
from console.platform_api.routes.ingest import BlackedOut, Moment, Typed
from console.platform_api.routes.ingest_orders import External, one_of
from console.records.application_documents import DocumentKind, DocumentState

MOST = 20
"""Documents in one request; how large they may be together, `limits` says."""

router = APIRouter(prefix="/v1/ingest", tags=["ingest"])


class IngestedDocument(models.Request):
    """`content` in base64. What it is, the content says: a file's name is only text."""

    external_id: External
    application: External
    kind: Annotated[str, one_of(*DocumentKind)]
    state: Annotated[str, one_of(*SENT_STATES)] = str(DocumentState.RECEIVED)
    expires: Moment | None = None
    provider: Typed | None = None
    result: Annotated[str, Field(min_length=1, max_length=2_000, pattern=r"\S"), BlackedOut] | None = None
    file_name: Annotated[str, Field(min_length=1, max_length=255, pattern=r"\S"), BlackedOut] | None = None
    content: str | None = None

    def sent(self) -> SentDocument:
        return SentDocument(**self.model_dump())


class IngestedDocuments(models.Request):
    items: Annotated[list[IngestedDocument], Field(min_length=1, max_length=MOST)]


@router.post("/application-documents", dependencies=[permits("application-documents", "ingest")])
def ingest(ask: Asking, body: IngestedDocuments) -> Response:
    return JsonAnswer({"results": ingest_documents(ask, [item.sent() for item in body.items])})
