"""A list beside its detail: what tickets, users and the audit log have in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message

from console.errors import ConnectionFailed
from console.records import tickets
from console.records.record import Record
from console.session import CaseInHand
from console.text import ago, line
from screens.parts import outgoing
from screens.parts.detail import Detail, Section
from screens.parts.doing import DoingScreen
from screens.parts.problems import explain
from screens.parts.record_table import Column, RecordTable, Source
from screens.parts.shell import Change, Connection
from screens.parts.timeline import History

UNDER_WAY = 2.0
"""Seconds between two looks at work of the platform."""

AGES = 30.0
"""Seconds after which what a detail says of the time is said anew."""


class ListDetailScreen(DoingScreen):
    """Override the class variables, `columns`, `source`, `heading` and `sections`; `DEEDS` are the actions of `x`."""

    HISTORY: ClassVar[bool] = False
    WHAT: ClassVar[str] = ""
    """What people call the records, where it isn't the screen's name."""
    HINT: ClassVar[str] = "/ shows others"
    """What an empty list says to do."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "back", "back", id="back"),
        Binding("y", "copy_number", "copy number", show=False, id="copy-number"),
        Binding("left_square_bracket,K", "walk(-1)", "previous", show=False, id="previous"),
        Binding("right_square_bracket,J", "walk(1)", "next", show=False, id="next"),
    ]

    @dataclass
    class Arrived(Message):
        """A record came, from a look or from a write."""

        record: Record
        said: str = ""

    @dataclass
    class HistoryArrived(Message):
        """A page of the timeline came."""

        record_id: str
        page: History
        first: bool

    @dataclass
    class NotArrived(Message):
        """The record under the cursor could not be fetched."""

        number: str
        error: Exception

    def __init__(self) -> None:
        super().__init__()
        self._number = ""
        """Of the record that was last asked for."""
        self._came: datetime | None = None
        """When the shown record came."""
        self._looked = self._drawn_at = 0.0
        self._entries: list[Any] = []
        self._may_be_masked_now = False
        """Since a case was put down, until it is known what may still be seen."""
        self._gone_to = ""
        """The number that was gone to past the list: rows that come only now don't take its place."""

    def columns(self) -> Sequence[Column]:
        """The columns of the list."""
        raise NotImplementedError

    def source(self) -> Source:
        """Where the list's pages come from, as filtered now."""
        raise NotImplementedError

    def heading(self, record: Record) -> Content:
        """The first line or lines of the detail."""
        return Content.assemble((record.number, "bold"))

    def sections(self, record: Record) -> Sequence[Section]:
        """The detail's sections."""
        raise NotImplementedError

    def in_list(self, record: Record) -> Record:
        """A record that came whole, as its row in the list is to show it."""
        return record

    @property
    def searched(self) -> bool:
        """Whether the list is what a search found. It is never sent again by itself: each search is on the log."""
        return False

    def above(self) -> ComposeResult:
        """What stands between the head and the list: a filter bar, or nothing."""
        yield from ()

    def body(self) -> ComposeResult:
        yield from self.above()
        with Horizontal(id="split"):
            yield RecordTable(self.columns(), what=self.WHAT or self.NAME, hint=self.HINT, id="list")
            yield Detail(id="detail")

    @property
    def table(self) -> RecordTable:
        return self.query_one("#list", RecordTable)

    @property
    def detail(self) -> Detail:
        return self.query_one("#detail", Detail)

    def on_mount(self) -> None:
        self.set_interval(1, self._time_passes)
        self.detail.show_nothing(self.NOTHING)
        self.table.show(self.source())
        self.table.focus()
        self.shell.reveals_changed.subscribe(self, lambda _: self.redraw())
        self.shell.case_changed.subscribe(self, self._case_changed)
        self.shell.records_changed.subscribe(self, self.others_changed)
        self.shell.connection_changed.subscribe(self, self._connection_changed)

    def _connection_changed(self, connection: Connection) -> None:
        """What is shown of before the connection was lost tells its age, and is fetched again as soon as it is back."""
        if not connection.live:
            self._show_age()
            return
        if self.table.status.offline:
            self.table.reload()
        if self.detail.aged:
            self.look_again()

    def _time_passes(self) -> None:
        """Once a second: what is counted in seconds goes on, all else that a clock tells twice a minute; work of the platform is looked at."""
        if not self.is_current or self.record is None:
            return
        if self.at_work and not self._is_looking and monotonic() - self._looked >= UNDER_WAY:
            self.look(self.record.number)
        if outgoing.to_take_back(self.letters) or monotonic() - self._drawn_at >= AGES:
            self.redraw()

    @property
    def at_work(self) -> bool:
        """Whether the platform is working on the shown record, so that it moves on while it is looked at."""
        return False

    @property
    def letters(self) -> Sequence[tickets.Message]:
        """What was written for the shown record: the seconds until it goes out are counted."""
        return self.record.messages if isinstance(self.record, outgoing.THREADED) else ()

    @property
    def _is_looking(self) -> bool:
        """Whether an answer is on its way: asked again, a slow platform would never get to the end of one."""
        return any(work.node is self and work.group == "detail" and not work.is_finished for work in self.workers)

    def _show_age(self) -> None:
        if self.record is not None and self._came is not None:
            age = ago(self._came, self.shell.clock())
            old = "moments" if age == "now" else age
            self.detail.show_age(f"Offline: this is {old} old. Writes are not sent.")

    def _case_changed(self, case: CaseInHand | None) -> None:
        """What is in clear because of a claim can't stay when it can't be asked for anew."""
        if case is None and not self.shell.connection.live and self.record is not None:
            self.detail.show_waiting(self.record.number)
            self.record = None
        self._may_be_masked_now = case is None
        self.look_again()

    # Looking

    def look(self, number: str) -> None:
        """Fetch a record with what the detail needs, and show it."""
        self._number, self._looked = number, monotonic()
        self.work(self._fetch(number), f"look at {number}", group="detail", exclusive=True)

    async def _fetch(self, number: str) -> None:
        try:
            record = await self.client.record(self.collection_of(number), number, case=self.case_id)
        except Exception as error:  # noqa: BLE001 - it is shown where the record would be
            self.post_message(self.NotArrived(number, error))
            return
        if number != self._number:
            return  # while it was under way, another was asked for
        self.post_message(self.Arrived(record))
        if self.HISTORY and "history" in self.session.me.may.get(self.COLLECTION, ()):
            await self._fetch_history(record.id, None)

    async def _fetch_history(self, record_id: str, cursor: str | None) -> None:
        params = {"cursor": cursor} if cursor else None
        answer = await self.client.get(f"/v1/{self.COLLECTION}/{record_id}/history", params=params, case=self.case_id)
        page = self.in_words(History.model_validate(answer.body))
        self.post_message(self.HistoryArrived(record_id, page, cursor is None))

    def in_words(self, page: History) -> History:
        """A page of the timeline as this screen tells it; override where what changed says more than the action."""
        return page

    def look_again(self) -> None:
        """Fetch the shown record again, as after a change of the case in hand."""
        if self.record is not None:
            self.look(self.record.number)

    def others_changed(self, changes: tuple[Change, ...]) -> None:
        """Fetch again what the change feed names: rows that are in view, and the shown record at another version."""
        ours = [each for each in changes if each.resource == self.COLLECTION]
        if not self.searched:
            self.table.heard_of({each.id for each in ours}, created=any(each.version == 1 for each in ours))
        shown = self.record
        if shown and any(each.id == shown.id and each.version != shown.version for each in changes):
            self.look(shown.number)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "back":
            return self.has_class("-inside") or self.query_one("#notice").display
        return super().check_action(action, parameters)

    def redraw(self) -> None:
        """Draw the shown record again, as after a reveal."""
        if self.record is not None:
            self._drawn_at = monotonic()
            revealed = self.shell.revealed.of(self.record.id)
            self.detail.show(self.record, self.heading(self.record), self.sections(self.record), revealed)

    def on_record_table_highlighted(self, message: RecordTable.Highlighted) -> None:
        if self._gone_to not in ("", message.record.number) and not self.table.has_focus:
            return
        self._gone_to = ""
        if self._shows_another(message.record):
            self.record = None
            if message.by_hand:
                self.say(None)
            self.detail.show_waiting(message.record.number)
            self.look(message.record.number)

    def on_record_table_opened(self, message: RecordTable.Opened) -> None:
        self.go_inside()
        if self._shows_another(message.record):
            self.look(message.record.number)

    def _shows_another(self, record: Record) -> bool:
        """Another than this record, or than this one on its way: each look is on the log, and one is enough."""
        if self.record is None and record.number == self._number and self._is_looking:
            return False
        return self.record is None or self.record.id != record.id

    def on_record_table_failed(self, message: RecordTable.Failed) -> None:
        self.failed(message.error, "load the list")

    def on_record_table_not_in_list(self, message: RecordTable.NotInList) -> None:
        self.told(f"{line(message.number).plain} is not in this list, as filtered.")

    def on_record_table_loaded(self) -> None:
        """What is known of the shown record beyond its row in the list stays on the row."""
        self.shell.heard(live=True)
        row = self.table.find_record(self.record.id) if self.record is not None else None
        if self.record is not None and row is not None and row.version == self.record.version:
            self.table.refresh_record(self.in_list(self.record))

    def on_list_detail_screen_arrived(self, message: Arrived) -> None:
        self.record, self._came, self._may_be_masked_now = message.record, self.shell.clock(), False
        self.offered |= {action.name for action in message.record.actions}
        self.redraw()
        self.table.refresh_record(self.in_list(message.record))
        if message.said:
            self.told(message.said)
        self.refresh_bindings()

    def on_list_detail_screen_history_arrived(self, message: HistoryArrived) -> None:
        if self.record is None or self.record.id != message.record_id:
            return
        self._entries = list(message.page.items) if message.first else [*self._entries, *message.page.items]
        self.detail.show_timeline(self._entries, message.page.next, self.shell.clock())

    def on_list_detail_screen_not_arrived(self, message: NotArrived) -> None:
        self.noted(message.error)
        shown = self.record is not None and self.record.number == message.number
        if isinstance(message.error, ConnectionFailed) and shown and not self._may_be_masked_now:
            return  # it stays, with its age
        self.record = None
        self.detail.show_notice(explain(message.error, f"look at {message.number}"))

    def on_detail_more(self, message: Detail.More) -> None:
        if self.record is not None:
            self.work(self._fetch_history(self.record.id, message.cursor), "load more of the timeline")

    # Going

    def go_inside(self) -> None:
        """Into the detail; on a narrow screen it covers the list."""
        self.add_class("-inside")
        self.detail.focus()
        self.refresh_bindings()

    def action_back(self) -> None:
        """Out of the detail; in the list there is nowhere further back."""
        self._gone_to = ""
        self.remove_class("-inside")
        self.say(None)
        self.table.focus()
        self.refresh_bindings()

    def action_walk(self, step: int) -> None:
        """To the record before or after, from the detail too."""
        self._gone_to = ""
        self.table.walk(step)

    def action_reload(self) -> None:
        self.say(None)
        self.table.reload()
        if self._number:
            self.look(self._number)

    def go_to(self, number: str) -> None:
        """Show a record by its number, whether the list as filtered has it or not."""
        self._gone_to = number
        self.table.go_to(number)
        self.go_inside()
        self.record = None
        self.detail.show_waiting(number)
        self.look(number)

    def action_copy_number(self) -> None:
        """Copy the number: it is what people paste into other tools, and it tells nothing about anybody."""
        record = self.selected
        if record is not None:
            self.app.copy_to_clipboard(record.number)
            self.told(f"Copied {record.number}.")

    @property
    def selected(self) -> Record | None:
        """What keys act on: the record in the detail when inside, or its row as long as it is on its way; else the one under the
        cursor, whole if it is here. Where the list has no row, as one that was just made has none yet, it is what is shown."""
        row = self.table.cursor_record
        inside = self.record or (row if row is not None and row.number == self._number else None)
        here = inside if self.has_class("-inside") else row or self.record
        same = self.record is not None and here is not None and self.record.id == here.id
        return self.record if same else here

    def arrived(self, record: Record, said: str = "") -> None:
        self.post_message(self.Arrived(record, said))
