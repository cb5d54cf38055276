"""The audit log's chain: how a row follows another, and how to find out offline that every row still does.

hash = SHA-256(0x00 ‖ hash of the row before ‖ number, 8 bytes, big-endian ‖ canonical JSON of the other columns)

What the chain shows by itself: edits, deletions, insertions, reorders. A cut tail, or a log written anew from some row
on, is a chain like any other: it shows against signed checkpoints, or against heads that others kept (a witness).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

GENESIS = bytes(32)
"""What the first row follows."""

COLUMNS = (
    "at", "actor", "role", "resource", "action", "outcome", "subject", "record", "ticket", "fields", "reason",
    "reason_hash", "told", "details", "request",
)  # fmt: skip
"""All of a row but `seq`, `prev` and `hash`. `fields` and `details` are the JSON texts that the table holds."""

_ROW, _CHECKPOINT = b"\x00", b"\x01"  # no signature of a checkpoint is ever one of a row
_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False).encode
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Row(NamedTuple):
    """`content`: the canonical JSON of the other columns; empty when they couldn't be read."""

    seq: int
    prev: bytes
    hash: bytes
    content: bytes


class Head(NamedTuple):
    """A row's number and hash: all that a witness needs to keep."""

    seq: int
    hash: bytes


@dataclass(frozen=True)
class Checkpoint:
    """A head that the platform signed at a time (UTC, ISO 8601)."""

    seq: int
    hash: bytes
    at: str
    signature: bytes


@dataclass(frozen=True)
class Fault:
    """The first bad row, and what is wrong with it."""

    seq: int
    why: str

    def __str__(self) -> str:
        return f"row {self.seq}: {self.why}"


@dataclass(frozen=True)
class Verdict:
    """`head`: the last good row; `checkpoints`, `witnessed`: how many of them the rows agree with."""

    rows: int
    head: Head
    checkpoints: int
    witnessed: int
    fault: Fault | None


class _Mark(NamedTuple):
    """A head to hold the log against, and how it is known."""

    seq: int
    hash: bytes
    known: str
    signed: bool


# Rows


def canonical(columns: Mapping[str, Any]) -> bytes:
    """ASCII, keys sorted, no spaces: one text for one row, whatever the database. It takes COLUMNS alone."""
    return _encode({name: columns[name] for name in COLUMNS}).encode("ascii")


def row_hash(prev: bytes, seq: int, content: bytes) -> bytes:
    return hashlib.sha256(_ROW + prev + seq.to_bytes(8, "big") + content).digest()


def moment_text(microseconds: int) -> str:
    """A time as the canonical JSON has it: always six places and Z."""
    moment = _EPOCH + timedelta(microseconds=microseconds)
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")


def export_line(head: Head, prev: bytes, columns: Mapping[str, Any]) -> str:
    """A row as one line of an export, which can be verified without the database."""
    number = {"seq": head.seq, "prev": prev.hex(), "hash": head.hash.hex()}
    return json.dumps({**number, **{name: columns[name] for name in COLUMNS}}, allow_nan=False)


def exported_row(line: str) -> Row:
    """ValueError when the line isn't one of an export."""
    try:
        found = json.loads(line, object_pairs_hook=_each_once)
        return Row(_number(found["seq"]), bytes.fromhex(found["prev"]), bytes.fromhex(found["hash"]), canonical(found))
    except (KeyError, TypeError, RecursionError) as error:
        raise ValueError("not a row of an audit log") from error


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A name that stood twice would show one value to one reader and another to the next."""
    if len(found := dict(pairs)) < len(pairs):
        raise ValueError("a name stands twice")
    return found


def _number(value: object) -> int:
    if type(value) is int and 0 < value < 2**63:
        return value
    raise ValueError("not the number of a row")


# Checkpoints and heads, one JSON object a line


def _signed_part(seq: int, hash_: bytes, at: str) -> bytes:
    return _CHECKPOINT + _encode({"at": at, "hash": hash_.hex(), "seq": seq}).encode("ascii")


def sign(key: Ed25519PrivateKey, head: Head, at: datetime) -> Checkpoint:
    text = at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return Checkpoint(head.seq, head.hash, text, key.sign(_signed_part(head.seq, head.hash, text)))


def is_signed(checkpoint: Checkpoint, keys: Iterable[Ed25519PublicKey]) -> bool:
    """Whether one of the keys signed it."""
    from cryptography.exceptions import InvalidSignature  # the console needs the chain, never this

    part = _signed_part(checkpoint.seq, checkpoint.hash, checkpoint.at)
    for key in keys:
        try:
            key.verify(checkpoint.signature, part)
        except InvalidSignature:
            continue
        return True
    return False


def public_keys(pem: str) -> list[Ed25519PublicKey]:
    """All keys of a PEM text: the one in use, and those before it. ValueError when it holds something else."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    begin = "-----BEGIN PUBLIC KEY-----"
    found = [load_pem_public_key((begin + part).encode("ascii")) for part in pem.split(begin)[1:]]
    if not found or not all(isinstance(key, Ed25519PublicKey) for key in found):
        raise ValueError("no Ed25519 public key")
    return [key for key in found if isinstance(key, Ed25519PublicKey)]


