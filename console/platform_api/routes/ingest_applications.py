"""/v1/ingest/pro-applications: what the marketplace sends of applications, by its own ids."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from console.platform_api.answers import JsonAnswer
from console.platform_api.guard import Asking, permits
from console.platform_api.incoming_applications import SentApplication
from console.platform_api.ingest_applications import ingest_applications
from console.platform_api.routes import models
from console.platform_api.routes.ingest import BlackedOut, Moment, Service, Typed
from console.platform_api.routes.ingest_orders import External
from console.records.users import SERVICES

MOST = 100
"""Applications in one request."""

router = APIRouter(prefix="/v1/ingest", tags=["ingest"])

Long = Annotated[str, Field(min_length=1, max_length=10_000, pattern=r"\S"), BlackedOut]

TEXTS = ("business_name", "area", "postcode", "experience", "rates")


class Answer(models.Request):
    """`answer` is empty when the applicant left it out."""

    question: Annotated[str, Field(min_length=1, max_length=500, pattern=r"\S"), BlackedOut]
    answer: Annotated[str, Field(max_length=10_000), BlackedOut]

    def text(self) -> str:
        """The question on a line, below it the answer, indented: no answer can pass for another question."""
        lines = "\n".join(f"  {line}" for line in self.answer.splitlines())
        return f"{' '.join(self.question.split())}\n{lines}".rstrip("\n")


class IngestedApplication(models.Request):
    """Fields that are absent stay as they are. All texts are the applicant's own (P1). What the platform decides can't be sent."""

    external_id: External
    person: External | None = None
    services: Annotated[list[Service], Field(min_length=1, max_length=len(SERVICES))] | None = None
    business_name: Typed | None = None
    area: Typed | None = None
    postcode: Annotated[str, Field(min_length=1, max_length=12, pattern=r"\S")] | None = None
    experience: Long | None = None
    rates: Annotated[str, Field(min_length=1, max_length=2_000, pattern=r"\S"), BlackedOut] | None = None
    answers: Annotated[list[Answer], Field(min_length=1, max_length=50)] | None = None
    submitted_at: Moment | None = None
    state: Literal["submitted", "withdrawn"] | None = None

    def sent(self) -> SentApplication:
        values = {name: getattr(self, name) for name in TEXTS if getattr(self, name) is not None}
        if self.answers is not None:
            values["answers"] = "\n".join(answer.text() for answer in self.answers)
        services = None if self.services is None else tuple(dict.fromkeys(self.services))
        return SentApplication(self.external_id, self.person, services, values, self.submitted_at, self.state)


class IngestedApplications(models.Request):
    items: Annotated[list[IngestedApplication], Field(min_length=1, max_length=MOST)]


@router.post("/pro-applications", dependencies=[permits("pro-applications", "ingest")])
def ingest(ask: Asking, body: IngestedApplications) -> Response:
    return JsonAnswer({"results": ingest_applications(ask, [item.sent() for item in body.items])})
