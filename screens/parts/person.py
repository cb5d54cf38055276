"""A list of people beside their detail: revealing, correcting, caller checks and opting out, all for the case in hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

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
from screens.parts.problems import Notice
from screens.parts.reveal import NO_CASE, maskable, nothing_to_reveal, reveal
from screens.parts.revealing import RevealingScreen
from screens.parts.topics import TopicsDialog


class PersonScreen(RevealingScreen):
    """Override `FIELDS`, and what RevealingScreen asks for."""

    HISTORY = True
    NEEDS: ClassVar[Mapping[str, str]] = {
        **RevealingScreen.NEEDS,
        "edit": "correct",
        "caller_check": "caller-check",
    }
    FIELDS: ClassVar[Sequence[Field]] = ()

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e", "edit", "edit", id="edit"),
        Binding("c", "caller_check", "caller check", show=False, id="caller-check"),
    ]

    @dataclass
    class Corrected(Message):
        """A record was saved; `typed` is what the employee typed and so knows in clear."""

        record: Record
        typed: Mapping[str, Raw]

    # Correcting

    def action_edit(self) -> None:
        self.with_case(self._edit, "save {number}")

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
            opened = await reveal(self.session, self.COLLECTION, record, fields, case=case, reason=self.PRESET)
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
        self.with_case(self._check_caller, "check the caller of {number}")

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
