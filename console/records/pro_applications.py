"""A pro application: somebody who would like to offer services, what they say of themselves, and what was decided."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict

from console.raw import Raw
from console.records.application_documents import ApplicationDocument, DocumentKind
from console.records.record import Category, Record, transition
from console.records.tickets import Message

RESOURCE = "pro-applications"
PREFIX = "PA"


class ApplicationState(StrEnum):
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    INFO_REQUESTED = "info_requested"
    APPROVED = "approved"
    DECLINED = "declined"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


_S = ApplicationState
WAITING = frozenset({_S.SUBMITTED, _S.IN_REVIEW, _S.REOPENED})
"""States in which it waits for us, and its clock runs."""

OPEN = WAITING | {_S.INFO_REQUESTED}
CLAIMABLE = OPEN
"""A claim takes what is submitted or reopened into review; of what is in review or waits for an answer it changes only who has it."""

TRANSITIONS = {
    "ask": transition(_S.IN_REVIEW, to=_S.INFO_REQUESTED),
    "answered": transition(_S.INFO_REQUESTED, to=_S.SUBMITTED),
    "approve": transition(_S.IN_REVIEW, to=_S.APPROVED),
    "decline": transition(_S.IN_REVIEW, to=_S.DECLINED),
    "reopen": transition(_S.DECLINED, to=_S.REOPENED),
    "withdraw": transition(*OPEN, to=_S.WITHDRAWN),
    "expire": transition(_S.INFO_REQUESTED, to=_S.EXPIRED),
}
"""`expire` is the platform's own. A claim is no transition: it depends on the state what it does."""

ONLY_IN = {
    "claim": CLAIMABLE,
    "release": frozenset({_S.IN_REVIEW, _S.INFO_REQUESTED}),
    "note": frozenset({_S.IN_REVIEW, _S.INFO_REQUESTED}),
    "recommend": frozenset({_S.IN_REVIEW}),
}

ALWAYS_NEEDED = (DocumentKind.INSURANCE, DocumentKind.BACKGROUND_CHECK)
NEEDS_LICENCE = frozenset({"boarding", "grooming"})
"""Services that need a licence beside."""

PROFILE_NEEDED = ("business_name", "area", "postcode", "experience", "rates")
"""What an applicant must have said; `answers` may be empty."""

MISSING = (*(str(kind) for kind in (*ALWAYS_NEEDED, DocumentKind.LICENCE)), *PROFILE_NEEDED)
"""All that can be missing, as `missing` names it."""


class Recommendation(StrEnum):
    APPROVE = "approve"
    DECLINE = "decline"


class Likeness(BaseModel):
    """Another application that may be the same person's or business's; `by` says what is alike: phone, email, address, business_name."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    number: str
    person: str
    state: str
    by: tuple[str, ...]


class Former(BaseModel):
    """An earlier application of the same person, or an earlier suspension of theirs (`kind`: application, suspension)."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    kind: str
    number: str
    state: str
    at: datetime
    reason: str | None = None


class ProApplication(Record):
    """`case` is the ticket of its claim. `due`: when it should be decided; None while the clock stands still, since `stopped`.

    `missing` and `expiring` are as of now. `alike_cut`: more may be alike than are named. `services` are among `users.SERVICES`.
    """

    state: Annotated[str, Category.PLAIN] = ""
    person: Annotated[str | None, Category.PLAIN] = None
    received: Annotated[datetime | None, Category.PLAIN] = None
    due: Annotated[datetime | None, Category.PLAIN] = None
    stopped: Annotated[datetime | None, Category.PLAIN] = None
    services: Annotated[tuple[str, ...], Category.PLAIN] = ()
    missing: Annotated[tuple[str, ...], Category.PLAIN] = ()
    expiring: Annotated[tuple[str, ...], Category.PLAIN] = ()
    recommendation: Annotated[str | None, Category.PLAIN] = None
    recommended_by: Annotated[str | None, Category.PLAIN] = None
    decided: Annotated[datetime | None, Category.PLAIN] = None
    decided_by: Annotated[str | None, Category.PLAIN] = None
    reason: Annotated[str | None, Category.PLAIN] = None
    case: Annotated[str | None, Category.PLAIN] = None
    assignee: Annotated[str | None, Category.PLAIN] = None
    yours: Annotated[bool, Category.PLAIN] = False
    lease_until: Annotated[datetime | None, Category.PLAIN] = None
    documents: Annotated[tuple[ApplicationDocument, ...], Category.PLAIN] = ()
    alike: Annotated[tuple[Likeness, ...], Category.PLAIN] = ()
    alike_cut: Annotated[bool, Category.PLAIN] = False
    former: Annotated[tuple[Former, ...], Category.PLAIN] = ()
    business_name: Annotated[Raw | None, Category.PROFILE] = None
    area: Annotated[Raw | None, Category.PROFILE] = None
    postcode: Annotated[Raw | None, Category.PROFILE] = None
    experience: Annotated[Raw | None, Category.PROFILE] = None
    rates: Annotated[Raw | None, Category.PROFILE] = None
    answers: Annotated[Raw | None, Category.PROFILE] = None
    messages: Annotated[tuple[Message, ...], Category.THREAD] = ()


def needed_documents(services: tuple[str, ...]) -> tuple[DocumentKind, ...]:
    """The kinds of documents that these services need."""
    licence = (DocumentKind.LICENCE,) if NEEDS_LICENCE & set(services) else ()
    return (*ALWAYS_NEEDED, *licence)
