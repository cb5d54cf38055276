"""One decision on many applications: a dry run by the platform, then claim and decide one after the other, a result for each."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, ClassVar, cast

from console.client import path
from console.errors import OutcomeUnknown, PetworksError
from console.records.pro_applications import ProApplication
from console.records.record import Record
from screens.parts.application_deeds import PAST
from screens.parts.bulk import Plan
from screens.parts.confirm import Confirm
from screens.parts.deed import reason_and_text
from screens.parts.marked import MarkedScreen, said_of

CLAIMED = "claimed on the way, being nobody's yet."
EFFECTS = {
    "approve": "Each applicant becomes a pro and can take orders.",
    "decline": "None of the applicants becomes a pro; another manager can reopen each.",
}


class ManyApplications(MarkedScreen):
    """What one's own claim is all that lacks is claimed first; one that then can't be decided is put back."""

    RESULTS = True
    MANY: ClassVar[Mapping[str, str]] = {"approve": "Approve", "decline": "Decline"}
    DOING: ClassVar[Mapping[str, str]] = {"approve": "Approving", "decline": "Declining"}

    async def plan_one(self, plan: Plan, record: Record, name: str) -> None:
        answer = (
            await self.client.post(path(self.COLLECTION, record.id, f"{name}-preview"), {}, case=self.case_id)
        ).body
        if answer["allowed"]:
            plan.allow(record, remark=CLAIMED if answer["claims"] else "")
        else:
            plan.refuse(record, str(answer["because"]))

    async def ask_for_many(self, name: str, plan: Plan) -> dict[str, Any] | None:
        count = len(plan.allowed)
        title = f"{self.MANY[name]} {count} {self.those if count > 1 else 'application'}"
        effect = said_of(plan, f"{EFFECTS[name]} Each is {PAST[name]}, and its case is solved. No message goes out.")
        reasons = self.reasons("decline_reasons") if name == "decline" else None
        answer = await self.app.push_screen_wait(Confirm(title, effect, title, reasons=reasons, ask="Note"))
        return None if answer is None else reason_and_text(answer)

    async def do_one(self, record: Record, name: str, body: Mapping[str, Any]) -> Record:
        application = cast(ProApplication, record)
        if application.yours:
            return await self.send(application, name, body)
        claimed = await self.send(application, "claim", {}, versioned=False)
        try:
            return await self.send(claimed, name, body)
        except OutcomeUnknown:
            raise
        except PetworksError:
            with suppress(PetworksError):  # what is told is why it was not decided
                await self.send(claimed, "release", {})
            raise
