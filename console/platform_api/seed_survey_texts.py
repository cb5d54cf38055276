"""What the surveys of the sample data ask, and what people wrote into them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from console.records.surveys import SurveyState


@dataclass(frozen=True)
class Sample:
    """`opens`, `closes`: days from the end of the sample."""

    title: str
    state: SurveyState
    opens: float
    closes: float
    entries: int
    questions: Sequence[Mapping[str, Any]]


def _choice(number: int, text: str, *labels: str, optional: bool = False) -> dict[str, Any]:
    options = [{"code": f"o{place}", "label": label} for place, label in enumerate(labels, 1)]
    return {"id": f"q{number}", "kind": "choice", "text": text, "optional": optional, "options": options}


def _scale(number: int, text: str, low_label: str, high_label: str, *, optional: bool = False) -> dict[str, Any]:
    ends = {"low": 1, "high": 5, "low_label": low_label, "high_label": high_label}
    return {"id": f"q{number}", "kind": "scale", "text": text, "optional": optional, **ends}


def _nps(number: int) -> dict[str, Any]:
    text = "How likely are you to recommend Petworks to a friend?"
    return {"id": f"q{number}", "kind": "nps", "text": text, "optional": False}


def _words(number: int, text: str) -> dict[str, Any]:
    return {"id": f"q{number}", "kind": "text", "text": text, "optional": True}


_SERVICES = ("Grooming", "Boarding", "Sitting", "Walking", "Training")

SURVEYS: Sequence[Sample] = (
    Sample("Spring satisfaction", SurveyState.CLOSED, -160, -120, 240, (
        _nps(1), _choice(2, "Which service did you book last?", *_SERVICES), _words(3, "What should we do better?"),
    )),
    Sample("After your booking", SurveyState.CLOSED, -60, -20, 420, (
        _nps(1), _scale(2, "How was your pet when you came back?", "Unwell", "Happy"),
        _choice(3, "How did you hear about us?", "A friend", "The web", "My vet", "An ad", optional=True),
        _words(4, "Anything that you would like to tell us?"),
    )),
    Sample("Walkers in winter ❄", SurveyState.CLOSED, -14, -2, 7, (_scale(1, "How safe were the walks?", "Unsafe", "Safe"),)),
    Sample("How was our help?", SurveyState.OPEN, -18, 12, 160, (
        _nps(1), _scale(2, "How quickly did we answer?", "Slowly", "At once"), _words(3, "What went wrong, if anything did?"),
    )),
    Sample("Neue Funktionen / 新機能", SurveyState.OPEN, -1, 29, 12, (
        _choice(1, "Which would you use?", "Live photos", "Walk map", "Vet notes"), _words(2, "What is missing?"),
    )),
    Sample("Holidays", SurveyState.DRAFT, 10, 40, 0, (_choice(1, "Will you travel?", "With my pet", "Without", "No"), _nps(2))),
)  # fmt: skip

TEXTS = (
    "Everything was lovely, thank you!",
    "Call me at 203-555-0142 or write to kim.lee@mail.example, please.",
    "Mi perra volvió muy contenta.",
    "Le chien a adoré sa promenade 🐕",
    "とても良かったです。また利用します。",
    "الخدمة ممتازة شكراً لكم",
    "השירות היה נהדר",
    "\x1b[2J\x1b]0;owned\x07 I typed this by accident",
    "[bold red]not markup[/] [@click=app.quit]here[/]",
    "=HYPERLINK(\"http://prices.example\",\"cheaper\")",
    "abc\u202egnp.exe",
    "The groomer was late\nand nobody told us.\n\nTwice.",
    "Card 4242 4242 4242 4242 was charged twice.",
    "Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034fa\u0334\u0319\u0324lgo was here",
    "Too expensive for what it is. " * 40,
    "ok",
)  # fmt: skip
"""Of the world, of people in a hurry, and of those who try what happens."""
