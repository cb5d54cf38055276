"""Card numbers in free text (P16): an issuer's prefix, a length that it uses, and the check digit (Luhn), all three together.

A pet's microchip number passes: it has 15 digits and begins with a maker's code from 900 on or a country's, where cards of that
length begin with 34 or 37 alone. An id of 32 hexadecimal digits passes when a letter is among them: one in ten thousand has a
card's digits. What can't be told apart is taken for a card.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise

from console.platform_api.masks import HIDDEN

SHORTEST, LONGEST = 12, 19
"""Digits of a card number."""
_RUN = re.compile(r"[0-9](?:[\W_]{0,3}[0-9])*")
_GROUP = re.compile(r"[0-9]+")
_ID = re.compile(r"(?<![^\W_])(?:[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?![^\W_])", re.IGNORECASE)
"""With what stands before an underscore, as in `dp_…`, or without."""
CARD_GROUP = 4
"""Digits of a group as they stand on a card, the last one apart."""

Lengths = range | tuple[int, ...]

ISSUERS: tuple[tuple[int, int, Lengths], ...] = (
    (4, 4, (13, 16, 19)),  # Visa
    (51, 55, (16,)),  # Mastercard
    (2221, 2720, (16,)),
    (34, 34, (15,)),  # American Express
    (37, 37, (15,)),
    (300, 305, range(14, 20)),  # Diners Club
    (3095, 3095, range(14, 20)),
    (36, 36, range(14, 20)),
    (38, 39, range(14, 20)),
    (3528, 3589, range(16, 20)),  # JCB
    (6011, 6011, range(16, 20)),  # Discover
    (644, 659, range(16, 20)),
    (62, 62, range(16, 20)),  # UnionPay
    (81, 82, range(16, 20)),  # UnionPay and RuPay
    (2200, 2204, range(16, 20)),  # Mir
    *((prefix, prefix, range(12, 20)) for prefix in (5018, 5020, 5038, 5893, 6304, 6759, 6761, 6762, 6763)),  # Maestro
)
"""First and last prefix, and how many digits its numbers have."""

Group = tuple[int, int]
"""Where a group of digits begins and ends."""


def has_card_number(text: str) -> bool:
    return next(_found(text), None) is not None


def black_out(text: str) -> str:
    """The text with a mask of fixed width in the place of each card number."""
    kept, after = [], 0
    for start, end in _found(text):
        kept += [text[after:start], HIDDEN]
        after = end
    return "".join((*kept, text[after:]))


def _found(text: str) -> Iterator[Group]:
    """Where the card numbers stand, from left to right."""
    text = _ID.sub(_without_digits, text)
    plain = text if text.isascii() else "".join(map(_plain, text))
    for run in _RUN.finditer(plain):
        groups = [match.span() for match in _GROUP.finditer(plain, run.start(), run.end())]
        place = 0
        while place < len(groups):
            count = _card_at(plain, groups[place : place + LONGEST])
            if count:
                yield groups[place][0], groups[place + count - 1][1]
            place += count or 1


def _without_digits(id: re.Match[str]) -> str:
    """As long as it was, so that places in the text stay; digits alone may be a card with something beside it."""
    found = id[0]
    return "x" * len(found) if any(map(str.isalpha, found)) else found


def _plain(character: str) -> str:
    """A digit of any script as one of ours; all else stays, so that places in the text do."""
    digit = unicodedata.digit(character, None)
    return character if digit is None else str(digit)


def _card_at(text: str, groups: Sequence[Group]) -> int:
    """How many groups of digits from the first on are a card number, the longest that it can be; 0 when none are."""
    digits, found = "", 0
    for count, (start, end) in enumerate(groups, 1):
        digits += text[start:end]
        if len(digits) > LONGEST:
            break
        if len(digits) >= SHORTEST and _is_card(digits) and _is_one_number(text, groups[:count]):
            found = count
    return found


def _is_card(digits: str) -> bool:
    begins = (low <= int(digits[: len(str(low))]) <= high for low, high, lengths in ISSUERS if len(digits) in lengths)
    return _luhn(digits) and any(begins)


def _luhn(digits: str) -> bool:
    doubled = (2 * int(digit) for digit in digits[-2::-2])
    return (sum(map(int, digits[-1::-2])) + sum(map(sum, (divmod(twice, 10) for twice in doubled)))) % 10 == 0


def _is_one_number(text: str, groups: Sequence[Group]) -> bool:
    """The groups are as long as on a card, or parted alike: so dates and times beside each other are no number."""
    if all(end - start >= CARD_GROUP for start, end in groups[:-1]):
        return True
    between = {_visible(text[end:start]) for (_, end), (start, _) in pairwise(groups)}
    return len(between) == 1


def _visible(text: str) -> str:
    return "".join(character for character in text if unicodedata.category(character) != "Cf")
