"""Taking applications in hand and putting them back: a claim opens the case, and the case is what is in hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, cast

from textual.binding import Binding, BindingType
from textual.message import Message

from console.client import path
from console.raw import Raw
from console.records.pro_applications import ApplicationState, ProApplication
from console.records.record import Record
from console.records.tickets import Ticket
from console.text import line
from screens.parts import outgoing
from screens.parts.application_deeds import UNDO
from screens.parts.deed import Deed
from screens.parts.list_detail import ListDetailScreen
from screens.parts.problems import Notice


class TakingScreen(ListDetailScreen):
    """`t` takes and puts down, `u` takes back the last claim or release."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("t", "take", "take in hand", id="take"),
        Binding("u", "undo", "undo", show=False, id="undo"),
    ]

    @dataclass
    class Taken(Message):
        """An application was claimed, and this is its case."""

        application: ProApplication
        ticket: Ticket

    def __init__(self) -> None:
        super().__init__()
        self._undoable: tuple[str, str] | None = None
        """The id of a record and what was done to it last."""
        self._written: ProApplication | None = None
        """What was decided or asked last, with its message: in next-item mode another is shown by then."""

    def in_hand(self, application: ProApplication) -> bool:
        case = self.session.case
        return case is not None and application.case in (case.id, case.number)

    def action_take(self) -> None:
        """Claim it where it is nobody's, and take its case in hand; the one in hand is put down."""
        application = self.selected
        if isinstance(application, ProApplication) and self.in_hand(application):
            self.shell.take_case(None)
            self.told(f"{application.number} is put down.", "What was revealed for it is hidden.")
        else:
            self.with_selected(self._take, "take {number} in hand")

    async def _take(self, record: Record) -> None:
        application = cast(ProApplication, record)
        if not application.yours:
            action = application.find_action("claim")
            if not action.allowed:
                self.post_message(self.Refused(Notice("not-allowed", f"{application.number}: {action.because}")))
                return
            application = await self.claim(application)
            self.post_message(self.Arrived(application))
        self.post_message(self.Taken(application, await self.case_of(application)))

    async def claim(self, application: ProApplication) -> ProApplication:
        claimed = cast(ProApplication, await self.send(application, "claim", {}, versioned=False))
        self._undoable = (claimed.id, "claim")
        return claimed

    async def case_of(self, application: ProApplication) -> Ticket:
        case = str(application.case)
        return cast(Ticket, await self.client.record("tickets", case, case=case))

    def on_taking_screen_taken(self, message: Taken) -> None:
        self.take_up(message.application, message.ticket)
        what = f"{message.application.number} is in hand, as {message.ticket.number}."
        self.told(what, "What you reveal and decide from now on is for it; t puts it down.")

    def take_up(self, application: ProApplication, ticket: Ticket) -> None:
        """Its case is the case in hand; the one before is put down."""
        known = application.business_name.typed if application.business_name else ""
        self.shell.take_ticket(ticket, Raw(f"{application.number} {known}".strip()))

    # Taking back

    async def _perform(self, record: Record, name: str, deed: Deed) -> None:
        await super()._perform(record, name, deed)
        self._undoable = (record.id, name) if name in UNDO else None

    def action_undo(self) -> None:
        """Take back the message that has not gone yet, of what is selected or was just done, else the last claim or release."""
        selected, undoable = self.selected, self._undoable
        if isinstance(selected, ProApplication) and outgoing.to_take_back(selected.messages):
            self.with_selected(self._take_back, "take the message of {number} back")
        elif (written := self._written) is not None and self._waits_to_go(written):
            self._written = None
            self.work(self._take_back(written), f"take the message of {written.number} back")
        elif selected is None or undoable is None or selected.id != undoable[0]:
            self.told("There is nothing to undo on this application.")
        else:
            self._undoable = None
            self.with_selected(lambda record: self._undo(record, undoable[1]), f"undo {undoable[1]} of {{number}}")

    def _waits_to_go(self, application: ProApplication) -> bool:
        message = outgoing.to_take_back(application.messages)
        return message is not None and message.due is not None and message.due > self.shell.clock()

    async def _take_back(self, record: Record) -> None:
        """The mail alone: what was decided with it stands."""
        application = cast(ProApplication, record)
        message = outgoing.to_take_back(application.messages)
        if message is None:
            self.post_message(self.Refused(Notice("said", f"{application.number}: nothing waits to go out.")))
            return
        where, body = path("tickets", str(application.case), "undo-reply"), {"message": message.id}

        async def act(key: str) -> None:
            await self.client.post(where, body, key=key, case=self.case_id)

        await self.once((application.id, "undo-reply", message.id), act)
        now = await self.client.record(self.COLLECTION, application.id, case=self.case_id)
        said = line(f"{now.number}: taken back, nothing was sent. {self._still(now)}".strip()).plain
        if self.record is None or self.record.id == now.id:
            self.arrived(now, said)
        else:  # the next one is open already, and stays
            self.post_message(self.Refused(Notice("said", said)))

    def _still(self, application: ProApplication) -> str:
        """What the message said stands all the same."""
        if application.state == ApplicationState.INFO_REQUESTED:
            return "The clock still stands: x notes an answer, and sets it going."
        return f"It stays {application.state.replace('_', ' ')}."

    async def _undo(self, record: Record, name: str) -> None:
        back = UNDO[name]
        done = await self.send(record, back, {}, versioned=self.DEEDS[back].versioned)
        self.post_message(self.Arrived(done, line(f"{done.number}: {name} undone.").plain))
