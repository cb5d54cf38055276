"""What people type after `/`: `state:active pro:yes` filters a list, `email:…` or `name:"maria gomez" city:leeds` finds people.

Search terms are personal: they go by POST, and are kept in no history.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from console.raw import Raw

_TOKEN = re.compile(r'(?:(?P<name>[A-Za-z_]+):)?(?:"(?P<quoted>[^"]*)"?|(?P<bare>\S*))')
_PHONE = re.compile(r"\+?[\d\s().\-/]{7,}")
LONGEST_NUMBER = 8
"""Digits alone up to this many are a record's number, more of them a phone's."""


@dataclass(frozen=True)
class Kind:
    """Values that can't be listed: what they look like, and whether a text is one. `kept`: a saved view may hold them."""

    hint: str
    fits: Callable[[str], bool]
    kept: bool = False


@dataclass(frozen=True)
class Vocabulary:
    """What the platform offers of one collection: filters with their values (none: any), and terms to find people by.

    `kinds` are values that a filter takes besides those that are listed; filters in `once` take one value.
    """

    filters: Mapping[str, Sequence[str]]
    terms: Sequence[str] = ()
    prefix: str = ""
    kinds: Mapping[str, Kind] = field(default_factory=dict)
    once: Collection[str] = ()

    @property
    def names(self) -> list[str]:
        return [*self.filters, *(term for term in self.terms if term not in self.filters)]


@dataclass(frozen=True)
class Filter:
    """What was asked for: parameters of a list, or terms of a search, never both."""

    params: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    terms: Mapping[str, Raw] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """It as one may show and keep it: the terms by their names alone."""
        if self.terms:
            return f"search by {', '.join(self.terms)}"
        return " ".join(f"{name}:{','.join(values)}" for name, values in self.params.items())


def parse(typed: str, vocabulary: Vocabulary) -> Filter | str:
    """The filter, or a sentence that says what is wrong and what there is."""
    typed = typed.strip()
    if _PHONE.fullmatch(typed) and "phone" in vocabulary.terms and not _is_number(typed, vocabulary):
        return Filter(terms={"phone": Raw(typed)})
    params: dict[str, tuple[str, ...]] = {}
    terms: dict[str, Raw] = {}
    for name, value in _tokens(typed):
        name = name or _guess(value, vocabulary)
        if wrong := _wrong(name, value, vocabulary):
            return wrong
        if name in vocabulary.filters:
            params[name] = (*params.get(name, ()), *value.split(","))
            if name in vocabulary.once and len(params[name]) > 1:
                return f"{name}: takes one value."
        elif name in terms:
            return f"{name} can be given once: put words with spaces into quotes."
        else:
            terms[name] = Raw(value)
    if params and terms:
        return f"A search by {', '.join(terms)} takes no filters: leave out {', '.join(params)}."
    return Filter(params, terms)


def _tokens(typed: str) -> Iterator[tuple[str, str]]:
    """Name (or nothing) and value of each word."""
    for match in _TOKEN.finditer(typed):
        if match.group():
            yield (match["name"] or "").lower(), match["bare"] if match["quoted"] is None else match["quoted"]


def _guess(value: str, vocabulary: Vocabulary) -> str:
    """What a word without a name is: a number, an e-mail, or nothing known."""
    if _is_number(value, vocabulary) and "number" in vocabulary.terms:
        return "number"
    return "email" if "@" in value and "email" in vocabulary.terms else ""


def _is_number(value: str, vocabulary: Vocabulary) -> bool:
    digits = value.upper().removeprefix(f"{vocabulary.prefix}-")
    return digits.isascii() and digits.isdecimal() and (digits != value or len(digits) <= LONGEST_NUMBER)


def _wrong(name: str, value: str, vocabulary: Vocabulary) -> str:
    offered = ", ".join(f"{each}:" for each in vocabulary.names)
    if not name:
        beside = ', or name:"…" to find a person' if "name" in vocabulary.terms else ""
        return f"Say what it is: {offered}" if not beside else f"Say what it is: a filter ({offered}){beside}."
    if name not in vocabulary.names:
        return f"There is no {name}: here; there are {offered}"
    if not value:
        return f"{name}: of what? {_values(name, vocabulary, ', ')}"
    return next(filter(None, (_wrong_value(name, each, vocabulary) for each in value.split(","))), "")


def _wrong_value(name: str, value: str, vocabulary: Vocabulary) -> str:
    values, kind = vocabulary.filters.get(name, ()), vocabulary.kinds.get(name)
    if value in values or not (values or kind):
        return ""
    if kind is None:
        return f"{name}: is one of {', '.join(values)}"
    return f"{name}: is {_values(name, vocabulary, ', ')}" if not kind.fits(value) else ""


def _values(name: str, vocabulary: Vocabulary, between: str) -> str:
    """The values of a filter, and what others look like."""
    kind = vocabulary.kinds.get(name)
    return between.join([*vocabulary.filters.get(name, ()), *([kind.hint] if kind else [])])


def complete(typed: str, vocabulary: Vocabulary) -> str | None:
    """The text with its last word completed, where only what is offered can be meant."""
    before, word = _last_word(typed)
    name, colon, value = word.partition(":")
    if not colon:
        found = next((each for each in vocabulary.names if name and each.startswith(name.lower())), None)
        return f"{before}{found}:" if found else None
    chosen, comma, begun = value.rpartition(",")
    values = vocabulary.filters.get(name.lower(), ())
    meant = next((each for each in values if each.startswith(begun.lower())), None)
    return f"{before}{name}:{chosen}{comma}{meant}" if meant else None


def advice(typed: str, vocabulary: Vocabulary) -> str:
    """What can come at the end of the text."""
    name, colon, _ = _last_word(typed)[1].partition(":")
    if colon and (values := _values(name.lower(), vocabulary, " ")):
        return f"{name}: {values}"
    filters = " ".join(f"{each}:" for each in vocabulary.filters)
    terms = " ".join(f"{each}:" for each in vocabulary.terms)
    return f"filter {filters}   find {terms}" if terms else f"filter {filters}"


def _last_word(typed: str) -> tuple[str, str]:
    head, space, word = typed.rpartition(" ")
    return head + space, word
