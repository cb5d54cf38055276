"""The line above a list: what it is filtered by, in which order, how many there are. `/` opens it for typing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.suggester import Suggester
from textual.widgets import Input, Label, Static

from screens.parts.filter_language import Filter, Vocabulary, advice, complete, parse

REMEMBERED = 50
"""Filters that the arrow keys bring back; searches are never among them."""


class Completion(Suggester):
    """Completes names and values that are offered. Without a cache: what is typed may be about a person."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._vocabulary = vocabulary

    async def get_suggestion(self, value: str) -> str | None:
        return complete(value, self._vocabulary)


class FilterInput(Input):
    """The typing; tab takes what is suggested."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "cursor_right", "complete", show=True),
        Binding("escape", "leave", "leave", show=True),
        Binding("up", "remembered(-1)", "earlier", show=False),
        Binding("down", "remembered(1)", "later", show=False),
    ]

    class Left(Message):
        """Escape: nothing is to change."""

    def __init__(self, vocabulary: Vocabulary, examples: Sequence[str] = ()) -> None:
        super().__init__(suggester=Completion(vocabulary), max_length=300, select_on_focus=False)
        self.history = list(examples)
        self._place = 0

    def start(self, text: str) -> None:
        """Begin to type, from a text."""
        self._place = len(self.history)
        self.value = text
        self.cursor_position = len(text)
        self.focus()

    def remember(self, text: str) -> None:
        """Keep a filter for the arrow keys."""
        if text and text not in self.history[-1:]:
            self.history = [*self.history, text][-REMEMBERED:]

    def action_leave(self) -> None:
        self.post_message(self.Left())

    def action_remembered(self, step: int) -> None:
        self._place = max(0, min(self._place + step, len(self.history)))
        self.value = self.history[self._place] if self._place < len(self.history) else ""
        self.cursor_position = len(self.value)


class FilterBar(Vertical):
    """Posts `Chosen` with a filter that makes sense, or `Left`; it fetches nothing.

    `check` has the screen's own objections to a filter, as a sentence; `start` is the filter that is on at first,
    `empty` what no filter at all is called, and `examples` come with the arrow keys before anything was typed.
    """

    @dataclass
    class Chosen(Message):
        filter: Filter

    class Left(Message):
        """The bar was closed without a change."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        *,
        check: Callable[[Filter], str] = lambda _: "",
        start: Filter | None = None,
        empty: str = "all",
        examples: Sequence[str] = (),
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self.vocabulary = vocabulary
        self.filter = start or Filter()
        self._check, self._empty, self._examples = check, empty, examples
        self._order: Content | str = ""
        self._total = ""
        self._marked = 0

    def compose(self) -> ComposeResult:
        with Horizontal(id="filter-line"):
            yield Label(Content("/ "), id="filter-sign")
            yield FilterInput(self.vocabulary, self._examples)
            yield Static(id="filter-words")
            yield Static(id="filter-marked")
            yield Static(id="filter-order")
            yield Static(id="filter-total")
        yield Static(id="filter-help")

    def on_mount(self) -> None:
        self._close()

    @property
    def typing(self) -> FilterInput:
        return self.query_one(FilterInput)

    def open(self) -> None:
        """Let people type, from the filter that is on; a search starts empty, so that its terms aren't shown again."""
        self.add_class("-open")
        self.typing.start("" if self.filter.terms else self.filter.words)
        self._help(advice(self.typing.value, self.vocabulary), wrong=False)

    def show(self, chosen: Filter) -> None:
        """Draw a filter that was chosen elsewhere."""
        self.filter = chosen
        self._close()

    def show_order(self, words: Content | str) -> None:
        self._order = words
        self._draw()

    def show_total(self, words: str) -> None:
        self._total = words
        self._draw()

    def show_marked(self, count: int) -> None:
        self._marked = count
        self._draw()

    def _close(self) -> None:
        self.remove_class("-open")
        self.typing.value = ""
        self._draw()

    def _draw(self) -> None:
        self.query_one("#filter-words", Static).update(Content(self.filter.words or self._empty))
        self.query_one("#filter-marked", Static).update(Content(f"* {self._marked:,} marked" if self._marked else ""))
        order = self._order if isinstance(self._order, Content) else Content(self._order)
        self.query_one("#filter-order", Static).update(order)
        self.query_one("#filter-total", Static).update(Content(self._total))

    def _help(self, words: str, *, wrong: bool) -> None:
        place = self.query_one("#filter-help", Static)
        place.set_class(wrong, "-wrong")
        keys = "" if wrong else "   tab completes · enter shows · escape leaves · empty shows all"
        place.update(Content(words + keys))

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if self.has_class("-open"):
            self._help(advice(event.value, self.vocabulary), wrong=False)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        found = self._meant(event.value)
        wrong = found if isinstance(found, str) else self._check(found)
        if isinstance(found, str) or wrong:
            self._help(wrong, wrong=True)
            return
        if not found.terms:
            self.typing.remember(found.words)
        self.filter = found
        self._close()
        self.post_message(self.Chosen(found))

    def _meant(self, typed: str) -> Filter | str:
        """The filter as typed, or with its last word completed where only that makes sense."""
        found = parse(typed, self.vocabulary)
        longer = complete(typed, self.vocabulary) if isinstance(found, str) else None
        completed = parse(longer, self.vocabulary) if longer else found
        return found if isinstance(completed, str) else completed

    @on(FilterInput.Left)
    def _left(self) -> None:
        self._close()
        self.post_message(self.Left())
