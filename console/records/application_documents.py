"""A document of a pro application: a licence, an insurance, a background check. Its content never stands in a record."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from console.raw import Raw
from console.records.record import Category, Record

RESOURCE = "application-documents"
PREFIX = "PD"

MOST_BYTES = 10 * 1024 * 1024
"""Of one document."""

MOST_PIXELS = 40_000_000
"""Of a picture: a small file can unfold to more than a machine holds."""

MEDIA_TYPES = ("text/plain", "image/png", "image/jpeg", "application/pdf")
"""What is taken, told by its content and not by its name."""


class DocumentKind(StrEnum):
    LICENCE = "licence"
    INSURANCE = "insurance"
    BACKGROUND_CHECK = "background_check"
    OTHER = "other"


class DocumentState(StrEnum):
    """PENDING: the provider of a background check has not answered yet. REPLACED: a newer one of its kind is there."""

    PENDING = "pending"
    RECEIVED = "received"
    REPLACED = "replaced"


class ApplicationDocument(Record):
    """`complete`: received, and not expired now. `expires` is the moment from which it counts no more; None: it never does.

    `result` is what a background check came to, in its provider's words.
    """

    state: Annotated[str, Category.PLAIN] = ""
    kind: Annotated[str, Category.PLAIN] = ""
    application: Annotated[str | None, Category.PLAIN] = None
    received: Annotated[datetime | None, Category.PLAIN] = None
    expires: Annotated[datetime | None, Category.PLAIN] = None
    complete: Annotated[bool, Category.PLAIN] = False
    media_type: Annotated[str | None, Category.PLAIN] = None
    size: Annotated[int | None, Category.PLAIN] = None
    file_name: Annotated[Raw | None, Category.DOCUMENT] = None
    provider: Annotated[Raw | None, Category.DOCUMENT] = None
    result: Annotated[Raw | None, Category.DOCUMENT] = None
