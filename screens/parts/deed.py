"""An action of a record in the words that people read, and what it asks before it is done."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from screens.parts.confirm import Confirmed


def reason_and_text(answer: Confirmed) -> dict[str, Any]:
    """The body of most changes of state."""
    body: dict[str, Any] = {"reason": answer.reason} if answer.reason else {}
    return body | ({"text": answer.text} if answer.text else {})


@dataclass(frozen=True)
class Deed:
    """`effect` names what happens (`{number}` is the record's); without it the deed is done at once.

    `reasons` is the name of a list of reasons in the answer of `GET /v1`, `among` those that hold for this record (None: all), `ask` labels
    a free text, which `must` be given, `typed` is a word that must be typed, `title` the question's, `{them}` being what it is done with.
    """

    words: str
    done: str
    effect: str = ""
    reasons: str = ""
    among: Collection[str] | None = None
    ask: str = ""
    must: bool = False
    typed: str = ""
    versioned: bool = True
    title: str = ""
    body: Callable[[Confirmed], dict[str, Any]] = reason_and_text

    def titled(self, them: str) -> str:
        """Over the question: what it is done with, one record's number or how many there are."""
        return (self.title or f"{self.words} {{them}}").replace("{them}", them)

    def of_its(self, reasons: Mapping[str, str]) -> Mapping[str, str]:
        return {code: words for code, words in reasons.items() if self.among is None or code in self.among}

    @property
    def asks(self) -> bool:
        return bool(self.effect)
