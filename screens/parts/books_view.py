"""What the list and the detail show of a reconciliation: how far it is, what differs, and what somebody wrote about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from textual.content import Content

from console.records.reconciliations import DIFFERENCES, Reconciliation, ReportLine
from console.text import ago_brief, block, day, line, money
from screens.parts.detail import Row, Section
from screens.parts.money_view import Beside, labelled, word
from screens.parts.progress import bar
from screens.parts.record_table import Column

RESULTS = {
    "matched": "matches",
    "amount_differs": "amount differs",
    "unknown": "not known here",
    "duplicate": "twice in the report",
    "missing": "missing in the report",
    "not_compared": "not compared",
}
"""Result of a line → words."""

CELLS = 10
"""Of the bar in the list."""


@dataclass(frozen=True)
class Lines:
    """Of one reconciliation, those that differ first; `more` when there are others."""

    of: str = ""
    lines: tuple[ReportLine, ...] = ()
    more: bool = False

    @property
    def open(self) -> list[ReportLine]:
        """Differences that nobody has explained yet."""
        return [each for each in self.lines if differs(each) and not each.resolved]


def differs(each: ReportLine) -> bool:
    return each.result in DIFFERENCES


def columns(clock: Callable[[], datetime]) -> Sequence[Column]:
    def imported(books: Reconciliation) -> Content:
        return Content(ago_brief(books.imported, clock()) if books.imported else "")

    return [
        Column("Number", 7, lambda books: line(books.number)),
        Column("Imported", 9, imported, "right", priority=1),
        Column("Compared", None, progress, narrowest=16),
        Column("Lines", 8, lambda books: Content(f"{books.lines:,}"), "right", priority=2),
        Column("Differ", 7, lambda books: Content(f"{books.differing:,}"), "right"),
        Column("Open", 6, _open, "right"),
    ]


def progress(books: Reconciliation) -> Content:
    """A bar while it is read; then only that it is done, or that it failed, by sign and word."""
    if books.state == "running":
        return Content.assemble((bar(books.done, books.lines, CELLS), "$accent"), f" {_percent(books)}")
    if books.state == "failed":
        return Content("✗ failed").stylize("$text-error")
    return Content("✓ done" if books.state == "done" else word(books.state))


def _percent(books: Reconciliation) -> str:
    return f"{100 * books.done // books.lines} %" if books.lines else "waits"


def _open(books: Reconciliation) -> Content:
    left = books.differing - books.resolved
    return (
        Content(f"! {left:,}").stylize("$text-warning") if left > 0 else Content("–" if books.state != "done" else "0")
    )


def heading(books: Reconciliation) -> Content:
    return Content.assemble(line(books.number).stylize("bold"), "  ", progress(books), "\n", (_period(books), "dim"))


def _period(books: Reconciliation) -> str:
    if books.starts is None or books.ends is None:
        return "the processor's balance report"
    return f"the processor's balance report, {day(books.starts)} to {day(books.ends)}"


def sections(books: Reconciliation, lines: Lines) -> Sequence[Section]:
    found = [Section("Lines", (Row("imported", "Imported"),), beside=tuple(_counts(books)))]
    if books.state == "done":
        found.append(_differences(books, lines))
    return found


def _counts(books: Reconciliation) -> Iterator[Beside]:
    yield labelled("In report", f"{books.lines:,}")
    if books.state == "running":
        yield labelled("Compared", f"{books.done:,} of {books.lines:,}")
    yield labelled("Match", f"{books.matched:,}")
    yield labelled("Differ", f"{books.differing:,}, {books.resolved:,} of them resolved")
    if books.failure:
        yield labelled("Failure", line(word(books.failure)))


def _differences(books: Reconciliation, lines: Lines) -> Section:
    hint = "s resolve · o order" if any(action.name == "resolve" for action in books.actions) else "o order"
    if lines.of != books.number:
        return Section("Line by line", text=[Content("…")])
    said = [each for one in lines.lines for each in _line(one)]
    if lines.more:
        said.append((Content("…"), Content(f"the first {len(lines.lines):,}; there are more").stylize("dim")))
    return Section("Line by line", hint=hint, beside=said or [(Content("–"), Content("nothing to show"))])


def _line(each: ReportLine) -> Iterator[Beside]:
    """What it is, what the report and what we say of it; below it what somebody wrote."""
    yield _sign(each), _what(each)
    yield Content(" "), Content(_amounts(each)).stylize("dim")
    if each.note:
        yield Content(" "), Content.assemble("“", block(each.note), "”")


def short(each: ReportLine) -> Content:
    """One line: a sign, where it stands, the result in words, which money."""
    return Content.assemble(_sign(each), " ", _what(each))


def _sign(each: ReportLine) -> Content:
    is_open = differs(each) and not each.resolved
    return Content("!").stylize("bold $text-warning") if is_open else Content("✓").stylize("$text-success")


def _what(each: ReportLine) -> Content:
    about = line(each.refund or each.payment) if each.refund or each.payment else line(each.source, 40)
    result = RESULTS.get(each.result, word(each.result))
    resolved = ", resolved" if each.resolved else ""
    return Content.assemble(f"line {each.line}  ", (f"{result}{resolved}", "bold"), "  ", about)


def _amounts(each: ReportLine) -> str:
    report = money(each.gross, each.currency) if each.gross is not None else "nothing"
    ours = money(each.expected, each.currency) if each.expected is not None else "nothing"
    return f"{word(each.category)}: the report says {report}" + ("" if each.gross == each.expected else f", we {ours}")
