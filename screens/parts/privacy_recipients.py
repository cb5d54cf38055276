"""Who had the old value of what was corrected and couldn't be told by the platform: said here how they were, and when."""

from __future__ import annotations

from typing import cast

from console.records.privacy_requests import PrivacyRequest, Telling
from console.records.record import Record
from console.records.tickets import CHANNELS
from screens.parts.asking import Asking, ask_until_taken
from screens.parts.list_detail import ListDetailScreen
from screens.parts.money_view import word
from screens.parts.privacy_intake import received_in, settled
from screens.parts.problems import Notice
from screens.parts.question_form import Answers, Question


class PrivacyRecipientsScreen(ListDetailScreen):
    """Mixed into the screen of privacy requests."""

    async def say_told(self, request: PrivacyRequest) -> None:
        """One after the other; each is a row of the ledger of its own."""
        waiting = {each.id: named(each) for each in request.tellings if each.told is None}
        if not waiting:
            self.post_message(self.Refused(Notice("said", f"{request.number}: everybody who had it was told.")))
            return
        questions = (
            Question("telling", "Who", choices=waiting),
            Question("how", "How", choices={each: word(each) for each in CHANNELS}),
            Question("told", "Told", "as in 2026-11-22 14:30, or 3d, 5h, now", must=True),
        )
        asking = Asking(
            f"{request.number} told", f"Told, {request.number}", questions, "They were told",
            settled=lambda typed: settled(typed, self.shell.clock(), "told"),
        )  # fmt: skip

        async def take(answers: Answers) -> Record:
            told = received_in(answers, self.shell.clock(), "told")
            return await self.send(request, "told", {**answers.given("telling", "how"), "told": told})

        done = await ask_until_taken(self, asking, take)
        if done is not None:
            left = sum(each.told is None for each in cast(PrivacyRequest, done).tellings)
            self.arrived(done, f"{done.number}: noted." + (f" {left} more to tell." if left else ""))


def named(telling: Telling) -> str:
    """The recipient, of what, and the fields that they had."""
    of = f" of {telling.about}" if telling.about else ""
    return f"{word(telling.recipient)}{of}: {', '.join(map(word, telling.fields))}"
