"""The timeline of a privacy request says what was done, in words and dates, whatever the platform keeps of it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from console.text import exact
from screens.parts.privacy_history import in_words
from screens.parts.timeline import Entry, timeline

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LATER = datetime(2027, 2, 28, 22, 59, tzinfo=UTC)

Changes = dict[str, tuple[str | None, str | None]]


def told(changes: Changes, by: str = "you") -> list[str]:
    change = [{"field": name, "before": old, "after": new} for name, (old, new) in changes.items()]
    entry = Entry.model_validate({"at": NOW, "by": by, "change": change})
    lines: list[Any] = timeline([in_words(entry)], more=False, now=NOW)
    return [text.plain for _, text in lines[1:]]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"state": ("verified", "in_progress")}, "you began the work"),
        ({"state": ("review", "in_progress")}, "you sent the plan back"),
        ({"state": ("denied", "in_progress"), "reason": ("unfounded", None)}, "you took the letter back"),
        ({"state": ("verifying", "acknowledged")}, "you took the letter back"),
        ({"state": ("acknowledged", "received")}, "you took the letter back"),
        ({"due": (LATER.isoformat(), NOW.isoformat())}, "you took the letter back"),
        ({"due": (NOW.isoformat(), LATER.isoformat())}, "you extended it"),
        ({"state": ("received", "effective")}, "you made the opt-out work"),
        ({"state": ("appealed", "reversed")}, "you reversed the decision"),
        ({"regime": ("policy", "gdpr"), "due": (LATER.isoformat(), NOW.isoformat())}, "you changed the rules that apply"),
        ({"person": (None, "U-1048")}, "you said whom it is about"),
        ({"assignee": (None, "E-1")}, "you took it"),
        ({"disputed": (None, "city")}, "you changed it"),
        ({"reply_to": ("•••", "•••"), "state": ("verified", "verifying")}, "you changed the address, which took the proof back"),
        ({}, "you worked on it"),
    ],
)  # fmt: skip
def test_what_was_done_is_said(changes: Changes, said: str):
    assert told(changes)[0] == said


def test_a_letter_that_reached_nobody_opens_it_again():
    said = told({"state": ("fulfilled", "in_progress")}, by="platform")
    assert said == ["the platform opened it again: its letter reached nobody"]


def test_what_changed_is_told_as_people_read_it_and_nobody_s_id_or_what_stayed():
    id = "017588d4-0e00-722d-bbd3-512dad66fed0"
    said = told(
        {
            "state": ("in_progress", "denied"),
            "acknowledged": (NOW.isoformat(), NOW.isoformat()),
            "decided": (None, NOW.isoformat()),
            "decided_by": (None, id),
            "replied": (None, NOW.isoformat()),
            "due": (NOW.isoformat(), LATER.isoformat()),
            "reason": (None, "no_right"),
        }
    )
    assert said == ["you denied it", f"due {exact(NOW)} → {exact(LATER)}", "reason – → no right"]
