"""What the list and the detail show of an entry of the log, in the words that people read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from textual.content import Content

from console.records.audit import AuditRow
from console.text import ago, line
from screens.parts.detail import Row, Section
from screens.parts.record_table import Column

WHY_TOLD = {
    "search": "more than 30 people looked at within an hour",
    "reveal": "more than 30 people looked at within an hour, or a ticket that the employee opened alone",
}
"""Action → what makes the platform tell somebody."""


def columns(clock: Callable[[], datetime]) -> Sequence[Column]:
    """The log's columns; what was done stays however narrow it gets."""

    def when(row: AuditRow) -> Content:
        return Content(ago(row.at, clock()) if row.at else "")

    return [
        Column("Entry", 7, lambda row: line(row.number), "right", sort="number"),
        Column("When", 11, when, "right"),
        Column("Who", 5, lambda row: line(row.actor or "–"), priority=2),
        Column("As", 8, lambda row: line(row.role or "–"), priority=4),
        Column("What", None, lambda row: line(row.action), narrowest=16),
        Column("Of", 9, lambda row: line(row.record or row.subject or "–"), priority=1),
        Column("Case", 6, lambda row: line(row.case or "–"), priority=3),
        Column("", 8, outcome),
    ]


def outcome(row: AuditRow) -> Content:
    """What is worth a second look: that it was not done, or that somebody was told of it."""
    if row.outcome != "done":
        return line(row.outcome)
    return Content("told" if row.told else "")


def heading(row: AuditRow) -> Content:
    return Content.assemble((row.number, "bold"), "  ", line(row.action), "  ", line(row.outcome).stylize("dim"))


def sections(row: AuditRow, reasons: Mapping[str, str]) -> Sequence[Section]:
    """`reasons` has the words of the reasons' codes; the chain is shown to those who see it."""
    found = [_entry(reasons), _details(row)]
    return [*found, CHAIN] if row.hash is not None else found


def _entry(reasons: Mapping[str, str]) -> Section:
    return Section(
        "Entry",
        (
            Row("at", "When"),
            Row("actor", "Who"),
            Row("role", "As"),
            Row("action", "What"),
            Row("outcome", "Outcome"),
            Row("record", "Of"),
            Row("subject", "Pseudonym", _pseudonym),
            Row("case", "Case"),
            Row("reason", "Reason", lambda code: line(reasons.get(code, code))),
        ),
    )


def _details(row: AuditRow) -> Section:
    rows = [Row("fields", "Fields")] if row.fields else []
    text = [line(f"{name}: {value}") for name, value in pairs(row.details)]
    if row.told:
        text.append(told(row))
    return Section("Details", tuple(rows), text=text or ([] if rows else [Content("none").stylize("dim")]))


CHAIN = Section("Chain", (Row("seq", "Place"), Row("prev", "Before"), Row("hash", "Hash")))


def told(row: AuditRow) -> Content:
    """Who was told of it, and why."""
    why = WHY_TOLD.get(row.action.rpartition(":")[2], "")
    return Content.assemble(line(f"The {row.told} was told"), f": {why}." if why else ".")


def _pseudonym(value: str) -> Content:
    meaning = "stands for the same person in the whole log; after an erasure it leads to nobody"
    return Content.assemble(line(value), "  ", (meaning, "dim italic"))


def pairs(details: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    """Name and value as people write them, however deep they stand."""
    for name, value in details.items():
        label = f"{above}{name.replace('_', ' ')}"
        if isinstance(value, Mapping):
            yield from pairs(value, f"{label}, ")
        else:
            yield label, words(value)


def words(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None or value in ([], ()):
        return "none"
    if isinstance(value, list | tuple):
        return ", ".join(words(each) for each in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {each}" for name, each in pairs(value))
    return str(value)
