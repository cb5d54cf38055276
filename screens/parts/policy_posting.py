"""Posting a version of the policy: which file, what it is called, and the word that must be typed."""

from __future__ import annotations

import asyncio
import hashlib
import stat
from pathlib import Path
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from console.client import Answer
from console.text import line
from screens.parts.confirm import Confirm
from screens.parts.fresh import FreshScreen
from screens.parts.prompt import Prompt

MOST_BYTES = 100_000
MOST_LABEL = 40

EFFECT = (
    "It is in force at once. Whatever is decided from now on cites it, and who is deciding by the one before is told so. "
    "A version is never changed and never taken back."
)


class PostingScreen(FreshScreen):
    """Mixed into the screen of the policy: `n` posts a version for whoever may."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("n", "post", "post a version", id="post-policy")]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "post":
            return "create" in self.session.me.may.get("policy-versions", ())
        return super().check_action(action, parameters)

    def action_post(self) -> None:
        self.work(self._post(), "post the policy")

    async def _post(self) -> None:
        file = await self.app.push_screen_wait(
            Prompt(Content("Post a version of the policy: which text file"), "~/policy.txt", unreadable, longest=4096)
        )
        if not file:
            return
        text = await asyncio.to_thread(chosen(file).read_text, encoding="utf-8")
        label = await self.app.push_screen_wait(
            Prompt(Content("What it is called, as decisions cite it"), "2026-11", wrong_label)
        )
        if label and await self.app.push_screen_wait(question(label.strip(), text)) is not None:
            await self._send(label.strip(), text)

    async def _send(self, label: str, text: str) -> None:
        """Sent again with the same text, it is the same intent: nothing is posted twice."""
        body = {"label": label, "text": text}
        intent = ("post", label, hashlib.sha256(text.encode()).hexdigest())

        async def post(key: str) -> Answer:
            return await self.client.post("/v1/policy-versions", body, key=key)

        made = await self.freshly("post a policy version", lambda: self.once(intent, post))
        self.posted(str(made.body["number"]), label)

    def posted(self, number: str, label: str) -> None:
        """Override: a version is in force."""


def question(label: str, text: str) -> Confirm:
    """Names the effect, and shows how the file begins: it may be the wrong one."""
    start = " ".join(text.split())[:120]
    counted = Content.assemble(f"The file has {len(text):,} characters and begins:\n“", line(start), "…”")
    title = Content.assemble("Post version ", line(label), " of the policy")
    return Confirm(title, Content("\n\n").join([Content(EFFECT), counted]), "Post", typed=label)


def chosen(typed: str) -> Path:
    return Path(typed.strip()).expanduser()


def unreadable(typed: str) -> str:
    """What is wrong with a path; empty when there is a file that can be a policy."""
    try:
        content = chosen(typed).read_bytes() if typed.strip() and _fits(chosen(typed)) else None
        if content is None:
            return f"Type the path of a text file of {MOST_BYTES // 1000} kB at most."
        return "" if content.decode().strip() else "It is empty."
    except UnicodeDecodeError:
        return "It is no text in UTF-8."
    except (OSError, RuntimeError, ValueError):  # no access, no such home, a NUL in it, a folder
        return "There is no such file."


def _fits(file: Path) -> bool:
    """OSError for a device or a pipe: they have no size, and may have no end."""
    found = file.stat()
    if not stat.S_ISREG(found.st_mode):
        raise OSError
    return found.st_size <= MOST_BYTES


def wrong_label(typed: str) -> str:
    if not typed.strip():
        return "Type what it is called."
    return f"{MOST_LABEL} characters at most." if len(typed.strip()) > MOST_LABEL else ""
