"""What files begin with that are not taken as documents, so that a refusal can say what was sent."""

from __future__ import annotations

import re

ARCHIVE_END = b"PK\x05\x06"
"""What the directory at the end of a ZIP archive begins with; whatever stands before it, programs find it from behind."""
ARCHIVE_ENTRY = b"PK\x01\x02"
"""What an entry of that directory begins with."""
ARCHIVE_END_SIZE, LONGEST_COMMENT = 22, 0xFFFF

SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "a ZIP archive (as Word, Excel and app files are)"),
    (ARCHIVE_END, "an empty ZIP archive"),
    (b"PK\x07\x08", "a part of a ZIP archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Word or Excel file"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\0", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (b"MSCF", "a cabinet archive"),
    (b"!<arch>\n", "a library or package"),
    (b"\x7fELF", "a program for Linux"),
    (b"MZ", "a program for Windows"),
    (b"\xcf\xfa\xed\xfe", "a program for macOS"),
    (b"\xce\xfa\xed\xfe", "a program for macOS"),
    (b"\xca\xfe\xba\xbe", "a program for macOS or Java"),
    (b"\0asm", "a WebAssembly program"),
    (b"#!", "a script"),
    (b"GIF87a", "a GIF picture"),
    (b"GIF89a", "a GIF picture"),
    (b"II*\0", "a TIFF picture"),
    (b"MM\0*", "a TIFF picture"),
    (b"BM", "a BMP picture"),
    (b"{\\rtf", "an RTF text"),
    (b"%!PS", "a PostScript file"),
    (b"SQLite format 3\0", "a database"),
)
"""Only those that no plain text begins with by chance, but for `BM` and `MZ`: see `foreign`."""

TWO_LETTERS = frozenset({b"BM", b"MZ", b"BZh"})
"""Too short for a sure sign: a text may begin so."""

AT_PLACES: tuple[tuple[int, bytes, str], ...] = (
    (257, b"ustar", "a tar archive"),
    (8, b"WEBP", "a WebP picture"),
    (4, b"ftypheic", "a HEIC picture"),
    (4, b"ftypmif1", "a HEIC picture"),
    (4, b"ftypavif", "an AVIF picture"),
    (4, b"ftyp", "a film or sound"),
)
"""Signatures that stand further in."""

_MARKUP = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*<[a-z!?/]|<\s*(?:!doctype\s|html|head|body|script|svg|iframe|object|embed|img)[\s>/]",
    re.IGNORECASE,
)


def foreign(content: bytes) -> str | None:
    """What it is that is not taken, in words; None when no signature says so."""
    for place, signature, name in AT_PLACES:
        if content.startswith(signature, place):
            return name
    for signature, name in SIGNATURES:
        if content.startswith(signature) and not (signature in TWO_LETTERS and _reads_as_text(content)):
            return name
    return None


def _reads_as_text(content: bytes) -> bool:
    try:
        return "\0" not in content.decode()
    except UnicodeDecodeError:
        return False


def is_markup(head: bytes) -> bool:
    """Whether a browser might take it for a page: it begins with a tag, or has one that only pages have."""
    return _MARKUP.search(head) is not None


def archive_behind(content: bytes) -> bool:
    """Whether a program that reads ZIP archives from behind would find one, whatever else the file is."""
    start = max(0, len(content) - ARCHIVE_END_SIZE - LONGEST_COMMENT)
    places = (found.start() for found in re.finditer(re.escape(ARCHIVE_END), content[start:]))
    return any(_ends_archive(content, start + place) for place in places)


def _ends_archive(content: bytes, place: int) -> bool:
    """Whether the directory that it is the end of stands before it. Of an empty one, its comment must reach the last byte."""
    size = int.from_bytes(content[place + 12 : place + 16], "little")
    if size:
        return content[max(0, place - size) : place].startswith(ARCHIVE_ENTRY)
    comment = int.from_bytes(content[place + 20 : place + 22], "little")
    return place + ARCHIVE_END_SIZE + comment == len(content)
