"""Privacy requests, what they make (packages, plans, erasures), legal holds, versions of the policy, access to values from Google."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, LargeBinary, Text
from sqlmodel import Field

from console.platform_api.tables.base import Row, id_field, moment, number, sealed


class PrivacyRequestRow(Row, table=True):
    """Its texts are sealed under a key of its own (owner: its id), so that its record outlives the person's erasure, and goes with that key.

    `next_due` is the limit that runs now, or the last that did. `ticket` is its case, opened by the first claim; `source` the ticket it
    came from. `asker_token` is a keyed hash of the address to answer to. `decided_by` is kept by an appeal, so that another person decides.
    `verifier` is the employee who found it proven.
    """

    __tablename__ = "privacy_requests"
    __table_args__ = (
        Index("privacy_requests_state", "state", "number"),
        Index("privacy_requests_next_due", "next_due", "number"),
        Index("privacy_requests_state_due", "state", "next_due", "number", "kind", "regime", "about_privacy", "id"),
        Index("privacy_requests_kind", "kind", "number"),
        Index("privacy_requests_regime", "regime", "number"),
        Index("privacy_requests_person", "person", "number"),
        Index("privacy_requests_asker", "asker_token", "number"),
        Index("privacy_requests_ticket", "ticket"),
        Index("privacy_requests_received", "received", "number", "kind", "about_privacy", "id"),
        Index(
            "privacy_requests_decided",
            "decided",
            "kind",
            "state",
            "received",
            "due",
            "appeal_due",
            "about_privacy",
            "id",
        ),
        Index("privacy_requests_about_privacy", "about_privacy", "id"),
        Index("privacy_requests_source", "source"),
    )

    number: int | None = number()
    id: str = id_field(unique=True)
    external_id: str | None = Field(default=None, unique=True)
    version: int = 1
    kind: str
    state: str = "received"
    channel: str
    regime: str
    regime_reason: str | None = None
    rule_version: str
    received: datetime = moment()
    created: datetime = moment()
    created_by: str | None = id_field(default=None)
    person: str | None = id_field(default=None)
    signed_in: bool = False
    agent: bool = False
    about_privacy: bool = False
    topics: list[str] = Field(default_factory=list, sa_type=JSON)
    acknowledge_due: datetime | None = moment(default=None)
    due: datetime | None = moment(default=None)
    appeal_due: datetime | None = moment(default=None)
    next_due: datetime = moment()
    reminded: datetime | None = moment(default=None)
    acknowledged: datetime | None = moment(default=None)
    verified: datetime | None = moment(default=None)
    verified_by: str | None = None
    verifier: str | None = id_field(default=None)
    points: int = 0
    disputed: list[str] = Field(default_factory=list, sa_type=JSON)
    extended: datetime | None = moment(default=None)
    submitted_by: str | None = id_field(default=None)
    approved_by: str | None = id_field(default=None)
    replied: datetime | None = moment(default=None)
    decided: datetime | None = moment(default=None)
    decided_by: str | None = id_field(default=None)
    reason: str | None = None
    policy_version: str | None = None
    purged: datetime | None = moment(default=None)
    ticket: str | None = id_field(default=None)
    source: str | None = id_field(default=None)
    asker_token: int | None = Field(default=None, sa_type=BigInteger)
    plan_hash: str | None = None
    sealed_contact: bytes | None = sealed()
    sealed_thread: bytes | None = sealed()


class NamedInRequest(Row, table=True):
    """That a concern names an employee: they don't get to see it (P36)."""

    __tablename__ = "named_in_requests"
    __table_args__ = (Index("named_in_requests_employee", "employee", "request"),)

    request: str = id_field(primary_key=True)
    employee: str = id_field(primary_key=True)


class PrivacyPackageRow(Row, table=True):
    """The access package of a request. `token_hash` is of the one-time link; without the passphrase the link opens nothing.

    `address_token` is a keyed hash of where it goes to, as it stood when it was built; `second`: why that needs a second person;
    `allowed_by`: who was that.
    """

    __tablename__ = "privacy_packages"
    __table_args__ = (Index("privacy_packages_expires", "state", "expires"),)

    request: str = id_field(primary_key=True)
    person: str | None = id_field(default=None)
    state: str = "building"
    done: int = 0
    total: int = 0
    counts: dict[str, int] = Field(default_factory=dict, sa_type=JSON)
    sha256: str | None = None
    size: int | None = Field(default=None, sa_type=BigInteger)
    built: datetime | None = moment(default=None)
    released: datetime | None = moment(default=None)
    taken: datetime | None = moment(default=None)
    expires: datetime | None = moment(default=None)
    token_hash: bytes | None = Field(default=None, sa_type=LargeBinary, unique=True)
    salt: bytes | None = Field(default=None, sa_type=LargeBinary)
    sealed_key: bytes | None = sealed()
    tries: int = 0
    address_token: int | None = Field(default=None, sa_type=BigInteger)
    second: str | None = None
    allowed_by: str | None = id_field(default=None)


