"""A list whose order can be chosen: by `s`, or by a click on a column's title."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets.option_list import Option

from screens.parts.list_detail import ListDetailScreen
from screens.parts.pick import Pick
from screens.parts.record_table import RecordTable


class SortedScreen(ListDetailScreen):
    """Override `ORDERS` and `sort_by`; `sort` is the order that is on."""

    ORDERS: ClassVar[Mapping[str, str]] = {}
    """Sort → words, the first one first."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("s", "sort", "sort", id="sort")]

    @dataclass
    class SortChosen(Message):
        """Another order of the list."""

        sort: str

    def __init__(self) -> None:
        super().__init__()
        self.sort = next(iter(self.ORDERS))

    def sort_by(self, sort: str) -> None:
        """Start on the list anew in another order, or say why not."""
        raise NotImplementedError

    def action_sort(self) -> None:
        self.work(self._choose_sort(), "choose an order")

    async def _choose_sort(self) -> None:
        options = [Option(Content(words), id=sort) for sort, words in self.ORDERS.items()]
        chosen = await self.app.push_screen_wait(Pick(Content("In which order"), options))
        if chosen is not None:
            self.post_message(self.SortChosen(chosen))

    def on_record_table_sort_asked(self, message: RecordTable.SortAsked) -> None:
        falling = f"-{message.sort}"
        self.post_message(self.SortChosen(message.sort if self.sort == falling else falling))

    def on_sorted_screen_sort_chosen(self, message: SortChosen) -> None:
        self.sort_by(message.sort)
