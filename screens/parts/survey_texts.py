"""What people wrote, one at a time: in an order drawn at random, without day, number, or anything of whoever wrote it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from pydantic import BaseModel, ConfigDict
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message

from console.client import Total
from console.raw import Raw
from console.records.surveys import Question
from console.text import block, line
from screens.parts.chart_frame import GREY, ChartFrame
from screens.parts.job import Job
from screens.parts.problems import explain

SAID = "In no order. Addresses, phone numbers and card numbers that people typed are masked."
END = "That was the last one."


class Texts(BaseModel):
    """A page of them."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    items: tuple[Raw, ...] = ()
    next: str | None = None
    total: Total | None = None


Fetch = Callable[[str, str | None], Awaitable[Texts]]
"""A question's id and where to go on → the texts."""


class TextsDialog(ChartFrame):
    """`questions` are those that are answered in words."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n,right,space", "turn(1)", "next"),
        Binding("p,left", "turn(-1)", "before"),
        Binding("c,tab", "next_question", "next question"),
    ]

    @dataclass
    class Came(Message):
        question: str
        texts: Texts

    @dataclass
    class Failed(Message):
        error: Exception

    def __init__(self, title: str, questions: Sequence[Question], fetch: Fetch) -> None:
        super().__init__(title)
        self._questions, self._fetch = questions, fetch
        self._which = self._at = 0
        self._texts: list[Raw] = []
        self._next: str | None = None
        self._total: Total | None = None
        self._waits = False

    @property
    def keys(self) -> str:
        several = "c next question" if len(self._questions) > 1 else ""
        said = ("n next", "p before", several, "ctrl+r again", "escape leaves")
        return " · ".join(each for each in said if each)

    @property
    def _question(self) -> Question:
        return self._questions[self._which]

    # Fetching

    def action_reload(self) -> None:
        self._texts, self._at, self._next, self._total = [], 0, None, None
        self._load(None)

    def _load(self, cursor: str | None) -> None:
        self._waits = True
        self._draw()
        job = Job(self._get(self._question.id, cursor))
        self.run_worker(job, group="texts", exclusive=True, exit_on_error=False)

    async def _get(self, question: str, cursor: str | None) -> None:
        try:
            self.post_message(self.Came(question, await self._fetch(question, cursor)))
        except Exception as error:  # noqa: BLE001 - it is shown where the text would be
            self.post_message(self.Failed(error))

    def on_texts_dialog_came(self, message: Came) -> None:
        if message.question == self._question.id:
            self._waits = False
            self._texts += message.texts.items
            self._next, self._total = message.texts.next, message.texts.total
            self._draw()

    def on_texts_dialog_failed(self, message: Failed) -> None:
        self._waits = False
        notice = explain(message.error, "read the texts")
        self.say_rows(notice.content(), f"-{notice.tone}")

    # Choosing

    def action_turn(self, step: int) -> None:
        last = len(self._texts)
        self._at = max(0, min(self._at + step, last))
        if self._at == last and self._next is not None and not self._waits:
            self._load(self._next)
        self._draw()
        self.query_one("#chart-scroll").scroll_home(animate=False)

    def action_next_question(self) -> None:
        if len(self._questions) > 1:
            self._which = (self._which + 1) % len(self._questions)
            self.action_reload()

    # Drawing

    def _draw(self) -> None:
        question = self._question
        several = (
            f"question {self._which + 1} of {len(self._questions)} in words · " if len(self._questions) > 1 else ""
        )
        self.say_above(Content(f"{several}{self._many()}{SAID}"), line(question.text).stylize("bold"))
        if self._at < len(self._texts):
            self.say_rows(block(self._texts[self._at]), "")
        elif self._waits:
            self.say_rows(Content(GREY), "-waiting")
        else:
            self.say_rows(Content(END if self._texts else "Nobody wrote anything.").stylize("dim"), "-waiting")

    def _many(self) -> str:
        if self._total is None:
            return ""
        about = "" if self._total.exact else "more than "
        return f"{about}{self._total.count:,} texts · "
