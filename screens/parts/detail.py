"""A record beside its list: sections of labels and values, what it is linked to, and its timeline."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from console.raw import Raw
from console.records.record import Record
from console.text import exact, line
from screens.parts.problems import Notice
from screens.parts.timeline import Entry, timeline

LABEL_WIDTH = 13


@dataclass(frozen=True)
class Row:
    """A field with its label; `show` draws the value where plain words are not enough."""

    field: str
    label: str
    show: Callable[[Any], Content] | None = None


@dataclass(frozen=True)
class Section:
    """A titled group of rows; `hint` names keys, as in "v reveal · e edit"; `text` is lines above the rows, `beside` those below:
    what stands at the left, and the text beside it."""

    title: str
    rows: tuple[Row, ...] = ()
    hint: str = ""
    text: Sequence[Content] = ()
    beside: Sequence[tuple[Content, Content]] = ()


class Detail(VerticalScroll):
    """Shows one record, or why it can't; give it everything by `show`, it fetches nothing."""

    @dataclass
    class More(Message):
        """The end of the timeline was reached, and there is more of it."""

        cursor: str

    @dataclass
    class Widened(Message):
        """It is wider or narrower than it was, or has room for the first time."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.can_focus = True
        self._width = 0
        self._drawn: tuple[Record, Content, Sequence[Section], Mapping[str, Raw]] | None = None
        self._asked: str | None = None
        self._next: str | None = None

    @property
    def aged(self) -> bool:
        """Whether what is shown is of before the connection was lost."""
        return self.has_class("-aged")

    def show_age(self, words: str) -> None:
        """Dim what is shown, and say how old it is, until something newer is shown."""
        self.add_class("-aged")
        self.query_one("#detail-age", Static).update(Content(words))

    def compose(self) -> ComposeResult:
        yield Static(id="detail-age")
        yield Static(id="detail-heading")
        yield Static(id="detail-sections")
        yield Static(id="detail-timeline")

    def show(self, record: Record, heading: Content, sections: Sequence[Section], revealed: Mapping[str, Raw]) -> None:
        """Draw a record; `revealed` holds what is in clear of it now."""
        if self._drawn is None or self._drawn[0].id != record.id:
            self.scroll_home(animate=False)
            self._timeline(Content(""))
        if self._drawn is None or self._drawn[0] is not record:
            self.remove_class("-aged")
        self._drawn = (record, heading, sections, revealed)
        self._redraw()

    def show_timeline(self, entries: Sequence[Entry], next_cursor: str | None, now: datetime) -> None:
        """Draw what happened to the record, newest first."""
        self._next = next_cursor
        width = max(20, self.scrollable_content_region.width)
        lines = timeline(entries, more=next_cursor is not None, now=now)
        self._timeline(Content("\n").join(part for start, each in lines for part in indented(each, start, width)))

    def show_waiting(self, number: str) -> None:
        """Draw grey rows while the record comes."""
        self._drawn = None
        self._say(Content(number), Content("\n".join(["░" * 24, "░" * 32, "░" * 18])), "-waiting")

    def show_notice(self, notice: Notice) -> None:
        """Draw why there is nothing to see."""
        self._drawn = None
        self._say(notice.content(), Content(""), f"-{notice.tone}")

    def show_nothing(self, hint: str) -> None:
        """Draw an empty pane that says what would be here."""
        self._drawn = None
        self._say(Content(""), Content(hint), "-waiting")

    def on_resize(self) -> None:
        if self._drawn:
            self._redraw()
        width, self._width = self._width, self.scrollable_content_region.width
        if width != self._width:
            self.post_message(self.Widened())

    def watch_scroll_y(self, old: float, new: float) -> None:
        super().watch_scroll_y(old, new)
        if self._next and self._next != self._asked and new >= self.max_scroll_y - 2:
            self._asked = self._next
            self.post_message(self.More(self._next))

    def _redraw(self) -> None:
        assert self._drawn is not None
        record, heading, sections, revealed = self._drawn
        width = max(20, self.scrollable_content_region.width)
        lines = [each for section in sections for each in section_lines(record, section, revealed, width)]
        self._say(heading, Content("\n").join(lines), "")

    def _say(self, heading: Content, body: Content, tone: str) -> None:
        self.query_one("#detail-heading", Static).update(heading)
        sections = self.query_one("#detail-sections", Static)
        sections.set_classes(tone)
        sections.update(body)
        if self._drawn is None:
            self.remove_class("-aged")
            self._timeline(Content(""))

    def _timeline(self, content: Content) -> None:
        self.query_one("#detail-timeline", Static).update(content)


def section_lines(record: Record, section: Section, revealed: Mapping[str, Raw], width: int) -> Iterator[Content]:
    """The title with its hint at the right, the rows, and an empty line."""
    gap = " " * max(2, width - len(section.title) - len(section.hint))
    yield Content.assemble((section.title, "bold $accent"), gap, (section.hint, "dim"))
    for text in section.text:
        yield from indented(text, "  ", width)
    shared = shared_reason(record, section)
    for row in section.rows:
        label = Content.assemble("  ", (row.label.ljust(LABEL_WIDTH), "dim"))
        yield from indented(value(record, row, revealed, unsaid=shared), label, width)
    if shared:
        yield from indented(line(shared).stylize("dim italic"), "  ", width)
    for start, text in section.beside:
        yield from indented(text, Content.assemble("  ", start, "  "), width)
    yield Content("")


def shared_reason(record: Record, section: Section) -> str:
    """What withholds several of the rows alike; it is said once, below them."""
    said = [record.withheld[row.field] for row in section.rows if row.field in record.withheld]
    return next((each for each in said if said.count(each) > 1), "")


def indented(text: Content, label: Content | str, width: int) -> Iterator[Content]:
    """The text beside its label, wrapped so that later lines stand under the first."""
    start = label if isinstance(label, Content) else Content(label)
    for number, each in enumerate(text.wrap(max(8, width - start.cell_length))):
        yield Content.assemble(start if number == 0 else " " * start.cell_length, each)


def value(record: Record, row: Row, revealed: Mapping[str, Raw], *, unsaid: str = "") -> Content:
    """What is known of a field: in clear, as its mask, or why it is withheld (but for a reason that is said elsewhere)."""
    if row.field in revealed:
        return line(revealed[row.field]).stylize("$revealed")
    known = getattr(record, row.field, None)
    if known is not None and known != ():
        return row.show(known) if row.show else drawn(known)
    mask, because = record.masks.get(row.field), record.withheld.get(row.field)
    if because == unsaid and (mask or because):
        return line(mask or "–")
    if mask or because:
        return Content("  ").join([line(mask)] * bool(mask) + [line(because).stylize("dim italic")] * bool(because))
    return Content("–").stylize("dim")


def drawn(known: object) -> Content:
    """A value of a kind that needs no words of its own."""
    if isinstance(known, Raw):
        return line(known)
    if isinstance(known, bool):
        return Content("yes" if known else "no")
    if isinstance(known, datetime):
        return Content(exact(known))
    if isinstance(known, tuple | list):
        return Content(", ").join([drawn(each) for each in known])
    return line(str(known))
