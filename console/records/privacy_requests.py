"""A privacy request: what the policy promises every person (see, change, delete, object, opt out), kept to the clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict

from console.raw import Raw
from console.records.record import Category, Record, transition
from console.records.tickets import Message

RESOURCE = "privacy-requests"
PREFIX = "PR"


class Kind(StrEnum):
    ACCESS = "access"
    CORRECT = "correct"
    DELETE = "delete"
    OPT_OUT = "opt_out"
    CONCERN = "concern"


class Regime(StrEnum):
    """Whose clock runs. POLICY: what Petworks' own policy promises where no law asks for more."""

    POLICY = "policy"
    CTDPA = "ctdpa"
    CCPA = "ccpa"
    GDPR = "gdpr"
    OPT_OUT = "opt_out"


NEW_YORK = "America/New_York"

ZONES: Mapping[str, str] = {
    Regime.POLICY: NEW_YORK,
    Regime.CTDPA: NEW_YORK,
    Regime.CCPA: "America/Los_Angeles",
    Regime.GDPR: "Europe/Brussels",
    Regime.OPT_OUT: NEW_YORK,
}
"""Regime → the zone whose days its limits are counted in: a limit is the last moment of its last day there."""


class RequestState(StrEnum):
    RECEIVED = "received"
    ACKNOWLEDGED = "acknowledged"
    VERIFYING = "verifying"
    VERIFIED = "verified"
    UNVERIFIABLE = "unverifiable"
    IN_PROGRESS = "in_progress"
    REVIEW = "review"
    ERASING = "erasing"
    FULFILLED = "fulfilled"
    PARTLY_FULFILLED = "partly_fulfilled"
    DENIED = "denied"
    APPEALED = "appealed"
    UPHELD = "upheld"
    REVERSED = "reversed"
    WITHDRAWN = "withdrawn"
    EFFECTIVE = "effective"
    CONFIRMED = "confirmed"


_S = RequestState
BEFORE_PROOF = (_S.RECEIVED, _S.ACKNOWLEDGED, _S.VERIFYING)
PROVABLE = (*BEFORE_PROOF, _S.REVERSED)
"""States in which it can be found out who asks: an appeal may have been against that it couldn't."""

DECIDABLE = (*BEFORE_PROOF, _S.VERIFIED, _S.IN_PROGRESS, _S.REVERSED)
"""States in which it can be denied, extended or withdrawn."""

OPEN = frozenset({*DECIDABLE, _S.REVIEW, _S.ERASING, _S.APPEALED, _S.EFFECTIVE})
"""States in which a clock runs."""

CLAIMABLE = OPEN
DECLINED = (_S.DENIED, _S.UNVERIFIABLE, _S.PARTLY_FULFILLED)
"""What can be appealed."""

ENDED = frozenset(_S) - OPEN

TRANSITIONS = {
    "acknowledge": transition(_S.RECEIVED, to=_S.ACKNOWLEDGED),
    "ask-proof": transition(_S.RECEIVED, _S.ACKNOWLEDGED, _S.REVERSED, to=_S.VERIFYING),
    "verify": transition(*PROVABLE, to=_S.VERIFIED),
    "unverifiable": transition(*PROVABLE, to=_S.UNVERIFIABLE),
    "begin": transition(_S.RECEIVED, _S.ACKNOWLEDGED, _S.VERIFIED, _S.REVERSED, to=_S.IN_PROGRESS),
    "submit": transition(_S.IN_PROGRESS, to=_S.REVIEW),
    "send-back": transition(_S.REVIEW, to=_S.IN_PROGRESS),
    "approve": transition(_S.REVIEW, to=_S.ERASING),
    "erased": transition(_S.ERASING, to=_S.FULFILLED),
    "fulfil": transition(_S.IN_PROGRESS, to=_S.FULFILLED),
    "fulfil-partly": transition(_S.IN_PROGRESS, to=_S.PARTLY_FULFILLED),
    "deny": transition(*DECIDABLE, to=_S.DENIED),
    "appeal": transition(*DECLINED, to=_S.APPEALED),
    "uphold": transition(_S.APPEALED, to=_S.UPHELD),
    "reverse": transition(_S.APPEALED, to=_S.REVERSED),
    "withdraw": transition(*DECIDABLE, _S.REVIEW, to=_S.WITHDRAWN),
    "confirm": transition(_S.EFFECTIVE, to=_S.CONFIRMED),
}
"""`erased` is the platform's own. `begin` needs no proof for a concern; an opt-out is effective as soon as the person is known."""

