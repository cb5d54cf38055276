"""Changing what the asker gave: a form that begins with what stands there, as far as it is seen, and sends only what was changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from console.client import path
from console.errors import Invalid
from console.raw import Raw
from console.records.privacy_requests import ENDED, PrivacyRequest
from console.text import block, line
from screens.parts.editing import at_fields
from screens.parts.form import UNSHOWABLE
from screens.parts.list_detail import ListDetailScreen
from screens.parts.question_form import Answers, Question, QuestionForm

FIELDS: Mapping[str, str] = {"asker": "Asked by", "reply_to": "Answer to", "authority": "Authority"}
LONGEST = {"asker": 254, "reply_to": 254}

ABOUT = "Its clock runs on. What stood there is kept nowhere."
FALLS = "Another address, or another authority of an agent, takes the proof back: who asks is checked anew."
OVER = "What failed goes there when it is sent again."
KEPT = "is changed, not taken out"
NOTHING = "nothing is changed yet"


class PrivacyAmendingScreen(ListDetailScreen):
    """Mixed into the screen of privacy requests. What is typed is kept nowhere when the form is left."""

    async def amend(self, request: PrivacyRequest) -> None:
        answers: Answers | None = None
        errors: Mapping[str, str] = {}
        while True:
            answers = await self.app.push_screen_wait(self._amend_form(request, answers, errors))
            if not answers:
                return
            changed = changed_by(request, answers)
            errors = wrong_in(changed)
            if errors:
                continue
            try:
                await self._amended(request, {**changed, **answers.given("reason", "text")})
            except Invalid as error:
                errors = at_fields(error, ["", *FIELDS, "reason", "text"])
            else:
                return

    def _amend_form(self, request: PrivacyRequest, answers: Answers | None, errors: Mapping[str, str]) -> QuestionForm:
        before = answers.values if answers is not None else starts(request)
        about = f"{ABOUT} {OVER if request.state in ENDED else FALLS}"
        title = f"What the asker of {request.number} gave"
        return QuestionForm(
            title, self._amend_questions(request), "Change it", about=about, before=before, errors=errors
        )

    def _amend_questions(self, request: PrivacyRequest) -> Sequence[Question]:
        asked = [
            Question(name, FIELDS[name], hint_of(request, name), long=name == "authority", longest=LONGEST.get(name, 0))
            for name in fields_of(request)
        ]
        reasons = self.reasons("amend_reasons")
        return [*asked, Question("reason", "Reason", choices=reasons), Question("text", "Note", longest=2000)]

    async def _amended(self, request: PrivacyRequest, body: Mapping[str, Any]) -> None:
        """At the version that was looked at and no other: masks of two addresses may be alike."""

        async def act(key: str) -> Mapping[str, Any]:
            where = path(self.COLLECTION, request.id, "amend")
            answer = await self.client.post(where, body, key=key, version=request.version, case=self.case_id)
            return answer.body

        said = await self.once((request.id, request.version, "amend", repr(sorted(body.items()))), act)
        now = await self.client.record(self.COLLECTION, request.id, case=self.case_id)
        back = " The proof is taken back: check anew who asks." if said.get("proof_taken_back") else ""
        self.arrived(now, f"{now.number}: changed.{back}")


def fields_of(request: PrivacyRequest) -> Sequence[str]:
    """An authority is an agent's, and shows nothing once all is over."""
    return [name for name in FIELDS if name != "authority" or (request.agent and request.state not in ENDED)]


def starts(request: PrivacyRequest) -> dict[str, Raw]:
    """What is seen in clear and can be shown as it was typed."""
    return {name: value for name in fields_of(request) if (value := _clear(request, name)) and _shows(name, value)}


def hint_of(request: PrivacyRequest, name: str) -> str:
    value = _clear(request, name)
    if value is not None and not _shows(name, value):
        return UNSHOWABLE
    return line(request.masks.get(name)).plain


def changed_by(request: PrivacyRequest, answers: Answers) -> dict[str, str | None]:
    """Only what isn't what it started with; an emptied authority goes."""
    known, before = answers.values, starts(request)
    typed = {name: known[name].typed for name in fields_of(request) if name in known}
    started = {name: before[name].typed if name in before else "" for name in typed}
    return {name: (text.strip() and text) or None for name, text in typed.items() if text != started[name]}


def wrong_in(changed: Mapping[str, str | None]) -> dict[str, str]:
    if not changed:
        return {"": NOTHING}
    return {name: KEPT for name, text in changed.items() if text is None and name != "authority"}


def _clear(request: PrivacyRequest, name: str) -> Raw | None:
    value = getattr(request, name)
    return value if isinstance(value, Raw) else None


def _shows(name: str, value: Raw) -> bool:
    drawn = block(value) if name == "authority" else line(value)
    return drawn.plain == value.typed
