"""`petworks audit verify`: goes through the log offline and names the first row that isn't what was written."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TextIO, TypeVar

from console import chain
from console.chain import Checkpoint, Fault, Head, Row, Verdict
from console.platform_api.checkpoints import CHECKPOINTS, PUBLIC_KEY
from console.platform_api.log_source import Log, Unreadable, open_log

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

WHOLE, BROKEN, USAGE = 0, 1, 2

T = TypeVar("T")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, help="the platform's data folder, with its checkpoints")
    parser.add_argument(
        "--database", help="the records database, if it isn't a file in that folder (postgresql+psycopg://…)"
    )
    parser.add_argument("--file", type=Path, help="an exported log (.jsonl) instead of the database")
    parser.add_argument("--part", action="store_true", help="the exported file holds a part of the log")
    parser.add_argument("--witness", type=Path, help="heads that you have kept yourself (.jsonl)")
    parser.add_argument("--checkpoints", type=Path, help="a copy of checkpoints.jsonl that you have kept yourself")
    parser.add_argument("--public-key", type=Path, help="a copy of audit.pub that you have kept yourself")


def run(arguments: argparse.Namespace) -> int:
    """Without a data folder there are no checkpoints but those that are named."""
    if not (arguments.data or arguments.database or arguments.file):
        sys.stderr.write("petworks: say where the log is, with --data, --database or --file\n")
        return USAGE
    return verify_log(
        arguments.data,
        arguments.database,
        arguments.witness,
        sys.stdout,
        file=arguments.file,
        part=arguments.part,
        checkpoints=arguments.checkpoints,
        public_key=arguments.public_key,
    )


def verify_log(
    data: Path | None,
    url: str | None,
    witness: Path | None,
    out: TextIO,
    *,
    file: Path | None = None,
    part: bool = False,
    checkpoints: Path | None = None,
    public_key: Path | None = None,
) -> int:
    """Prints one line that says what was found; 0 when the log is whole, 1 when it isn't or can't be read."""
    try:
        # What the log is held against is read before the log: a row signed meanwhile would seem to be missing.
        against = _Against.read(data, checkpoints, public_key, witness)
        with ExitStack() as opened:
            log = (
                _exported(file, opened)
                if file
                else opened.enter_context(open_log(url or f"sqlite:///{data}/petworks.sqlite"))
            )
            verdict = against.verdict_on(log, part=part)
    except (Unreadable, OSError, ValueError) as error:
        print(f"the log can't be verified: {error}", file=out)
        return BROKEN
    print(verdict.fault or _praise(verdict), file=out)
    return BROKEN if verdict.fault else WHOLE


def _praise(verdict: Verdict) -> str:
    parts = [
        _count(verdict.rows, "row"),
        f"head {verdict.head.seq} {verdict.head.hash.hex()}",
        _count(verdict.checkpoints, "checkpoint"),
    ]
    if verdict.witnessed:
        parts.append(_count(verdict.witnessed, "witnessed head"))
    return f"{', '.join(parts)}: the log is whole"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


@dataclass(frozen=True)
class _Against:
    """What a log is held against."""

    checkpoints: list[Checkpoint]
    keys: list[Ed25519PublicKey]
    witness: list[Head]

    @classmethod
    def read(cls, data: Path | None, checkpoints: Path | None, key: Path | None, witness: Path | None) -> _Against:
        """A file that was named must be there; those of a data folder come with the platform's first start."""
        keys = _text(key, data, PUBLIC_KEY)
        return cls(
            _parsed(chain.read_checkpoints, _text(checkpoints, data, CHECKPOINTS), checkpoints or CHECKPOINTS),
            chain.public_keys(keys) if keys else [],
            _parsed(chain.read_heads, _text(witness, None, ""), witness),
        )

    def verdict_on(self, log: Log, *, part: bool) -> Verdict:
        found = chain.verify(log.rows, checkpoints=self.checkpoints, keys=self.keys, witness=self.witness, part=part)
        if found.fault is None and log.head is not None and log.head != found.head:
            return replace(found, fault=_another_end(found.head, log.head))
        return found


def _text(named: Path | None, data: Path | None, usual: str) -> str:
    if named is None and (data is None or not (data / usual).exists()):
        return ""
    return (named or (data or Path()) / usual).read_text("utf-8")


def _parsed(parse: Callable[[Iterable[str]], list[T]], text: str, name: object) -> list[T]:
    """What stands behind the last line's end is being written right now."""
    try:
        return parse(text.rpartition("\n")[0].splitlines())
    except ValueError as error:
        raise Unreadable(f"{name}: {error}") from error


def _another_end(last: Head, kept: Head) -> Fault:
    """The database's own note of the log's end, which every appending transaction moves along."""
    if kept.seq > last.seq:
        return Fault(last.seq + 1, f"missing: the log goes up to row {kept.seq}, says its end")
    if kept.seq < last.seq:
        return Fault(kept.seq + 1, f"stands behind the log's end, which is row {kept.seq}")
    return Fault(last.seq, "edited or replaced: the log's end names another row")


# An exported file


def _exported(path: Path, opened: ExitStack) -> Log:
    return Log(None, _rows(path, opened.enter_context(path.open(encoding="utf-8"))))


def _rows(path: Path, lines: Iterable[str]) -> Iterator[Row]:
    for number, line in enumerate(lines, 1):
        try:
            yield chain.exported_row(line)
        except ValueError as error:
            raise Unreadable(f"{path}, line {number}: {error}") from error
