"""A list beside its detail: what tickets, users and the audit log have in common."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message

from console.client import new_key
from console.errors import FreshSignIn, OutcomeUnknown, Stale
from console.records.record import Record
from console.text import line
from screens.parts.actions import ActionList
from screens.parts.base import PetworksScreen
from screens.parts.confirm import Confirm
from screens.parts.deed import Deed
from screens.parts.detail import Detail, Section
from screens.parts.problems import Notice, explain
from screens.parts.record_table import Column, RecordTable, Source
from screens.parts.shell import Change, Connection
from screens.parts.timeline import History


class ListDetailScreen(PetworksScreen):
    """Override the class variables, `columns`, `source`, `heading` and `sections`; `DEEDS` are the actions of `x`."""

    COLLECTION: ClassVar[str] = ""
    HISTORY: ClassVar[bool] = False
    NOTHING: ClassVar[str] = "Put the cursor on a record."
    HINT: ClassVar[str] = "/ shows others"
    """What an empty list says to do."""
    DEEDS: ClassVar[Mapping[str, Deed]] = {}

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

    @dataclass
    class Refused(Message):
        """An action is not to be had, and why."""

        notice: Notice

    def __init__(self) -> None:
        super().__init__()
        self.record: Record | None = None
        """The record that the detail shows, whole."""
        self._entries: list[Any] = []
        self._intents: dict[tuple[object, ...], str] = {}

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

    def above(self) -> ComposeResult:
        """What stands between the head and the list: a filter bar, or nothing."""
        yield from ()

    def body(self) -> ComposeResult:
        yield from self.above()
        with Horizontal(id="split"):
            yield RecordTable(self.columns(), what=self.NAME, hint=self.HINT, id="list")
            yield Detail(id="detail")

    @property
    def table(self) -> RecordTable:
        return self.query_one("#list", RecordTable)

    @property
    def detail(self) -> Detail:
        return self.query_one("#detail", Detail)

    def on_mount(self) -> None:
        self.detail.show_nothing(self.NOTHING)
        self.table.show(self.source())
        self.table.focus()
        self.shell.reveals_changed.subscribe(self, lambda _: self.redraw())
        self.shell.case_changed.subscribe(self, lambda _: self.look_again())
        self.shell.records_changed.subscribe(self, self.others_changed)
        self.shell.connection_changed.subscribe(self, self._back_online)

    def _back_online(self, connection: Connection) -> None:
        """Rows of before the connection was lost are fetched again as soon as it is back."""
        if connection.live and self.table.status.offline:
            self.table.reload()

    # Looking

    def look(self, number: str) -> None:
        """Fetch a record with what the detail needs, and show it."""
        self.work(self._fetch(number), f"look at {number}", group="detail", exclusive=True)

    async def _fetch(self, number: str) -> None:
        try:
            record = await self.client.record(self.COLLECTION, number, case=self.case_id)
        except Exception as error:  # noqa: BLE001 - it is shown where the record would be
            self.post_message(self.NotArrived(number, error))
            return
        self.post_message(self.Arrived(record))
        if self.HISTORY:
            await self._fetch_history(record.id, None)

    async def _fetch_history(self, record_id: str, cursor: str | None) -> None:
        params = {"cursor": cursor} if cursor else None
        answer = await self.client.get(f"/v1/{self.COLLECTION}/{record_id}/history", params=params, case=self.case_id)
        self.post_message(self.HistoryArrived(record_id, History.model_validate(answer.body), cursor is None))

    def look_again(self) -> None:
        """Fetch the shown record again, as after a change of the case in hand."""
        if self.record is not None:
            self.look(self.record.number)

    def others_changed(self, changes: tuple[Change, ...]) -> None:
        """Fetch again what the change feed names: rows that are in view, and the shown record at another version."""
        ours = [each for each in changes if each.resource == self.COLLECTION]
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
            revealed = self.shell.revealed.of(self.record.id)
            self.detail.show(self.record, self.heading(self.record), self.sections(self.record), revealed)

    def on_record_table_highlighted(self, message: RecordTable.Highlighted) -> None:
        if self.record is None or self.record.id != message.record.id:
            self.record = None
            if message.by_hand:
                self.say(None)
            self.detail.show_waiting(message.record.number)
            self.look(message.record.number)

    def on_record_table_opened(self, message: RecordTable.Opened) -> None:
        self.go_inside()
        if self.record is None or self.record.id != message.record.id:
            self.look(message.record.number)

    def on_record_table_failed(self, message: RecordTable.Failed) -> None:
        self.failed(message.error, "load the list")

    def on_record_table_not_in_list(self, message: RecordTable.NotInList) -> None:
        self.told(f"{line(message.number).plain} is not in this list, as filtered.")

    def on_record_table_loaded(self) -> None:
        self.shell.heard(live=True)

    def on_list_detail_screen_arrived(self, message: Arrived) -> None:
        self.record = message.record
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
        self.record = None
        self.noted(message.error)
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
        self.remove_class("-inside")
        self.say(None)
        self.table.focus()
        self.refresh_bindings()

    def action_walk(self, step: int) -> None:
        """To the record before or after, from the detail too."""
        self.table.walk(step)

    def action_reload(self) -> None:
        self.say(None)
        self.table.reload()
        self.look_again()

    def go_to(self, number: str) -> None:
        """Show a record by its number, whether the list as filtered has it or not."""
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

    # Doing

    @property
    def selected(self) -> Record | None:
        """What keys act on: the record in the detail when inside, else the one under the cursor, whole if it is here."""
        here = self.record if self.has_class("-inside") else self.table.cursor_record
        same = self.record is not None and here is not None and self.record.id == here.id
        return self.record if same else here

    def with_selected(self, job: Callable[[Record], Coroutine[Any, Any, None]], doing: str) -> None:
        """Run a worker with the selected record, whole; `{number}` in `doing` is its number."""
        record = self.selected
        if record is None:
            self.told("Nothing is selected.", self.NOTHING)
        else:
            self.say(None)
            self.work(self._with_whole(record, job), doing.replace("{number}", record.number))

    async def _with_whole(self, record: Record, job: Callable[[Record], Coroutine[Any, Any, None]]) -> None:
        """The cursor may have moved on before its record came: nobody acts on the one before."""
        if record is not self.record:
            record = await self.client.record(self.COLLECTION, record.number, case=self.case_id)
            self.post_message(self.Arrived(record))
        await job(record)

    def action_actions(self) -> None:
        self.with_selected(self._choose, "list the actions of {number}")

    async def _choose(self, record: Record) -> None:
        words = {name: deed.words for name, deed in self.DEEDS.items()}
        chosen = await self.app.push_screen_wait(ActionList(record, words))
        if chosen is not None:
            await self.perform(record, chosen)

    def do(self, name: str) -> None:
        """Do an action with the selected record; one that is not allowed says why."""
        words = self.DEEDS[name].words.lower() if name in self.DEEDS else name.replace("-", " ")
        self.with_selected(lambda record: self.perform(record, name), f"{words} {{number}}")

    async def perform(self, record: Record, name: str) -> None:
        """Check what the platform says of the action, ask what it asks, and do it."""
        action, deed = record.find_action(name), self.DEEDS.get(name)
        if not action.allowed:
            self.post_message(self.Refused(Notice("not-allowed", f"{record.number}: {action.because}")))
        elif deed is None:
            await self.open_action(name, record)
        else:
            await self._perform(record, name, deed)

    def on_list_detail_screen_refused(self, message: Refused) -> None:
        self.say(message.notice)

    async def open_action(self, name: str, record: Record) -> None:
        """An action with a way of its own (a form, a reveal): override for those that are not in DEEDS."""
        self.post_message(self.Refused(Notice("failed", f"This console has no way to {name} yet.")))

    async def _perform(self, record: Record, name: str, deed: Deed) -> None:
        body: dict[str, Any] = {}
        if deed.asks:
            answer = await self.app.push_screen_wait(self._question(record, deed))
            if answer is None:
                return
            body = deed.body(answer)
        done = await self.send(record, name, body, versioned=deed.versioned)
        self.post_message(self.Arrived(done, line(f"{done.number}: {deed.done}").plain))

    def _question(self, record: Record, deed: Deed) -> Confirm:
        reasons = self.reasons(deed.reasons) if deed.reasons else None
        effect = deed.effect.replace("{number}", record.number)
        return Confirm(
            f"{deed.words} {record.number}", effect, deed.words, reasons=reasons, ask=deed.ask, typed=deed.typed
        )

    def reasons(self, kind: str) -> Mapping[str, str]:
        """Code → words, of the reasons that the platform offers under this name."""
        return reason_words(self.shell.offered(kind))

    async def send(self, record: Record, name: str, body: Mapping[str, Any], *, versioned: bool = True) -> Record:
        """Do an action on the platform; the same intent keeps its key until its outcome is known."""
        intent = (record.id, record.version, name, repr(sorted(body.items())))
        key = self._intents.setdefault(intent, new_key())
        version = record.version if versioned else None
        try:
            done: Record = await self.client.act(
                self.COLLECTION, record.id, name, body, key=key, version=version, case=self.case_id
            )
        except (OutcomeUnknown, FreshSignIn):
            raise  # the key stays: doing it again can't do it twice
        except Stale:
            self.look(record.number)
            self._intents.pop(intent)
            raise
        except Exception:
            self._intents.pop(intent)
            raise
        self._intents.pop(intent)
        return done


def reason_words(offered: object) -> dict[str, str]:
    """Code → words, whether the platform sends a mapping or only codes."""
    if isinstance(offered, Mapping):
        return {str(code): line(str(words)).plain for code, words in offered.items()}
    if isinstance(offered, list):
        return {str(code): line(str(code).replace("_", " ")).plain.capitalize() for code in offered}
    return {}
