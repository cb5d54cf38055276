"""What goes out with a letter: asked what it needs, written in the composer, sent with the policy version that is in force."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from console.errors import Invalid
from console.raw import Raw
from console.records.policy_versions import PolicyVersion
from console.records.privacy_requests import OPEN, PrivacyRequest
from console.records.record import Record
from console.text import line
from screens.parts.asking import forget, keep, kept
from screens.parts.composer import Writing, Written, ask_message, forget_message, what_is_wrong
from screens.parts.confirm import Confirm, Confirmed
from screens.parts.fresh import FreshScreen
from screens.parts.one_time import OneTime
from screens.parts.privacy_deeds import LETTERS, Letter
from screens.parts.privacy_taking import PrivacyTakingScreen

NOT_YET = " It isn't proven who asks: reasons that tell whether we know the person are not offered before."
"""Said where reasons are missing."""


class PrivacyLettersScreen(PrivacyTakingScreen, FreshScreen):
    """Override nothing; `write` runs one of `LETTERS` from its question to the answer."""

    async def write(self, request: PrivacyRequest, name: str) -> None:
        """What was written stays a draft until the platform has taken it."""
        letter = LETTERS[name]
        version = await self._in_force() if letter.cites else ""
        asked = await self._asked(request, name, letter, version)
        wrong = ""
        while asked is not None:
            written = await self._written(request, name, letter, str(asked.get("reason", "")), wrong)
            if written is None:
                return
            try:
                await self._send(request, name, letter, asked | ({"message": written.body} if written else {}))
                return
            except Invalid as error:
                wrong = what_is_wrong(error)

    async def _send(self, request: PrivacyRequest, name: str, letter: Letter, body: Mapping[str, Any]) -> None:
        doing = f"{letter.words.lower()}, {request.number}"
        done, said = await self.freshly(doing, lambda: self.answered(request, name, body))
        forget_message(self, request.number, name)
        forget(self, _place(request, name))
        self.wrote(request, said)
        waits = said.get("by_post") and done.state in OPEN
        through = "the letter is written." if waits else letter.done
        self.through(done, f"{done.number}: {through} {way_of(done, said, 'message' in body)}".rstrip())
        if passphrase := said.get("passphrase"):
            await self.app.push_screen_wait(OneTime(f"Passphrase of {done.number}", str(passphrase)))

    def through(self, done: PrivacyRequest, said: str) -> None:
        """Show it as it is now, though the list may have it no more; its case is over when it is."""
        if self.has_class("-inside"):
            self._gone_to = done.number
        self.arrived(done, line(said).plain)
        if done.state not in OPEN:
            self.put_down(done)
        self.table.reload()

    async def _in_force(self) -> str:
        """The label that a decision cites; the platform refuses another."""
        page = await self.client.page("policy-versions", params={"sort": "-number"})
        versions = cast("list[PolicyVersion]", list(page.items))
        return next((each.label for each in versions if each.in_force), "")

    async def _asked(self, request: PrivacyRequest, name: str, letter: Letter, version: str) -> dict[str, Any] | None:
        """The body without the letter; None when it was left. What was chosen is there again until the letter is taken."""
        cited = {"policy_version": version} if letter.cites else {}
        if not letter.effect:
            return cited
        cites = f" It cites version {line(version).plain} of the policy." if letter.cites else ""
        also = f" {letter.concern}" if request.kind == "concern" and letter.concern else ""
        reasons = self._reasons_for(request, letter)
        fewer = NOT_YET if reasons is not None and len(reasons) < len(self.reasons(letter.reasons)) else ""
        question = Confirm(
            f"{letter.words} {request.number}",
            letter.effect.replace("{number}", request.number) + also + cites + fewer,
            "Go on",
            reasons=reasons,
            ask=letter.ask,
            must=letter.asks == "basis",
            before=self._chosen_before(request, name),
        )
        answer = await self.app.push_screen_wait(question)
        if answer is None:
            return None
        keep(self, _place(request, name), {"reason": Raw(answer.reason or ""), "text": Raw(answer.text)})
        reason = {"reason": answer.reason} if answer.reason else {}
        return {**cited, **reason, **({letter.asks: answer.text} if answer.text.strip() else {})}

    def _chosen_before(self, request: PrivacyRequest, name: str) -> Confirmed | None:
        draft = kept(self, _place(request, name))
        return Confirmed(draft.values["reason"].typed, draft.values["text"].typed) if draft else None

    def _reasons_for(self, request: PrivacyRequest, letter: Letter) -> Mapping[str, str] | None:
        """Those that the platform allows for this request now."""
        if not letter.reasons:
            return None
        known = self.reasons(letter.reasons)
        allowed = request.deny_reasons if letter.reasons == "deny_reasons" else known
        return {code: said for code, said in known.items() if code in allowed}

    async def _written(
        self, request: PrivacyRequest, name: str, letter: Letter, reason: str, wrong: str
    ) -> Written | None:
        """False where it goes without one; None when it was left."""
        template = f"{letter.template}_{request.kind}" if name == "fulfil" else letter.template
        writing = Writing(
            title=f"Letter of {request.number}" if name == "message" else f"{letter.words} {request.number}: letter",
            purpose=name,
            ticket=request.number,
            person="",
            who="whoever asks",
            act=letter.words,
            of="privacy-requests",
            at="privacy-requests",
            template=template,
            reason=reason,
            without="Without a letter" if letter.letter == "may" else "",
        )
        return await ask_message(self, writing, wrong)

    async def message(self, record: Record) -> None:
        """A letter by itself."""
        request, wrong = cast(PrivacyRequest, record), ""
        letter = Letter("Send", "", template="message")
        while (written := await self._written(request, "message", letter, "", wrong)) is not None:
            try:
                done, said = await self.answered(request, "message", written.body)
            except Invalid as error:
                wrong = what_is_wrong(error)
            else:
                forget_message(self, request.number, "message")
                self.wrote(request, said)
                self.arrived(done, line(f"{done.number}: {way_of(done, said, written=True)}").plain)
                return


def _place(request: PrivacyRequest, name: str) -> str:
    """Of what was chosen before its letter."""
    return f"{request.number} {name} why"


def way_of(done: PrivacyRequest, said: Mapping[str, Any], written: bool) -> str:
    """How a letter goes out: who gave no e-mail address gets it by post. It is taken back with what hangs on it."""
    if said.get("by_post"):
        return "There is no e-mail address: print it from the thread, and post it. It counts once you say so (a)."
    return "The letter goes out in 10 seconds; u takes it back." if written else ""
