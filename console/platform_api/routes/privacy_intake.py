"""Taking in privacy requests: `POST /v1/privacy-requests`, and what is likely the same."""

from __future__ import annotations

from typing import Annotated, Self

from fastapi import APIRouter
from pydantic import AfterValidator, Field, model_validator
from starlette.responses import Response

from console.platform_api import privacy_alike
from console.platform_api.guard import Asking, permits
from console.platform_api.privacy_intake import Asked, Told, take_in_from
from console.platform_api.routes import models
from console.platform_api.routes.collection import to_response
from console.platform_api.routes.ingest import Moment
from console.platform_api.user_values import CHECKS
from console.records.privacy_requests import Kind, Regime
from console.records.reasons import REASONS
from console.records.tickets import CHANNELS
from console.records.users import TOPICS


def _among(*known: str) -> AfterValidator:
    def check(value: str) -> str:
        if value not in known:
            raise ValueError(f"is one of {', '.join(known)}")
        return value

    return AfterValidator(check)


KindCode = Annotated[models.Code, _among(*Kind)]
RegimeCode = Annotated[models.Code, _among(*Regime)]
Channel = Annotated[models.Code, _among(*CHANNELS)]
Why = Annotated[models.Code, _among(*REASONS["set_regime"])]
Topic = Annotated[models.Code, _among(*TOPICS)]
Disputed = Annotated[models.Code, _among(*CHECKS)]
Line = Annotated[str, Field(min_length=1, max_length=254), models.OneLine, models.NotBlank, models.NoCard]
Words = Annotated[str, Field(min_length=1, max_length=10_000), models.PlainText, models.NotBlank, models.NoCard]

ONLY_OF = {
    "topics": Kind.OPT_OUT, "names": Kind.CONCERN, "about_privacy": Kind.CONCERN, "disputed": Kind.CORRECT,
}  # fmt: skip
"""What only one kind has."""


class Intake(models.Request):
    """`channel` and `received` are mandatory (P14). `person`, `names`, `ticket`: numbers. `agent`: it is asked in another's name."""

    kind: KindCode
    channel: Channel
    received: Moment
    person: models.Code | None = None
    asker: Line | None = None
    reply_to: Line | None = None
    words: Words | None = None
    agent: bool = False
    authority: Words | None = None
    regime: RegimeCode | None = None
    regime_reason: Why | None = None
    topics: Annotated[list[Topic], Field(max_length=len(TOPICS), default_factory=list)]
    disputed: Annotated[list[Disputed], Field(max_length=len(CHECKS), default_factory=list)]
    about_privacy: bool = False
    names: Annotated[list[models.Code], Field(max_length=20, default_factory=list)]
    ticket: models.Code | None = None

    @model_validator(mode="after")
    def _of_its_kind(self) -> Self:
        for name, kind in ONLY_OF.items():
            if getattr(self, name) and self.kind != kind:
                raise ValueError(f"{name} is of {kind} alone")
        if self.authority is not None and not self.agent:
            raise ValueError("authority is an agent's")
        return self

    def told(self) -> Told:
        plain = self.model_dump(exclude={"person", "names", "ticket"})
        return Told(Asked(**plain), self.person, self.names, self.ticket)


class Likely(models.Request):
    kind: KindCode | None = None
    person: models.Code | None = None
    reply_to: Line | None = None


def add_intake(router: APIRouter) -> None:
    @router.post("", dependencies=[permits("privacy-requests", "create")])
    def take_in(ask: Asking, wish: Intake) -> Response:
        return to_response(take_in_from(ask, wish.told()))

    @router.post("/alike", dependencies=[permits("privacy-requests", "create")])
    async def alike(ask: Asking, wish: Likely) -> Response:
        return to_response(await privacy_alike.alike_to(ask, wish.kind, wish.person, wish.reply_to))
