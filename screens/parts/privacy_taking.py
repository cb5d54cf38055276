"""Taking privacy requests in hand and putting them back: a claim opens the case, and the case is what is in hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, cast

from textual.binding import Binding, BindingType
from textual.message import Message

from console.client import path
from console.errors import Stale
from console.raw import Raw
from console.records import RECORDS
from console.records.privacy_requests import PrivacyRequest
from console.records.record import Record
from console.records.tickets import Ticket
from console.text import line
from screens.parts import outgoing
from screens.parts import privacy_words as words
from screens.parts.deed import Deed
from screens.parts.list_detail import ListDetailScreen
from screens.parts.privacy_deeds import UNDO
from screens.parts.problems import Notice


@dataclass(frozen=True)
class Letter:
    """One that was just written."""

    number: str
    case: str
    message: str
    due: datetime


class PrivacyTakingScreen(ListDetailScreen):
    """`t` takes and puts down; `u` takes back a letter that has not gone yet, else the last claim or release."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("t", "take", "take in hand", id="take"),
        Binding("u", "undo", "undo", show=False, id="undo"),
    ]

    @dataclass
    class Taken(Message):
        """A request is the employee's, and this is its case."""

        request: PrivacyRequest
        ticket: Ticket

    def __init__(self) -> None:
        super().__init__()
        self._undoable: tuple[str, str] | None = None
        """The id of a record and what was done to it last."""
        self._letter: Letter | None = None
        """What was written last."""

    def in_hand(self, request: PrivacyRequest) -> bool:
        case = self.session.case
        return case is not None and request.case in (case.id, case.number)

    def action_take(self) -> None:
        """Claim it where it is nobody's, and take its case in hand; the one in hand is put down."""
        request = self.selected
        if isinstance(request, PrivacyRequest) and self.in_hand(request):
            self.shell.take_case(None)
            self.told(f"{request.number} is put down.", "What was revealed for it is hidden.")
        else:
            self.with_selected(self._take, "take {number} in hand")

    async def _take(self, record: Record) -> None:
        request = cast(PrivacyRequest, record)
        if not request.yours:
            action = request.find_action("claim")
            if not action.allowed:
                self.post_message(self.Refused(Notice("not-allowed", f"{request.number}: {action.because}")))
                return
            request = cast(PrivacyRequest, await self.send(request, "claim", {}, versioned=False))
            self._undoable = (request.id, "claim")
            self.post_message(self.Arrived(request))
        case = str(request.case)
        ticket = cast(Ticket, await self.client.record("tickets", case, case=case))
        self.post_message(self.Taken(request, ticket))

    def on_privacy_taking_screen_taken(self, message: Taken) -> None:
        request, ticket = message.request, message.ticket
        self.shell.take_ticket(ticket, Raw(f"{request.number} {words.kind(request.kind)}"))
        what = f"{request.number} is in hand, as {ticket.number}."
        self.told(what, "What you reveal and decide from now on is for it; t puts it down.")
        self.look(request.number)

    def on_list_detail_screen_arrived(self, message: ListDetailScreen.Arrived) -> None:
        """What ended meanwhile, as an erasure that the platform has finished, is in nobody's hand any more."""
        if isinstance(message.record, PrivacyRequest):
            self.put_down(message.record)

    def put_down(self, request: PrivacyRequest) -> None:
        """What nobody holds any more is not in hand either."""
        if self.in_hand(request) and not request.yours:
            self.shell.take_case(None)

    async def answered(
        self, request: PrivacyRequest, name: str, body: Mapping[str, Any]
    ) -> tuple[PrivacyRequest, Mapping[str, Any]]:
        """The record, and all that the platform answered with: a letter's way, a passphrase."""

        async def act(key: str) -> tuple[PrivacyRequest, Mapping[str, Any]]:
            where = path(self.COLLECTION, request.id, name)
            answer = await self.client.post(where, body, key=key, version=request.version, case=self.case_id)
            if answer.bare:
                return await self.client.record(self.COLLECTION, request.id, case=self.case_id), {}
            return cast(PrivacyRequest, RECORDS[self.COLLECTION].model_validate(answer.body)), answer.body

        try:
            return await self.once((request.id, request.version, name, repr(sorted(body.items()))), act)
        except Stale:
            now = await self.still(request)
            if now is None:
                raise
            return await self.answered(cast(PrivacyRequest, now), name, body)

    def wrote(self, request: PrivacyRequest, said: Mapping[str, Any]) -> None:
        """Remember the letter that the platform has taken, for `u`."""
        if "message" in said and "message_due" in said:
            due = datetime.fromisoformat(str(said["message_due"]))
            self._letter = Letter(request.number, str(request.case), str(said["message"]), due)

    # Taking back

    async def _perform(self, record: Record, name: str, deed: Deed) -> None:
        await super()._perform(record, name, deed)
        self._undoable = (record.id, name) if name in UNDO else None

    def action_undo(self) -> None:
        selected, undoable, letter = self.selected, self._undoable, self._letter
        waits = outgoing.to_take_back(selected.messages) if isinstance(selected, PrivacyRequest) else None
        if waits is not None and isinstance(selected, PrivacyRequest):
            self._letter = None
            self._take_back(Letter(selected.number, str(selected.case), waits.id, waits.due or self.shell.clock()))
        elif letter is not None and letter.due > self.shell.clock():
            self._letter = None
            self._take_back(letter)
        elif selected is None or undoable is None or selected.id != undoable[0]:
            self.told("There is nothing to undo on this request.")
        else:
            self._undoable = None
            self.with_selected(lambda record: self._undo(record, undoable[1]), f"undo {undoable[1]} of {{number}}")

    async def take_back_last(self, request: PrivacyRequest) -> None:
        """The same as `u`, from the list of all actions."""
        waits = outgoing.to_take_back(request.messages)
        if waits is None:
            self.post_message(self.Refused(Notice("said", f"{request.number}: no letter waits to go out.")))
        else:
            await self._take_letter_back(Letter(request.number, str(request.case), waits.id, self.shell.clock()))

    def _take_back(self, letter: Letter) -> None:
        self.work(self._take_letter_back(letter), f"take the letter of {letter.number} back")

    async def _take_letter_back(self, letter: Letter) -> None:
        """With what hangs on it: the request is again as it was before."""
        where, body = path(self.COLLECTION, letter.number, "undo-letter"), {"message": letter.message}

        async def act(key: str) -> None:
            await self.client.post(where, body, key=key, case=self.case_id)

        await self.once((letter.number, "undo-letter", letter.message), act)
        now: PrivacyRequest = await self.client.record(self.COLLECTION, letter.number, case=self.case_id)
        self.arrived(now, line(f"{now.number}: taken back, nothing was sent. It is {words.state(now.state)}.").plain)

    async def _undo(self, record: Record, name: str) -> None:
        back = UNDO[name]
        done = await self.send(record, back, {}, versioned=self.DEEDS[back].versioned)
        self.arrived(done, line(f"{done.number}: {name} undone.").plain)
