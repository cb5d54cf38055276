"""A filtered list in an order that can be chosen, where neither filter nor order hinders the other."""

from __future__ import annotations

from screens.parts.filtered import FilteredScreen
from screens.parts.listing import Listing
from screens.parts.sorting import SortedScreen


class OrderedScreen(SortedScreen, FilteredScreen):
    """The order stands in the filter bar, and at the column that it goes by."""

    def source(self) -> Listing:
        return Listing(self.client, self.COLLECTION, {**self.filter.params, "sort": self.sort})

    def on_mount(self) -> None:
        self._show_order()

    def sort_by(self, sort: str) -> None:
        self.sort = sort
        self._show_order()
        self.show_filtered(self.filter)

    def _show_order(self) -> None:
        self.table.sort = self.sort
        self.bar.show_order(self.ORDERS[self.sort])
