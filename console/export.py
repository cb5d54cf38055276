"""Files for other programs: CSV that no spreadsheet runs, and JSON lines; readable by their owner alone, and always new.

A spreadsheet runs a cell that begins like a formula, quoted or not (tried in LibreOffice): such text gets an apostrophe.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from console.errors import PetworksError

_FORMULA = re.compile("[ \u00a0\u1680\u2000-\u200f\u202f\u205f\u2060\u3000\ufeff]*[=+\\-@\t\r\n\0＝＋－＠﹢﹣﹦﹫−]")
"""What a formula may begin with, after spaces of any kind; with the full-width, small and mathematical twins."""


class NoFile(PetworksError):
    advice = "Name another file."


class FileInTheWay(NoFile):
    advice = "Name another file, or move that one away: an export is never written over."


@contextmanager
def created(path: Path) -> Iterator[IO[bytes]]:
    """A new file that only its owner reads; gone again when the writing fails."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        descriptor = os.open(path, flags, 0o600)
    except FileExistsError:
        raise FileInTheWay(f"{path} is there already.") from None
    except OSError as error:
        raise NoFile(f"{path} can't be made: {error.strerror}.") from None
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def csv_row(values: Iterable[object]) -> bytes:
    """RFC 4180: every field quoted, CR LF, UTF-8."""
    return (",".join(f'"{_field(value)}"' for value in values) + "\r\n").encode("utf-8", "replace")


def csv_record(columns: Iterable[str], record: Mapping[str, Any]) -> bytes:
    """The columns in their order; what a newer platform added stands in one last cell, as JSON."""
    names = list(columns)
    more = {name: value for name, value in record.items() if name not in names}
    return csv_row([*(record.get(name) for name in names), more or None])


def csv_head(columns: Iterable[str]) -> bytes:
    return csv_row([*columns, "more"])


def json_line(record: Mapping[str, Any]) -> bytes:
    """JSON escapes every control character, so it is safe to look at."""
    return json.dumps(record).encode() + b"\n"


def _field(value: object) -> str:
    """Numbers stay numbers; a text can't become one or a formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return ("'" + text if _FORMULA.match(text) else text).replace('"', '""')
