"""Corrections that a request asks for: proposed one by one, shown side by side with what is stored, applied together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from textual.content import Content

from console.client import path
from console.records.privacy_requests import PrivacyRequest
from console.records.record import Record
from console.text import line
from screens.parts.asking import Asking, ask_until_taken
from screens.parts.confirm import ConfirmValues
from screens.parts.list_detail import ListDetailScreen
from screens.parts.money_view import word
from screens.parts.problems import Notice
from screens.parts.question_form import Answers, Question, QuestionForm

FIELDS: Mapping[str, str] = {
    "name": "Name",
    "email": "E-mail",
    "phone": "Phone",
    "street": "Street",
    "postcode": "Postcode",
    "city": "City",
}
"""Field of a person → label, of what can be corrected."""

PROPOSAL = (
    Question("field", "Field", choices=FIELDS),
    Question("value", "Should be", "as the person says it", must=True),
)
ABOUT = "It changes nothing yet: what is proposed is shown beside what is stored, and applied together."


class PrivacyProposalsScreen(ListDetailScreen):
    """`propose` asks for a field and its value; `apply` shows both sides first."""

    async def propose(self, request: PrivacyRequest) -> None:
        async def take(answers: Answers) -> tuple[Record, str]:
            given = answers.given("field", "value")
            return await self.send(request, "propose", given), FIELDS[given["field"]].lower()

        asking = Asking(
            f"{request.number} correction", f"Propose a correction, {request.number}", PROPOSAL, "Propose", ABOUT
        )
        taken = await ask_until_taken(self, asking, take)
        if taken is not None:
            done, label = taken
            self.arrived(done, f"{done.number}: a correction of the {label} is proposed.")

    async def apply(self, request: PrivacyRequest) -> None:
        """Nothing is applied that was not seen."""
        proposals = await self._proposed(request)
        if not proposals:
            return
        said = Content("\n").join([*_side_by_side(proposals), Content(""), Content(TOLD)])
        question = ConfirmValues(f"Correct what {request.number} asks for", said, "Apply")
        if await self.app.push_screen_wait(question) is not None:
            done = cast(PrivacyRequest, await self.send(request, "apply", {}))
            self.arrived(done, f"{done.number}: corrected. Whoever had the old values is told.")

    async def withdraw_proposal(self, request: PrivacyRequest) -> None:
        proposals = {str(each["id"]): _label(each) for each in await self._proposed(request)}
        if not proposals:
            return
        questions = (Question("proposal", "Correction", choices=proposals),)
        about = "It is not applied then, and stays in the history."
        form = QuestionForm(f"Withdraw a correction, {request.number}", questions, "Withdraw it", about=about)
        answers = await self.app.push_screen_wait(form)
        if answers:
            done = await self.send(request, "withdraw-proposal", answers.given("proposal"))
            self.arrived(done, f"{done.number}: the correction is withdrawn.")

    async def _proposed(self, request: PrivacyRequest) -> list[Mapping[str, Any]]:
        """What is proposed now; who asks in vain is told."""
        answer = await self.client.get(path(self.COLLECTION, request.id, "proposals"), case=self.case_id)
        found = [each for each in answer.body.get("items", ()) if each.get("state", "proposed") == "proposed"]
        if not found:
            notice = Notice("said", f"{request.number}: nothing is proposed.", "x proposes a correction.")
            self.post_message(self.Refused(notice))
        return found


TOLD = "Whoever was given the old values is told, and so are the old and the new address."


def _label(proposal: Mapping[str, Any]) -> str:
    field = str(proposal["field"])
    return FIELDS.get(field) or word(field)


def _side_by_side(proposals: Sequence[Mapping[str, Any]]) -> list[Content]:
    """Field, what is stored (in masks as long as it isn't revealed), what it should be."""
    return [
        Content.assemble(
            (_label(each).ljust(10), "dim"),
            line(str(each.get("before") or each.get("before_mask") or "–")),
            ("  →  ", "dim"),
            line(str(each.get("after") or "–")).stylize("bold"),
        )
        for each in proposals
    ]
