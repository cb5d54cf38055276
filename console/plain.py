"""Text that people typed, made harmless as a plain string: for lines of a terminal, and under all of `console.text`.

Marks are ordinary visible characters, so what is safe stays as it is, and making safe twice changes nothing.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from console.raw import Raw

LINE_CAP = 500
"""Characters of one line: more than any screen shows, less than would slow the drawing."""
BLOCK_CAP = 50_000

MARK = "\N{REPLACEMENT CHARACTER}"
ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"
_SEAT = (
    "\N{DOTTED CIRCLE}"  # what a combining mark without a letter sits on, so that it can't sit on the screen's own text
)
_COMBINING_CAP = 4
_JOINERS = "\u200c\u200d"
_FILLERS = "\u115f\u1160\u3164\uffa0"  # letters by category, but drawn as nothing
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def safe_line(typed: Raw | str, cap: int = LINE_CAP) -> str:
    """One line: line breaks become marks too."""
    text = _text(typed)
    return _capped(_safe(text[: cap + 1], newlines=False), cap, cut=len(text) > cap)


def safe_block(typed: Raw | str, cap: int = BLOCK_CAP) -> str:
    """Several lines; CR LF counts as one line break."""
    text = _text(typed)[: 2 * cap + 2].replace("\r\n", "\n")
    return _capped(_safe(text[: cap + 1], newlines=True), cap, cut=len(text) > cap)


def _text(typed: Raw | str) -> str:
    return typed.typed if isinstance(typed, Raw) else typed


def _safe(text: str, *, newlines: bool) -> str:
    if text.isascii() and text.isprintable():
        return text
    return "".join(_drawn(text, newlines=newlines))


def _drawn(text: str, *, newlines: bool) -> Iterator[str]:
    before, combined = "", 0
    for character in text:
        category = unicodedata.category(character)
        if category[0] == "M" or (character in _JOINERS and before > "\x7f"):
            combined += 1
            drawn = _combining(character, before, combined)
        else:
            combined = 0
            drawn = character if newlines and character == "\n" else _visible(character, category)
        before = drawn[-1:] or before
        yield drawn


def _combining(character: str, before: str, combined: int) -> str:
    """The mark itself, once on a seat of its own; from the fifth on one visible mark for all the rest."""
    if combined > _COMBINING_CAP:
        return MARK if combined == _COMBINING_CAP + 1 else ""
    return character if before not in ("", "\n") else _SEAT + character


def _visible(character: str, category: str) -> str:
    if category not in _HIDDEN and character not in _FILLERS:
        return character
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)  # ␀ to ␟: the control's own picture
    return "\N{SYMBOL FOR DELETE}" if code == 0x7F else MARK


def _capped(text: str, cap: int, *, cut: bool) -> str:
    return text[: cap - 1] + ELLIPSIS if cut or len(text) > cap else text
