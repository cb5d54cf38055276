"""What a record is linked to, and the way there: at once where there is one, else it is chosen from a list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual.content import Content
from textual.widgets.option_list import Option

from console.records.record import Record
from console.text import line
from screens.parts.doing import DoingScreen
from screens.parts.jump import Place
from screens.parts.pick import Pick
from screens.parts.problems import Notice
from screens.parts.shell import Go

Linked = Mapping[str, tuple[Place, Content]]
"""Number → where it stands, and that it is this to the record."""


class LinkedScreen(DoingScreen):
    """Override `linked_places`, and bind a key to `open_linked`."""

    LINKS: ClassVar[str] = "{number} is about"
    """Above the list of them."""

    def linked_places(self, record: Record) -> Linked:
        """Those that the role has a screen for."""
        raise NotImplementedError

    def action_open_linked(self) -> None:
        self.with_selected(self._open_linked, "open what {number} is about")

    async def _open_linked(self, record: Record) -> None:
        places = self.linked_places(record)
        if not places:
            nothing = Notice("said", f"{record.number} is linked to nothing that your role sees.")
            self.post_message(self.Refused(nothing))
            return
        title = Content(self.LINKS.replace("{number}", record.number))
        options = [Option(words, id=number) for number, (_, words) in places.items()]
        one = next(iter(places)) if len(places) == 1 else None
        chosen = one or await self.app.push_screen_wait(Pick(title, options))
        if chosen is not None:
            self.shell.post_message(Go(places[chosen][0]))


def named(number: str | None, what: str) -> Content:
    return Content.assemble(line(number).stylize("bold"), f"  {what}")
