"""/v1/ingest/privacy-requests: what the marketplace's form takes in, by its own ids."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import Field, model_validator
from starlette.responses import Response

from console.platform_api.answers import JsonAnswer
from console.platform_api.guard import Asking, permits
from console.platform_api.ingest_privacy_requests import SentRequest, ingest_requests
from console.platform_api.privacy_intake import Asked
from console.platform_api.routes import models
from console.platform_api.routes.ingest import Email, Moment, Typed
from console.platform_api.routes.ingest_applications import Long
from console.platform_api.routes.ingest_orders import External, one_of
from console.platform_api.routes.privacy_intake import ONLY_OF
from console.platform_api.user_values import CHECKS
from console.records.privacy_requests import Kind
from console.records.tickets import CHANNELS
from console.records.users import TOPICS

MOST = 100
"""Requests in one request."""

router = APIRouter(prefix="/v1/ingest", tags=["ingest"])

Topic = Annotated[str, one_of(*TOPICS)]
Disputed = Annotated[str, one_of(*CHECKS)]


class IngestedPrivacyRequest(models.Request):
    """All texts are the asker's own (P1). `signed_in`: sent by the person from their account, which proves who they are.
    `received_at` and `channel` are mandatory (P14): the clock runs from then. Regime, limits and states are the platform's."""

    external_id: External
    person: External | None = None
    kind: Annotated[str, one_of(*Kind)]
    channel: Annotated[str, one_of(*CHANNELS)]
    received_at: Moment
    signed_in: bool = False
    agent: bool = False
    asker: Typed | None = None
    reply_to: Email | None = None
    words: Long | None = None
    topics: Annotated[list[Topic], Field(max_length=len(TOPICS), default_factory=list)]
    disputed: Annotated[list[Disputed], Field(max_length=len(CHECKS), default_factory=list)]
    about_privacy: bool = False
    state: Literal["received", "withdrawn"] = "received"

    @model_validator(mode="after")
    def check(self) -> IngestedPrivacyRequest:
        if any(getattr(self, name, None) and self.kind != kind for name, kind in ONLY_OF.items()):
            raise ValueError("topics are of an opt-out, disputed of a correction, about_privacy of a concern alone")
        if self.signed_in and self.person is None:
            raise ValueError("who is signed in is named by person")
        if self.signed_in and self.agent:
            raise ValueError("an agent asks in another's name, and not from their account")
        return self

    def sent(self) -> SentRequest:
        asked = Asked(
            kind=self.kind, channel=self.channel, received=self.received_at, asker=self.asker, reply_to=self.reply_to,
            words=self.words, agent=self.agent, topics=tuple(dict.fromkeys(self.topics)), disputed=tuple(dict.fromkeys(self.disputed)),
            about_privacy=self.about_privacy, signed_in=self.signed_in, external_id=self.external_id,
        )  # fmt: skip
        return SentRequest(self.external_id, asked, self.person, self.state == "withdrawn")


class IngestedPrivacyRequests(models.Request):
    items: Annotated[list[IngestedPrivacyRequest], Field(min_length=1, max_length=MOST)]


@router.post("/privacy-requests", dependencies=[permits("privacy-requests", "ingest")])
def ingest(ask: Asking, body: IngestedPrivacyRequests) -> Response:
    return JsonAnswer({"results": ingest_requests(ask, [item.sent() for item in body.items])})