ONLY_IN = {
    "claim": CLAIMABLE,
    **dict.fromkeys(("release", "note", "message"), CLAIMABLE),
    "identify": frozenset(PROVABLE),
    "set-regime": frozenset(DECIDABLE),
    "extend": frozenset(DECIDABLE),
    "plan": frozenset({_S.IN_PROGRESS}),
    "build-package": frozenset({_S.IN_PROGRESS}),
    "release-package": frozenset({_S.IN_PROGRESS}),
    "allow-release": frozenset({_S.IN_PROGRESS}),
    "propose": frozenset({_S.IN_PROGRESS}),
    "apply": frozenset({_S.IN_PROGRESS}),
    "told": frozenset({_S.IN_PROGRESS}),
    "withdraw-proposal": frozenset({_S.IN_PROGRESS}),
}


class Step(BaseModel):
    """One line of the checklist; `state`: done, next, later. `action` is what takes it, if an employee does."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str
    state: str
    at: datetime | None = None
    action: str | None = None


class Package(BaseModel):
    """An access package as employees see it: counts and a hash, never what is in it. `done` of `total` while it is built.

    `second`: why its release takes a second person, `address` (it isn't the person's own) or `looked_up` (who checked the proof had looked
    the person up); `allowed_by`: who that was.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    state: str
    done: int = 0
    total: int = 0
    counts: Mapping[str, int] = {}
    sha256: str | None = None
    size: int | None = None
    built: datetime | None = None
    released: datetime | None = None
    taken: datetime | None = None
    expires: datetime | None = None
    second: str | None = None
    allowed_by: str | None = None


class Telling(BaseModel):
    """Somebody who had the old value of what was corrected; `told` None: they are still to be told. `about`: an order's number."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    recipient: str
    about: str | None = None
    fields: tuple[str, ...] = ()
    how: str | None = None
    told: datetime | None = None


class PlanLine(BaseModel):
    """One line of a plan to erase. `effect`: deletes, redacts, keeps, stops. `key`: what it stays under; `until`: when that goes."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    effect: str
    what: str
    count: int
    basis: str | None = None
    key: str | None = None
    until: datetime | None = None


class Plan(BaseModel):
    """`sha256` names this very plan: what was approved is what is done. `done` of `total` while it is carried out."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    lines: tuple[PlanLine, ...] = ()
    sha256: str = ""
    made: datetime | None = None
    stopped: bool = False
    done: int = 0
    total: int = 0


class Kept(BaseModel):
    """Something that stays of somebody who was erased by the request: never a value. `key`: what it stays under; `until`: when it goes."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    what: str
    basis: str
    count: int = 1
    key: str | None = None
    until: datetime | None = None


