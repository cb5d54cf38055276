"""Next-item mode: one's own application, or else the first that nobody has, is claimed and opened; after a decision the next one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, cast

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message

from console.errors import Conflict, NotAllowed, NotFound
from console.records.pro_applications import WAITING, ProApplication
from console.records.record import Record
from console.records.tickets import Ticket
from console.text import line
from screens.parts.application_deciding import DecidingScreen
from screens.parts.problems import Notice

MODE = "next-item mode"
AT_ONCE = 20
"""Applications that are asked for at a time; mostly the first is taken."""

ENDING = ("approve", "decline", "recommend")
"""What brings an application forward: one of these must be possible, or there is nothing to do with it."""


class NextItemsScreen(DecidingScreen):
    """`n` begins and ends it; `.` puts the one in hand back and goes on. Override `queue`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "next_items", MODE, id="next-items"),
        Binding("full_stop", "next", "next", show=False, key_display=".", id="next-application"),
    ]

    @dataclass
    class Opened(Message):
        """The next application is this employee's; `passed` says which ones were passed over, and why."""

        application: ProApplication
        ticket: Ticket
        passed: Sequence[str]

    @dataclass
    class Ended(Message):
        """Nothing is left that could be taken."""

        passed: Sequence[str]

    def __init__(self) -> None:
        super().__init__()
        self.next_items = False
        self._through: set[str] = set()
        """Ids of those that were done with or passed over since the mode began: none of them comes again."""
        self._last_said = ""

    def queue(self) -> Mapping[str, str | Sequence[str]]:
        """What the list is filtered and sorted by."""
        raise NotImplementedError

    def mode_changed(self) -> None:
        """Show whether the mode is on."""
        raise NotImplementedError

    # Beginning and ending

    def action_next_items(self) -> None:
        if self.next_items:
            self._set_mode(False)
            self.told("Next-item mode is over.", "What is in hand stays yours; u puts it back.")
            return
        self._through, self._last_said = set(), ""
        self._set_mode(True)
        self._go_on("")

    def _set_mode(self, on: bool) -> None:
        self.next_items = on
        self.mode_changed()

    def _go_on(self, said: str) -> None:
        """Take the next one; `said` is what became of the one before."""
        self._last_said = said
        self.work(self._take_next(), "take the next application", group="next-item", exclusive=True)

    # Taking the next

    async def _take_next(self) -> None:
        passed: list[str] = []
        async for each in self._free():
            self._through.add(each.id)
            try:
                taken = await self.claim(each)
            except (NotAllowed, Conflict, NotFound) as error:
                passed.append(f"{each.number} is passed over: {error}")
                continue
            if why := _nothing_to_do(taken):
                await self.send(taken, "release", {})
                passed.append(f"{each.number} is passed over: {why}")
                continue
            self.post_message(self.Opened(taken, await self.case_of(taken), passed))
            return
        self.post_message(self.Ended(passed))

    async def _free(self) -> AsyncIterator[ProApplication]:
        """What this employee began before, then what nobody has; who can only recommend gets none that is recommended."""
        undecided = {} if self.has("approve") else {"recommended": "none"}
        asked = {**undecided, **self.queue()}
        states = [state for state in (asked.get("state") or sorted(WAITING)) if state in WAITING]
        for whose in ("me", "none") if states else ():
            async for each in self._through_all({**asked, "state": states, "assignee": whose}):
                if each.id not in self._through:
                    yield cast(ProApplication, each)

    async def _through_all(self, asked: Mapping[str, str | Sequence[str]]) -> AsyncIterator[Record]:
        """In the order of the queue, page by page."""
        cursor: str | None = None
        while True:
            page = await self.client.page(self.COLLECTION, params={**asked, "cursor": cursor, "limit": AT_ONCE})
            for each in page.items:
                yield each
            cursor = page.next
            if cursor is None:
                return

    def on_next_items_screen_opened(self, message: Opened) -> None:
        self.take_up(message.application, message.ticket)
        self._open(message.application)
        self._say(f"{message.application.number} is yours.", message.passed)

    def _open(self, application: ProApplication) -> None:
        """As going to its number does; but it is here already, so that what is said stays when the cursor comes to it."""
        self.record, self._gone_to = application, application.number
        self.table.go_to(application.number)
        self.go_inside()
        self.post_message(self.Arrived(application))
        self.look(application.number)

    def on_next_items_screen_ended(self, message: Ended) -> None:
        self._set_mode(False)
        self._say("Nothing waits here any more: next-item mode is over.", message.passed)

    def _say(self, now: str, passed: Sequence[str]) -> None:
        """What became of the one before stays beside what comes now."""
        said = [each for each in (self._last_said, *passed[:2]) if each]
        if len(passed) > 2:
            said.append(f"{len(passed) - 2} more were passed over.")
        self.say(Notice("said", line(" ".join([*said, now])).plain))

    # Going on

    def action_next(self) -> None:
        """Outside the mode the record below; in the mode the next one, and the one in hand is put back."""
        application = self.record
        if not self.next_items:
            self.action_walk(1)
        elif isinstance(application, ProApplication) and self.in_hand(application) and application.yours:
            self.with_selected(lambda record: self._put_back(cast(ProApplication, record)), "put {number} back")
        else:
            self._go_on("")

    async def _put_back(self, application: ProApplication) -> None:
        back = cast(ProApplication, await self.send(application, "release", {}))
        self.post_message(self.Done(back, f"{back.number} is put back."))

    def on_deciding_screen_done(self, message: DecidingScreen.Done) -> None:
        """Besides what the base does with it."""
        self._through.add(message.application.id)
        if self.next_items:
            self._go_on(line(message.said).plain)

    def on_deciding_screen_overtaken(self, message: DecidingScreen.Overtaken) -> None:
        """Theirs stands; one that is still this employee's is looked at again first."""
        application = message.application
        if self.next_items and not application.yours:
            self._go_on(f"{line(application.number).plain} was decided by somebody else; nothing was overwritten.")

    def order_words(self, order: str) -> Content:
        """The order of the list, and before it the mode."""
        return Content.assemble((MODE, "bold $accent"), f" · {order}") if self.next_items else Content(order)


def _nothing_to_do(application: ProApplication) -> str:
    """Why nothing would bring it forward; empty while something does."""
    actions = [application.find_action(name) for name in ENDING if any(a.name == name for a in application.actions)]
    return "" if any(action.allowed for action in actions) or not actions else actions[0].because
