"""A list whose records have values behind masks: shown in clear for the case in hand, logged, and wiped with it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from console.records.record import Record
from console.session import CaseInHand
from screens.parts.list_detail import ListDetailScreen
from screens.parts.problems import Notice
from screens.parts.reveal import NO_CASE, Opened, RevealDialog, maskable, nothing_to_reveal, reveal


class RevealingScreen(ListDetailScreen):
    """`v` at once, `V` by a dialog. Override what ListDetailScreen asks for."""

    PRESET: ClassVar[str] = "answer_ticket"
    """The reason that `v` gives for the case in hand."""
    NEEDS: ClassVar[Mapping[str, str]] = {"reveal": "reveal", "reveal_dialog": "reveal"}

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("v", "reveal", "reveal", id="reveal"),
        Binding("V", "reveal_dialog", "reveal …", show=False, id="reveal-dialog"),
    ]

    @dataclass
    class Cleared(Message):
        """The platform revealed values of a record."""

        record: Record
        opened: Opened
        case: str

    def with_case(self, job: Callable[[Record, CaseInHand], Coroutine[Any, Any, None]], doing: str) -> None:
        """Run a worker with the selected record and the case in hand; what is missing of them is said."""
        case = self.session.case
        if case is None:
            self.say(Notice("not-allowed", "There is no case in hand.", NO_CASE))
        else:
            self.with_selected(lambda record: job(record, case), doing)

    # Revealing

    def reveal_reasons(self) -> Mapping[str, str]:
        """What `V` offers to choose from."""
        return self.reasons("reveal_reasons")

    async def opens(self, record: Record, case: CaseInHand) -> tuple[str, Record]:
        """Collection and record whose values `v` shows; override where that is another than the selected one."""
        return self.COLLECTION, record

    def action_reveal(self) -> None:
        """At once, for the case in hand and with its usual reason."""
        self.with_case(self._reveal, "reveal {number}")

    def action_reveal_dialog(self) -> None:
        self.with_case(self._ask_and_reveal, "reveal {number}")

    async def _ask_and_reveal(self, record: Record, case: CaseInHand) -> None:
        _, opened = await self.opens(record, case)
        fields = maskable(opened)
        if not fields:
            self.post_message(self.Refused(nothing_to_reveal(opened)))
            return
        dialog = RevealDialog(opened, fields, case, self.reveal_reasons())
        answer = await self.app.push_screen_wait(dialog)
        if answer is not None:
            await self._reveal(record, case, answer.reason)

    async def _reveal(self, record: Record, case: CaseInHand, reason: str = "") -> None:
        collection, opened = await self.opens(record, case)
        fields = maskable(opened)
        if not fields:
            self.post_message(self.Refused(nothing_to_reveal(opened)))
            return
        shown = await reveal(self.session, collection, opened, fields, case=case, reason=reason or self.PRESET)
        self.post_message(self.Cleared(opened, shown, case.id))
        if self.HISTORY:
            await self._fetch_history(record.id, None)

    def on_revealing_screen_cleared(self, message: Cleared) -> None:
        case, opened = self.session.case, message.opened
        if case is None or case.id != message.case or self.shell.is_hidden:
            return  # put down or locked while the answer was on its way
        self.shell.revealed.keep(message.record.id, opened.values, opened.until)
        self.shell.reveals_changed.publish(None)
        self.told(f"{message.record.number} is in clear for {case.number}.", "It is on the log.")
