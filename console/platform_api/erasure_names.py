"""Finding a person in what others wrote: their name's words, addresses and numbers, as they are and as they were before.

The rule, by how a script is written (`erasure_folding` compares, whatever the forms of the letters):

- Words with spaces between them count whole, those of one letter not at all; also with an ending behind an apostrophe, and Arabic and
  Hebrew ones with up to two of the letters that are written onto a word.
- Where a name stands among other letters (Han, kana, Hangul, Thai and its neighbours) each part of it is found anywhere, if it has two
  letters or more; of three and four letters of Han, kana or Hangul without a space also the given name, which are the last two, and
  of four the first two. A part of one letter counts only with the parts beside it.
- A name that is one such letter and nothing else counts where that letter stands alone: it is in half of all texts.
- A street counts whole, if it has four letters and figures or more; a number with six figures or more, however it is written.

Somebody else's text loses a word too many rather than keep one too few.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Row, select

from console.platform_api import projection
from console.platform_api.blind import REGION, normal_email
from console.platform_api.documents import load_json
from console.platform_api.erasure_folding import (
    APOSTROPHE,
    DIGIT,
    LETTER,
    UNSPACED_LETTER,
    Folded,
    Span,
    blacked_out,
    hides_something,
)
from console.platform_api.tables import FieldChange, table
from console.platform_api.users import USERS
from console.platform_api.vault import OwnerKey
from console.records.record import SEALED

_changes = table(FieldChange)

FEW_WORDS = 50
"""So many are looked for before a text is taken apart: mostly none is in it."""

FIGURES, STREET = 6, 4
"""Of a number, and letters and figures of a street, that tell anything."""

SPLIT = re.compile(
    "[\u3005\u3007\u3021-\u3029\u3031-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff]{3,4}"
)
"""A name in which the parts stand together."""

WRITTEN_ONTO = frozenset("وفبلكسا" + "ובלהמשכ")
"""Arabic and Hebrew: and, so, by, for, like, will, the; and, in, to, the, from, that, as."""

BETWEEN = r"[\s·・]?"
SEPARATORS = r"[\s().\-/·‐-―]{0,3}"

EMAILS, STREETS = ("email", "google_email"), ("street",)


class Names:
    """What a person is known by. `redacted` gives a text without it."""

    def __init__(self, values: Iterable[tuple[str, str]]) -> None:
        """Of (field, value)."""
        found = [(name, value) for name, value in values if value.strip()]
        folded = [Folded(value) for name, value in found if name == "name"]
        self.words = {word for it in folded for word, _ in it.words() if len(word) > 1}
        runs = [[run for run, _ in it.runs()] for it in folded]
        self._alone = {"".join(of) for of in runs if _letters("".join(of)) == 1}
        self._unspaced = _any_of(_unspaced(part) for part in {part for of in runs for part in _parts(of)})
        self._emails = {form for name, value in found if name in EMAILS for form in _forms(value)}
        self._email = _any_of(map(_email, self._emails))
        self._phones = {found for name, value in found if name == "phone" for found in _phones(value)}
        self._phone = _any_of(_phone(*it) for it in self._phones)
        self._street = _any_of(_street(it) for name, value in found if name in STREETS if (it := _telling(value)))

    def redacted(self, text: str) -> str:
        """The very text when nothing in it is theirs."""
        folded = Folded(text)
        spans = list(self._places(folded))
        if hides_something(text):
            spans += self._places(Folded(text, parting=True))
        return blacked_out(folded.text, spans) if spans else text

    def _places(self, folded: Folded) -> Iterator[Span]:
        return map(folded.place, self._spans(folded))

    def _spans(self, folded: Folded) -> Iterator[Span]:
        if any(email in folded.folded for email in self._emails):
            yield from _all(self._email, folded)
        if self._phones and self._has_figures(folded.folded):
            yield from _all(self._phone, folded)
        yield from _all(self._street, folded)
        if len(self.words) > FEW_WORDS or any(word in folded.folded for word in self.words):
            for word, span in folded.words():
                yield from self._word(word, span)
        if not folded.folded.isascii():
            yield from _all(self._unspaced, folded)
            yield from (span for run, span in folded.runs() if run in self._alone and _stands_alone(folded, span))

    def _has_figures(self, folded: str) -> bool:
        figures = "".join(filter(str.isdigit, folded))
        return len(figures) >= FIGURES and any(national in figures for _, national in self._phones)

    def _word(self, word: str, span: Span) -> Iterator[Span]:
        """Also with an ending behind its apostrophe, or an article before it: Maria's, d'Anna."""
        if word in self.words or self._is_written_onto(word):
            yield span
            return
        at = span[0]
        for piece in word.split("'") if "'" in word else ():
            if piece in self.words:
                yield at, at + len(piece)
            at += len(piece) + 1

    def _is_written_onto(self, word: str) -> bool:
        return any(
            word[at:] in self.words for at in (1, 2) if len(word) > at + 1 and WRITTEN_ONTO.issuperset(word[:at])
        )


def _all(pattern: re.Pattern[str] | None, folded: Folded) -> Iterator[Span]:
    return (found.span() for found in pattern.finditer(folded.folded)) if pattern is not None else iter(())


def _any_of(patterns: Iterable[str]) -> re.Pattern[str] | None:
    """The longest first: a part of a name stands in the whole of it."""
    wanted = sorted(set(patterns), key=lambda pattern: (-len(pattern), pattern))
    return re.compile("|".join(f"(?:{pattern})" for pattern in wanted)) if wanted else None


# Names in scripts without spaces


def _letters(text: str) -> int:
    return sum(unicodedata.category(character)[0] != "M" for character in text)


def _parts(runs: list[str]) -> Iterator[str]:
    wanted = ["".join(runs), *runs]
    for run in runs:
        if SPLIT.fullmatch(run):
            wanted += [run[-2:], *([run[:2]] if len(run) == 4 else [])]
    yield from (part for part in wanted if _letters(part) > 1)


def _unspaced(part: str) -> str:
    return BETWEEN.join(map(re.escape, part))


def _stands_alone(folded: Folded, span: Span) -> bool:
    beside = folded.shape[max(span[0] - 1, 0) : span[0]] + folded.shape[span[1] : span[1] + 1]
    return not {LETTER, APOSTROPHE}.intersection(beside)


# Addresses and numbers


def _forms(email: str) -> set[str]:
    """As it is, and its domain as people read it and as DNS knows it."""
    local, at, domain = normal_email(email).rpartition("@")
    if not at or not local:
        return set()
    read = domain
    if "xn--" in domain:
        try:
            read = domain.encode().decode("idna")
        except UnicodeError:
            read = domain
    return {Folded(form).folded for form in (email.strip(), f"{local}@{domain}", f"{local}@{read}")}


def _email(form: str) -> str:
    """Not the end of a longer one, nor the beginning. A full stop behind it belongs to the sentence."""
    return rf"(?<![a-z0-9_])(?<![a-z0-9_][.%+\-]){re.escape(form)}(?![a-z0-9_]|[.\-][a-z0-9_])"


def _phones(value: str) -> list[tuple[str, str]]:
    """The country's code, empty when it can't be told, and the number within it."""
    import phonenumbers  # 20 ms to load, and the platform answers without it

    try:
        number = phonenumbers.parse(unicodedata.normalize("NFKC", value), REGION)
        found = str(number.country_code), str(phonenumbers.national_significant_number(number))
    except phonenumbers.NumberParseException:
        found = "", "".join(filter(str.isdigit, Folded(value).folded))
    return [found] if len(found[1]) >= FIGURES else []


def _phone(country: str, national: str) -> str:
    """However it is written, with what is dialled before it or without."""
    dialled = (
        rf"(?:(?:(?:00|011){SEPARATORS})?{country}{SEPARATORS}(?:0{SEPARATORS})?|0{SEPARATORS})?" if country else ""
    )
    return rf"(?<!\d)\+?\(?{dialled}\(?{SEPARATORS.join(national)}(?!\d)"


def _telling(street: str) -> Folded | None:
    folded = Folded(street)
    return folded if sum(kind in (LETTER, UNSPACED_LETTER, DIGIT) for kind in folded.shape) >= STREET else None


def _street(folded: Folded) -> str:
    """Within a script without spaces it stands among other letters, too."""
    words = list(map(re.escape, folded.folded.replace(",", " ").split()))
    if UNSPACED_LETTER in folded.shape:
        return r"[\s,]*".join(words)
    return r"(?<!\w)" + r"[\s,]+".join(words) + r"(?!\w)"


# The person's values


def names_of(connection: Connection, row: Row[Any], key: OwnerKey | None) -> Names:
    """Of the values that stand there and those that stood there before; none once the key is gone."""
    return Names([*_now(row, key), *_before(connection, row, key)]) if key is not None else Names([])


def _now(row: Row[Any], key: OwnerKey) -> list[tuple[str, str]]:
    documents = (projection.open_document(USERS, row, category, key) for category in sorted(SEALED))
    return [(name, value.value) for document in documents for name, value in document.items()]


def _before(connection: Connection, row: Row[Any], key: OwnerKey) -> list[tuple[str, str]]:
    mine = _changes.c.resource == "users", _changes.c.record == row.id, _changes.c.sealed_change.is_not(None)
    found = []
    for sealed in connection.execute(select(_changes.c.sealed_change).where(*mine)).scalars():
        change: Mapping[str, list[Any]] = load_json(key.open("users", row.id, "change", bytes(sealed)))
        found += [(name, value) for name, both in change.items() for value in both if isinstance(value, str)]
    return found
