"""A list without a tab of its own: it opens what its rows are about, and leads back to the tab that it stands within."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual.binding import Binding, BindingType

from console.records.record import Record
from screens.parts.filtered import FilteredScreen
from screens.parts.head import WITHIN
from screens.parts.jump import PREFIXES, Place, parse
from screens.parts.linked import Linked, LinkedScreen, named
from screens.parts.shell import Go


class WithinScreen(LinkedScreen, FilteredScreen):
    """Override `linked`; escape on the list as it started goes to the tab."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("o", "open_linked", "open linked", id="open-of-within")]

    def linked(self, record: Record) -> Mapping[str, str]:
        """Number → what it is to the record."""
        raise NotImplementedError

    @property
    def _tab(self) -> str:
        return WITHIN[self.NAME][0]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "open_linked":
            return bool({"users", "tickets", "orders"} & set(self.shell.tab_names))
        if action == "back":
            return self._tab in self.shell.tab_names or super().check_action(action, parameters)
        return super().check_action(action, parameters)

    def action_back(self) -> None:
        nothing_else = not self.has_class("-inside") and not self.query_one("#notice").display
        if nothing_else and self.filter == self.start and self._tab in self.shell.tab_names:
            self.shell.post_message(Go(Place(self._tab)))
        else:
            super().action_back()

    def linked_places(self, record: Record) -> Linked:
        return {
            number: (place, named(number, what))
            for number, what in self.linked(record).items()
            if (place := self._place(number))
        }

    def _place(self, number: str) -> Place | None:
        """A pseudonym, or what the role has no screen for, leads nowhere."""
        known = number.partition("-")[0] in PREFIXES
        place = parse(number, self.shell.tab_names) if known else ""
        return place if isinstance(place, Place) else None
