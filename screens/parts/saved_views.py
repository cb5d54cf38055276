"""A list whose filter and order can be kept under a name, and that comes back as it was left."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.message import Message

from console.text import line
from console.views import LastPlace, NotKept, View
from screens.parts.filter_bar import FilterBar
from screens.parts.filter_language import Filter, Vocabulary
from screens.parts.keepable import Params, keepable, read
from screens.parts.keeping_views import KeepingViews, Now
from screens.parts.list_detail import ListDetailScreen
from screens.parts.problems import Notice
from screens.parts.record_table import RecordTable
from screens.parts.sorting import SortedScreen


class SavedViewsScreen(ListDetailScreen):
    """Override `vocabulary` and `show_filtered`; call `begin` before the bar is made."""

    ALL: ClassVar[str] = "all"
    """What no filter at all is called."""
    OPENS_AGAIN: ClassVar[bool] = True
    """Whether the record that was shown is shown when its employee comes back; not a person's: each look is logged."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f", "views", "views", show=False, id="views")]

    @dataclass
    class ViewChosen(Message):
        """A view is to be shown."""

        view: View

    @dataclass
    class ViewsChanged(Message):
        """One was saved, renamed or deleted, or is what the screen starts with."""

        wrong: str = ""

    def __init__(self) -> None:
        super().__init__()
        self.filter = Filter()
        """What is on."""
        self.start = Filter()
        """What the list starts with, and escape goes back to."""
        self._back_to = self._back_at = ""
        """The number of the record of the last place, until the list is there, and until it is known whether it still has it."""

    def vocabulary(self) -> Vocabulary:
        """What the bar understands."""
        raise NotImplementedError

    def show_filtered(self, chosen: Filter) -> None:
        """Start on the list anew with another filter."""
        raise NotImplementedError

    def objection(self, wanted: Filter) -> str:
        """What the screen has against a filter that makes sense, as a sentence."""
        return ""

    @property
    def default(self) -> Filter:
        """What the list starts with where no view was chosen for that; override where that depends on the role."""
        return Filter()

    @property
    def bar(self) -> FilterBar:
        return self.query_one(FilterBar)

    # What it starts with

    def begin(self) -> None:
        """With the view that the screen starts with, else as it comes."""
        view = self._starts_with()
        self.start = self._start_of(view)
        self.filter = self.start
        if view is not None and isinstance(self, SortedScreen):
            _put_in_order(self, view.sort)

    def _start_of(self, view: View | None) -> Filter:
        found = self._meant(view.filters) if view is not None else None
        return found if isinstance(found, Filter) else self.default

    def _starts_with(self) -> View | None:
        try:
            return self.shell.views.start_of(self.NAME)
        except NotKept:
            return None  # said when somebody asks for the views

    def on_saved_views_screen_views_changed(self, message: ViewsChanged) -> None:
        self.start = self._start_of(self._starts_with())
        self.refresh_bindings()
        if message.wrong:
            self.say(Notice("failed", message.wrong))

    # The last place

    def left_at(self) -> LastPlace:
        """Where one is now, as far as it may be kept: of a search, only the screen."""
        kept = keepable(self.filter, self.vocabulary())
        shown = self.record if self.OPENS_AGAIN and not self.filter.terms else None
        params = None if kept.left_out else kept.params
        return LastPlace(self.NAME, shown.number if shown is not None else "", params, _order_of(self))

    def come_back(self, place: LastPlace) -> None:
        """As it was left, as far as that is offered today; silently, as nobody asked for it."""
        found = self._meant(place.filters) if place.filters is not None else None
        if isinstance(found, Filter) and (found, place.sort) != (self.filter, _order_of(self)):
            self.show_kept(found, place.sort)
        if place.number and self.OPENS_AGAIN:
            self._back_to = place.number
            if len(self.table.window):
                self._find_record()

    @on(RecordTable.Loaded)
    def _find_record(self) -> None:
        if self._back_to:
            self._back_at, self._back_to = self._back_to, ""
            self.table.go_to(self._back_at)

    def on_record_table_not_in_list(self, message: RecordTable.NotInList) -> None:
        if message.number == self._back_at:
            message.prevent_default()  # it was done with meanwhile, and nobody asks for it now
        self._back_at = ""

    # Showing one

    def _meant(self, params: Params) -> Filter | str:
        """A kept filter, or why it isn't to be had today."""
        found = read(params, self.vocabulary())
        wrong = found if isinstance(found, str) else self.objection(found)
        return wrong or found

    def show_kept(self, chosen: Filter, sort: str) -> None:
        if isinstance(self, SortedScreen) and sort in self.ORDERS:
            self.filter = chosen
            self.bar.show(chosen)
            self.sort_by(sort)
        else:
            self.show_filtered(chosen)

    def on_saved_views_screen_view_chosen(self, message: ViewChosen) -> None:
        found = self._meant(message.view.filters)
        if isinstance(found, str):
            self.say(Notice("failed", f"This view can't be shown any more: {found}", "f and d delete it."))
            return
        self.remove_class("-inside")
        self.show_kept(found, message.view.sort)
        self.table.focus()
        self.told(f"The view {line(message.view.name).plain}.")

    # Keeping them

    def commands(self) -> Iterable[SystemCommand]:
        yield from super().commands()
        yield SystemCommand("Views", "Saved filters and orders of this list", self.action_views)
        yield SystemCommand("Save this view", "Keep this filter and order under a name", self.action_save_view)

    def action_views(self) -> None:
        self.work(self._views(), "open the views")

    def action_save_view(self) -> None:
        self.work(self._save_view(), "save this view")

    async def _views(self) -> None:
        chosen = await self._keeping().run()
        self.post_message(self.ViewsChanged())
        if chosen is not None:
            self.post_message(self.ViewChosen(chosen))

    async def _save_view(self) -> None:
        self.post_message(self.ViewsChanged(await self._keeping().save()))

    def _keeping(self) -> KeepingViews:
        orders = self.ORDERS if isinstance(self, SortedScreen) else {}
        now = Now(self.NAME, keepable(self.filter, self.vocabulary()), _order_of(self))
        return KeepingViews(self.shell, now, orders, self.ALL)


def _order_of(screen: ListDetailScreen) -> str:
    return screen.sort if isinstance(screen, SortedScreen) else ""


def _put_in_order(screen: SortedScreen, sort: str) -> None:
    """Before the list is drawn for the first time; an order that is no longer offered is left."""
    if sort in screen.ORDERS:
        screen.sort = sort
