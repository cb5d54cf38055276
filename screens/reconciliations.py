"""Reconciliations: the processor's balance report beside our books, imported here, line by line, with what differs first."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, cast

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets.option_list import Option

from console.client import Query, new_key, path
from console.errors import Conflict, Invalid, OutcomeUnknown
from console.records.reconciliations import DIFFERENCES, Reconciliation, ReportLine, Result
from console.records.record import Record
from console.text import line
from screens.parts import books_view
from screens.parts.books_view import Lines
from screens.parts.confirm import Confirm
from screens.parts.detail import Section
from screens.parts.filtered import FilteredScreen
from screens.parts.jump import Place
from screens.parts.list_detail import ListDetailScreen
from screens.parts.pick import Pick
from screens.parts.problems import Notice
from screens.parts.prompt import Prompt
from screens.parts.record_table import Ask, Column
from screens.parts.shell import Go

BACK = "payment-reviews"
"""The screen that leads here, and that escape goes back to."""
MOST_BYTES = 10 * 1024 * 1024
"""Of a report; the platform has the last word."""
SHOWN = 200
"""Lines that the detail shows."""


class ReconciliationsScreen(FilteredScreen):
    """The newest first; the platform compares in the background, and the list shows how far it is."""

    NAME = "reconciliations"
    COLLECTION = "reconciliations"
    WHAT = "reconciliations"
    HINT = "n imports the processor's balance report"
    NOTHING = "The processor's balance reports come here. n imports one."

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "import", "import", id="import-report"),
        Binding("s", "do('resolve')", "resolve", id="resolve-difference"),
        Binding("o", "open_order", "open the order", id="open-of-line"),
    ]

    @dataclass
    class Imported(Message):
        """The platform has a report, and compares it."""

        books: Reconciliation

    @dataclass
    class KnownAlready(Message):
        """The report was imported before, as this one."""

        number: str
        said: str

    @dataclass
    class LinesArrived(Message):
        """The lines of a reconciliation came."""

        lines: Lines

    def __init__(self) -> None:
        super().__init__()
        self.lines = Lines()

    def columns(self) -> Sequence[Column]:
        return books_view.columns(self.shell.clock)

    def heading(self, record: Record) -> Content:
        return books_view.heading(cast(Reconciliation, record))

    def sections(self, record: Record) -> Sequence[Section]:
        return books_view.sections(cast(Reconciliation, record), self.lines)

    # The lines

    def on_list_detail_screen_arrived(self, message: ListDetailScreen.Arrived) -> None:
        """Besides what every list does with it: its lines come as soon as they are all compared."""
        books = cast(Reconciliation, message.record)
        if books.state == "done":
            self.work(self._fetch_lines(books), f"load the lines of {books.number}", group="lines", exclusive=True)

    async def _fetch_lines(self, books: Reconciliation) -> None:
        """The differences, and after them as many of the others as there is room for."""
        differing, more = await self._page(books, DIFFERENCES, SHOWN)
        others, more_others = await self._page(books, set(Result) - DIFFERENCES, max(1, SHOWN - len(differing)))
        self.post_message(self.LinesArrived(Lines(books.number, (*differing, *others), more or more_others)))

    async def _page(self, books: Reconciliation, results: Collection[str], limit: int) -> tuple[list[ReportLine], bool]:
        params: Query = {"result": sorted(results), "limit": limit}
        answer = (await self.client.get(path(self.COLLECTION, books.id, "lines"), params=params)).body
        return [ReportLine.model_validate(each) for each in answer["items"]], answer.get("next") is not None

    def on_reconciliations_screen_lines_arrived(self, message: LinesArrived) -> None:
        self.lines = message.lines
        self.redraw()

    # Importing

    def action_import(self) -> None:
        self.work(self._import(), "import the report")

    async def _import(self) -> None:
        typed = error = ""
        while typed := await self._ask_for_file(typed, error):
            try:
                await self._upload(await asyncio.to_thread(chosen(typed).read_bytes))
            except Invalid as invalid:
                error = _wrong(invalid)
            except OSError as failed:
                error = f"It can't be read: {failed.strerror or type(failed).__name__}."
            else:
                return

    async def _ask_for_file(self, before: str, error: str) -> str:
        title, example = Content("Import the processor's balance report: which file"), "~/Downloads/balance.csv"
        prompt = Prompt(title, example, check=unreadable, start=before, error=error, longest=4096)
        return await self.app.push_screen_wait(prompt) or ""

    async def _upload(self, content: bytes) -> None:
        """The same file is the same intent until its outcome is known."""
        intent = ("import", hashlib.sha256(content).hexdigest())
        key = self._intents.setdefault(intent, new_key())
        try:
            made = await self.client.upload(path(self.COLLECTION), content, "text/csv", key=key)
        except OutcomeUnknown:
            raise
        except Conflict as error:
            self._intents.pop(intent)
            self.post_message(self.KnownAlready(str(error.extra.get("number") or ""), str(error)))
            return
        except Exception:
            self._intents.pop(intent)
            raise
        self._intents.pop(intent)
        books = cast(Reconciliation, await self.client.record(self.COLLECTION, str(made.body["id"])))
        self.post_message(self.Imported(books))

    def on_reconciliations_screen_imported(self, message: Imported) -> None:
        books = message.books
        self._number = books.number
        self.arrived(books, f"{books.number} is imported: the platform compares it now, line by line.")
        self.table.load(Ask("go", around=books.id))  # no list in memory has it yet

    def on_reconciliations_screen_known_already(self, message: KnownAlready) -> None:
        if message.number:
            self.go_to(message.number)
        self.say(Notice("said", message.said))

    # Resolving

    def action_do(self, name: str) -> None:
        self.do(name)

    async def open_action(self, name: str, record: Record) -> None:
        if name == "resolve":
            await self._resolve(cast(Reconciliation, record))
        else:
            await super().open_action(name, record)

    async def _resolve(self, books: Reconciliation) -> None:
        lines = self.lines.open if self.lines.of == books.number else []
        if not lines:
            self.post_message(self.Refused(Notice("said", f"Nothing of {books.number} is left to resolve.")))
            return
        chosen = await self._choose_line(lines, "Resolve which difference")
        if chosen is None:
            return
        effect = Content.assemble(books_view.short(chosen), "\n\nIt stays on the list with your note; no money moves.")
        question = Confirm(f"Resolve line {chosen.line}", effect, "Resolve", ask="Why it is right", must=True)
        answer = await self.app.push_screen_wait(question)
        if answer is not None:
            done = await self.send(books, "resolve", {"line": chosen.line, "text": answer.text}, versioned=False)
            self.arrived(done, line(f"Line {chosen.line} of {done.number} is resolved.").plain)

    async def _choose_line(self, lines: Sequence[ReportLine], title: str) -> ReportLine | None:
        options = [Option(books_view.short(each), id=str(each.line)) for each in lines]
        found = await self.app.push_screen_wait(Pick(Content(title), options))
        return next((each for each in lines if str(each.line) == found), None)

    # Other places

    def action_open_order(self) -> None:
        self.with_selected(self._open_order, "open an order of {number}")

    async def _open_order(self, record: Record) -> None:
        lines = [each for each in self.lines.lines if each.payment] if self.lines.of == record.number else []
        if not lines:
            self.post_message(self.Refused(Notice("said", f"{record.number} has no line of a payment that we know.")))
            return
        chosen = await self._choose_line(lines, "Open the order of which line")
        if chosen is not None and chosen.payment:
            payment = await self.client.record("payments", chosen.payment)
            self.shell.post_message(Go(Place("orders", str(payment.order))))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "import":
            return "import" in self.session.me.may.get(self.COLLECTION, ())
        if action == "open_order":
            return "orders" in self.shell.tab_names
        if action == "back":
            return BACK in self.shell.tab_names or super().check_action(action, parameters)
        return super().check_action(action, parameters)

    def action_back(self) -> None:
        """Out of the detail, away with what is said, back to the list as it started, and then to the payments."""
        nothing_else = not self.has_class("-inside") and not self.query_one("#notice").display
        if nothing_else and self.filter == self.start:
            self.shell.post_message(Go(Place(BACK)))
        else:
            super().action_back()


def chosen(typed: str) -> Path:
    return Path(typed.strip()).expanduser()


def unreadable(typed: str) -> str:
    """What is wrong with a path; empty when there is a file that can be a report."""
    if not typed.strip():
        return "Type the path of a CSV file."
    try:
        found = chosen(typed)
        size = found.stat().st_size if found.is_file() else None
    except (OSError, RuntimeError, ValueError):  # no access, no such home, a NUL in it
        return "There is no such file."
    if size is None:
        return "There is no such file."
    if size > MOST_BYTES:
        return f"It has more than {MOST_BYTES // 1024 // 1024} MB: export a shorter time."
    return "" if size else "It is empty."


def _wrong(error: Invalid) -> str:
    """Where the report is wrong, the first few places."""
    places = [f"{where}: {what}" for where, what in error.errors[:3]]
    more = f" … and {len(error.errors) - 3} more" if len(error.errors) > 3 else ""
    return line(f"{error} {'; '.join(places)}{more}").plain
