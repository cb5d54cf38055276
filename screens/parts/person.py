"""A list of people beside their detail: revealing, correcting, caller checks and opting out, all for the case in hand."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from console.client import path
from console.errors import PetworksError, TooMany
from console.raw import Raw
from console.records.record import Record
from console.session import CaseInHand
from screens.parts.caller_check import COMPARED, CallerCheckDialog, Said
from screens.parts.editing import Edit, Shown
from screens.parts.form import Field
from screens.parts.list_detail import ListDetailScreen
from screens.parts.problems import Notice
from screens.parts.reveal import NO_CASE, Opened, RevealDialog, maskable, nothing_to_reveal, reveal
from screens.parts.topics import TopicsDialog

PRESET = "answer_ticket"
"""The reason that `v` gives for a ticket in hand."""


class PersonScreen(ListDetailScreen):
    """Override `FIELDS`, and what ListDetailScreen asks for."""

    HISTORY = True
    NEEDS: ClassVar[Mapping[str, str]] = {
        "reveal": "reveal",
        "reveal_dialog": "reveal",
        "edit": "correct",
        "caller_check": "caller-check",
    }
    FIELDS: ClassVar[Sequence[Field]] = ()

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("v", "reveal", "reveal", id="reveal"),
        Binding("V", "reveal_dialog", "reveal …", show=False, id="reveal-dialog"),
        Binding("e", "edit", "edit", id="edit"),
        Binding("c", "caller_check", "caller check", show=False, id="caller-check"),
    ]

    @dataclass
    class Cleared(Message):
        """The platform revealed values of a record."""

        record: Record
        opened: Opened
        case: str

    @dataclass
    class Corrected(Message):
        """A record was saved; `typed` is what the employee typed and so knows in clear."""

        record: Record
        typed: Mapping[str, Raw]

    def _with_case(self, job: Callable[[Record, CaseInHand], Coroutine[Any, Any, None]], doing: str) -> None:
        """Run a worker with the selected record and the case in hand; what is missing of them is said."""
        case = self.session.case
        if case is None:
            self.say(Notice("not-allowed", "There is no case in hand.", NO_CASE))
        else:
            self.with_selected(lambda record: job(record, case), doing)

    # Revealing

    def action_reveal(self) -> None:
        """At once, for the case in hand and with its usual reason."""
        self._with_case(self._reveal, "reveal {number}")

    def action_reveal_dialog(self) -> None:
        self._with_case(self._ask_and_reveal, "reveal {number}")

    async def _ask_and_reveal(self, record: Record, case: CaseInHand) -> None:
        fields = maskable(record)
        if not fields:
            self.post_message(self.Refused(nothing_to_reveal(record)))
            return
        dialog = RevealDialog(record, fields, case, self.reasons("reveal_reasons"))
        answer = await self.app.push_screen_wait(dialog)
        if answer is not None:
            await self._reveal(record, case, answer.reason)

    async def _reveal(self, record: Record, case: CaseInHand, reason: str = PRESET) -> None:
        fields = maskable(record)
        if not fields:
            self.post_message(self.Refused(nothing_to_reveal(record)))
            return
        opened = await reveal(self.session, self.COLLECTION, record, fields, case=case, reason=reason)
        self.post_message(self.Cleared(record, opened, case.id))
        await self._fetch_history(record.id, None)

    def on_person_screen_cleared(self, message: Cleared) -> None:
        case, opened = self.session.case, message.opened
        if case is None or case.id != message.case or self.shell.is_hidden:
            return  # put down or locked while the answer was on its way
        self.shell.revealed.keep(message.record.id, opened.values, opened.until)
        self.shell.reveals_changed.publish(None)
        self.told(f"{message.record.number} is in clear for {case.number}.", "It is on the log.")

    # Correcting

    def action_edit(self) -> None:
        self._with_case(self._edit, "save {number}")

    async def _edit(self, record: Record, _: CaseInHand) -> None:
        edit = Edit(self, self.COLLECTION, record, self.FIELDS, source="self", show=self._show)
        saved = await edit.run()
        if saved is not None:
            self.post_message(self.Corrected(saved, edit.saved))
        elif self.session.case is not None and self.shell.drafts.get(record.number):
            kept = f"Not saved: what you typed about {record.number} is kept as a draft."
            self.post_message(self.Refused(Notice("said", kept, "e goes on with it.")))

    async def _show(self, record: Record, names: Sequence[str]) -> Shown:
        """Reveal some fields for the case in hand, with its usual reason."""
        case, fields = self.session.case, [name for name in maskable(record) if name in names]
        if case is None:
            return Shown({}, NO_CASE)
        if not fields:
            because = (record.withheld[name] for name in names if name in record.withheld)
            return Shown({}, next(because, nothing_to_reveal(record).what))
        try:
            opened = await reveal(self.session, self.COLLECTION, record, fields, case=case, reason=PRESET)
        except PetworksError as error:
            return Shown({}, str(error))
        self.post_message(self.Cleared(record, opened, case.id))
        return Shown(opened.values)

    def on_person_screen_corrected(self, message: Corrected) -> None:
        record = message.record
        self.shell.revealed.correct(record.id, message.typed)
        said = f"{record.number} is saved: {', '.join(message.typed)}." if message.typed else ""
        self.post_message(self.Arrived(record, said))
        self.work(self._fetch_history(record.id, None), "load the timeline")

    # Caller check

    def action_caller_check(self) -> None:
        self._with_case(self._check_caller, "check the caller of {number}")

    async def _check_caller(self, record: Record, case: CaseInHand) -> None:
        """Until the dialog is left: two matches are what a correction of the address asks for."""
        field, outcome = "phone", ""
        while True:
            said = await self.app.push_screen_wait(CallerCheckDialog(record.number, case.number, field, outcome))
            if said is None:
                break
            field, outcome = said.field, await self._compare(record, case, said)
        self.look_again()

    async def _compare(self, record: Record, case: CaseInHand, said: Said) -> str:
        body = {"case": case.id, "field": said.field, "said": said.said.typed}
        try:
            where = path(self.COLLECTION, record.id, "caller-check")
            answer = (await self.client.post(where, body, key=said.key, case=case.id)).body
        except TooMany:
            return f"✗ All tries of {case.number} are used up."
        word = "✓ match" if answer["match"] else "✗ NO match"
        return f"{word}: {COMPARED[said.field]}. {answer['left']} tries left."

    # Contact

    async def opt(self, record: Record, *, out: bool) -> None:
        """Ask for the topics, and opt the person out of them or in; run it by `work`."""
        answer = await self.app.push_screen_wait(TopicsDialog(record.number, out=out))
        if answer is None:
            return
        body: dict[str, object] = {"topics": list(answer.topics)}
        if out:
            body["channel"] = answer.channel
        done = await self.send(record, "opt-out" if out else "opt-in", body)
        words = "out of" if out else "in to"
        self.post_message(self.Arrived(done, f"{record.number} is opted {words} {', '.join(answer.topics)}."))

    async def open_action(self, name: str, record: Record) -> None:
        ways = {"reveal": self.action_reveal, "correct": self.action_edit, "caller-check": self.action_caller_check}
        if name in ("opt-out", "opt-in"):
            await self.opt(record, out=name == "opt-out")
        elif name in ways:
            ways[name]()
        else:
            await super().open_action(name, record)
