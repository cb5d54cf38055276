"""What a document is, told by its content and never by its name; what isn't wanted is refused by a sentence that names what it is.

Nothing is decoded here: the structure is walked from the first byte to the last, so that what is cut off or has something else
behind its end (a file of two kinds) is found, and a picture's size stands in its header.
"""

from __future__ import annotations

from collections.abc import Callable

from console.platform_api.content_signatures import archive_behind, foreign, is_markup
from console.platform_api.pictures import jpeg_size, png_size
from console.platform_api.refused_content import ONLY, ContentRefused
from console.records.application_documents import MOST_BYTES, MOST_PIXELS

PNG, JPEG, PDF = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"%PDF-"

MOST_TEXT = 48 * 1024
"""Bytes of a plain text: a screen shows it whole, and looking for card numbers in it takes no time."""

PDF_HEAD, PDF_TAIL = 1024, 2048
"""Bytes at either end in which readers look for the marks of a PDF."""


def media_type_of(content: bytes) -> str:
    """One of MEDIA_TYPES. ContentRefused says what else it is, or what is wrong with it."""
    if not content:
        raise ContentRefused("is empty")
    if len(content) > MOST_BYTES:
        raise ContentRefused(f"has more than {MOST_BYTES // 1024 // 1024} MiB")
    for signature, kind, check in KINDS:
        if content.startswith(signature):
            check(content)
            _refuse_two_kinds(content)
            return kind
    if (name := foreign(content)) is not None:
        raise ContentRefused(f"is {name}: {ONLY}")
    _refuse_two_kinds(content)
    check_text(content)
    return "text/plain"


def _refuse_two_kinds(content: bytes) -> None:
    if archive_behind(content):
        raise ContentRefused("is a ZIP archive as well: a file of two kinds is not taken")


# Pictures


def _check_png(content: bytes) -> None:
    _check_pixels(*png_size(content))


def _check_jpeg(content: bytes) -> None:
    _check_pixels(*jpeg_size(content))


def _check_pixels(width: int, height: int) -> None:
    if width < 1 or height < 1:
        raise ContentRefused("is a picture of no size")
    if width * height > MOST_PIXELS:
        most = MOST_PIXELS // 1_000_000
        raise ContentRefused(f"is a picture of {width:,} × {height:,} pixels: at most {most} million are taken")


# PDF


def _check_pdf(content: bytes) -> None:
    if not content[5:8].replace(b".", b"").isdigit():
        raise ContentRefused("begins like a PDF and is none")
    if is_markup(content[:PDF_HEAD]):
        raise ContentRefused("is a PDF and a web page in one: a file of two kinds is not taken")
    ends = content.rfind(b"%%EOF", -PDF_TAIL)
    if ends < 0 or content.rfind(b"startxref", 0, ends) < 0:
        raise ContentRefused("is a PDF that is cut off: its end is missing")
    if content[ends + len(b"%%EOF") :].strip(b"\r\n\t \0"):
        raise ContentRefused("is a PDF with something else behind its end")


# Text


def check_text(content: bytes) -> str:
    """The text. Escape sequences in it are text: whoever shows it draws them as marks."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ContentRefused("is text in UTF-16: save it as UTF-8")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ContentRefused(f"is of a kind that nobody here knows: {ONLY}") from None
    if "\0" in text:
        raise ContentRefused(f"is binary, and of a kind that nobody here knows: {ONLY}")
    if is_markup(content[:PDF_HEAD]):
        raise ContentRefused(f"is a web page, or other markup: {ONLY}")
    if PDF in content[:PDF_HEAD]:
        raise ContentRefused("is a PDF with something else before its beginning")
    if len(content) > MOST_TEXT:
        raise ContentRefused(f"is a text of more than {MOST_TEXT // 1024} KiB")
    if not text.strip():
        raise ContentRefused("is a text of blanks alone")
    return text


KINDS: tuple[tuple[bytes, str, Callable[[bytes], None]], ...] = (
    (PNG, "image/png", _check_png),
    (JPEG, "image/jpeg", _check_jpeg),
    (PDF, "application/pdf", _check_pdf),
)
"""Signature → media type, and what looks at its structure."""
