"""Finding a person in what others wrote: their name's words, addresses and numbers, as they are and as they were before.

Words count whole and whatever their case. Somebody else's text loses a word too many rather than keep one too few.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Row, select

from console.platform_api import projection
from console.platform_api.blind import fold, normal_email, normal_phone
from console.platform_api.documents import load_json
from console.platform_api.masks import HIDDEN
from console.platform_api.tables import FieldChange, table
from console.platform_api.users import USERS
from console.platform_api.vault import OwnerKey
from console.records.record import SEALED

_changes = table(FieldChange)

_EMAIL = re.compile(r"(?<![^\s<>@,;:()\[\]\"])[^\s<>@,;:()\[\]\"]+@[^\s<>@,;:()\[\]\"]+")
"""Looked for where a word begins, and not in each of its letters: a page of text without a blank would take seconds."""

_NUMBER = re.compile(r"\+?\(?\d(?:[\s().\-/]{0,3}\d){5,}")
_WORD = re.compile(r"[^\W\d_]+(?:['’‘ʼ][^\W\d_]+)*")

REMEMBERED = 50_000
"""Words."""

EMAILS, STREETS = ("email", "google_email"), ("street",)


class Names:
    """What a person is known by. `redacted` gives a text without it."""

    def __init__(self, values: Iterable[tuple[str, str]]) -> None:
        """Of (field, value)."""
        found = list(values)
        self.words = {
            fold(w) for name, value in found if name == "name" for w in _WORD.findall(_composed(value)) if len(w) > 1
        }
        self.emails = {normal_email(value) for name, value in found if name in EMAILS}
        self.phones = {normal_phone(value) for name, value in found if name == "phone"} - {""}
        self._known: dict[str, str] = {}
        self._streets = [_street(value) for name, value in found if name in STREETS and value.split()]

    def redacted(self, text: str) -> str:
        """The very text when nothing in it is theirs."""
        composed = _composed(text)
        made = _EMAIL.sub(self._email, composed)
        made = _NUMBER.sub(lambda found: HIDDEN if normal_phone(found[0]) in self.phones else found[0], made)
        for street in self._streets:
            made = street.sub(HIDDEN, made)
        made = _WORD.sub(self._word, made)
        return text if made == composed else made

    def _email(self, found: re.Match[str]) -> str:
        """A full stop behind it belongs to the sentence."""
        address = found[0].rstrip(".")
        return HIDDEN + found[0][len(address) :] if normal_email(address) in self.emails else found[0]

    def _word(self, found: re.Match[str]) -> str:
        """People use the same words again and again: what came of one is remembered for as long as this looks."""
        word = found[0]
        made = self._known.get(word)
        if made is None:
            made = self._folded(word)
            if len(self._known) < REMEMBERED:
                self._known[word] = made
        return made

    def _folded(self, word: str) -> str:
        """Also with an ending behind its apostrophe: Maria's."""
        bare = re.split("['’‘ʼ]", word)[0]
        if fold(word) in self.words:
            return HIDDEN
        return HIDDEN + word[len(bare) :] if fold(bare) in self.words else word


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _street(value: str) -> re.Pattern[str]:
    words = r"[\s,]+".join(map(re.escape, _composed(value).replace(",", " ").split()))
    return re.compile(rf"(?<!\w){words}(?!\w)", re.IGNORECASE)


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
