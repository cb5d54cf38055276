"""A text as it is compared: folded, nothing invisible in it, and for each letter of that where in the text it came from.

What is found in the folded text is blacked out in the very text, whatever forms its letters had there: full-width, composed or not,
under a heap of accents, with joiners or marks of direction in between.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache

from console.platform_api.blind import fold
from console.platform_api.masks import HIDDEN

APOSTROPHES = "'’‘ʼ`´′＇"
TATWEEL = "\u0640"
VOICED = "\uff9e\uff9f"
"""Half-width marks of voicing: letters by themselves, and a part of the kana before them."""

UNSPACED = re.compile(
    "[\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u1950-\u19df\u1a20-\u1aaf\u1b00-\u1b7f\ua980-\ua9df\uaa60-\uaa7f"
    "\u3005\u3007\u3021-\u3029\u3031-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff]"
)
"""Scripts in which a name stands among other letters: Thai and its neighbours, Han and kana without spaces, Hangul with endings."""

LETTER, UNSPACED_LETTER, DIGIT, APOSTROPHE, BLANK, OTHER = "LSd' ."
WORD = re.compile(f"{LETTER}+(?:{APOSTROPHE}{LETTER}+)*")
RUN = re.compile(f"{UNSPACED_LETTER}+")

_PLAIN = re.compile("[\x00-\x7f]+(?![^\x00-\x7f])")
"""As much of ASCII as no mark behind it belongs to."""

_ASCII = str.maketrans({
    **{chr(code): OTHER for code in range(128)},
    **dict.fromkeys("abcdefghijklmnopqrstuvwxyz", LETTER), **dict.fromkeys("0123456789", DIGIT),
    **dict.fromkeys("'`", APOSTROPHE), **dict.fromkeys(" \t\n\r\v\f\x1c\x1d\x1e\x1f", BLANK),
})  # fmt: skip

Span = tuple[int, int]


class Folded:
    """`folded` and `shape` are equally long: what to compare, and of what kind each letter of it is. `text` is composed."""

    def __init__(self, text: str, *, parting: bool = False) -> None:
        """`parting`: what is invisible parts words, as a space would; otherwise it is as if it weren't there."""
        self._places: list[Span] | None = None
        if text.isascii():
            self.text, self.folded = text, text.lower()
            return
        self.text = unicodedata.normalize("NFC", text)
        made: list[str] = []
        self._places = []
        for start, end in _stretches(self.text):
            piece = self.text[start:end]
            plain = piece.isascii()
            made.append(piece.lower() if plain else _cluster(piece, parting))
            self._places += [(at, at + 1) for at in range(start, end)] if plain else [(start, end)] * len(made[-1])
        self.folded = "".join(made)

    @cached_property
    def shape(self) -> str:
        if self.folded.isascii():
            return self.folded.translate(_ASCII)
        return "".join(map(_shape, self.folded))

    def words(self) -> Iterator[tuple[str, Span]]:
        """Of scripts with spaces between them."""
        for found in WORD.finditer(self.shape):
            yield self.folded[found.start() : found.end()], found.span()

    def runs(self) -> Iterator[tuple[str, Span]]:
        """Of the other scripts: all that stands together."""
        for found in RUN.finditer(self.shape):
            yield self.folded[found.start() : found.end()], found.span()

    def place(self, span: Span) -> Span:
        """Where it stands in the text."""
        start, end = span
        return span if self._places is None else (self._places[start][0], self._places[end - 1][1])


def blacked_out(text: str, spans: Iterable[Span]) -> str:
    """Those that overlap are one."""
    made, at, last = [], 0, -1
    for start, end in sorted(spans):
        if start >= max(last, at):
            made += [text[at:start], HIDDEN]
        at = last = max(at, end)
    return "".join([*made, text[at:]])


def hides_something(text: str) -> bool:
    """Whether there is anything in it that is not seen, and may part words or not."""
    return not text.isascii() and any(unicodedata.category(character) == "Cf" for character in set(text))


def _stretches(text: str) -> Iterator[Span]:
    """ASCII as it comes, and each other letter with all marks and invisible characters behind it."""
    place = 0
    while place < len(text):
        plain = _PLAIN.match(text, place)
        end = plain.end() if plain is not None else _end_of_cluster(text, place)
        yield place, end
        place = end


def _end_of_cluster(text: str, start: int) -> int:
    end = start + 1
    while end < len(text) and _is_attached(text[end]):
        end += 1
    return end


@lru_cache(20_000)
def _is_attached(character: str) -> bool:
    return unicodedata.category(character) in ("Mn", "Mc", "Me", "Cf") or character in VOICED or character == TATWEEL


MARKS = 12
"""On one letter; those behind them tell nothing more of it."""


def _cluster(cluster: str, parting: bool) -> str:
    made = _folded(cluster[:MARKS])
    return f"{made} " if parting and hides_something(cluster) else made


@lru_cache(50_000)
def _folded(cluster: str) -> str:
    seen = "".join(character for character in cluster if not _is_dropped(character))
    made = fold("".join(str(unicodedata.digit(c)) if c.isdecimal() else c for c in seen))
    if not made:
        return "" if all(unicodedata.category(character)[0] == "M" for character in seen) else " "
    return "".join("'" if character in APOSTROPHES else character for character in made)


def _is_dropped(character: str) -> bool:
    """What `fold` leaves in, and nobody sees or tells apart: enclosing marks, variants of a sign, the Arabic stretch."""
    chooses = "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"
    return chooses or character == TATWEEL or unicodedata.category(character) in ("Me", "Cf")


@lru_cache(50_000)
def _shape(character: str) -> str:
    """A mark that stays belongs to the letter that it stands on."""
    kind = unicodedata.category(character)
    if kind[0] in "LM" or kind == "Nl":
        return UNSPACED_LETTER if UNSPACED.match(character) else LETTER
    if kind == "Nd":
        return DIGIT
    if character in APOSTROPHES:
        return APOSTROPHE
    return BLANK if character.isspace() else OTHER
