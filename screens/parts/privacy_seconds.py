"""A package that takes a second person to be released, and letters that went by post or are taken back: by the list of all actions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from textual.content import Content

from console.records.privacy_requests import PrivacyRequest
from console.text import line
from screens.parts.confirm import Confirm
from screens.parts.fresh import FreshScreen
from screens.parts.problems import Notice

SECOND: Mapping[str, str] = {
    "address": "It goes to an address that isn't the one that the person gave for their record.",
    "looked_up": "Whoever found it proven had looked up the person's values before.",
}
"""Why a release takes two → its words."""


class PrivacySecondsScreen(FreshScreen):
    """Mixed into the screen of privacy requests."""

    async def allow_release(self, request: PrivacyRequest) -> None:
        """It is for this very package; whoever allows it doesn't release it."""
        why = SECOND.get(request.package.second or "", "") if request.package else ""
        said = f"{why} Allow it if you are certain that it is the person who asks. Whoever works on {request.number} releases it then."
        if (
            await self.app.push_screen_wait(Confirm(f"Allow the release, {request.number}", said.strip(), "Allow"))
            is None
        ):
            return
        doing = f"allow the release of {request.number}"
        done = await self.freshly(doing, lambda: self.send(request, "allow-release", {}))
        self.arrived(done, f"{done.number}: the release is allowed.")

    async def posted(self, request: PrivacyRequest) -> None:
        """One after the other, the oldest first: each is said by itself."""
        subjects = {each.id: each.subject for each in request.messages}
        number = next(iter(request.to_post), None)
        if number is None:
            self.post_message(self.Refused(Notice("said", f"{request.number}: no letter waits to be printed.")))
            return
        said = Content.assemble(
            (line(subjects.get(number) or "The letter").plain, "bold"),
            " is printed from the thread, and went by post. It can't be taken back after that.",
        )
        if await self.app.push_screen_wait(Confirm(f"Posted, {request.number}", said, "It was posted")) is not None:
            done = cast(PrivacyRequest, await self.send(request, "posted", {"message": number}))
            more = f" {len(done.to_post)} more to print." if done.to_post else ""
            self.arrived(done, f"{done.number}: it went by post.{more}")