class PackagePart(Row, table=True):
    """A piece of a package, sealed under the package's own key."""

    __tablename__ = "package_parts"

    request: str = id_field(primary_key=True)
    name: str = Field(primary_key=True)
    part: int = Field(primary_key=True)
    sealed_content: bytes = Field(sa_type=LargeBinary)


class ErasurePlanRow(Row, table=True):
    """What an erasure would do, as it was shown and approved; counts and bases, no values."""

    __tablename__ = "erasure_plans"

    request: str = id_field(primary_key=True)
    made: datetime = moment()
    sha256: str
    stopped: bool = False
    lines: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    done: int = 0
    total: int = 0


class ErasureRow(Row, table=True):
    """The erasure ledger: who must stay erased. Written also to a file beside the checkpoints, which a restored database can't undo."""

    __tablename__ = "erasures"
    __table_args__ = (Index("erasures_finished", "finished"),)

    number: int | None = number()
    id: str = id_field(unique=True)
    person: str = id_field(unique=True)
    request: str | None = id_field(default=None)
    begun: datetime = moment()
    finished: datetime | None = moment(default=None)
    epoch: int
    """Of the master key that wrapped the person's key: to be destroyed within 30 days."""


class KeptRow(Row, table=True):
    """Something of an erased person that stays: on what basis, until when (P12), and the vault's owner of the key that it stays under."""

    __tablename__ = "kept"
    __table_args__ = (Index("kept_until", "until"), Index("kept_person", "person"))

    id: str = id_field(primary_key=True)
    person: str = id_field()
    request: str | None = id_field(default=None)
    what: str
    basis: str
    count: int
    key_owner: str | None = id_field(default=None)
    until: datetime | None = moment(default=None)
    sealed_kept: bytes | None = sealed()


class LegalHoldRow(Row, table=True):
    """That nothing of a person may be erased for now. The reason's text is sealed under the person's key."""

    __tablename__ = "legal_holds"
    __table_args__ = (Index("legal_holds_person", "person", "lifted"),)

    id: str = id_field(primary_key=True)
    person: str = id_field()
    placed: datetime = moment()
    placed_by: str = id_field()
    reason: str
    lifted: datetime | None = moment(default=None)
    lifted_by: str | None = id_field(default=None)


class ProposalRow(Row, table=True):
    """A change that a request for correction asks for; both sides sealed under the person's key."""

    __tablename__ = "proposals"
    __table_args__ = (Index("proposals_request", "request"),)

    id: str = id_field(primary_key=True)
    request: str = id_field()
    person: str = id_field()
    field: str
    state: str = "proposed"
    at: datetime = moment()
    by: str = id_field()
    sealed_change: bytes | None = sealed()


class TellingRow(Row, table=True):
    """Somebody who had the old value of what was corrected: to be told, until it is said how and when they were. `about`: an order's number."""

    __tablename__ = "tellings"
    __table_args__ = (Index("tellings_request", "request"),)

    id: str = id_field(primary_key=True)
    request: str = id_field()
    recipient: str
    about: str | None = None
    fields: list[str] = Field(default_factory=list, sa_type=JSON)
    at: datetime = moment()
    how: str | None = None
    told: datetime | None = moment(default=None)
    told_by: str | None = id_field(default=None)


class GoogleAccessRow(Row, table=True):
    __tablename__ = "google_access"
    __table_args__ = (
        Index("google_access_person", "person", "state", "until"),
        Index("google_access_state", "state", "number"),
    )

    number: int | None = number()
    id: str = id_field(unique=True)
    version: int = 1
    state: str = "asked"
    person: str = id_field()
    ticket: str = id_field()
    ground: str
    asked: datetime = moment()
    asked_by: str = id_field()
    decided: datetime | None = moment(default=None)
    decided_by: str | None = id_field(default=None)
    until: datetime | None = moment(default=None)
    sealed_thread: bytes | None = sealed()


class PolicyVersionRow(Row, table=True):
    __tablename__ = "policy_versions"
    __table_args__ = (Index("policy_versions_effective", "effective", "number"),)

    number: int | None = number()
    id: str = id_field(unique=True)
    version: int = 1
    label: str = Field(unique=True)
    effective: datetime = moment()
    created: datetime = moment()
    created_by: str | None = id_field(default=None)
    sha256: str
    text: str = Field(sa_type=Text)
