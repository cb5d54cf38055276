"""Working on an application until it is decided: notes, questions to the applicant, a recommendation, the decision itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, cast

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message

from console.errors import Change, Conflict, NotAllowed, Problem, Stale
from console.records.pro_applications import OPEN, ProApplication
from console.records.record import Record
from console.text import line
from screens.parts import application_deeds as deeds
from screens.parts import application_words as words
from screens.parts.application_taking import TakingScreen
from screens.parts.composer import Writing, Written, ask_message, forget_message
from screens.parts.confirm import Confirm
from screens.parts.deed import reason_and_text
from screens.parts.money_view import word
from screens.parts.noting import ask_note, forget_note
from screens.parts.stale import StaleDecision, who


class DecidingScreen(TakingScreen):
    """Each way asks what it needs, sends it, and tells by `Done` that the employee is through with the application for now."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "do('approve')", "approve", id="approve"),
        Binding("d", "do('decline')", "decline", id="decline"),
        Binding("r", "do('recommend')", "recommend", id="recommend"),
        Binding("i", "do('ask')", "ask", id="ask"),
        Binding("N", "do('note')", "note", id="note"),
    ]

    @dataclass
    class Done(Message):
        """The employee is through with it: decided, or waiting for somebody else."""

        application: ProApplication
        said: str

    @dataclass
    class Overtaken(Message):
        """Somebody else was faster, and their decision stands."""

        application: ProApplication

    def action_do(self, name: str) -> None:
        self.do(name)

    async def note(self, application: ProApplication) -> None:
        text = await ask_note(self, application.number)
        if text is not None:
            done = await self.send(application, "note", {"body": text.typed}, versioned=False)
            forget_note(self, application.number)
            self.post_message(self.Arrived(done, line(f"{done.number}: note written.").plain))

    # Asking

    async def ask(self, application: ProApplication) -> None:
        """A message must go with it: the clock stops, and the applicant has to know why."""
        number = application.number
        title, template = f"Ask {number} for information", deeds.question_for(application)
        written = await self._message(application, title, "ask", "Ask", deeds.ASKED, template)
        if written is None:
            return
        done = await self.overwriting_nothing(application, "ask", written.body)
        if done is not None:
            forget_message(self, str(application.case), "ask")
            self.post_message(self.Done(done, f"{number}: asked. The clock stands still until the answer comes."))

    async def _message(
        self,
        application: ProApplication,
        title: str,
        purpose: str,
        act: str,
        also: str,
        template: str,
        reason: str = "",
    ) -> Written | None:
        return await ask_message(
            self,
            Writing(
                title=title,
                purpose=purpose,
                ticket=str(application.case),
                person=application.person or "",
                who="the applicant",
                of="pro-applications",
                act=act,
                also=also,
                template=template,
                reason=reason,
            ),
        )

    # Recommending

    async def recommend(self, application: ProApplication) -> None:
        number = application.number
        effect = (
            f"A manager reads it and decides about {number}. It is put back for them, and stays undecided until then."
        )
        title, reasons = f"Recommend what to do with {number}", deeds.RECOMMENDATIONS
        question = Confirm(title, effect, "Recommend", reasons=reasons, choice="Recommendation", ask="Why")
        answer = await self.app.push_screen_wait(question)
        if answer is None:
            return
        body = {"recommendation": answer.reason, **({"text": answer.text} if answer.text.strip() else {})}
        done = await self.overwriting_nothing(application, "recommend", body)
        if done is not None:
            back = cast(ProApplication, await self.send(done, "release", {}))
            said = f"{number}: you recommend to {answer.reason} it. It is put back for a manager."
            self.post_message(self.Done(back, said))

    # Deciding

    async def decide(self, application: ProApplication, name: str) -> None:
        body = await self._asked(application, name)
        if body is None:
            return
        done = await self.overwriting_nothing(application, name, body)
        if done is not None:
            forget_message(self, str(application.case), name)
            told = " The message goes out in a moment." if "message" in body else ""
            self.post_message(self.Done(done, f"{done.number} is {deeds.PAST[name]}.{told}"))

    async def _asked(self, application: ProApplication, name: str) -> dict[str, Any] | None:
        """The body of a decision: its reason and note, and a message where one is to go with it."""
        number, act = application.number, deeds.WORDS[name]
        reasons = self.reasons("decline_reasons") if name == "decline" else None
        tick = "write to the applicant before it is done"
        effect = deeds.effect(application, name)
        question = Confirm(f"{act} {number}", effect, act, reasons=reasons, ask="Note", tick=tick)
        answer = await self.app.push_screen_wait(question)
        if answer is None or not answer.ticked:
            return None if answer is None else reason_and_text(answer)
        also = f"{number} is {deeds.PAST[name]} with it."
        title, template, reason = f"{act} {number}: message", deeds.PAST[name], answer.reason or ""
        written = await self._message(application, title, name, act, also, template, reason)
        return None if written is None else {**reason_and_text(answer), "message": written.body}

    async def overwriting_nothing(
        self, application: ProApplication, name: str, body: dict[str, Any]
    ) -> ProApplication | None:
        """Do it as it was seen; if it changed meanwhile, show how, and do it only when told so once more. None: it was left."""
        seen = application
        while True:
            try:
                return cast(ProApplication, await self.send(seen, name, body))
            except (Stale, NotAllowed, Conflict) as error:
                self.noted(error)
                now = cast(ProApplication, await self.client.record(self.COLLECTION, seen.id, case=self.case_id))
                if now.version == seen.version:
                    raise
                self.post_message(self.Arrived(now))
                if not await self.app.push_screen_wait(self._conflict(now, name, error)):
                    self.post_message(self.Overtaken(now))
                    return None
                seen = now

    def _conflict(self, now: ProApplication, name: str, error: Problem) -> StaleDecision:
        act = deeds.WORDS[name]
        because = now.find_action(name).because
        if because and now.state not in OPEN:
            because = f"It is {words.state(now.state)} already."
        return StaleDecision(now.number, self._rows(now, act, error), act, because)

    def _rows(self, now: ProApplication, act: str, error: Problem) -> list[tuple[str, Content, Content, str]]:
        changed = {each.field: each for each in error.changed} if isinstance(error, Stale) else {}
        reason = self.reasons("decline_reasons").get(now.reason or "") or word(now.reason)
        whose = words.whose(now, self.shell.clock())
        rows = [("State", Content(words.state(now.state)), self._by(now, changed.get("state")), act)]
        if now.reason:
            rows.append(("Reason", Content(reason), Content(""), ""))
        if now.state in OPEN:
            rows.append(("Claim", Content(whose), self._by(now, changed.get("assignee"), ""), ""))
        return rows

    def _by(self, now: ProApplication, change: Change | None, otherwise: str = "–") -> Content:
        if change is not None:
            return who(change, self.shell.clock())
        return line(now.decided_by) if otherwise and now.decided_by else Content(otherwise)

    def on_deciding_screen_overtaken(self, message: Overtaken) -> None:
        number, state = message.application.number, words.state(message.application.state)
        self.put_down(message.application)
        self.told(f"{number} is {state}; nothing was overwritten.")
        self.table.reload()

    def on_deciding_screen_done(self, message: Done) -> None:
        """Its case is over or waits; the list shows what is left, and beside it stays what was just done."""
        self.put_down(message.application)
        self._written = message.application
        if self.has_class("-inside"):
            self._gone_to = message.application.number
        self.post_message(self.Arrived(message.application, line(message.said).plain))
        self.table.reload()

    def put_down(self, application: ProApplication) -> None:
        """What nobody holds any more is not in hand either."""
        if self.in_hand(application) and not application.yours:
            self.shell.take_case(None)

    async def open_action(self, name: str, record: Record) -> None:
        application = cast(ProApplication, record)
        ways = {"note": self.note, "ask": self.ask, "recommend": self.recommend}
        if name in ("approve", "decline"):
            await self.decide(application, name)
        else:
            await (ways[name](application) if name in ways else super().open_action(name, record))
