"""An app that puts the case in hand down as soon as it is over, whoever ended it and however the console hears of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from textual import on
from textual.message import Message

from console.errors import NotFound, PetworksError
from console.session import CaseInHand
from screens.parts.base import PetworksScreen
from screens.parts.case_watch import CaseWatch
from screens.parts.job import Job
from screens.parts.problems import Notice
from screens.parts.shell import CaseDoubted, Change, Shell, TicketSeen

LOOK_AGAIN = timedelta(seconds=15)
"""How often a claim is asked for whose time is over by this computer's clock alone."""


class CaseKeeper(Shell):
    """Every sight of the ticket in hand is compared with the last; a refusal and the claim's end are a reason to look."""

    @dataclass
    class CaseOver(Message):
        """The case in hand is over; `why` is the end of a sentence."""

        case: str
        why: str

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case_watch = CaseWatch()
        self._looked: datetime | None = None

    @property
    def current(self) -> PetworksScreen:
        """The tab's own screen, under whatever dialog is on it."""
        base = self.screen_stack[0]
        assert isinstance(base, PetworksScreen)
        return base

    def take_case(self, case: CaseInHand | None) -> bool:
        before = self.session.case
        if case is None or before is None or case.id != before.id:
            self.case_watch, self._looked = CaseWatch(), None
        return super().take_case(case)

    # What is heard of it

    @on(TicketSeen)
    def _ticket_seen(self, message: TicketSeen) -> None:
        case, ticket = self.session.case, message.ticket
        if case is None or ticket.id != case.id or ticket.version < self.case_watch.version:
            return
        if why := self.case_watch.over(ticket):
            self.post_message(self.CaseOver(case.id, why))
        else:
            self.case_watch = CaseWatch.of(ticket)

    @on(CaseDoubted)
    def look_at_case(self) -> None:
        """Fetch the ticket in hand, if there is one."""
        if self.session.case is not None:
            self._looked = self.clock()
            late = self.case_watch.until is not None and self.case_watch.until <= self.clock()
            work = Job(self._see(self.session.case, late=late))
            self.run_worker(work, group="case", exclusive=True, exit_on_error=False)

    def case_may_have_changed(self, changes: tuple[Change, ...]) -> None:
        """The change feed told of something: look when it is about the ticket in hand."""
        case, seen = self.session.case, self.case_watch.version
        if case is not None and any(each.id == case.id and each.version > seen for each in changes):
            self.look_at_case()

    def look_when_claim_is_over(self) -> None:
        """Called each second: nobody tells of a claim that lapses by itself."""
        until, now = self.case_watch.until, self.clock()
        if until is not None and until <= now and (self._looked is None or now - self._looked >= LOOK_AGAIN):
            self.look_at_case()

    async def _see(self, case: CaseInHand, *, late: bool) -> None:
        """When the claim's time is over and the platform can't be asked, it counts as ended."""
        try:
            ticket = await self.session.client.record("tickets", case.id, case=case.id)
        except NotFound:
            self.post_message(self.CaseOver(case.id, "your role does not see it any more"))
        except PetworksError:
            if late:
                self.post_message(self.CaseOver(case.id, "its claim has run out, and the platform can't be asked"))
        else:
            self.post_message(TicketSeen(ticket))

    # What follows

    def on_case_keeper_case_over(self, message: CaseOver) -> None:
        case = self.session.case
        if case is None or case.id != message.case or not self.screen_stack:  # as it ends, all of it goes
            return
        kept = "; what you typed is kept as a draft" if self.take_case(None) else ""
        if not self.is_hidden:
            hidden = f"What was revealed for it is hidden{kept}."
            self.current.say_too(Notice("said", f"{case.number} is put down: {message.why}.", hidden))
