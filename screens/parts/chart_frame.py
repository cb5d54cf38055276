"""A dialog over the whole screen, for what is fetched when it opens: a title, what it is about, a heading, and lines that scroll."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from console.text import line

GREY = "\n".join("░" * width for width in (44, 52, 30, 48, 36))
"""While it is fetched."""


class ChartFrame(ModalScreen[None]):
    """Override `keys` and `action_reload`; `say_rows` fills the lines."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss", "back"),
        Binding("ctrl+r,f5", "reload", "reload"),
    ]
    AUTO_FOCUS = "#chart-scroll"

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = title

    @property
    def keys(self) -> str:
        """What the keys do, at its foot."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog", id="chart"):
            yield Static(line(self._title), id="chart-title", classes="dialog-title")
            yield Static(id="chart-about")
            yield Static(id="chart-head")
            with VerticalScroll(id="chart-scroll"):
                yield from self.rows()
            yield Static(Content(self.keys), classes="dialog-hint")

    def rows(self) -> ComposeResult:
        yield Static(id="chart-rows")

    def on_mount(self) -> None:
        self.action_reload()

    def action_reload(self) -> None:
        """Fetch it, or fetch it again."""
        raise NotImplementedError

    def say_rows(self, said: Content, tone: str) -> None:
        """`tone` is a class of the style sheet, or empty."""
        rows = self.query_one("#chart-rows", Static)
        rows.set_classes(tone)
        rows.update(said)

    def say_above(self, about: Content, head: Content) -> None:
        self.query_one("#chart-about", Static).update(about)
        self.query_one("#chart-head", Static).update(head)
