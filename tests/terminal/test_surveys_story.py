"""A manager and a survey, in a real terminal: written, opened, answered, counted, closed, and taken away as a file."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.terminal.company import SLOWLY, Company, running
from tests.terminal.terminal import Terminal
from tests.terminal.test_story import leaves_nothing, verify

HOSTILE = "Locket \x1b]8;;https://evil.example\x07here\x1b]8;;\x07 [b]bold[/b] \u202egnp.exe"
MAIL = "locket@entry.example"
MANY = 61


@pytest.fixture
def company(employed: Path, tmp_path: Path) -> Iterator[Company]:
    with running(employed, tmp_path) as found:
        yield found


def entry(place: int) -> dict[str, Any]:
    """Most recommend us and have a cat; three have a dog, and somebody writes something hostile."""
    answers: list[dict[str, Any]] = [
        {"question": "q1", "answer": (3, 7, 10, 9)[place % 4]},
        {"question": "q2", "answer": "o2" if place < 3 else "o1"},
    ]
    if place < 15:
        answers.append({"question": "q3", "answer": HOSTILE if place == 0 else f"Write to {MAIL}, {place}"})
    said = {"gender": "female"} if place % 2 else {}
    return {
        "external_id": f"answer-{place}", "survey": "SV-1", "submitted_at": datetime.now(UTC).isoformat(), "answers": answers,
        "demographics": said,
    }  # fmt: skip


def again(console: Terminal, words: str) -> None:
    """Looks again until it is there: counting is the worker's."""
    for _ in range(20):
        console.key("ctrl+r")
        console.settle()
        if words in console.text():
            return
    console.wait(words)


def write(console: Terminal) -> None:
    """A title, from now on for three days, and one question of three kinds; the last one is put first."""
    console.key("n")
    console.wait("What is made")
    console.key("enter")
    console.wait("New survey")
    console.settle()
    for typed in ("Pets and us", "now", "+3d"):
        console.type(typed)
        console.key("enter")
        console.settle()
    add(console, 0, "New question", "")
    add(console, 2, "two or more", "Which pet?", "Cat\rDog")
    add(console, 3, "New question", "What else?", optional=True)
    console.key("ctrl+s")
    console.wait("SV-1: the draft is saved", SLOWLY)


def add(console: Terminal, kind: int, wait: str, *typed: str, optional: bool = False) -> None:
    """One question of the kind that stands so far down in the list."""
    console.key("a")
    console.wait("What kind of question")
    console.settle()
    console.key(*["down"] * kind, "enter")
    console.wait(wait)
    console.settle()
    for text in typed:
        console.type(text)
        console.key("tab")
        console.settle()
    if optional:
        console.key("space")
    console.settle()
    console.key("ctrl+s")
    console.gone("Take it")
    console.settle()


def confirm(console: Terminal, words: str) -> None:
    """Cancel is preset."""
    console.key("a")
    console.wait(words)
    console.settle()
    console.key("tab", "enter")


@pytest.mark.parametrize(("columns", "rows"), [(120, 40), (80, 24)])
def test_a_survey_from_its_draft_to_the_file(company: Company, tmp_path: Path, columns: int, rows: int) -> None:
    console = company.console("manager", columns, rows)
    console.key("6")
    console.wait("surveys or contests")
    write(console)
    console.wait("survey, draft")
    console.wait("Which pet?")
    confirm(console, "questions can't be changed")
    console.wait("survey, open", SLOWLY)

    # The marketplace sends entries; how many there are a day is told, and no answer
    assert {each["outcome"] for each in company.ingest("survey-entries", *map(entry, range(MANY)))} == {"created"}
    again(console, f"{MANY} entries")
    console.key("c")
    console.wait("entries a day", SLOWLY)
    console.key("b")
    console.wait("question 1 of 3", SLOWLY)
    console.wait("Answers are told once")
    assert "promoters" not in console.text()
    console.key("escape")
    console.gone("Answers are told once" if columns == 80 else "question 1 of 3")

    # Closed, all of it is told, and what is small is hidden
    confirm(console, "can't be opened again")
    console.wait("survey, closed", SLOWLY)
    again(console, "all counted")
    console.key("c")
    console.wait("question 1 of 3", SLOWLY)
    console.wait("NPS +")
    console.key("right")
    console.wait("hidden: under 10")
    assert not re.search(r"\bDog .*\b3\b", console.text())
    console.key("b", "b")
    console.wait("by gender")
    console.key("escape")
    console.gone("by gender")
    read_texts(console)
    console.key("E")
    console.wait("Hidden cells have none")
    console.settle()
    console.key("enter")
    console.wait("rows are in", SLOWLY)
    exported(company)

    console.key("ctrl+q")
    assert console.exit_code(SLOWLY) == 0
    leaves_nothing(console, tmp_path, ["Locket"])
    assert not [file for file in tmp_path.rglob("*") if file.is_file() and MAIL.encode() in file.read_bytes()]
    verdict = verify(company.data)
    assert verdict.returncode == 0, verdict.stdout + verdict.stderr


def read_texts(console: Terminal) -> None:
    """One by one; what is hostile is words, and the address is masked."""
    console.key("w")
    console.wait("15 texts", SLOWLY)
    seen = ""
    for _ in range(15):
        console.settle()
        seen += console.text()
        console.key("n")
    assert "[b]bold[/b]" in seen and MAIL not in seen and "SE-" not in seen
    console.key("escape")
    console.gone("15 texts")


def exported(company: Company) -> None:
    (file,) = (company.homes / "manager").glob("SV-1-*.csv")
    assert file.stat().st_mode & 0o777 == 0o600
    told = list(csv.DictReader(file.open(encoding="utf-8", newline="")))
    hidden = [row for row in told if row["hidden"].lower() == "true"]
    assert hidden and all(row["count"] == "" for row in hidden)
    assert not any(row["count"] in set(map(str, range(1, 10))) for row in told)
    assert not any("Locket" in str(row) for row in told)
