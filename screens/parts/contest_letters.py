"""Letters and notes of a prize: written from its case, from a template or not; one that has not gone yet is taken back by `u`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, cast

from textual.binding import Binding, BindingType

from console.client import path
from console.errors import Invalid
from console.raw import Raw
from console.records import RECORDS
from console.records.awards import Award, AwardState
from console.records.contests import Contest
from console.text import line
from screens.parts import outgoing
from screens.parts.composer import Writing, ask_message, forget_message, what_is_wrong
from screens.parts.contest_taking import AwardTakingScreen
from screens.parts.money_view import word
from screens.parts.noting import ask_note, forget_note
from screens.parts.problems import Notice
from screens.parts.question_form import YES, Answers, Question, QuestionForm

COURIER: Mapping[str, str] = {
    "name": "Name",
    "phone": "Phone",
    "street": "Street",
    "city": "City",
    "postcode": "Postcode",
}
"""What a courier may be told."""

TOLD = "Take what you tell the courier from here, and tell no more. It is written into the ledger of disclosures before it is told."

TEMPLATES: Mapping[str, str] = {AwardState.DRAWN: "prize_won", AwardState.NOTIFIED: "prize_reminder"}
"""State of a prize → what a letter begins with."""


class AwardLettersScreen(AwardTakingScreen):
    """`open_award_action` runs what a prize needs more than a question for."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("u", "undo", "undo", show=False, id="undo")]

    async def open_award_action(self, name: str, award: Award) -> None:
        if name == "notify":
            await self.notify_winner(award)
        elif name == "note":
            await self._note(award)
        elif name == "release":
            await self._put_back(award)
        elif name == "ship":
            await self._ship(award)
        elif name == "undo-letter":
            await self._take_back_last(award)
        elif name == "reveal":
            self.action_reveal()
        else:
            await super().open_action(name, award)

    async def notify_winner(self, award: Award) -> None:
        """What was written stays a draft until the platform has taken it."""
        wrong = ""
        writing = Writing(
            title=f"Letter to the winner of {award.number}",
            purpose="notify",
            ticket=award.number,
            person="",
            who="the winner",
            also="It goes to the address that was entered.",
            of="awards",
            at="awards",
            template=TEMPLATES.get(award.state, ""),
        )
        while (written := await ask_message(self, writing, wrong)) is not None:
            try:
                done = await self._send_letter(award, written.body)
            except Invalid as error:
                wrong = what_is_wrong(error)
            else:
                forget_message(self, award.number, "notify")
                said = f"{done.number}: the letter goes out in 10 seconds; u takes it back."
                self.award_arrived(done, line(said).plain)
                return

    async def _send_letter(self, award: Award, body: Mapping[str, Any]) -> Award:
        async def act(key: str) -> Award:
            where = path("awards", award.id, "notify")
            answer = await self.client.post(where, body, key=key, version=award.version, case=self.case_id)
            if answer.bare:
                return cast(Award, await self.client.record("awards", award.id, case=self.case_id))
            return cast(Award, RECORDS["awards"].model_validate(answer.body))

        return await self.once((award.id, award.version, "notify", repr(sorted(body.items()))), act)

    async def _put_back(self, award: Award) -> None:
        """Free for others, and in hand no more."""
        done = await self.send(award, "release", {})
        self.shell.take_case(None)
        self.award_arrived(cast(Award, done), f"{award.number} is put back, free for others.")

    async def _note(self, award: Award) -> None:
        text = await ask_note(self, award.number)
        if text is not None:
            done = await self.send(award, "note", {"body": text.typed}, versioned=False)
            forget_note(self, award.number)
            self.award_arrived(cast(Award, done), f"{award.number}: note written.")

    async def _ship(self, award: Award) -> None:
        """A courier is told no more than is ticked, and the ledger of disclosures says what."""
        asked = [Question(name, label, "is told", tick=True) for name, label in COURIER.items() if name in award.masks]
        if not asked:
            self.post_message(self.Refused(Notice("said", f"{award.number}: the entry says nowhere to send it to.")))
            return
        form = QuestionForm(
            f"A courier for {award.number}", asked, "Tell them", about=TOLD, before={it.name: Raw(YES) for it in asked}
        )
        answers: Answers = await self.app.push_screen_wait(form)
        fields = [each.name for each in asked if answers.ticked(each.name)]
        if answers and fields:
            done = await self.send(award, "ship", {"fields": fields})
            said = f"{award.number}: it is on the ledger of disclosures what the courier is told."
            self.award_arrived(cast(Award, done), said)

    # Taking back

    def action_undo(self) -> None:
        selected = self.selected
        held = self.in_hand(selected) if isinstance(selected, Contest) else None
        waits = outgoing.to_take_back(held.messages) if held is not None else None
        if held is None or waits is None:
            self.told("There is nothing to undo: no letter waits to go out.")
        else:
            self.work(self._take_back(held, waits.id), f"take the letter of {held.number} back")

    async def _take_back_last(self, award: Award) -> None:
        """The same as `u`, from the list of all actions."""
        waits = outgoing.to_take_back(award.messages)
        if waits is None:
            self.post_message(self.Refused(Notice("said", f"{award.number}: no letter waits to go out.")))
        else:
            await self._take_back(award, waits.id)

    async def _take_back(self, award: Award, message: str) -> None:
        """With what hangs on it: the prize is again as it was before."""
        where = path("awards", award.number, "undo-letter")

        async def act(key: str) -> None:
            await self.client.post(where, {"message": message}, key=key, case=self.case_id)

        await self.once((award.id, "undo-letter", message), act)
        now = cast(Award, await self.client.record("awards", award.number, case=self.case_id))
        self.award_arrived(now, line(f"{now.number}: taken back, nothing was sent. It is {word(now.state)}.").plain)
