"""The draw of a contest: who wins follows from a seed that was fixed before the list was, and from the list. Anyone can do it again.

1. When a contest opens, `commitment(seed)` is published, and the seed is sealed.
2. When it closes, `Leaves` over the sorted leaves of all entries is published: their number and their hash; and the same of those that take no
   part. A leaf names nobody.
3. The draw's key is an HMAC of that hash under the seed: whoever lacks either can't tell anything about the order.
4. `drawn_order` shuffles the places of the list by that key (Fisher-Yates, unbiased). Excluded leaves are passed over.

`LABEL` keeps these hashes apart from all others; a change to any of this is another version.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Mapping

LABEL = b"petworks contest draw 1\n"

SEED_BYTES = 32
SALT_BYTES = 16
LEAF_BYTES = 32

WORD_BYTES = 8
"""Of the stream of random words, each a number below 2^64."""


def commitment(seed: bytes) -> str:
    """What is published of the seed before anybody enters."""
    return hashlib.sha256(LABEL + b"seed\n" + seed).hexdigest()


def leaf(contest: str, entry: str, salt: bytes) -> bytes:
    """An entry on the list. Without its salt nobody can tell whose it is; with it, whoever entered finds themself."""
    return hashlib.sha256(LABEL + f"entry\n{contest}\n{entry}\n".encode() + salt).digest()


ENTRIES, EXCLUDED = b"entries", b"excluded"
"""What a list is of: all entries, or those that take no part."""


class Leaves:
    """The hash of a list, leaf by leaf in rising order: ValueError for one that stands out of order, or twice."""

    def __init__(self, kind: bytes = ENTRIES) -> None:
        self.count = 0
        self._hash = hashlib.sha256(LABEL + kind + b"\n")
        self._last = b""

    def add(self, one: bytes) -> None:
        if len(one) != LEAF_BYTES or (self.count and one <= self._last):
            raise ValueError("the leaves don't rise")
        self._hash.update(one)
        self._last = one
        self.count += 1

    def hash(self) -> str:
        closed = self._hash.copy()
        closed.update(self.count.to_bytes(8, "big"))
        return closed.hexdigest()


def hash_of(leaves: Iterable[bytes], kind: bytes = ENTRIES) -> str:
    found = Leaves(kind)
    for one in leaves:
        found.add(one)
    return found.hash()


def draw_key(seed: bytes, entries_hash: str) -> bytes:
    return hmac.digest(seed, LABEL + b"key\n" + bytes.fromhex(entries_hash), "sha256")


def drawn_order(key: bytes, count: int) -> Iterator[int]:
    """All places of a list of `count` in the order in which they are drawn. Costs as much as is taken of it.

    What was not moved yet stands where it stood, so only what was moved is remembered.
    """
    words, moved = _words(key), dict[int, int]()
    for place in range(count):
        chosen = place + below(words, count - place)
        yield moved.pop(chosen, chosen)
        if chosen != place:
            moved[chosen] = moved.pop(place, place)


def below(words: Iterator[int], bound: int) -> int:
    """A number from 0 to bound - 1, each as likely: words that would favour some are left out."""
    fair = (1 << 8 * WORD_BYTES) // bound * bound
    return next(word for word in words if word < fair) % bound


def _words(key: bytes) -> Iterator[int]:
    """HMAC-SHA-256 over a counter: four words from each."""
    counter = 0
    while True:
        block = hmac.digest(key, counter.to_bytes(8, "big"), "sha256")
        yield from (int.from_bytes(block[at : at + WORD_BYTES], "big") for at in range(0, len(block), WORD_BYTES))
        counter += 1


def pick(key: bytes, count: int, wanted: int, is_excluded: Iterable[int] | bytearray) -> list[int]:
    """The first `wanted` places that are drawn and not excluded: fewer when there are no more. `is_excluded`: a flag for each, or places."""
    flags = is_excluded if isinstance(is_excluded, bytearray) else _flags(count, is_excluded)
    found: list[int] = []
    for place in drawn_order(key, count) if wanted else ():
        if not flags[place]:
            found.append(place)
            if len(found) == wanted:
                break
    return found


def _flags(count: int, places: Iterable[int]) -> bytearray:
    flags = bytearray(count)
    for place in places:
        flags[place] = 1
    return flags


def terms_hash(terms: Mapping[str, object]) -> str:
    """Of what a contest promises: fixed when it opens."""
    text = json.dumps(terms, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(LABEL + b"terms\n" + text.encode()).hexdigest()
