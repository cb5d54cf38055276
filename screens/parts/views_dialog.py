"""The saved views of a list, and what can be done with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from console.raw import Raw
from console.text import line
from console.views import View

Wish = Literal["show", "save", "rename", "start", "delete"]

STARTS = "●"
"""Before the view that the screen starts with."""
KEYS = "enter shows it · n saves what is shown now · r renames · s starts with it (●), or no longer · d deletes · esc leaves"
NONE = "There are none yet. n saves what is shown now:"
NEVER = "Search words, people and numbers are never kept."


@dataclass(frozen=True)
class Line:
    """A view as it stands in the list: `words` is what it shows."""

    view: View
    words: str


@dataclass(frozen=True)
class ViewsAnswer:
    """What is wanted, and of which view; saving is of none."""

    wish: Wish
    name: Raw = Raw("")  # noqa: RUF009 - it is immutable


class ViewsDialog(ModalScreen[ViewsAnswer | None]):
    """Answers a wish, or None; `now` is what is shown now, `told` what came of the wish before."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "cancel", "cancel"),
        Binding("n", "wish('save')", "save this view"),
        Binding("r", "wish('rename')", "rename the view"),
        Binding("s", "wish('start')", "start with the view"),
        Binding("d,delete", "wish('delete')", "delete the view"),
        Binding("j", "down", show=False),
        Binding("k", "up", show=False),
    ]

    def __init__(self, title: Content, lines: Sequence[Line], now: str, told: str = "") -> None:
        super().__init__()
        self._title, self._lines, self._now, self._told = title, lines, now, told

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog -wide"):
            yield Static(self._title, classes="dialog-title")
            if self._lines:
                yield OptionList(*(Option(_drawn(each), id=str(place)) for place, each in enumerate(self._lines)))
            else:
                yield Static(Content.assemble(NONE, " ", line(self._now)))
            yield Static(line(self._told), id="dialog-error")
            yield Static(Content(f"{KEYS}\n{NEVER}"), classes="dialog-hint")

    @on(OptionList.OptionSelected)
    def _chosen(self) -> None:
        self.action_wish("show")

    def action_wish(self, wish: Wish) -> None:
        view = self._under_the_cursor()
        if wish == "save":
            self.dismiss(ViewsAnswer("save"))
        elif view is not None:
            self.dismiss(ViewsAnswer(wish, view.name))

    def _under_the_cursor(self) -> View | None:
        lists = [each.highlighted for each in self.query(OptionList)]
        place = lists[0] if lists else None
        return self._lines[place].view if place is not None else None

    def action_cancel(self) -> None:
        self.dismiss(None)

    def action_down(self) -> None:
        for each in self.query(OptionList):
            each.action_cursor_down()

    def action_up(self) -> None:
        for each in self.query(OptionList):
            each.action_cursor_up()


def _drawn(of: Line) -> Content:
    name = line(of.view.name).truncate(24, ellipsis=True, pad=True)
    return Content.assemble(STARTS if of.view.starts else " ", " ", name, "  ", (line(of.words).plain, "dim"))
