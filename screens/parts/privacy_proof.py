"""Making sure who asks: what they say is compared by the platform, and the console learns whether it was enough, nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from console.errors import Conflict, Invalid, Stale, TooMany
from console.records.privacy_requests import PrivacyRequest
from screens.parts.doing import reason_words
from screens.parts.editing import at_fields
from screens.parts.privacy_taking import PrivacyTakingScreen
from screens.parts.problems import Notice
from screens.parts.question_form import Answers, Question, QuestionForm, listed

POINTS: Mapping[str, str] = {"email": "E-mail", "phone": "Phone", "postcode": "Postcode", "order": "Order"}
"""Field → label that fits beside it."""

HINTS: Mapping[str, str] = {"order": "O-10432: the number of an order of theirs"}

SPECIFIC = ("access", "delete")
"""What shows or ends specific values needs three points and a declaration; all else two."""


class PrivacyProofScreen(PrivacyTakingScreen):
    """`verify` asks until it is enough, or it is left; tries are counted by the platform."""

    async def verify(self, request: PrivacyRequest) -> None:
        """What they said stands in the form while it is open, and is kept nowhere."""
        errors: Mapping[str, str] = {}
        answers: Answers | None = None
        while True:
            answers = await self.app.push_screen_wait(self._proof_form(request, answers, errors))
            if not answers:
                return
            try:
                request, said = await self.answered(request, "verify", self._proof(answers))
            except TooMany as error:
                self.post_message(self.Refused(Notice("not-allowed", f"{request.number}: {error}")))
                return
            except (Invalid, Conflict, Stale) as error:
                errors = self._wrong_of(error)
                request = await self.client.record(self.COLLECTION, request.id, case=self.case_id)
                continue
            if request.verified is not None:
                self.arrived(request, f"{request.number}: verified. What they said is kept nowhere.")
                return
            self.arrived(request)
            if not said.get("left"):
                self.post_message(self.Refused(Notice("not-allowed", f"{request.number}: {ENDED}", INSTEAD)))
                return
            errors = {"": _not_enough(said)}

    def _proof_form(self, request: PrivacyRequest, before: Answers | None, errors: Mapping[str, str]) -> QuestionForm:
        title, typed = f"Check who asks, {request.number}", before.values if before else None
        return QuestionForm(
            title, self._asked_points(request), "Compare", about=_needed(request), before=typed, errors=errors
        )

    def _wrong_of(self, error: Invalid | Conflict | Stale) -> Mapping[str, str]:
        if isinstance(error, Invalid):
            return {**at_fields(error, ["", "declaration", "disputed"])}
        return {"": str(error)}

    def _points(self) -> Mapping[str, str]:
        """What the platform compares."""
        offered = reason_words(self.shell.offered("verification_points")) or POINTS
        return {name: POINTS.get(name, label) for name, label in offered.items()}

    def _asked_points(self, request: PrivacyRequest) -> Sequence[Question]:
        signed = [Question("signed_in", "Signed in", "they asked while signed in: that is proof", tick=True)]
        points = [Question(name, label, HINTS.get(name, "as they say it")) for name, label in self._points().items()]
        declared = [Question("declaration", "Declared", "they declare that it is them", tick=True)]
        disputed = [Question("disputed", "Disputed", f"what they say is wrong: {DISPUTED}")]
        return [
            *(signed if request.signed_in else []),
            *(disputed if request.kind == "correct" else []),
            *points,
            *(declared if request.kind in SPECIFIC else []),
        ]

    def _proof(self, answers: Answers) -> dict[str, Any]:
        disputed = {"disputed": listed(answers.typed("disputed"))} if answers.typed("disputed") else {}
        if answers.ticked("signed_in"):
            return {"method": "signed_in", **disputed}
        points = [{"field": name, "value": answers.typed(name)} for name in self._points() if answers.typed(name)]
        declared = {"declaration": True} if answers.ticked("declaration") else {}
        return {"method": "points", "points": points, **declared, **disputed}


DISPUTED = "email, phone, …"
ENDED = "not enough matched, and no more is compared."
INSTEAD = "x asks for another proof, or closes it as not proven."


def _needed(request: PrivacyRequest) -> str:
    needed = "three points that match, and a declaration" if request.kind in SPECIFIC else "two points that match"
    disputed = " What they want corrected is no proof: say what it is." if request.kind == "correct" else ""
    return f"It takes {needed}.{disputed} Leave out what they don't say; it is kept nowhere."


def _not_enough(said: Mapping[str, Any]) -> str:
    """How many match, never which; how many wrong ones are left."""
    matched, needed, left = (int(said.get(name) or 0) for name in ("matched", "needed", "left"))
    tries = "1 wrong value" if left == 1 else f"{left} wrong values"
    return f"Not enough: {matched} of {needed} points match so far. {tries} more, and it ends."
