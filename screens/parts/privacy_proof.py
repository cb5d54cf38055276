"""Making sure who asks: what they say is compared by the platform, and the console learns whether it was enough, nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from console.errors import Conflict, Invalid
from console.records.privacy_requests import PrivacyRequest
from console.text import line
from screens.parts.doing import reason_words
from screens.parts.editing import at_fields
from screens.parts.list_detail import ListDetailScreen
from screens.parts.question_form import Answers, Question, QuestionForm

POINTS: Mapping[str, str] = {
    "email": "E-mail",
    "phone": "Phone",
    "postcode": "Postcode",
    "name": "Name",
    "order": "Order",
}
"""Field → label, where the platform doesn't say what it compares."""

HINTS: Mapping[str, str] = {"order": "the number of an order of theirs", "name": "their full name"}

SPECIFIC = ("access", "delete")
"""What shows or ends specific values needs three points and a declaration; all else two."""


class PrivacyProofScreen(ListDetailScreen):
    """`verify` asks until it is enough, or it is left; tries are counted by the platform."""

    async def verify(self, request: PrivacyRequest) -> None:
        """What they said stands in the form while it is open, and is kept nowhere."""
        errors: Mapping[str, str] = {}
        before: Answers | None = None
        while True:
            form = QuestionForm(
                f"Check who asks, {request.number}",
                self._asked_points(request),
                "Compare",
                about=self._needed(request),
                before=before.values if before else None,
                errors=errors,
            )
            before = await self.app.push_screen_wait(form)
            if not before:
                return
            try:
                done = cast(PrivacyRequest, await self.send(request, "verify", self._body_of(before)))
            except (Invalid, Conflict) as error:
                errors = at_fields(error, ["", *self._points()]) if isinstance(error, Invalid) else {"": str(error)}
                request = await self.client.record(self.COLLECTION, request.id, case=self.case_id)
                self.arrived(request)
                continue
            if done.verified is not None:
                self.arrived(done, f"{done.number}: verified. What they said is kept nowhere.")
                return
            request, errors = (
                done,
                {"": f"Not enough matched. {line(done.find_action('verify').because).plain}".strip()},
            )
            self.arrived(done)

    def _points(self) -> Mapping[str, str]:
        return reason_words(self.shell.offered("verification_points")) or POINTS

    def _asked_points(self, request: PrivacyRequest) -> Sequence[Question]:
        signed = [Question("signed_in", "Signed in", "they asked while signed in: that is proof", tick=True)]
        points = [Question(name, label, HINTS.get(name, "as they say it")) for name, label in self._points().items()]
        declared = [Question("declaration", "Declared", "they declare, under penalty, that it is them", tick=True)]
        return [
            *(signed if request.signed_in else []),
            *points,
            *(declared if request.kind in SPECIFIC else []),
        ]

    def _needed(self, request: PrivacyRequest) -> str:
        needed = "three points and a declaration" if request.kind in SPECIFIC else "two points"
        disputed = " What they want corrected is no proof." if request.kind == "correct" else ""
        return f"It takes {needed} that match.{disputed} Leave out what they don't say; you are told only whether it is enough."

    def _body_of(self, answers: Answers) -> dict[str, Any]:
        if answers.ticked("signed_in"):
            return {"method": "signed_in"}
        points = [{"field": name, "value": answers.typed(name)} for name in self._points() if answers.typed(name)]
        declared = {"declaration": True} if answers.ticked("declaration") else {}
        return {"method": "points", "points": points, **declared}
