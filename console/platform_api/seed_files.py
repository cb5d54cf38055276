"""Contents of the documents in the sample data: a few of each kind of file, all of them real, none of them anybody's.

They are shared in kind: what differs from one applicant to the next is the key that they are sealed under.
"""

from __future__ import annotations

import struct
import zlib
from base64 import b64decode
from collections.abc import Mapping
from typing import NamedTuple


class File(NamedTuple):
    """`name` is as applicants name them; the platform trusts none of it."""

    media_type: str
    name: str
    content: bytes


def _text(title: str, *lines: str) -> bytes:
    return "\n".join((title, "=" * len(title), "", *lines, "")).encode()


def _png(width: int, height: int, ink: int) -> bytes:
    """A sheet with a border, and lines as of writing, in two shades of grey."""
    rows = bytearray()
    for y in range(height):
        rows += b"\x00" + bytes(ink if _is_ink(x, y, width, height) else 245 for x in range(width))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(rows, 9)) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def _is_ink(x: int, y: int, width: int, height: int) -> bool:
    border = min(x, y, width - 1 - x, height - 1 - y)
    return border == 2 or (border > 7 and y % 8 == 4 and x < width - 8 - y % 24)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _pdf(line: str) -> bytes:
    """One page with one line."""
    drawn = f"BT /F1 18 Tf 72 720 Td ({line}) Tj ET"
    objects = (
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        f"<</Length {len(drawn)}>>\nstream\n{drawn}\nendstream",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
    made, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(made))
        made += f"{number} 0 obj\n{content}\nendobj\n".encode()
    head = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n" + "".join(f"{place:010} 00000 n \n" for place in places)
    return made + f"{head}trailer\n<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{len(made)}\n%%EOF\n".encode()


JPEG = b64decode(
    """
    /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDACgcHiMeGSgjISMtKygwPGRBPDc3PHtYXUlkkYCZlo+AjIqgtObDoKrarYqMyP/L2u71////m8H////6
    /+b9//j/wAALCAAwADABAREA/8QAGQAAAgMBAAAAAAAAAAAAAAAAAAMBBAUC/8QAKBAAAgICAQMCBgMAAAAAAAAAAQIAAwQRMRRBURIhBRMiMoGR
    YXGh/9oACAEBAAA/ANWLvuWiou3vrgeTKuLntbaEtCj1cEeYZWe1VpSoKfTyT5lqi5b6g6+2+R4MZKPxHIesrWhKkjZIiKmsy6HpYlnX61JP7BP5
    hh4tjXqzoyqh37jUMzFsW9mRGZXO/Ybha1mJQlKkq7fWxB/QB/Ef8OyHsLVuSxA2CY3MxeoUFSA6+e4hh4vTqSxBdvHYRtt9VOvmOAT27yKsmm1v
    SlgJ8cReZi9QoKkB189xDDxenUliC7eOwlmLyLfk0PZrZA9v7mI7tY5ZztjyZAJBBB0RwRNnDuN9AZvuB0f5j4Ti6sXVNWeGExLanpsKONEf7IRG
    scKg2x4E2sWjp6Qm9nkkeY2EJDIrjTqGHgjchK0TfoRV3zoanUJ//9k=
    """
)
"""A paw, 48 by 48."""

FILES: Mapping[str, tuple[File, ...]] = {
    "licence": (
        File("image/png", "licence.png", _png(96, 64, 60)),
        File("image/jpeg", "IMG_2041.JPG", JPEG),
        File("text/plain", "kennel licence.txt", _text("KENNEL LICENCE", "For up to six dogs.", "Not valid without a seal.")),
    ),
    "insurance": (
        File(
            "text/plain", "certificate.txt",
            _text("CERTIFICATE OF INSURANCE", "General liability: $1,000,000 each occurrence", "Animals in care: $25,000", "§ 4: see reverse"),
        ),
        File("application/pdf", "Insurance_FINAL(2).pdf", _pdf("Certificate of Insurance")),
        File("image/png", "versicherung für hunde.png", _png(120, 80, 20)),
    ),
    "background_check": (
        File(
            "text/plain", "report.txt",
            _text("BACKGROUND REPORT", "County records: searched", "National register: searched", "Result: see letter"),
        ),
        File("application/pdf", "report.pdf", _pdf("Background Report")),
    ),
    "other": (
        File("image/jpeg", "me and my dogs 🐶.jpeg", JPEG),
        File(
            "text/plain", "reference.txt",
            _text("REFERENCE", "Recommended [b]without[/b] reserve. \u202enosredna\u202c", "https://paws.example/reference?id=1"),
        ),
    ),
}  # fmt: skip
"""Kind of document → what it may come as."""
