"""Documents of applications as the marketplace sends them, and what of them can't be: every mistake of a request is named at once."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from console.platform_api.card_numbers import black_out
from console.platform_api.document_content import check_text, media_type_of
from console.platform_api.ingest_batch import Mistakes, refuse_twice
from console.platform_api.refused_content import ContentRefused
from console.records.application_documents import DocumentKind, DocumentState
from console.records.pro_applications import ApplicationState

SENT_STATES = (str(DocumentState.PENDING), str(DocumentState.RECEIVED))
"""What replaces what is the platform's to say."""

ENDED = frozenset({ApplicationState.WITHDRAWN, ApplicationState.EXPIRED})
"""Applications that take no new documents: nobody will look at them."""

Wrong = Iterator[tuple[str, str]]


@dataclass(frozen=True)
class SentDocument:
    """`application`: external id. `content` as sent, in base64; `seen` and `media_type` once it has been looked at."""

    external_id: str
    application: str
    kind: str
    state: str
    expires: datetime | None = None
    provider: str | None = field(default=None, repr=False)
    result: str | None = field(default=None, repr=False)
    file_name: str | None = field(default=None, repr=False)
    content: str | None = field(default=None, repr=False)

    @property
    def values(self) -> dict[str, str | None]:
        return {"provider": self.provider, "result": self.result, "file_name": self.file_name}


@dataclass(frozen=True)
class Content:
    """What was sent in base64, looked at; of a text without card numbers (P16)."""

    media_type: str
    data: bytes = field(repr=False)


Contents = Mapping[str, Content]
"""External id → content, of those that were sent with one that can be taken."""


def contents_of(items: Sequence[SentDocument], mistakes: Mistakes) -> dict[str, Content]:
    """Takes a while for large ones, so it is done before anything is locked."""
    found = {}
    for place, item in enumerate(items):
        try:
            if item.content is not None:
                found[item.external_id] = _looked_at(item.content)
        except ContentRefused as error:
            mistakes.add(place, "content", str(error))
    return found


def _looked_at(sent: str) -> Content:
    try:
        data = base64.b64decode(sent, validate=True)
    except (binascii.Error, ValueError):
        raise ContentRefused("is not in base64") from None
    kind = media_type_of(data)
    return Content(kind, black_out(check_text(data)).encode() if kind == "text/plain" else data)


@dataclass(frozen=True)
class Known:
    """What is here already: applications and documents by the marketplace's ids."""

    applications: Mapping[str, Row[Any]]
    documents: Mapping[str, Row[Any]]


def check(items: Sequence[SentDocument], contents: Contents, known: Known, mistakes: Mistakes) -> None:
    """Invalid names every field that can't be taken; nothing is stored then."""
    refuse_twice(mistakes, items)
    for place, item in enumerate(items):
        row = known.documents.get(item.external_id)
        wrong = _of_new(item, contents, known) if row is None else _contradicts(item, contents, known, row)
        for where, what in wrong:
            mistakes.add(place, where, what)
    mistakes.refuse()


def _of_new(item: SentDocument, contents: Contents, known: Known) -> Wrong:
    application = known.applications.get(item.application)
    if application is None:
        yield "application", "is not known"
    elif application.state in ENDED:
        yield "application", f"is {application.state}: it takes no documents any more"
    yield from _lacks(item, there=item.content is not None)


def _lacks(item: SentDocument, *, there: bool) -> Wrong:
    if item.state == DocumentState.PENDING and item.kind != DocumentKind.BACKGROUND_CHECK:
        yield "state", "is pending only of a background check"
    if item.state != DocumentState.RECEIVED:
        return
    if item.kind == DocumentKind.INSURANCE and item.expires is None:
        yield "expires", "is needed of an insurance"
    if item.kind == DocumentKind.BACKGROUND_CHECK:
        if item.result is None:
            yield "result", "is needed of a background check that is received"
    elif not there:
        yield "content", "is needed of what is received"


def _contradicts(item: SentDocument, contents: Contents, known: Known, row: Row[Any]) -> Wrong:
    application = known.applications.get(item.application)
    if application is None or application.id != row.application:
        yield "application", "is another than before"
    if item.kind != row.kind:
        yield "kind", "is another than before"
    if item.expires is not None and row.expires not in (None, item.expires):
        yield "expires", "is another than before: send a document of its own"
    content = contents.get(item.external_id)
    if (
        content is not None
        and row.media_type is not None
        and (content.media_type, len(content.data)) != (row.media_type, row.size)
    ):
        yield "content", "is another than before: send a document of its own"
    if row.state == DocumentState.PENDING:
        yield from _lacks(item, there=content is not None)
