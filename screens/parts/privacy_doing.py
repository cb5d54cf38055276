"""Working on a privacy request: the one next step by `a`, and each action with what it asks for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import ClassVar, cast

from textual.binding import Binding, BindingType
from textual.content import Content

from console.errors import Invalid
from console.raw import Raw
from console.records.privacy_requests import PrivacyRequest
from console.records.record import Record
from console.records.tickets import CHANNELS
from console.text import line
from screens.parts import privacy_words as words
from screens.parts.asking import Asking, ask_until_taken
from screens.parts.money_view import word
from screens.parts.noting import ask_note, forget_note
from screens.parts.privacy_amending import PrivacyAmendingScreen
from screens.parts.privacy_approving import PrivacyApprovingScreen
from screens.parts.privacy_deeds import LETTERS, NAMES
from screens.parts.privacy_intake import received_in, settled
from screens.parts.privacy_posting import PrivacyPostingScreen
from screens.parts.privacy_proof import PrivacyProofScreen
from screens.parts.privacy_proposals import PrivacyProposalsScreen
from screens.parts.privacy_recipients import PrivacyRecipientsScreen
from screens.parts.privacy_seconds import PrivacySecondsScreen
from screens.parts.problems import Notice
from screens.parts.prompt import Prompt
from screens.parts.question_form import Answers, Question, QuestionForm


class PrivacyDoingScreen(
    PrivacyProofScreen,
    PrivacyProposalsScreen,
    PrivacyRecipientsScreen,
    PrivacyApprovingScreen,
    PrivacySecondsScreen,
    PrivacyPostingScreen,
    PrivacyAmendingScreen,
):
    """The platform says what is next and what is allowed; each way here asks, sends, and shows what came of it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "next_step", "next step", id="next-step"),
        Binding("m", "do('message')", "letter", id="letter"),
        Binding("N", "do('note')", "note", id="note"),
        Binding("d", "do('deny')", "deny", show=False, id="deny"),
        Binding("e", "do('extend')", "extend", show=False, id="extend"),
        Binding("C", "do('amend')", "change address", show=False, id="amend"),
    ]

    @property
    def at_work(self) -> bool:
        return isinstance(self.record, PrivacyRequest) and under_way(self.record)

    def action_do(self, name: str) -> None:
        self.do(name)

    def words_of(self, record: Record) -> Mapping[str, str]:
        return {**NAMES, **super().words_of(record)}

    def action_next_step(self) -> None:
        self.with_selected(self._next_step, "do the next step of {number}")

    async def _next_step(self, record: Record) -> None:
        """The one that the platform names; who has not claimed it is told so by its action."""
        steps = cast(PrivacyRequest, record).steps
        following = next((step for step in steps if step.state == "next"), None)
        if following is None:
            self.post_message(self.Refused(Notice("said", f"{record.number} has ended: nothing is next.")))
        elif following.action is None:
            self.post_message(self.Refused(Notice("said", f"{record.number}: the platform does this by itself.")))
        else:
            await self.perform(record, following.action)

    async def open_action(self, name: str, record: Record) -> None:
        request = cast(PrivacyRequest, record)
        ways: Mapping[str, Callable[[PrivacyRequest], Awaitable[None]]] = {
            "note": self.note,
            "message": self.message,
            "identify": self.identify,
            "set-regime": self.set_regime,
            "verify": self.verify,
            "appeal": self.appeal,
            "amend": self.amend,
            "approve": self.approve,
            "propose": self.propose,
            "apply": self.apply,
            "withdraw-proposal": self.withdraw_proposal,
            "told": self.say_told,
            "allow-release": self.allow_release,
            "posted": self.posted,
            "undo-letter": self.take_back_last,
        }
        if name in LETTERS:
            await self.write(request, name)
        else:
            await (ways[name](request) if name in ways else super().open_action(name, record))

    async def note(self, request: PrivacyRequest) -> None:
        text = await ask_note(self, request.number)
        if text is not None:
            done = await self.send(request, "note", {"body": text.typed}, versioned=False)
            forget_note(self, request.number)
            self.arrived(done, f"{request.number}: note written.")

    # Whom it is about, and under which rules

    async def identify(self, request: PrivacyRequest) -> None:
        """Found elsewhere, and said here by number; the person who asks doesn't learn of it."""
        title, wrong = Content(f"Whom {request.number} is about"), ""
        hint = "U-1048, or nobody: no one of that name is stored"
        start = request.person or ""
        while (
            typed := await self.app.push_screen_wait(Prompt(title, hint, _no_person, start=start, error=wrong))
        ) is not None:
            person = None if typed.strip().lower() == "nobody" else typed.strip().upper()
            try:
                done = await self.send(request, "identify", {"person": person})
            except Invalid as error:
                start, wrong = typed, str(error)
                continue
            said = f"it is about {person}." if person else "nobody of that name is stored."
            self.arrived(done, line(f"{done.number}: {said}").plain)
            return

    async def set_regime(self, request: PrivacyRequest) -> None:
        asked = (
            Question("regime", "Under", choices=words.REGIMES_LONG),
            Question("reason", "Reason", choices=self.reasons("set_regime_reasons")),
        )
        about = "The limits are worked out anew, from the day of receipt."
        form = QuestionForm(f"Which rules apply to {request.number}", asked, "Change them", about=about)
        answers: Answers = await self.app.push_screen_wait(form)
        if answers:
            done = await self.send(request, "set-regime", answers.given("regime", "reason"))
            self.arrived(done, f"{done.number}: its limits are worked out anew.")

    # An appeal

    async def appeal(self, request: PrivacyRequest) -> None:
        questions = (
            Question("reason", "Reason", choices=self.reasons("privacy_appeal_reasons")),
            Question("channel", "Came by", choices={each: word(each) for each in CHANNELS}),
            Question("received", "Received", "as in 2026-11-22 14:30, or 3d, 5h, now", must=True),
            Question("text", "Their words", long=True),
        )
        asking = Asking(
            f"{request.number} appeal", f"Appeal of {request.number}", questions, "Note it",
            f"Another person decides on it than whoever decided {request.number}. Its clock runs from receipt.",
            start={"channel": Raw(request.channel)}, settled=lambda typed: settled(typed, self.shell.clock()),
        )  # fmt: skip

        async def take(answers: Answers) -> Record:
            received = received_in(answers, self.shell.clock())
            body = {**answers.given("reason", "channel", "text"), "received": received}
            return await self.send(request, "appeal", body)

        done = await ask_until_taken(self, asking, take)
        if done is not None:
            self.through(cast(PrivacyRequest, done), f"{done.number}: the appeal is noted.")


def under_way(request: PrivacyRequest) -> bool:
    return request.state == "erasing" or (request.package is not None and request.package.state == "building")


def _no_person(typed: str) -> str:
    given = typed.strip().upper()
    number = given.removeprefix("U-")
    fits = given == "NOBODY" or (given.startswith("U-") and number.isascii() and number.isdecimal())
    return "" if fits else "Its number, as in U-1048, or nobody."
