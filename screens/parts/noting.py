"""Asking for a note, with what was typed of it before: what is not saved is kept as a draft, of its author alone."""

from __future__ import annotations

from textual.content import Content

from console.raw import Raw
from screens.parts.base import PetworksScreen
from screens.parts.note import NoteDialog
from screens.parts.shell import Draft


async def ask_note(screen: PetworksScreen, about: str) -> Raw | None:
    """The text to save, or None; run it in a worker, and `forget_note` once it is saved."""
    drafts, at, me = screen.shell.drafts, _place(about), screen.session.me.id
    draft = drafts.get(at)
    before = draft.values["body"] if draft and draft.owner == me else Raw("")
    answer = await screen.app.push_screen_wait(NoteDialog(Content(f"Note on {about}"), before))
    drafts[at] = Draft(me, {"body": answer.text})
    return answer.text if answer.save and answer.text else None


def forget_note(screen: PetworksScreen, about: str) -> None:
    screen.shell.drafts.pop(_place(about), None)


def _place(about: str) -> str:
    return f"{about} note"
