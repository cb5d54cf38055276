"""Writing a message to a person: from a template or not, here or in one's own editor. It answers, and never sends.

    written = await ask_message(self, Writing(title="Reply on T-204", purpose="reply", ticket="T-204", person="U-104"))
    if written is not None:                                     # else it was left, and is kept as a draft
        await self.send(record, "reply", written.body)          # {"subject": …, "body": …, "template": …}
        forget_message(self, "T-204", "reply")

Run it in a worker. Where a message is optional, `without` is the words on the button that goes on without one: then
`written` is false and `written.body` empty. What is not sent comes back when it is asked for again.
"""

from __future__ import annotations

from collections.abc import Mapping

from console.client import path
from screens.parts.composer_dialog import Composer, Filled, Writing, Written
from screens.parts.doing import DoingScreen, reason_words
from screens.parts.problems import Notice
from screens.parts.shell import Draft

__all__ = ["Writing", "Written", "ask_message", "forget_message", "templates_for"]


async def ask_message(screen: DoingScreen, writing: Writing) -> Written | None:
    """The message to send, or None when it was left; see above."""
    me, at = screen.session.me.id, _place(writing.ticket, writing.purpose)
    draft = screen.shell.drafts.get(at)
    before = Written.read(draft.values) if draft and draft.owner == me else Written()
    templates = templates_for(screen.shell.offered("templates"), writing.purpose)

    async def fill(code: str) -> Filled:
        where = path("tickets", writing.ticket, "drafts")
        answer = await screen.client.get(where, params={"template": code}, case=screen.case_id)
        return Filled.model_validate(answer.body)

    answer = await screen.app.push_screen_wait(Composer(writing, templates, before, fill))
    screen.shell.drafts[at] = Draft(me, answer.written.values)
    if not answer.written:
        forget_message(screen, writing.ticket, writing.purpose)
    if answer.go_on:
        return Written() if answer.without else answer.written
    if answer.written:
        kept = Notice("said", f"{writing.ticket}: nothing was sent. What you wrote is kept as a draft.")
        screen.post_message(DoingScreen.Refused(kept))
    return None


def forget_message(screen: DoingScreen, ticket: str, purpose: str) -> None:
    """It was sent: the next one starts empty."""
    screen.shell.drafts.pop(_place(ticket, purpose), None)


def _place(ticket: str, purpose: str) -> str:
    return f"{ticket} {purpose}"


def templates_for(offered: object, purpose: str) -> dict[str, str]:
    """Code → label of the templates that the platform offers for a purpose."""
    return reason_words(offered.get(purpose)) if isinstance(offered, Mapping) else {}