class Unsent(BaseModel):
    """A letter that has reached nobody: `to_post` waits to be printed and said to be sent, `failed` and `unknown` are those that no mail
    server took, or may have, with the code of why."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    state: str
    at: datetime
    failure: str | None = None


class PrivacyRequest(Record):
    """`due`, `acknowledge_due`, `appeal_due` are what the rules of `regime` in `rule_version` say; `next_due` is the one that runs now.

    `person` is whom it is about, if found. `signed_in`: asked by the person while signed in. `topics`: what an opt-out is of; none: all.
    `verified_by`: signed_in or points. `disputed`: fields that the request says are wrong, which prove nothing (P11).
    `verifier`: who found it proven. `deny_reasons`: codes for a denial now. `unsent`: letters that count for nothing, the oldest first.
    """

    kind: Annotated[str, Category.PLAIN] = ""
    state: Annotated[str, Category.PLAIN] = ""
    channel: Annotated[str, Category.PLAIN] = ""
    regime: Annotated[str, Category.PLAIN] = ""
    regime_reason: Annotated[str | None, Category.PLAIN] = None
    rule_version: Annotated[str, Category.PLAIN] = ""
    received: Annotated[datetime | None, Category.PLAIN] = None
    created: Annotated[datetime | None, Category.PLAIN] = None
    created_by: Annotated[str | None, Category.PLAIN] = None
    person: Annotated[str | None, Category.PLAIN] = None
    signed_in: Annotated[bool, Category.PLAIN] = False
    agent: Annotated[bool, Category.PLAIN] = False
    about_privacy: Annotated[bool, Category.PLAIN] = False
    topics: Annotated[tuple[str, ...], Category.PLAIN] = ()
    acknowledge_due: Annotated[datetime | None, Category.PLAIN] = None
    due: Annotated[datetime | None, Category.PLAIN] = None
    appeal_due: Annotated[datetime | None, Category.PLAIN] = None
    next_due: Annotated[datetime | None, Category.PLAIN] = None
    overdue: Annotated[bool, Category.PLAIN] = False
    acknowledged: Annotated[datetime | None, Category.PLAIN] = None
    verified: Annotated[datetime | None, Category.PLAIN] = None
    verified_by: Annotated[str | None, Category.PLAIN] = None
    verifier: Annotated[str | None, Category.PLAIN] = None
    points: Annotated[int, Category.PLAIN] = 0
    disputed: Annotated[tuple[str, ...], Category.PLAIN] = ()
    extended: Annotated[datetime | None, Category.PLAIN] = None
    submitted_by: Annotated[str | None, Category.PLAIN] = None
    approved_by: Annotated[str | None, Category.PLAIN] = None
    replied: Annotated[datetime | None, Category.PLAIN] = None
    decided: Annotated[datetime | None, Category.PLAIN] = None
    decided_by: Annotated[str | None, Category.PLAIN] = None
    reason: Annotated[str | None, Category.PLAIN] = None
    policy_version: Annotated[str | None, Category.PLAIN] = None
    purged: Annotated[datetime | None, Category.PLAIN] = None
    case: Annotated[str | None, Category.PLAIN] = None
    ticket: Annotated[str | None, Category.PLAIN] = None
    assignee: Annotated[str | None, Category.PLAIN] = None
    yours: Annotated[bool, Category.PLAIN] = False
    lease_until: Annotated[datetime | None, Category.PLAIN] = None
    steps: Annotated[tuple[Step, ...], Category.PLAIN] = ()
    unsent: Annotated[tuple[Unsent, ...], Category.PLAIN] = ()
    deny_reasons: Annotated[tuple[str, ...], Category.PLAIN] = ()
    tellings: Annotated[tuple[Telling, ...], Category.PLAIN] = ()
    alike: Annotated[tuple[str, ...], Category.PLAIN] = ()
    package: Annotated[Package | None, Category.PLAIN] = None
    plan: Annotated[Plan | None, Category.PLAIN] = None
    kept: Annotated[tuple[Kept, ...], Category.PLAIN] = ()
    asker: Annotated[Raw | None, Category.CONTACT] = None
    reply_to: Annotated[Raw | None, Category.CONTACT] = None
    authority: Annotated[Raw | None, Category.THREAD] = None
    basis: Annotated[Raw | None, Category.THREAD] = None
    words: Annotated[Raw | None, Category.THREAD] = None
    messages: Annotated[tuple[Message, ...], Category.THREAD] = ()
