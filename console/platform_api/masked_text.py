"""Free text without what leads to somebody: e-mail addresses, phone and card numbers become marks of a fixed width (P34).

It is for text that nobody needs whole: what can't be told apart is masked. Invisible characters and marks between digits hide nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from console.platform_api.card_numbers import black_out
from console.platform_api.masks import HIDDEN

_WORD = r'[^\s<>@＠﹫,;:()\[\]"]'
_AT = r"(?:[@＠﹫]|[(\[{]\s?at\s?[)\]}])"
_DOMAIN = rf"(?:\[[0-9a-f.:]+\]|{_WORD}{{1,255}})"
_EMAIL = re.compile(rf'(?:"[^"\n]{{1,64}}"|(?<!{_WORD}){_WORD}+)\s?{_AT}\s?{_DOMAIN}', re.IGNORECASE)
"""Each word is looked at from its beginning alone: a long one costs no more than its length."""
_DASHES = "\\-\u2010-\u2015\u2212\u2e3a\u2e3b\ufe58\ufe63\uff0d"
_NUMBER = re.compile(rf"(?:\+\s?)?\(?\d(?:[\s().{_DASHES}/·•_~|*]{{0,5}}\d){{6,}}")
"""Seven digits or more: a phone number, several of them, or a date, which has eight."""

UNSEEN = ("Cf", "Mn", "Me")
"""Categories of characters that make no letter and no digit."""


def mask_text(text: str) -> str:
    text = black_out(text)
    plain, places = _visible(text)
    kept, after = [], 0
    for start, end in _found(plain):
        kept += [text[after : places[start]], HIDDEN]
        after = places[end] if end < len(places) else len(text)
    return "".join((*kept, text[after:]))


def _visible(text: str) -> tuple[str, list[int]]:
    """The text with digits as ours, without invisible characters and marks on others, and where each of its characters stands."""
    found = [
        (place, character) for place, character in enumerate(text) if unicodedata.category(character) not in UNSEEN
    ]
    return "".join(_plain(character) for _, character in found), [place for place, _ in found]


def _plain(character: str) -> str:
    digit = unicodedata.digit(character, None)
    return character if digit is None else str(digit)


def _found(plain: str) -> Iterator[tuple[int, int]]:
    """Where addresses and numbers stand, from left to right; what overlaps goes together."""
    spans = sorted(match.span() for pattern in (_EMAIL, _NUMBER) for match in pattern.finditer(plain))
    first, last = 0, 0
    for start, end in (*spans, (len(plain), len(plain))):
        if start >= last:
            if last > first:
                yield first, last
            first = start
        last = max(last, end)
