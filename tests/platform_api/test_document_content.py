"""What documents are, told by their content: real ones are taken, and hostile ones refused by a sentence that names what they are."""

import base64
import gzip
import io
import struct
import tarfile
import zipfile
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from console.platform_api.document_content import MOST_TEXT, media_type_of
from console.platform_api.refused_content import ContentRefused
from console.records.application_documents import MEDIA_TYPES, MOST_BYTES

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\nxref\n0 1\ntrailer\n<<>>\nstartxref\n9\n%%EOF\n"


def picture(kind: str, size: tuple[int, int] = (40, 30), mode: str = "RGB", **options: object) -> bytes:
    held = io.BytesIO()
    Image.radial_gradient("L").resize(size).convert(mode).save(held, kind, **options)
    return held.getvalue()


def png_of(width: int, height: int) -> bytes:
    """A whole PNG that says it is this large, and holds next to nothing."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = (chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(b"\0" * 1000)), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def jpeg_of(width: int, height: int) -> bytes:
    """A real JPEG whose header says that it is this large."""
    found = bytearray(picture("JPEG"))
    frame = found.index(b"\xff\xc0")
    found[frame + 5 : frame + 9] = struct.pack(">HH", height, width)
    return bytes(found)


def zipped(content: bytes = b"bomb") -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inside", content)
    return held.getvalue()


def tarred() -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("inside"))
    return held.getvalue()


def why_not(content: bytes) -> str:
    with pytest.raises(ContentRefused) as refused:
        media_type_of(content)
    return str(refused.value)


def numbered(value: object) -> str:
    """Of bytes their beginning alone, the same on each worker."""
    return repr(value[:4])[2:-1] if isinstance(value, bytes) else str(value)


# What is taken


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (picture("PNG"), "image/png"),
        (picture("PNG", mode="L"), "image/png"),
        (picture("JPEG"), "image/jpeg"),
        (picture("JPEG", progressive=True), "image/jpeg"),
        (picture("JPEG", mode="L", restart_marker_blocks=1), "image/jpeg"),
        (PDF, "application/pdf"),
        (PDF + b"\r\n\r\n", "application/pdf"),
        ("Ada går med hundar.\n".encode(), "text/plain"),
        (b"\xef\xbb\xbfWith a mark of its order", "text/plain"),
        (b"Look: \x1b[31mred\x1b[0m, and 3 < 4", "text/plain"),
        (b"MZ begins this letter, and BM that one", "text/plain"),
    ],
    ids=numbered,
)
def test_documents_are_what_their_content_says(content: bytes, kind: str):
    assert media_type_of(content) == kind


# What is refused, and named


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"", "is empty"),
        (b"x" * (MOST_BYTES + 1), "more than 10 MiB"),
        (b"x" * (MOST_TEXT + 1), "text of more than 48 KiB"),
        (b" \n\t", "blanks alone"),
        (zipped(), "ZIP archive"),
        (zipped(b"\0" * 20_000_000), "ZIP archive"),
        (gzip.compress(b"\0" * 20_000_000), "gzip archive"),
        (tarred(), "tar archive"),
        (b"7z\xbc\xaf\x27\x1c\0\4", "7z archive"),
        (b"Rar!\x1a\x07\x01\0", "RAR archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500, "Word or Excel"),
        (b"\x7fELF\x02\x01", "program for Linux"),
        (b"MZ\x90\0\x03\0", "program for Windows"),
        (b"\xcf\xfa\xed\xfe\x07", "program for macOS"),
        (b"#!/bin/sh\nrm -rf ~\n", "a script"),
        (b"GIF89a\x01\0", "GIF picture"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "WebP picture"),
        (b"\0\0\0\x18ftypheic\0\0", "HEIC picture"),
        (b"II*\0\x08\0\0\0", "TIFF picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "web page, or other markup"),
        (b"<?xml version='1.0'?><a/>", "web page, or other markup"),
        (b"\xef\xbb\xbf\n <!DOCTYPE html><p>", "web page, or other markup"),
        (b"Dear all, <script>steal()</script>", "web page, or other markup"),
        (b"{\\rtf1 hello}", "RTF"),
        ("Hello".encode("utf-16"), "UTF-16"),
        (b"caf\xe9 in Latin 1", "kind that nobody here knows"),
        (b"text and \0 then", "binary"),
        (b"Some words\n" + PDF, "something else before its beginning"),
        (png_of(100_000, 100_000), "100,000 × 100,000 pixels"),
        (jpeg_of(65_000, 65_000), "65,000 × 65,000 pixels"),
        (png_of(0, 5), "no size"),
        (picture("PNG")[:-1], "cut off"),
        (picture("PNG")[:-12], "cut off"),
        (picture("JPEG")[:-2], "cut off"),
        (picture("JPEG")[:200], "cut off"),
        (PDF[:-7], "cut off"),
        (picture("PNG") + b"more", "something else behind its end"),
        (picture("JPEG") + picture("JPEG"), "something else behind its end"),
        (PDF + b"MZ and a program", "something else behind its end"),
        (PDF + zipped(), "something else behind its end"),
        (PDF.replace(b"endobj", zipped()), "ZIP archive as well"),
        (b"%PDF-1.7\n<html><script>steal()</script></html>" + PDF[9:], "web page in one"),
    ],
    ids=numbered,
)
def test_what_is_not_wanted_is_refused_by_its_name(content: bytes, named: str):
    assert named in why_not(content)


def test_a_picture_that_is_a_zip_archive_from_behind_is_refused():
    archive = zipped()
    content = picture("PNG")
    place = content.rindex(b"IEND") - 4
    body = b"why\0" + archive[:-2] + struct.pack("<H", 4 + len(content) - place)  # its comment reaches the last byte
    chunk = struct.pack(">I", len(body)) + b"tEXt" + body + struct.pack(">I", zlib.crc32(b"tEXt" + body))
    both = content[:place] + chunk + content[place:]
    with zipfile.ZipFile(io.BytesIO(both)) as found:
        assert found.namelist() == ["inside"], "it really is both"
    assert "ZIP archive as well" in why_not(both)


def test_an_animated_picture_is_refused():
    held = io.BytesIO()
    frames = [Image.new("RGB", (4, 4), colour) for colour in ("red", "blue")]
    frames[0].save(held, "PNG", save_all=True, append_images=frames[1:])
    assert "animated" in why_not(held.getvalue())


def test_a_picture_whose_pixels_were_changed_is_damaged():
    content = bytearray(picture("PNG"))
    content[len(content) // 2] ^= 0xFF
    assert "damaged" in why_not(bytes(content))


def test_no_sentence_quotes_the_content():
    canary = b"canary-7f3a9"
    for content in (
        b"PK\x03\x04" + canary,
        b"<p>" + canary,
        canary + b"\0",
        canary + b"\xff",
        b"\x89PNG\r\n\x1a\n" + canary,
    ):
        assert "canary" not in why_not(content)


def test_a_picture_that_is_scanned_over_and_over_is_refused():
    """Each scan is a walk over all of the picture, for a few bytes: thousands of them would keep whoever looks at it for minutes."""
    content = picture("JPEG", progressive=True)
    scan = content[content.rindex(b"\xff\xda") : -2]
    assert media_type_of(content[:-2] + scan * 50 + content[-2:]) == "image/jpeg"
    assert "more pieces" in why_not(content[:-2] + scan * 500 + content[-2:])


@pytest.mark.parametrize(
    "hostile",
    [
        b"\xff\xd8\xff" + b"\xff" * (MOST_BYTES - 3),
        b"\xff\xd8" + b"\xff\xda\0\2" * (MOST_BYTES // 4 - 1),
        b"\xff\xd8" + b"\xff\xd0" * (MOST_BYTES // 2 - 1),
        b"\x89PNG\r\n\x1a\n" + (b"\0\0\0\0IDAT" + struct.pack(">I", zlib.crc32(b"IDAT"))) * (MOST_BYTES // 12 - 1),
        b"%PDF-1.7" + b"%%EOF" * (MOST_BYTES // 5 - 2),
        b"PK\5\6" * (MOST_BYTES // 4),
    ],
    ids=["filling", "scans", "restarts", "chunks", "ends", "archives"],
)
def test_what_is_made_to_take_long_is_refused_before_it_does(hostile: bytes):
    assert why_not(hostile)


# Whatever it is

REAL = {
    "image/png": picture("PNG"),
    "image/jpeg": picture("JPEG"),
    "application/pdf": PDF,
    "text/plain": b"A letter of recommendation",
}


@given(st.binary(max_size=300))
def test_any_bytes_are_one_of_the_kinds_or_refused(content: bytes):
    for kind in taken(content):
        assert kind in MEDIA_TYPES
        if kind == "text/plain":
            assert "\0" not in content.decode()


@given(st.sampled_from(["image/png", "image/jpeg"]), st.data())
def test_no_picture_is_taken_that_is_cut_off(kind: str, data: st.DataObject):
    whole = REAL[kind]
    cut = whole[: data.draw(st.integers(3, len(whole) - 1))]
    try:
        assert media_type_of(cut) == "text/plain", "not the beginning of a picture any more"
    except ContentRefused:
        return


@given(st.sampled_from(sorted(REAL)), st.integers(0, 5000), st.binary(min_size=1, max_size=40))
def test_a_changed_document_is_one_of_the_kinds_or_refused(kind: str, place: int, noise: bytes):
    whole = REAL[kind]
    place %= len(whole)
    try:
        assert media_type_of(whole[:place] + noise + whole[place + len(noise) :]) in MEDIA_TYPES
    except ContentRefused:
        return


@given(st.binary(min_size=1, max_size=60))
def test_nothing_stands_behind_the_end_of_what_is_taken(more: bytes):
    for kind, whole in REAL.items():
        if kind == "text/plain" or not more.strip(b"\0\r\n\t "):
            continue
        assert kind not in taken(whole + more)


def taken(content: bytes) -> list[str]:
    try:
        return [media_type_of(content)]
    except ContentRefused:
        return []


def test_base64_of_a_picture_is_no_picture():
    assert media_type_of(base64.b64encode(picture("PNG"))) == "text/plain"
