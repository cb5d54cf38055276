"""What the makers of applications and documents share: the rows that they fill, and one application on its way into them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlmodel import SQLModel

from console.platform_api.bulk import Row, microseconds
from console.platform_api.ids import id_bytes
from console.platform_api.seed_people import Person
from console.platform_api.seed_tickets import TicketRows
from console.platform_api.tables import ApplicationDocumentRow, ApplicationMark, DocumentContent, ProApplicationRow
from console.platform_api.vault import OwnerKey

COLUMNS: Mapping[type[SQLModel], tuple[str, ...]] = {
    ProApplicationRow: (
        "number", "id", "external_id", "version", "state", "person", "received", "due", "stopped", "ticket", "area_token", "recommendation",
        "recommended_by", "decided", "decided_by", "reason", "sealed_profile",
    ),
    ApplicationMark: ("mark", "application"),
    ApplicationDocumentRow: (
        "number", "id", "external_id", "version", "state", "application", "person", "kind", "received", "expires", "media_type", "size",
        "task", "sealed_document",
    ),
    DocumentContent: ("document", "sealed_content"),
}  # fmt: skip
"""Table → its columns, in the order in which rows are filled and tables are written."""


OVER = "over"
"""The course of an application that waits for nothing any more."""


@dataclass(frozen=True, slots=True)
class Suspension:
    """That a manager once suspended somebody (`action`: suspend, reinstate); it stands on the log."""

    at: int
    action: str
    person: str
    reason: str
    by: str


@dataclass
class ApplicationRows:
    """Rows of one share by table; `blind`: (token, owner) of what applications are compared by."""

    rows: dict[type[SQLModel], list[Row]] = field(default_factory=lambda: {model: [] for model in COLUMNS})
    cases: TicketRows = field(default_factory=TicketRows)
    blind: set[tuple[int, bytes]] = field(default_factory=set)
    suspensions: list[Suspension] = field(default_factory=list)


class Applicant:
    """Somebody who applies. Who is erased has no key: nothing of theirs is sealed, and what they said is gone."""

    __slots__ = ("erased", "id", "key", "person", "registered")

    def __init__(self, person: Person, key: OwnerKey, *, erased: bool) -> None:
        self.person, self.key, self.erased = person, key, erased
        self.id, self.registered = id_bytes(person.id), microseconds(person.registered)


@dataclass(slots=True)
class Application:
    """Moments in microseconds. `course` says what happened to it, of which `state` is the outcome."""

    applicant: Applicant
    course: str
    state: str
    received: int
    due: int
    id: bytes
    services: tuple[str, ...]
    business_name: str
    complete: bool
    stopped: int | None = None
    decided: int | None = None
    ticket: bytes | None = None
    decided_by: str | None = None
    recommendation: str | None = None
    recommended_by: str | None = None
    reason: str | None = None
