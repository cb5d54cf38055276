"""Pro applications, and the documents that come with them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index, LargeBinary
from sqlmodel import Field

from console.platform_api.tables.base import Row, id_field, moment, number, sealed


class ProApplicationRow(Row, table=True):
    """`ticket` is its case, opened by the first claim. `due` stands still while `stopped` is set: the answer moves it on by that time.

    `area_token` is a keyed hash of the postcode that it is listed by. `recommended_by` and `decided_by` outlast a reopening, so
    that somebody else decides.
    """

    __tablename__ = "pro_applications"
    __table_args__ = (
        Index("pro_applications_state", "state", "number"),
        Index("pro_applications_state_due", "state", "due", "number"),
        Index("pro_applications_due", "due", "number"),
        Index("pro_applications_person", "person", "number"),
        Index("pro_applications_area", "area_token", "number"),
        Index("pro_applications_ticket", "ticket"),
        Index("pro_applications_recommendation", "recommendation", "number"),
        Index("pro_applications_received", "received", "number"),
        Index("pro_applications_decided", "decided", "state", "reason", "received"),
    )

    number: int | None = number()
    id: str = id_field(unique=True)
    external_id: str | None = Field(default=None, unique=True)
    version: int = 1
    state: str = "submitted"
    person: str = id_field()
    received: datetime = moment()
    due: datetime = moment()
    stopped: datetime | None = moment(default=None)
    ticket: str | None = id_field(default=None)
    area_token: int | None = Field(default=None, sa_type=BigInteger)
    recommendation: str | None = None
    recommended_by: str | None = id_field(default=None)
    decided: datetime | None = moment(default=None)
    decided_by: str | None = id_field(default=None)
    reason: str | None = None
    sealed_profile: bytes | None = sealed()


class ApplicationMark(Row, table=True):
    """What a list of applications is narrowed by, in one index: `service:boarding`, `lacks:rates`."""

    __tablename__ = "application_marks"
    __table_args__ = (Index("application_marks_application", "application"),)

    mark: str = Field(primary_key=True)
    application: str = id_field(primary_key=True)


class ApplicationDocumentRow(Row, table=True):
    """Its content stands in a table of its own, so that a list of documents reads none. `task`: the ticket that its expiry raised."""

    __tablename__ = "application_documents"
    __table_args__ = (
        Index("application_documents_application", "application", "kind", "state", "expires"),
        Index("application_documents_expires", "state", "expires"),
        Index("application_documents_task", "task"),
    )

    number: int | None = number()
    id: str = id_field(unique=True)
    external_id: str | None = Field(default=None, unique=True)
    version: int = 1
    state: str = "received"
    application: str = id_field()
    person: str = id_field()
    kind: str
    received: datetime = moment()
    expires: datetime | None = moment(default=None)
    media_type: str | None = None
    size: int | None = None
    task: str | None = id_field(default=None)
    sealed_document: bytes | None = sealed()


class DocumentContent(Row, table=True):
    """The bytes of a document, sealed under the applicant's key."""

    __tablename__ = "document_contents"

    document: str = id_field(primary_key=True)
    sealed_content: bytes = Field(sa_type=LargeBinary)
