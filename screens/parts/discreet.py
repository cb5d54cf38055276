"""An app that leaves nothing behind of what it showed: no pictures, no files, no passwords, no locals in a crash."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from rich.text import Text
from textual.app import SystemCommand
from textual.filter import LineFilter
from textual.screen import Screen
from textual.widgets import Input

from console.crash import report
from console.text import SafeLines
from screens.parts.type_ahead import TypeAheadApp

REFUSED = "Pictures and files of the screen are not made here: they would hold personal values."


class DiscreetApp(TypeAheadApp):
    """Overrides the ways in which Textual would keep or print what was on the screen."""

    def __init__(self) -> None:
        super().__init__()
        self._safe_lines = SafeLines()

    def get_line_filters(self) -> Sequence[LineFilter]:
        return [*super().get_line_filters(), self._safe_lines]

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """The palette's own commands, without the one that writes a world-readable picture."""
        return (command for command in super().get_system_commands(screen) if command.title != "Screenshot")

    def action_screenshot(self, *args: Any, **kwargs: Any) -> None:
        self._refuse()

    def save_screenshot(self, *args: Any, **kwargs: Any) -> str:
        self._refuse()
        return ""

    def deliver_screenshot(self, *args: Any, **kwargs: Any) -> str | None:
        return self._refuse()

    def deliver_text(self, *args: Any, **kwargs: Any) -> str | None:
        return self._refuse()

    def deliver_binary(self, *args: Any, **kwargs: Any) -> str | None:
        return self._refuse()

    def copy_to_clipboard(self, text: str) -> None:
        """Copy by the terminal's own escape sequence, which works over ssh; never what stands in a password field."""
        focused = self.focused
        if isinstance(focused, Input) and focused.password:
            self.notify("A password is not copied.", markup=False, severity="warning")
        else:
            super().copy_to_clipboard(text)

    def _refuse(self) -> str | None:
        """Says so; nothing was delivered, so there is no key of a delivery."""
        self.notify(REFUSED, markup=False, severity="warning")
        return None

    def _handle_exception(self, error: Exception) -> None:
        """End the app with a report that has types and places only: Textual's own prints locals, tokens among them."""
        self._return_code = 1
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
            self._exit_renderables.append(Text(report(error)))
        self._close_messages_no_wait()
