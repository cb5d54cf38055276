"""Approving an erasure: the plan as it was submitted, if that is still what would happen, and a typed word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from textual.content import Content

from console.client import path
from console.records.privacy_requests import Plan, PlanLine, PrivacyRequest
from screens.parts.confirm import Confirm
from screens.parts.privacy_letters import PrivacyLettersScreen
from screens.parts.privacy_work_view import plan_line, plan_lines
from screens.parts.problems import Notice

NEVER_BACK = "It can't be undone, and no backup brings it back. What stays, stays under keys of its own until its day."
CHANGED = "It has changed since it was submitted, so it can't be approved:"
ANEW = "Sent back, it is made anew and comes to a second person again."

MOST = 8
"""Changes that are told: one is enough to send it back."""

NONE_BEFORE, OTHER_DAY = "wasn't in it", "on another day"


class PrivacyApprovingScreen(PrivacyLettersScreen):
    """Mixed into the screen of privacy requests."""

    async def approve(self, request: PrivacyRequest) -> None:
        """The very plan that is shown, by its hash: what is erased doesn't come back. One that has grown old is said to be before a word
        is typed for it; the platform asks again when it is approved."""
        plan = request.plan
        if plan is None:
            self.post_message(self.Refused(Notice("said", f"{request.number} has no plan.")))
            return
        compared = await self.client.get(path(self.COLLECTION, request.id, "plan"), case=self.case_id)
        if not compared.body.get("fresh"):
            await self._old(request, compared.body.get("changes") or [])
        else:
            await self._approve(request, plan)

    async def _approve(self, request: PrivacyRequest, plan: Plan) -> None:
        said = Content("\n").join([*plan_lines(plan), Content(""), Content(NEVER_BACK)])
        question = Confirm(f"Erase what {request.number} asks for", said, "Erase", typed=f"erase {request.number}")
        if await self.app.push_screen_wait(question) is None:
            return
        body: dict[str, Any] = {"plan": plan.sha256}
        done = await self.freshly(f"approve {request.number}", lambda: self.send(request, "approve", body))
        self.through(
            cast(PrivacyRequest, done), f"{done.number}: it is being erased. It goes on when you leave the console."
        )

    async def _old(self, request: PrivacyRequest, changes: Sequence[Mapping[str, Any]]) -> None:
        said = Content("\n").join([Content(CHANGED), *change_lines(changes), Content(""), Content(ANEW)])
        question = Confirm(f"The plan of {request.number} isn't what it was", said, "Send it back")
        if await self.app.push_screen_wait(question) is not None:
            await self.perform(request, "send-back")


def change_lines(changes: Sequence[Mapping[str, Any]]) -> Iterator[Content]:
    """As in "deletes 14 messages, 12 when it was submitted"; what stops it first."""
    ordered = sorted(changes, key=lambda each: each["effect"] != "stops")
    for each in ordered[:MOST]:
        effect, what, before, after = str(each["effect"]), str(each["what"]), int(each["before"]), int(each["after"])
        now = plan_line(PlanLine(effect=effect, what=what, count=after, basis=each.get("basis")))
        then = OTHER_DAY if before == after else f"{before:,} when it was submitted" if before else NONE_BEFORE
        yield Content.assemble("  ", now, (f", {then}", "dim"))
    if len(ordered) > MOST:
        yield Content(f"  and {len(ordered) - MOST} more")
