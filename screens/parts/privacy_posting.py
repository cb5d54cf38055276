"""Letters that have reached nobody: said to be posted, or sent again when they failed. One after the other, the oldest first."""

from __future__ import annotations

from typing import cast

from textual.content import Content
from textual.widgets.option_list import Option

from console.records.privacy_requests import PrivacyRequest, Unsent
from console.text import line
from screens.parts.confirm import Confirm
from screens.parts.list_detail import ListDetailScreen
from screens.parts.pick import Pick
from screens.parts.privacy_unsent import has_failed, standing
from screens.parts.problems import Notice


class PrivacyPostingScreen(ListDetailScreen):
    """Mixed into the screen of privacy requests."""

    async def posted(self, request: PrivacyRequest) -> None:
        letter = next(iter(request.unsent), None)
        if letter is None:
            self.post_message(
                self.Refused(Notice("said", f"{request.number}: every letter has gone, or is on its way."))
            )
        elif not has_failed(letter):
            await self._say_posted(request, letter)
        else:
            await self._again_or_by_post(request, letter)

    async def _again_or_by_post(self, request: PrivacyRequest, letter: Unsent) -> None:
        options = [Option("Send it again", id="again"), Option("It was posted instead", id="posted")]
        chosen = await self.app.push_screen_wait(Pick(standing(letter), options))
        if chosen == "again":
            await self._send_again(request, letter)
        elif chosen == "posted":
            await self._say_posted(request, letter)

    async def _say_posted(self, request: PrivacyRequest, letter: Unsent) -> None:
        subjects = {each.id: each.subject for each in request.messages}
        said = Content.assemble(
            (line(subjects.get(letter.id) or "The letter").plain, "bold"),
            " is printed from the thread, and went by post. It counts from now on, and can't be taken back.",
        )
        if await self.app.push_screen_wait(Confirm(f"Posted, {request.number}", said, "It was posted")) is not None:
            done = cast(PrivacyRequest, await self.send(request, "posted", {"message": letter.id}))
            more = f" {len(done.unsent)} more to send." if done.unsent else ""
            self.arrived(done, f"{done.number}: it went by post.{more}")

    async def _send_again(self, request: PrivacyRequest, letter: Unsent) -> None:
        done = await self.send(request, "resend-letter", {"message": letter.id}, versioned=False)
        self.arrived(done, f"{done.number}: it goes out again.")
