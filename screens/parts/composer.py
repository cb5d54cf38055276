"""Writing a message to a person: from a template or not, here or in one's own editor. It answers, and never sends.

    written = await ask_message(self, Writing(title="Reply on T-204", purpose="reply", ticket="T-204", person="U-104"))
    if written is not None:                                     # else it was left, and is kept as a draft
        await self.send(record, "reply", written.body)          # {"subject": …, "body": …, "template": …}
        forget_message(self, "T-204", "reply")

Run it in a worker. After an `Invalid` ask again, with `what_is_wrong` of it: the text is there as it was typed. Where a message
is optional, `without` is the words on the button that goes on without one: then `written` is false and `written.body` empty.
What is not sent comes back when it is asked for again.
"""

from __future__ import annotations

from collections.abc import Mapping

from console.client import path
from console.errors import Invalid
from screens.parts.composer_dialog import Composer, Filled, Writing, Written
from screens.parts.doing import DoingScreen, reason_words
from screens.parts.problems import Notice
from screens.parts.shell import Draft

__all__ = ["Writing", "Written", "ask_message", "forget_message", "keep_message", "templates_for", "what_is_wrong"]


async def ask_message(screen: DoingScreen, writing: Writing, wrong: str = "") -> Written | None:
    """The message to send, or None when it was left; see above. `wrong`: what the platform said of it before."""
    me, at = screen.session.me.id, _place(writing.ticket, writing.purpose)
    draft = screen.shell.drafts.get(at)
    before = Written.read(draft.values) if draft and draft.owner == me else Written()
    templates = templates_for(screen.shell.offered("templates"), writing.of)

    why = {"reason": writing.reason} if writing.reason else {}

    async def fill(code: str) -> Filled:
        where, to = path(writing.at, writing.ticket, "drafts"), {"to": writing.person} if writing.person else {}
        answer = await screen.client.get(where, params={"template": code, **to, **why}, case=screen.case_id)
        return Filled.model_validate(answer.body)

    answer = await screen.app.push_screen_wait(Composer(writing, templates, before, fill, wrong))
    screen.shell.drafts[at] = Draft(me, answer.written.values)
    if not answer.written:
        forget_message(screen, writing.ticket, writing.purpose)
    if answer.go_on:
        return Written() if answer.without else answer.written
    if answer.written:
        kept = Notice("said", f"{writing.ticket}: nothing was sent. What you wrote is kept as a draft.")
        screen.post_message(DoingScreen.Refused(kept))
    return None


def what_is_wrong(error: Invalid) -> str:
    """What the platform has against the subject and the text."""
    names = {"body": "The text", "subject": "The subject"}
    said = [(where.replace("/", ".").rpartition(".")[2], what) for where, what in error.errors]
    return " ".join(f"{names.get(where, where)} {what}." for where, what in said) or str(error)


def keep_message(screen: DoingScreen, ticket: str, purpose: str, written: Written) -> None:
    """What was taken back is a draft again, unless another is there."""
    screen.shell.drafts.setdefault(_place(ticket, purpose), Draft(screen.session.me.id, written.values))


def forget_message(screen: DoingScreen, ticket: str, purpose: str) -> None:
    """It was sent: the next one starts empty."""
    screen.shell.drafts.pop(_place(ticket, purpose), None)


def _place(ticket: str, purpose: str) -> str:
    return f"{ticket} {purpose}"


def templates_for(offered: object, of: str) -> dict[str, str]:
    """Code → label of the templates that the platform offers for the cases of a resource."""
    return reason_words(offered.get(of)) if isinstance(offered, Mapping) else {}
