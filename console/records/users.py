"""A user of the marketplace: a pet parent, or a pet pro as well."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict

from console.raw import Raw
from console.records.record import Category, Record, transition

RESOURCE = "users"
PREFIX = "U"


class UserState(StrEnum):
    ACTIVE = "active"
    LOCKED = "locked"
    SUSPENDED = "suspended"
    ERASING = "erasing"
    ERASED = "erased"


TRANSITIONS = {
    "lock": transition(UserState.ACTIVE, to=UserState.LOCKED),
    "unlock": transition(UserState.LOCKED, to=UserState.ACTIVE),
    "suspend": transition(UserState.ACTIVE, UserState.LOCKED, to=UserState.SUSPENDED),
    "reinstate": transition(UserState.SUSPENDED, to=UserState.ACTIVE),
}

TOPICS = ("specials", "products", "policy_news")
"""Marketing that a person can opt out of (P5): each is a field that says whether we may write about it."""

SERVICES = ("grooming", "boarding", "sitting", "walking", "training")


class Source(StrEnum):
    """Where a personal value came from (P1)."""

    SELF = "self"
    EMPLOYEE = "employee"
    GOOGLE = "google"


class Paper(BaseModel):
    """A document of an application that counts until it `expires`."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    kind: str
    expires: datetime


class Applied(BaseModel):
    """An application of the user's to be a pro."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    number: str
    state: str
    received: datetime
    decided: datetime | None = None
    services: tuple[str, ...] = ()
    papers: tuple[Paper, ...] = ()


class Hold(BaseModel):
    """A legal hold: nothing of the person is erased while it lasts. Who and why, by number and code."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    reason: str
    placed: datetime
    placed_by: str | None = None
    lifted: datetime | None = None
    lifted_by: str | None = None


class User(Record):
    """Absent fields are None: look in `masks`, then in `withheld`. `orders_as_pro` counts by state."""

    state: Annotated[str, Category.PLAIN] = ""
    pro: Annotated[bool, Category.PLAIN] = False
    registered: Annotated[datetime | None, Category.PLAIN] = None
    name: Annotated[Raw | None, Category.IDENTITY] = None
    email: Annotated[Raw | None, Category.CONTACT] = None
    phone: Annotated[Raw | None, Category.CONTACT] = None
    city: Annotated[Raw | None, Category.LOCALITY] = None
    postcode: Annotated[Raw | None, Category.LOCALITY] = None
    street: Annotated[Raw | None, Category.ADDRESS] = None
    gender: Annotated[Raw | None, Category.DEMOGRAPHIC] = None
    age_band: Annotated[Raw | None, Category.DEMOGRAPHIC] = None
    google_email: Annotated[Raw | None, Category.GOOGLE] = None
    specials: Annotated[bool | None, Category.PREFERENCE] = None
    products: Annotated[bool | None, Category.PREFERENCE] = None
    policy_news: Annotated[bool | None, Category.PREFERENCE] = None
    opted_out: Annotated[bool | None, Category.PREFERENCE] = None
    opted_out_at: Annotated[datetime | None, Category.PREFERENCE] = None
    opted_out_channel: Annotated[str | None, Category.PREFERENCE] = None
    interests: Annotated[tuple[str, ...], Category.PREFERENCE] = ()
    last_service: Annotated[str | None, Category.PLAIN] = None
    applications: Annotated[tuple[Applied, ...], Category.PLAIN] = ()
    orders_as_pro: Annotated[Mapping[str, int], Category.PLAIN] = {}
    holds: Annotated[tuple[Hold, ...], Category.PLAIN] = ()
