"""/v1/ingest/contest-entries: what the marketplace sends of who enters a contest, by its own ids."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from console.platform_api.answers import JsonAnswer
from console.platform_api.guard import Asking, permits
from console.platform_api.ingest_contest_entries import SentEntry, ingest_entries
from console.platform_api.routes import models
from console.platform_api.routes.contests import Region
from console.platform_api.routes.ingest import Email, Moment, Phone, Typed
from console.platform_api.routes.ingest_orders import External
from console.records.awards import CONTACT

MOST = 500
"""Entries in one request."""

router = APIRouter(prefix="/v1/ingest", tags=["ingest"])


class IngestedEntry(models.Request):
    """All is the entrant's own (P1). `of_age` and `region` decide who takes part, and are not kept. Fields that are absent stay as they are."""

    external_id: External
    contest: models.Code | None = None
    person: External | None = None
    entered_at: Moment | None = None
    of_age: bool = False
    region: Region | None = None
    name: Typed | None = None
    email: Email | None = None
    phone: Phone | None = None
    street: Typed | None = None
    city: Typed | None = None
    postcode: Annotated[str, Field(min_length=1, max_length=12, pattern=r"\S")] | None = None
    state: Literal["entered", "withdrawn"] = "entered"

    def sent(self) -> SentEntry:
        contact = {name: getattr(self, name) for name in CONTACT if getattr(self, name) is not None}
        return SentEntry(
            self.external_id, self.contest, self.person, self.entered_at, self.of_age, self.region, contact,
            self.state == "withdrawn",
        )  # fmt: skip


class IngestedEntries(models.Request):
    items: Annotated[list[IngestedEntry], Field(min_length=1, max_length=MOST)]


@router.post("/contest-entries", dependencies=[permits("contest-entries", "ingest")])
def ingest(ask: Asking, body: IngestedEntries) -> Response:
    return JsonAnswer({"results": ingest_entries(ask, [item.sent() for item in body.items])})
