"""The entries of a survey or a contest, without identity: that each came, when, and what became of it. Who it was, nobody sees here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Static

from console.client import path
from console.errors import NotAllowed
from console.records.awards import CONTACT
from console.records.contest_entries import ContestEntry
from console.records.record import Record
from console.text import exact, line
from screens.parts.campaign_words import collection_of
from screens.parts.confirm import Confirm, Confirmed
from screens.parts.doing import DoingScreen
from screens.parts.job import Job
from screens.parts.listing import Listing
from screens.parts.money_view import word
from screens.parts.problems import Notice, explain
from screens.parts.record_table import Column, RecordTable

WHOSE = {
    "surveys": "An entry leads to nobody: its answers go into counts alone.",
    "contests": "Contact stays sealed for every role until an entry is drawn; each try to look is on the log.",
}
SEALED = "It is sealed for every role. A winner's contact opens with their prize, and nobody else's ever does."
KEYS = "[ ] up, down · g first · G last · escape leaves"
OF_CONTEST: Mapping[str, str] = {"contact": "v contact", "disqualify": "d not eligible"}
"""What a key does with a contest's entries alone → its words, before those of all."""


def survey_columns() -> Sequence[Column]:
    return [
        Column("Number", 11, lambda entry: line(entry.number)),
        Column("Came", 22, lambda entry: _came(entry.submitted)),
        Column("State", None, lambda entry: Content(word(entry.state))),
    ]


def contest_columns(reasons: Mapping[str, str]) -> Sequence[Column]:
    def why(entry: ContestEntry) -> Content:
        if entry.rank is not None:
            return Content(f"drawn as number {entry.rank}").stylize("$text-accent")
        return Content(reasons.get(entry.reason or "") or word(entry.reason) if entry.reason else "")

    return [
        Column("Number", 11, lambda entry: line(entry.number)),
        Column("Came", 22, lambda entry: _came(entry.entered)),
        Column("State", 11, lambda entry: Content(word(entry.state))),
        Column("", None, why),
    ]


def _came(at: datetime | None) -> Content:
    return Content(exact(at) if at else "–")


class EntriesDialog(ModalScreen[None]):
    """`campaign` is a survey or a contest; what was refused is said below the list."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss", "back"),
        Binding("v", "contact", "contact"),
        Binding("d", "disqualify", "not eligible"),
        Binding("left_square_bracket,K", "walk(-1)", "previous"),
        Binding("right_square_bracket,J", "walk(1)", "next"),
        Binding("ctrl+r,f5", "reload", "reload"),
    ]
    AUTO_FOCUS = "#entries"

    @dataclass
    class Said(Message):
        """What came of something; `again`: the list is another now."""

        notice: Notice
        again: bool = False

    def __init__(self, screen: DoingScreen, campaign: Record) -> None:
        super().__init__()
        self._screen, self._campaign = screen, campaign
        self._of = collection_of(campaign.number)

    @property
    def _of_contest(self) -> bool:
        return self._of == "contests"

    def compose(self) -> ComposeResult:
        reasons = self._screen.reasons("disqualify_reasons")
        columns = contest_columns(reasons) if self._of_contest else survey_columns()
        with Vertical(classes="dialog", id="chart"):
            yield Static(line(f"Entries of {self._campaign.number}"), classes="dialog-title")
            yield Static(Content(WHOSE[self._of]), id="chart-about")
            yield RecordTable(columns, what="entries", hint="They come in while it is open", id="entries")
            yield Static(id="entries-said")
            yield Static(Content(" · ".join([*filter(None, map(self._key, OF_CONTEST)), KEYS])), classes="dialog-hint")

    def _key(self, action: str) -> str:
        return OF_CONTEST[action] if self.check_action(action, ()) else ""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nobody may look at contact, and everybody may try: only who can takes an entry out."""
        if action == "disqualify":
            may = self._screen.session.me.may.get("contest-entries", ())
            return self._of_contest and "disqualify" in may
        return self._of_contest if action == "contact" else super().check_action(action, parameters)

    @property
    def _table(self) -> RecordTable:
        return self.query_one("#entries", RecordTable)

    def on_mount(self) -> None:
        kind, params = ("contest", "contest-entries") if self._of_contest else ("survey", "survey-entries")
        self._table.show(Listing(self._screen.client, params, {kind: self._campaign.number}))

    def on_record_table_loaded(self, message: RecordTable.Loaded) -> None:
        message.stop()
        total = message.total
        self.query_one("#chart-about", Static).update(
            Content(f"{total} · {WHOSE[self._of]}" if total else WHOSE[self._of])
        )

    def on_record_table_failed(self, message: RecordTable.Failed) -> None:
        message.stop()
        self._screen.noted(message.error)
        self._say(explain(message.error, "load the entries"))

    def action_reload(self) -> None:
        self._table.reload()

    def action_walk(self, step: int) -> None:
        self._table.walk(step)

    # What is asked of one

    def _try(self, job: Job, doing: str) -> None:
        self.run_worker(Job(self._guarded(job, doing)), group="entry", exclusive=True, exit_on_error=False)

    async def _guarded(self, job: Job, doing: str) -> None:
        try:
            await job
        except Exception as error:  # noqa: BLE001 - it is said below the list
            self._screen.noted(error)
            self.post_message(self.Said(explain(error, doing)))

    def on_entries_dialog_said(self, message: Said) -> None:
        self._say(message.notice)
        if message.again:
            self._table.reload()

    def _say(self, notice: Notice) -> None:
        place = self.query_one("#entries-said", Static)
        place.set_classes(f"-{notice.tone}")
        place.update(notice.content())

    def action_contact(self) -> None:
        """There is no role that may: the platform says so, and keeps that it was tried."""
        entry = self._table.cursor_record
        if isinstance(entry, ContestEntry):
            self._try(Job(self._reveal(entry)), f"see the contact of {entry.number}")

    async def _reveal(self, entry: ContestEntry) -> None:
        case = self._screen.case_id or "none"
        body = {"fields": list(CONTACT), "case": case, "reason": "award_prize"}
        try:
            await self._screen.client.post(path("contest-entries", entry.id, "reveal"), body)
        except NotAllowed:
            self.post_message(self.Said(Notice("not-allowed", SEALED, "The try is on the log.")))

    def action_disqualify(self) -> None:
        entry = self._table.cursor_record
        if not isinstance(entry, ContestEntry):
            return
        self._try(Job(self._ask_to_disqualify(entry)), f"pass {entry.number} over")

    async def _ask_to_disqualify(self, entry: ContestEntry) -> None:
        whole = cast(ContestEntry, await self._screen.client.record("contest-entries", entry.number))
        action = whole.find_action("disqualify")
        if not action.allowed:
            self.post_message(self.Said(Notice("not-allowed", f"{entry.number}: {action.because}")))
            return
        answer: Confirmed | None = await self.app.push_screen_wait(
            _question(whole, self._screen.reasons("disqualify_reasons"))
        )
        if answer is not None:
            await self._screen.send(whole, "disqualify", {"reason": answer.reason})
            self.post_message(self.Said(Notice("said", f"{entry.number} takes no part in the draw."), again=True))


def _question(entry: ContestEntry, reasons: Mapping[str, str]) -> Confirm:
    effect = f"{entry.number} stays on the list, and the draw passes it over. The reason is on the log. It can't be taken back."
    return Confirm(f"{entry.number} may not win", effect, "Pass it over", reasons=reasons)
