"""The size of a PNG or JPEG from its header, with its parts walked to the end; no pixel is unfolded."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

from console.platform_api.refused_content import ContentRefused

Size = tuple[int, int]
"""Width and height in pixels."""

MOST_PARTS = 10_000
"""Chunks or segments: a picture as large as may be has some 2,000."""

MOST_SCANS = 100
"""Of a JPEG: each is a walk over the whole picture for whoever draws it. A real one has some ten."""

# PNG

_HEAD = 8
"""Bytes of its signature."""
_FRAME = 12
"""Bytes of a chunk around its body: length, kind, checksum."""


def png_size(content: bytes) -> Size:
    kinds: list[bytes] = []
    size, end = (0, 0), _HEAD
    for kind, body in _chunks(content):
        size = size if kinds else _header(kind, body)
        if kind == b"acTL":
            raise ContentRefused("is an animated picture: send one that stands still")
        kinds.append(kind)
        end += _FRAME + len(body)
        _refuse_splinters(len(kinds))
    if kinds[-1:] != [b"IEND"] or b"IDAT" not in kinds:
        raise ContentRefused("is a PNG picture that is cut off: its end is missing")
    _nothing_behind(content, end)
    return size


def _header(kind: bytes, body: bytes) -> Size:
    if kind != b"IHDR" or len(body) != 13:
        raise ContentRefused("begins like a PNG picture and is none")
    return int.from_bytes(body[:4]), int.from_bytes(body[4:8])


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and body of each whole chunk, to the one that ends the picture."""
    place, kind = _HEAD, b""
    while kind != b"IEND" and place + _FRAME <= len(content):
        length = int.from_bytes(content[place : place + 4])
        kind, end = content[place + 4 : place + 8], place + _FRAME + length
        if end > len(content):
            return
        body = content[place + 8 : end - 4]
        if zlib.crc32(body, zlib.crc32(kind)) != int.from_bytes(content[end - 4 : end]):
            raise ContentRefused("is a PNG picture that is damaged")
        yield kind, body
        place = end


# JPEG

_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers that begin a frame: what follows has the size."""
_ALONE = frozenset((0x01, *range(0xD0, 0xD9)))
"""Markers without a length."""
_SCAN, _END = 0xDA, 0xD9
_NEXT = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
"""The next marker of its own in the data of a scan: a stuffed zero, a restart and a filling byte are none."""

_FILLING = re.compile(rb"\xff+")


def jpeg_size(content: bytes) -> Size:
    size: Size | None = None
    place, scans, parts = 2, 0, 0
    while True:
        parts += 1
        _refuse_splinters(parts)
        marker, place = _marker(content, place)
        if marker == _END:
            break
        if marker in _ALONE:
            continue
        end = place + int.from_bytes(content[place : place + 2])
        if end < place + 2 or end > len(content):
            raise _cut_off()
        if marker in _FRAMES and size is None:
            size = int.from_bytes(content[place + 5 : place + 7]), int.from_bytes(content[place + 3 : place + 5])
        scans += marker == _SCAN
        _refuse_splinters(scans, MOST_SCANS)
        place = _after_scan(content, end) if marker == _SCAN else end
    if size is None or not scans:
        raise ContentRefused("begins like a JPEG picture and is none")
    _nothing_behind(content, place)
    return size


def _marker(content: bytes, place: int) -> tuple[int, int]:
    """The marker at the place, and where what belongs to it begins."""
    found = _FILLING.match(content, place)
    if found is None or found.end() == len(content):
        raise _cut_off()
    return content[found.end()], found.end() + 1


def _after_scan(content: bytes, place: int) -> int:
    found = _NEXT.search(content, place)
    if found is None:
        raise _cut_off()
    return found.start()


def _cut_off() -> ContentRefused:
    return ContentRefused("is a JPEG picture that is cut off or damaged")


def _refuse_splinters(parts: int, most: int = MOST_PARTS) -> None:
    if parts > most:
        raise ContentRefused("is a picture in more pieces than any real one has")


def _nothing_behind(content: bytes, end: int) -> None:
    if content[end:].strip(b"\0\r\n "):
        raise ContentRefused("is a picture with something else behind its end: save it anew as a plain picture")
