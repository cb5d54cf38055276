"""A list with a filter bar above it: what is offered, what is on, and the way back to what the list starts with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult

from screens.parts.filter_bar import FilterBar
from screens.parts.filter_language import Filter, Kind, Vocabulary, parse
from screens.parts.listing import Listing
from screens.parts.record_table import RecordTable, Source
from screens.parts.saved_views import SavedViewsScreen


class FilteredScreen(SavedViewsScreen):
    """`/` filters by all that the platform offers of the collection; escape in the list goes back to what it starts with."""

    DEFAULT: ClassVar[Filter] = Filter()
    EXAMPLES: ClassVar[Sequence[str]] = ()
    """Filters that the arrow keys offer before anybody typed one."""
    KINDS: ClassVar[Mapping[str, Kind]] = {}
    ONCE: ClassVar[Sequence[str]] = ()
    """Filters that take one value."""

    @property
    def default(self) -> Filter:
        """What the list starts with where no view was chosen for that; override where that depends on the role."""
        return self.DEFAULT

    def source(self) -> Source:
        return Listing(self.client, self.COLLECTION, self.filter.params)

    def offered_filters(self) -> dict[str, Sequence[str]]:
        """Filter → values, of this collection."""
        resources = self.session.offer.resources if self.session.offer else {}
        return dict(resources.get(self.COLLECTION, {}).get("filters", {}))

    def vocabulary(self) -> Vocabulary:
        """What the bar understands."""
        return Vocabulary(self.offered_filters(), kinds=self.KINDS, once=self.ONCE)

    def above(self) -> ComposeResult:
        self.begin()
        yield FilterBar(
            self.vocabulary(),
            check=self.objection,
            start=self.start,
            empty=self.ALL,
            examples=self.EXAMPLES,
            id="filter",
        )

    @on(RecordTable.Loaded)
    def _say_total(self, message: RecordTable.Loaded) -> None:
        self.bar.show_total(message.total)

    def action_filter(self) -> None:
        self.bar.open()

    def on_filter_bar_chosen(self, message: FilterBar.Chosen) -> None:
        self.show_filtered(message.filter)
        self.table.focus()

    def on_filter_bar_left(self) -> None:
        self.table.focus()

    def show_filtered(self, chosen: Filter) -> None:
        """Start on the list anew with another filter."""
        self.filter = chosen
        self.bar.show(chosen)
        self.bar.show_total("")
        self.table.show(self.source())
        self.refresh_bindings()

    def go_to_those(self, words: str) -> None:
        """Show what a filter finds, as one would type it."""
        found = parse(words, self.vocabulary())
        if isinstance(found, Filter):
            self.remove_class("-inside")
            self.show_filtered(found)
            self.table.focus()

    # The way back

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return super().check_action(action, parameters) or (action == "back" and self.filter != self.start)

    def action_back(self) -> None:
        """Out of the detail, then away with what is said, then back to the list as it started."""
        nothing_else = not self.has_class("-inside") and not self.query_one("#notice").display
        super().action_back()
        if nothing_else and self.filter != self.start:
            self.show_filtered(self.start)
