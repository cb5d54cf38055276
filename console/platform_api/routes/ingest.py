"""/v1/ingest: what the marketplace sends, by its own ids."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import AfterValidator, BeforeValidator, Field, model_validator
from starlette.responses import Response

from console.platform_api.answers import JsonAnswer
from console.platform_api.card_numbers import black_out
from console.platform_api.guard import Asking, permits
from console.platform_api.ingest import PERSONAL, Incoming, ingest_users
from console.platform_api.routes import models
from console.records.users import SERVICES, TOPICS, Source

MOST = 500
"""Users in one request."""

router = APIRouter(prefix="/v1/ingest", tags=["ingest"])


def _moment(value: Any) -> datetime:
    """Strict models take no text for a time, and lax ones take numbers; this takes RFC 3339 alone."""
    try:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        pass
    raise ValueError("is a time with its zone, like 2026-11-22T14:03:11Z")


BlackedOut = AfterValidator(black_out)
"""Card numbers go, what the person wrote around them stays (P16)."""
Typed = Annotated[str, Field(min_length=1, max_length=200, pattern=r"\S"), BlackedOut]
"""As the person typed it, whatever that is; not blank."""
Email = Annotated[str, Field(min_length=3, max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")]
Phone = Annotated[str, Field(min_length=3, max_length=40, pattern=r"\d")]
Moment = Annotated[datetime, BeforeValidator(_moment)]
Self = Literal["self"] | None


def _service(value: str) -> str:
    if value not in SERVICES:
        raise ValueError(f"is one of {', '.join(SERVICES)}")
    return value


Service = Annotated[str, AfterValidator(_service)]


class Sources(models.Request):
    """Where each value came from (P1). What came from Google is google_email and nothing else, and so it stays apart (P8)."""

    name: Self = None
    email: Self = None
    phone: Self = None
    city: Self = None
    postcode: Self = None
    street: Self = None
    gender: Self = None
    age_band: Self = None
    google_email: Literal["google"] | None = None


class IngestedUser(models.Request):
    """Fields that are absent stay as they are. What the platform itself decides (state, pro, numbers) can't be sent."""

    external_id: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[!-~]+$")]
    registered: Moment | None = None
    name: Typed | None = None
    email: Email | None = None
    phone: Phone | None = None
    city: Typed | None = None
    postcode: Annotated[str, Field(min_length=1, max_length=12, pattern=r"\S")] | None = None
    street: Typed | None = None
    gender: Annotated[str, Field(min_length=1, max_length=40, pattern=r"\S")] | None = None
    age_band: Annotated[str, Field(min_length=1, max_length=40, pattern=r"\S")] | None = None
    google_email: Email | None = None
    specials: bool | None = None
    products: bool | None = None
    policy_news: bool | None = None
    interests: Annotated[list[Service], Field(max_length=len(SERVICES))] | None = None
    sources: Sources = Sources()

    @model_validator(mode="after")
    def check(self) -> IngestedUser:
        """P1: no personal value without its source, and no source without its value."""
        if any((getattr(self, name) is None) != (getattr(self.sources, name) is None) for name in PERSONAL):
            raise ValueError("sources names every personal value that is sent, and nothing else")
        return self

    def incoming(self) -> Incoming:
        values = {name: getattr(self, name) for name in PERSONAL if getattr(self, name) is not None}
        return Incoming(
            self.external_id,
            values,
            {name: Source(getattr(self.sources, name)) for name in values},
            frozenset(topic for topic in TOPICS if getattr(self, topic) is False),
            None if self.interests is None else tuple(dict.fromkeys(self.interests)),
            self.registered,
        )


class IngestedUsers(models.Request):
    items: Annotated[list[IngestedUser], Field(min_length=1, max_length=MOST)]


@router.post("/users", dependencies=[permits("users", "ingest")])
def ingest(ask: Asking, body: IngestedUsers) -> Response:
    return JsonAnswer({"results": ingest_users(ask, [item.incoming() for item in body.items])})
