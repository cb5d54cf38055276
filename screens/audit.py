"""The audit log: one's own entries, all of them for the auditor, whose console is a witness of the chain's head."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message
from textual.widgets import Static
from textual.widgets.option_list import Option

from console.errors import NotFound
from console.records.audit import AuditRow
from console.records.record import Record
from console.text import ago, line
from screens.parts.detail import Row, Section
from screens.parts.list_detail import ListDetailScreen
from screens.parts.listing import Listing
from screens.parts.pick import Pick
from screens.parts.record_table import Column
from screens.parts.witness import Head, Verdict, Witness, judge

VIEWS: dict[str, tuple[str, dict[str, str | Sequence[str]]]] = {
    "all": ("all that your role may see", {}),
    "mine": ("your own", {"actor": "me"}),
    "reveals": ("reveals", {"action": "users:reveal"}),
    "refused": ("refused", {"outcome": "refused"}),
    "failed": ("failed", {"outcome": "failed"}),
}
"""Name → words and filters; `/` chooses."""


class AuditScreen(ListDetailScreen):
    """Never a value: who, what, when, for which case."""

    NAME = "audit"
    COLLECTION = "audit"
    HINT = "/ shows other entries"
    NOTHING = "Each look and each deed has an entry here."

    @dataclass
    class ViewChosen(Message):
        """Other entries are to be shown."""

        view: str

    @dataclass
    class Judged(Message):
        """The chain was compared with what this console saw of it before."""

        verdict: Verdict

    def __init__(self) -> None:
        super().__init__()
        self.view = "all"

    def columns(self) -> Sequence[Column]:
        return [
            Column("Entry", 7, lambda row: line(row.number), "right", sort="number"),
            Column("When", 11, lambda row: Content(ago(row.at, self.shell.clock()) if row.at else ""), "right"),
            Column("Who", 5, lambda row: line(row.actor or "–"), priority=2),
            Column("As", 8, lambda row: line(row.role or "–"), priority=4),
            Column("What", None, lambda row: line(row.action), narrowest=16),
            Column("Of", 9, _subject, priority=1),
            Column("Case", 6, lambda row: line(row.case or "–"), priority=3),
            Column("", 8, _outcome),
        ]

    def source(self) -> Listing:
        return Listing(self.client, "audit", VIEWS[self.view][1])

    def above(self) -> ComposeResult:
        yield Static(id="view")
        yield Static(id="witness")

    def on_mount(self) -> None:
        self._say_view()
        self.query_one("#witness").display = False
        if "auditor" in self.session.me.roles:
            self.work(self._witness(), "compare the chain with what was seen before", group="witness")

    # The witness

    async def _witness(self) -> None:
        witness = Witness(self.shell.platform)
        seen = witness.seen()
        now_there = await self._head_at(seen.seq) if seen else None
        answer = (await self.client.get("/v1/audit/head")).body
        latest = Head(int(answer["seq"]), str(answer["hash"]))
        verdict = judge(seen, now_there, latest)
        if verdict.holds:
            witness.keep(latest)
        self.post_message(self.Judged(verdict))

    async def _head_at(self, seq: int) -> Head | None:
        try:
            body = (await self.client.get(f"/v1/audit/{seq}")).body
        except NotFound:
            return None
        return Head(int(body["seq"]), str(body["hash"]))

    def on_audit_screen_judged(self, message: Judged) -> None:
        place = self.query_one("#witness", Static)
        place.display = True
        place.set_classes("" if message.verdict.holds else "-broken")
        place.update(Content(message.verdict.words))

    # The detail

    def heading(self, record: Record) -> Content:
        row = cast(AuditRow, record)
        return Content.assemble((row.number, "bold"), "  ", line(row.action), "  ", line(row.outcome).stylize("dim"))

    def sections(self, record: Record) -> Sequence[Section]:
        chained = cast(AuditRow, record).hash is not None
        return [ENTRY, DETAILS, CHAIN] if chained else [ENTRY, DETAILS]

    def others_changed(self, changes: object) -> None:
        """Entries never change."""

    # Which entries

    def action_filter(self) -> None:
        self.work(self._choose_view(), "choose which entries")

    async def _choose_view(self) -> None:
        options = [Option(Content(words), id=name) for name, (words, _) in VIEWS.items()]
        chosen = await self.app.push_screen_wait(Pick(Content("Which entries"), options))
        if chosen is not None:
            self.post_message(self.ViewChosen(chosen))

    def on_audit_screen_view_chosen(self, message: ViewChosen) -> None:
        self.view = message.view
        self._say_view()
        self.table.show(self.source())

    def _say_view(self) -> None:
        self.query_one("#view", Static).update(Content.assemble(("/ ", "bold"), VIEWS[self.view][0]))


def _pairs(details: dict[str, Any]) -> Content:
    said = ", ".join(f"{name} {value}" for name, value in details.items())
    return line(said or "–")


ENTRY = Section(
    "Entry",
    (
        Row("at", "When"),
        Row("actor", "Who"),
        Row("role", "As"),
        Row("action", "What"),
        Row("outcome", "Outcome"),
        Row("record", "Of"),
        Row("subject", "Pseudonym"),
        Row("case", "Case"),
        Row("reason", "Reason"),
    ),
)
DETAILS = Section("Details", (Row("fields", "Fields"), Row("details", "More", _pairs), Row("told", "Told")))
CHAIN = Section("Chain", (Row("seq", "Place"), Row("prev", "Before"), Row("hash", "Hash")))


def _subject(row: AuditRow) -> Content:
    return line(row.record or row.subject or "–")


def _outcome(row: AuditRow) -> Content:
    return line(row.outcome) if row.outcome != "done" else Content("")
