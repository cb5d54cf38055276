"""A document on the screen: a text with its marks, or a picture as half blocks. It goes when what was revealed goes."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widgets import Static

from console.raw import Raw
from console.text import block
from screens.parts.half_blocks import Drawable, draw
from screens.parts.problems import explain
from screens.parts.revealed import HoldsValues

MOST_ZOOM = 8


class Reader(HoldsValues[bool]):
    """Answers whether it is to be saved as a file. Override `page`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "back", "back"),
        Binding("s", "save", "save as a file"),
    ]
    HINT: ClassVar[str] = "s saves it as a file · escape leaves"

    def __init__(self, title: Content) -> None:
        super().__init__()
        self._title = title

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog", id="reader"):
            yield Static(self._title, classes="dialog-title")
            yield from self.page()
            yield Static(Content(self.HINT), classes="dialog-hint")

    def page(self) -> ComposeResult:
        """What it shows."""
        raise NotImplementedError

    def action_back(self) -> None:
        self.dismiss(False)

    def action_save(self) -> None:
        self.dismiss(True)

    @property
    def keeps(self) -> bool:
        return False

    def put_away(self) -> None:
        self.action_back()


class TextReader(Reader):
    """Escape sequences and the like are drawn as marks: nothing of it reaches the terminal."""

    AUTO_FOCUS = "#reader-scroll"

    def __init__(self, title: Content, typed: Raw) -> None:
        super().__init__(title)
        self._typed = typed

    def page(self) -> ComposeResult:
        with VerticalScroll(id="reader-scroll"):
            yield Static(block(self._typed), id="reader-text")


class Canvas(ScrollView, can_focus=True):
    """A picture that can be larger than its place."""

    def __init__(self) -> None:
        super().__init__(id="reader-canvas")
        self._drawn: Drawable | None = None

    def show(self, drawn: Drawable) -> None:
        self._drawn = drawn
        self.virtual_size = Size(drawn.width, drawn.rows)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        left, top = self.scroll_offset
        width = self.scrollable_content_region.width
        if self._drawn is None or y + top >= self._drawn.rows:
            return Strip.blank(width, self.rich_style)
        whole = self._drawn.strip(y + top, colours=not self.app.no_color)
        return whole.crop(left, left + width).extend_cell_length(width, self.rich_style)


class PictureReader(Reader):
    """Unfolded in a thread, as large as the terminal shows; + and - look closer and from further away."""

    AUTO_FOCUS = "#reader-canvas"
    HINT = "+ closer · - further · arrows move · s saves it as a file · escape leaves"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("plus,equals_sign", "zoom(2)", "closer", key_display="+"),
        Binding("minus", "zoom(0.5)", "further", key_display="-"),
    ]

    @dataclass
    class Drawn(Message):
        picture: Drawable

    @dataclass
    class Failed(Message):
        error: Exception

    def __init__(self, title: Content, content: bytes) -> None:
        super().__init__(title)
        self._content, self._zoom = content, 1

    def page(self) -> ComposeResult:
        yield Static(Content("Drawing …"), id="reader-about", classes="-waiting")
        yield Canvas()

    def on_resize(self) -> None:
        self.call_after_refresh(self._draw)

    def action_zoom(self, by: float) -> None:
        wanted = int(self._zoom * by)
        if 1 <= wanted <= MOST_ZOOM:
            self._zoom = wanted
            self._draw()

    def _draw(self) -> None:
        size = self.query_one(Canvas).size
        if size.width and size.height:
            drawing = self._unfold(size, self._zoom)
            self.run_worker(drawing, group="draw", exclusive=True, exit_on_error=False)

    async def _unfold(self, size: Size, zoom: int) -> None:
        try:
            picture = await asyncio.to_thread(draw, self._content, size.width, size.height, zoom)
        except Exception as error:  # noqa: BLE001 - it is shown where the picture would be
            self.post_message(self.Failed(error))
        else:
            self.post_message(self.Drawn(picture))

    def on_picture_reader_drawn(self, message: Drawn) -> None:
        width, height = message.picture.of
        closer = f" · {self._zoom} times closer" if self._zoom > 1 else ""
        self._say(Content(f"{width:,} × {height:,} pixels{closer}"), "")
        self.query_one(Canvas).show(message.picture)

    def on_picture_reader_failed(self, message: Failed) -> None:
        notice = explain(message.error, "draw the picture")
        self._say(notice.content(), f"-{notice.tone}")

    def _say(self, words: Content, tone: str) -> None:
        about = self.query_one("#reader-about", Static)
        about.set_classes(tone)
        about.update(words)