def checkpoint_line(checkpoint: Checkpoint) -> str:
    return json.dumps(
        {
            "seq": checkpoint.seq,
            "hash": checkpoint.hash.hex(),
            "at": checkpoint.at,
            "signature": checkpoint.signature.hex(),
        }
    )


def head_line(head: Head) -> str:
    """What a witness keeps."""
    return json.dumps({"seq": head.seq, "hash": head.hash.hex()})


def read_checkpoints(lines: Iterable[str]) -> list[Checkpoint]:
    """ValueError names the line that isn't a checkpoint."""
    return [
        Checkpoint(int(found["seq"]), bytes.fromhex(found["hash"]), str(found["at"]), bytes.fromhex(found["signature"]))
        for found in _objects(lines, {"seq": int, "hash": str, "at": str, "signature": str})
    ]


def read_heads(lines: Iterable[str]) -> list[Head]:
    """ValueError names the line that isn't a head."""
    return [Head(found["seq"], bytes.fromhex(found["hash"])) for found in _objects(lines, {"seq": int, "hash": str})]


def _objects(lines: Iterable[str], shape: Mapping[str, type]) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            found = json.loads(line)
            if not all(type(found[name]) is kind for name, kind in shape.items()):
                raise ValueError("of another shape")
            bytes.fromhex(found["hash"] + found.get("signature", ""))
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise ValueError(f"line {number} can't be read") from error
        yield found


# Verifying


def verify(
    rows: Iterable[Row],
    *,
    checkpoints: Sequence[Checkpoint] = (),
    keys: Sequence[Ed25519PublicKey] = (),
    witness: Sequence[Head] = (),
    part: bool = False,
) -> Verdict:
    """Goes through the rows once, in order, up to the first bad one.

    `part`: the rows are an extract, so some may be absent; those that are there must fit each other and the marks.
    """
    signed = [one for one in checkpoints if is_signed(one, keys)]
    walk = _Walk(_marks(signed, witness), part)
    fault = next((fault for row in rows if (fault := walk.step(row))), None) or walk.end()
    if fault is None and len(signed) < len(checkpoints):
        forged = min((one for one in checkpoints if one not in signed), key=lambda one: one.seq)
        fault = Fault(forged.seq, f"its checkpoint of {forged.at} isn't signed by the platform's key")
    return Verdict(walk.rows, walk.head, walk.agreed[True], walk.agreed[False], fault)


def _marks(checkpoints: Iterable[Checkpoint], witness: Iterable[Head]) -> list[_Mark]:
    signed = [_Mark(one.seq, one.hash, f"signed at {one.at}", True) for one in checkpoints]
    seen = [_Mark(one.seq, one.hash, "seen by the witness", False) for one in witness]
    return sorted(signed + seen, key=lambda mark: mark.seq)


class _Walk:
    """The way through a log: where it is, and the marks that are still ahead."""

    def __init__(self, marks: list[_Mark], part: bool) -> None:
        self.rows = 0
        self.head = Head(0, GENESIS)
        self.agreed = {True: 0, False: 0}
        self._marks = marks
        self._next_mark = 0
        self._last_agreed = 0
        self._part = part

    def step(self, row: Row) -> Fault | None:
        fault = self._out_of_order(row) or self._changed(row) or self._disagrees(row)
        if fault is None:
            self.rows += 1
            self.head = Head(row.seq, row.hash)
        return fault

    def _out_of_order(self, row: Row) -> Fault | None:
        expected = self.head.seq + 1
        if row.seq < expected:
            return Fault(row.seq, f"stands after row {self.head.seq}: out of order, or twice")
        if row.seq > expected and not self._part:
            return Fault(expected, f"missing: row {row.seq} stands in its place")
        return None

    def _changed(self, row: Row) -> Fault | None:
        if len(row.prev) != len(GENESIS) or row.hash != row_hash(row.prev, row.seq, row.content):
            return Fault(row.seq, "edited or replaced: its hash isn't that of its content")
        if row.prev == self.head.hash or row.seq > self.head.seq + 1:
            return None
        if self._last_agreed == self.head.seq:  # what stands before is known to be right, or is nothing at all
            return Fault(row.seq, "replaced: it doesn't follow what stands before it")
        return Fault(self.head.seq, f"edited or replaced: row {row.seq}, sound in itself, follows another row")

    def _disagrees(self, row: Row) -> Fault | None:
        while self._next_mark < len(self._marks) and self._marks[self._next_mark].seq <= row.seq:
            mark = self._marks[self._next_mark]
            self._next_mark += 1
            if mark.seq < row.seq:  # of a row that an extract leaves out
                continue
            if mark.hash != row.hash:
                since = f"the log was written anew somewhere after row {self._last_agreed}"
                return Fault(row.seq, f"not the row that was {mark.known}: {since}")
            self.agreed[mark.signed] += 1
            self._last_agreed = row.seq
        return None

    def end(self) -> Fault | None:
        if self._part or self._next_mark == len(self._marks):
            return None
        mark = self._marks[-1]
        return Fault(self.head.seq + 1, f"missing: the log ends before it, but row {mark.seq} was {mark.known}")
