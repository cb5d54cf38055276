"""Who had the old value of what was corrected and couldn't be told by the platform: said here how they were, and when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from console.errors import Invalid
from console.raw import Raw
from console.records.privacy_requests import PrivacyRequest, Telling
from console.records.tickets import CHANNELS
from screens.parts.editing import at_fields
from screens.parts.list_detail import ListDetailScreen
from screens.parts.money_view import word
from screens.parts.privacy_intake import moment_of
from screens.parts.problems import Notice
from screens.parts.question_form import Question, QuestionForm


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
        before: Mapping[str, Raw] = {}
        errors: Mapping[str, str] = {}
        while True:
            form = QuestionForm(f"Told, {request.number}", questions, "They were told", before=before, errors=errors)
            answers = await self.app.push_screen_wait(form)
            if not answers:
                return
            before, at = answers.values, moment_of(answers.typed("told"), self.shell.clock())
            if at is None:
                errors = {"told": "a date or a time, or how long ago, as in 3d"}
                continue
            try:
                done = await self.send(request, "told", {**answers.given("telling", "how"), "told": at.isoformat()})
            except Invalid as error:
                errors = at_fields(error, ["", *(each.name for each in questions)])
            else:
                left = sum(each.told is None for each in cast(PrivacyRequest, done).tellings)
                self.arrived(done, f"{done.number}: noted." + (f" {left} more to tell." if left else ""))
                return


def named(telling: Telling) -> str:
    """The recipient, of what, and the fields that they had."""
    of = f" of {telling.about}" if telling.about else ""
    return f"{word(telling.recipient)}{of}: {', '.join(map(word, telling.fields))}"
