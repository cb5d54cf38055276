"""What of a filter a saved view may hold: what the platform offers to everybody, never whom or what somebody looked for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from console.views import LONGEST_NAME
from screens.parts.filter_language import Filter, Vocabulary, parse

Params = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Keepable:
    """What is kept of a filter, and the names of what is left out."""

    params: Params
    left_out: tuple[str, ...] = ()


def keepable(chosen: Filter, vocabulary: Vocabulary) -> Keepable:
    """A filter goes whole or not at all: half of its values would be another filter."""
    kept = {
        name: values
        for name, values in chosen.params.items()
        if all(_is_kept(name, each, vocabulary) for each in values)
    }
    left_out = [*(name for name in chosen.params if name not in kept), *chosen.terms]
    return Keepable(kept, tuple(left_out))


def _is_kept(name: str, value: str, vocabulary: Vocabulary) -> bool:
    """Listed by the platform, or a date, an amount, a name of the platform's: never a person, a number, a place or a free text."""
    kind = vocabulary.kinds.get(name)
    return value in vocabulary.filters.get(name, ()) or (kind is not None and kind.kept and kind.fits(value))


def read(params: Params, vocabulary: Vocabulary) -> Filter | str:
    """A kept filter as one that makes sense here today, or a sentence that says why it doesn't: files can be changed."""
    found = parse(Filter(params).words, vocabulary)
    if isinstance(found, str):
        return found
    left_out = keepable(found, vocabulary).left_out
    return f"{', '.join(left_out)} is never kept." if left_out else found


def wrong_name(typed: str) -> str:
    """Why a view can't be called this, or nothing."""
    name = typed.strip()
    if not name:
        return "It needs a name."
    if len(name) > LONGEST_NAME:
        return f"At most {LONGEST_NAME} characters."
    if "@" in name or re.search(r"\d{4}", name):
        return "It is kept on this computer: no addresses and no numbers of people or records, please."
    return ""
