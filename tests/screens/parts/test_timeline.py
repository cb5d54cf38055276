"""The timeline is told in words."""

from datetime import UTC, datetime
from typing import Any

import pytest

from console.access import TABLE
from screens.parts.timeline import VERBS, Entry, timeline

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def told(**entry: Any) -> str:
    [_, (_, text), *_] = timeline([Entry(at=NOW, **entry)], more=False, now=NOW)
    return text.plain


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({"by": "you", "action": "correct", "fields": ("email", "city")}, "you corrected e-mail, city"),
        (
            {"by": "you", "action": "caller-check", "fields": ("phone",), "match": True, "case": "T-9"},
            "you checked the caller: phone matched, T-9",
        ),
        (
            {"by": "support", "action": "caller-check", "fields": ("email",), "match": False},
            "support checked the caller: e-mail did not match",
        ),
        ({"by": "support", "action": "opt-out", "fields": ("specials",)}, "support opted the person out"),
        (
            {"by": "manager", "action": "suspend", "reason": "account_takeover"},
            "manager suspended the account: account takeover",
        ),
        ({"by": "service", "action": "ingest", "fields": ("city",)}, "the marketplace updated city"),
        ({"by": "you", "action": "read", "fields": ("name",)}, "you looked"),
        ({"by": "you", "action": "users:reveal", "fields": ("name",), "reason": "answer_ticket"}, "you revealed name"),
        ({"by": "you", "action": "reveal", "outcome": "refused"}, "you revealed (refused)"),
        ({"by": "platform", "action": "shred"}, "the platform did “shred”"),
    ],
)
def test_an_entry_in_words(entry: dict[str, Any], words: str):
    assert told(**entry) == words


def test_every_action_on_people_has_its_words():
    actions = {name for cell in TABLE["users"].values() for name in cell.act} - {"list"}
    assert actions | {"reveal", "correct"} <= set(VERBS)
