"""A box to tick whose state is a sign, not only a colour."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Checkbox


class Tick(Checkbox):
    """Textual draws the same cross for on and off, and tells them apart by colour alone."""

    @property
    def _button(self) -> Content:
        return Content("[x]" if self.value else "[ ]")
