"""Masks: fixed-width stand-ins for personal values, and free text with the personal values in it blacked out."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

DOT = "•"
HIDDEN = DOT * 3
_PLAIN_ENDINGS = frozenset({"com", "net", "org", "edu"})


def _initial(word: str) -> str:
    """The first letter where its script has letters with case; a syllable or ideograph would give the name away."""
    first = word[:1]
    return first.upper() if first.isupper() or first.islower() else DOT


def mask_name(name: str) -> str:
    """Nine cells whatever the name: `M••• G•••`."""
    words = name.split() or [""]
    last = _initial(words[-1]) if len(words) > 1 else DOT
    return f"{_initial(words[0])}{HIDDEN} {last}{HIDDEN}"


def mask_email(address: str) -> str:
    ending = address.rpartition(".")[2].lower()
    first = address[:1] if address[:1].isascii() and address[:1].isalnum() else DOT
    return f"{first}{HIDDEN}@{HIDDEN}.{ending if ending in _PLAIN_ENDINGS else HIDDEN}"


def mask_phone(number: str) -> str:
    digits = "".join(character for character in number if character.isascii() and character.isdigit())
    return f"{HIDDEN} {HIDDEN} {DOT * 2}{digits[-2:] if len(digits) >= 7 else DOT * 2}"


_BY_FIELD: dict[str, Callable[[str], str]] = {"name": mask_name, "email": mask_email, "phone": mask_phone}


def mask(field: str, value: str) -> str:
    """The mask of one field's value; a field without a mask of its own is hidden whole."""
    known = _BY_FIELD.get(field)
    return HIDDEN if known is None else known(value)


_EMAIL = re.compile(r"[^\s<>@,;:()\[\]]+@[^\s<>@,;:()\[\]]+")
_DIGITS = re.compile(r"\+?\(?\d(?:[\s().\-/]{0,3}\d){3,}")
_WORD = re.compile(r"[^\W\d_]+|\d+", re.UNICODE)


def redact(text: str, known: Collection[str] = ()) -> str:
    """Text with e-mail addresses, runs of four digits or more, and the known words (folded) blacked out at a fixed width."""
    hidden = frozenset(word.casefold() for word in known)
    text = _EMAIL.sub(HIDDEN, text)
    text = _DIGITS.sub(HIDDEN, text)
    return _WORD.sub(lambda match: HIDDEN if match[0].casefold() in hidden else match[0], text)


def words(value: str) -> set[str]:
    """The folded words and numbers of a value, for `redact`; those of one character stay, they would black out any text."""
    return {match[0].casefold() for match in _WORD.finditer(value) if len(match[0]) > 1}
