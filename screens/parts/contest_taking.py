"""A prize in hand: claiming its case, showing its winner's contact for that case alone, and putting both away again."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, cast

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets.option_list import Option

from console.raw import Raw
from console.records.awards import REVEAL_REASONS, Award, AwardState
from console.records.contests import Contest
from console.records.record import Record
from console.records.tickets import Ticket
from console.session import CaseInHand
from console.text import line
from screens.parts.contest_steps import waiting
from screens.parts.money_view import word
from screens.parts.pick import Pick
from screens.parts.problems import Notice
from screens.parts.reveal import NO_CASE
from screens.parts.revealing import RevealingScreen


class AwardTakingScreen(RevealingScreen):
    """`t` takes one of the shown contest's prizes in hand or puts it down; `v` shows its winner, to notify and to award alone."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("t", "take", "take in hand", id="take")]

    @dataclass
    class AwardArrived(Message):
        """A prize came whole, from a look or from a write."""

        award: Award
        said: str = ""

    @dataclass
    class AwardTaken(Message):
        """A prize is the employee's, and this is its case."""

        contest: Contest
        award: Award
        ticket: Ticket

    def __init__(self) -> None:
        super().__init__()
        self._award: Award | None = None
        """The prize that was in hand last, whole."""

    def in_hand(self, contest: Contest) -> Award | None:
        """The prize of this contest whose case is in hand, as whole as it is known."""
        case = self.session.case
        known = self.awards_of(contest)
        return next((each for each in known if case is not None and each.case in (case.id, case.number)), None)

    def awards_of(self, contest: Contest) -> list[Award]:
        """Its prizes, the one that was in hand last as it came: the contest is fetched anew only after that."""
        last = self._award
        return [
            last if last and last.id == each.id and last.version >= each.version else each for each in contest.awards
        ]

    # Taking and putting down

    def action_take(self) -> None:
        selected = self.selected
        held = self.in_hand(selected) if isinstance(selected, Contest) else None
        if held is not None:
            self.shell.take_case(None)
            self.told(f"{held.number} is put down.", "What was revealed for it is hidden.")
        else:
            self.with_selected(self._take, "take a prize of {number} in hand")

    async def _take(self, record: Record) -> None:
        award = await self.choose_award(record)
        if award is None:
            return
        if not award.yours:
            action = award.find_action("claim")
            if not action.allowed:
                self.post_message(self.Refused(Notice("not-allowed", f"{award.number}: {action.because}")))
                return
            award = cast(Award, await self.send(award, "claim", {}, versioned=False))
        case = str(award.case)
        ticket = cast(Ticket, await self.client.record("tickets", case, case=case))
        self.post_message(self.AwardTaken(cast(Contest, record), award, ticket))

    async def choose_award(self, record: Record) -> Award | None:
        """The one that waits, or one of several; what is wrong is said."""
        found = waiting(self.awards_of(record)) if isinstance(record, Contest) else []
        if not found:
            self.post_message(self.Refused(Notice("said", f"{record.number} has no prize that waits for somebody.")))
            return None
        if len(found) == 1:
            return found[0]
        width = max(len(each.number) for each in found)
        options = [Option(_choice(each, width), id=each.number) for each in found]
        chosen = await self.app.push_screen_wait(Pick(Content(f"Which prize of {record.number}"), options))
        return next((each for each in found if each.number == chosen), None)

    def on_award_taking_screen_award_taken(self, message: AwardTaken) -> None:
        award, ticket = message.award, message.ticket
        self._award = award
        self.shell.take_ticket(ticket, Raw(f"{award.number} prize {award.place}"))
        self.told(f"{award.number} is in hand, as {ticket.number}.", "v shows the winner, a goes on; t puts it down.")
        self.look(message.contest.number)

    async def fetch_award(self, contest: Contest) -> None:
        """The prize in hand with its letters, which the contest itself doesn't carry."""
        held = self.in_hand(contest)
        if held is not None:
            award: Award = await self.client.record("awards", held.number, case=self.case_id)
            self.post_message(self.AwardArrived(award))

    def on_award_taking_screen_award_arrived(self, message: AwardArrived) -> None:
        self._award = message.award
        if message.said:
            self.told(message.said)
            self.look_again()
        self.redraw()
        self.refresh_bindings()

    def award_arrived(self, award: Record, said: str = "") -> None:
        """What came of a write; a prize that is settled is no longer anybody's."""
        self.post_message(self.AwardArrived(cast(Award, award), said))

    # Its winner

    def with_case(self, job: Callable[[Record, CaseInHand], Coroutine[Any, Any, None]], doing: str) -> None:
        """Of what was not drawn nothing is revealed, and of a prize that is not in hand nothing either."""
        selected = self.selected
        contest = selected if isinstance(selected, Contest) else None
        if contest is None or self.in_hand(contest) is None:
            self.say(Notice("not-allowed", "A winner is shown for the case of their prize alone.", NO_CASE))
        else:
            super().with_case(job, doing)

    async def opens(self, record: Record, case: CaseInHand) -> tuple[str, Record]:
        held = self.in_hand(cast(Contest, record))
        award: Award = await self.client.record("awards", held.number if held else "", case=case.id)
        return "awards", award

    async def _reveal(self, record: Record, case: CaseInHand, reason: str = "") -> None:
        held = self.in_hand(cast(Contest, record))
        told = held is not None and held.state == AwardState.NOTIFIED
        await super()._reveal(record, case, reason or REVEAL_REASONS[told])

    def reveal_reasons(self) -> Mapping[str, str]:
        return {code: words for code, words in super().reveal_reasons().items() if code in REVEAL_REASONS}

    def in_clear(self, award: Award) -> Mapping[str, Raw]:
        return self.shell.revealed.of(award.id)


def _choice(award: Award, width: int) -> Content:
    """`width`: cells of the longest number, so that prizes stand below each other."""
    holder = " · yours" if award.yours else f" · {award.assignee}" if award.assignee else ""
    said = f"{'':{width - len(award.number)}}  prize {award.place}, {word(award.state)}"
    return Content.assemble(line(award.number).stylize("bold"), said, line(holder).stylize("dim"))
