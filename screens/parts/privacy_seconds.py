"""A package that takes a second person to be released: by the list of all actions."""

from __future__ import annotations

from collections.abc import Mapping

from console.records.privacy_requests import PrivacyRequest
from screens.parts.confirm import Confirm
from screens.parts.fresh import FreshScreen

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
