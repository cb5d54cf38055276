"""What an applicant types reaches the terminal as text: no hyperlink, no title, no clipboard (P37)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.terminal.company import SLOWLY, Company, running

LINK = "https://evil.example/x"
HOSTILE = (
    f"\x1b]8;;{LINK}\x07Linked\x1b]8;;\x07 \x1b]52;c;cm0gLXJmIH4=\x07 \x1b]0;owned\x07 [link={LINK}]here[/link] {LINK}"
)
MARKETPLACE: dict[str, list[dict[str, Any]]] = {
    "users": [{"external_id": "eve", "name": "Eve Quillon", "sources": {"name": "self"}}],
    "pro-applications": [
        {
            "external_id": "one", "person": "eve", "services": ["walking"], "submitted_at": "2026-11-20T09:00:00Z", "postcode": "06604",
            **dict.fromkeys(("business_name", "area", "experience", "rates"), HOSTILE),
            "answers": [{"question": HOSTILE, "answer": f"{HOSTILE}\n{HOSTILE}"}],
        }
    ],
}  # fmt: skip


@pytest.fixture
def company(employed: Path, tmp_path: Path) -> Iterator[Company]:
    with running(employed, tmp_path) as found:
        for what, items in MARKETPLACE.items():
            found.ingest(what, *items)
        yield found


def test_links_that_applicants_type_are_inert(company: Company) -> None:
    console = company.console("manager", columns=160)
    console.wait(LINK, SLOWLY)
    console.settle()
    assert "[link=" in console.text()
    for sequence in (b"\x1b]8;", b"\x1b]52;", b"\x1b]0;owned", b"\x1b]2;owned"):
        assert sequence not in console.output
