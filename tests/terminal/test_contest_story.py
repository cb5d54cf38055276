"""A manager and a contest, in a real terminal: from the draft to the last prize and the purge, with a record that anybody can check."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.terminal.company import COMMAND, SLOWLY, Company, running
from tests.terminal.terminal import Terminal
from tests.terminal.test_story import leaves_nothing, verify
from tests.terminal.test_surveys_story import confirm

HOSTILE = "Ada \x1b]8;;https://evil.example\x07here\x1b]8;;\x07 [b]Locket[/b] \u202egnp.exe"
MANY = 12
TO_THE_END = 240
"""Seconds: it takes entries for two minutes, and the platform looks each minute."""


@pytest.fixture
def company(employed: Path, tmp_path: Path) -> Iterator[Company]:
    with running(employed, tmp_path) as found:
        yield found


def entry(place: int) -> dict[str, Any]:
    """Each with a hostile name and an address of its own."""
    return {
        "external_id": f"entry-{place}", "contest": "CT-1", "entered_at": datetime.now(UTC).isoformat(), "of_age": True, "name": HOSTILE,
        "email": f"locket{place}@entry.example", "street": f"{place} Locket Lane", "city": "Bridgeport", "postcode": "06604",
    }  # fmt: skip


def write(console: Terminal) -> None:
    """The draft: two prizes with a reserve; fields are typed one after the other without a look at the screen."""
    console.key("n")
    console.wait("What is made")
    console.settle()
    console.key("down", "enter")
    console.wait("New contest")
    console.settle()
    until = (datetime.now(UTC) + timedelta(minutes=2)).isoformat(timespec="seconds")
    for typed in ("A year of food", "Food [b]for all[/b]", "640.00", "", "\x7f2", "\x7f1", "now", until):
        console.type(typed)
        console.key("enter")
    console.key("tab", "tab", "tab")
    console.type("One entry each.")
    console.key("ctrl+s")
    console.wait("CT-1: the draft is saved", SLOWLY)


def refused(console: Terminal) -> None:
    """Contact of an entry that was not drawn is nobody's, and the try is on the log."""
    console.key("l")
    console.wait("CE-1", SLOWLY)
    console.settle()
    console.key("G", "v")
    console.wait("sealed for every role", SLOWLY)
    console.wait("on the log")
    console.key("escape")
    console.gone("Entries of CT-1")


def draw(console: Terminal) -> None:
    console.key("a")
    console.wait("Type CT-1 to go on")
    console.settle()
    console.key("tab", "tab")
    console.settle()
    console.type("CT-1")
    console.settle()
    console.key("shift+tab")
    console.settle()
    console.key("enter")
    console.wait("2 winners; the seed", SLOWLY)


def save_record(console: Terminal) -> None:
    console.key("R")
    console.wait("Save the published record")
    console.settle()
    console.key("enter")
    console.wait("petworks contest verify", SLOWLY)


def check(company: Company) -> subprocess.CompletedProcess[str]:
    """As anybody does who has the record."""
    file = company.homes / "manager" / "CT-1.json"
    assert file.stat().st_mode & 0o777 == 0o600
    assert "Locket" not in file.read_text() and "@" not in file.read_text()
    return subprocess.run(
        [COMMAND, "contest", "verify", str(file)], capture_output=True, text=True, timeout=SLOWLY, check=False
    )


def take(console: Terminal, prizes: int) -> None:
    """The first prize that waits, where several do."""
    console.key("t")
    if prizes > 1:
        console.wait("Which prize")
        console.settle()
        console.key("enter")
    console.wait("is in hand", SLOWLY)
    console.settle()


def notify(console: Terminal, company: Company, letters: int) -> None:
    """The winner in clear for this case, and a letter that becomes a file."""
    console.key("v")
    console.wait("@entry.example", SLOWLY)
    console.key("m")
    console.wait("Please answer this mail", SLOWLY)
    console.settle()
    console.key("ctrl+s")
    console.wait("goes out in 10 seconds", SLOWLY)
    ends = time.monotonic() + SLOWLY
    while len(list((company.data / "mail").rglob("*.eml"))) < letters:
        assert time.monotonic() < ends, console.text()
        console.settle()


@pytest.mark.parametrize(("columns", "rows"), [(120, 40), (80, 24)])
def test_a_contest_until_all_contact_is_gone(company: Company, tmp_path: Path, columns: int, rows: int) -> None:
    console = company.console("manager", columns, rows)
    console.key("6")
    console.wait("surveys or contests")
    write(console)
    confirm(console, "nobody can choose")
    console.wait("contest, open", SLOWLY)
    assert {each["outcome"] for each in company.ingest("contest-entries", *map(entry, range(MANY)))} == {"created"}
    console.key("ctrl+r")
    console.wait("12 entries so far", SLOWLY)
    refused(console)

    # What is fixed: the list, then the draw, which anybody can do again
    console.wait("→  draw", TO_THE_END)  # it closes by itself
    draw(console)
    save_record(console)
    verdict = check(company)
    assert verdict.returncode == 0, verdict.stdout + verdict.stderr
    refused(console)

    # Each prize is a case of its own
    take(console, 2)
    notify(console, company, 1)
    confirm(console, "Prize handed over AW-")
    console.wait("contact is closed", SLOWLY)
    console.gone("@entry.example")
    console.wait("no case in hand")
    take(console, 1)
    notify(console, company, 2)
    confirm(console, "Prize handed over AW-")
    console.wait("contest, purged", SLOWLY * 3)
    console.wait("the contact of 12", SLOWLY * 3)

    console.key("ctrl+q")
    assert console.exit_code(SLOWLY) == 0
    leaves_nothing(console, tmp_path, ["Locket Lane"])
    verdict = verify(company.data)
    assert verdict.returncode == 0, verdict.stdout + verdict.stderr
