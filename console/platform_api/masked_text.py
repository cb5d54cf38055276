"""Free text without what leads to somebody: e-mail addresses, phone and card numbers become marks of a fixed width (P34).

It is for text that nobody needs whole: what can't be told apart is masked. Invisible characters between digits hide nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from console.platform_api.card_numbers import black_out
from console.platform_api.masks import HIDDEN

_EMAIL = re.compile(r"[^\s<>@,;:()\[\]\"]{1,64}\s?[@＠﹫]\s?[^\s<>@,;:()\[\]\"]{1,255}")
_NUMBER = re.compile(r"(?:\+\s?)?\(?\d(?:[\s().\-/·–—]{0,3}\d){6,17}(?!\d)")
LEAST, MOST = 7, 18
"""Digits of a phone number, with its extension; a date has eight and goes too."""


def mask_text(text: str) -> str:
    text = black_out(text)
    plain, places = _visible(text)
    kept, after = [], 0
    for start, end in _found(plain):
        kept += [text[after : places[start]], HIDDEN]
        after = places[end - 1] + 1
    return "".join((*kept, text[after:]))


def _visible(text: str) -> tuple[str, list[int]]:
    """The text with digits as ours and without invisible characters, and where each of its characters stands."""
    found = [(place, character) for place, character in enumerate(text) if unicodedata.category(character) != "Cf"]
    return "".join(_plain(character) for _, character in found), [place for place, _ in found]


def _plain(character: str) -> str:
    digit = unicodedata.digit(character, None)
    return character if digit is None else str(digit)


def _found(plain: str) -> Iterator[tuple[int, int]]:
    """Where addresses and numbers stand, from left to right; none within another."""
    spans = sorted(match.span() for pattern in (_EMAIL, _NUMBER) for match in pattern.finditer(plain))
    last = 0
    for start, end in spans:
        if start >= last:
            yield start, end
            last = end
