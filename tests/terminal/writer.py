"""The dialog for messages in a terminal of its own; what it answers is printed at the end. SIGUSR1 locks it."""

from __future__ import annotations

import asyncio
import signal

from textual.app import App, ComposeResult
from textual.widgets import Static

from console.raw import Raw
from screens.parts.composer_dialog import Composed, Composer, Filled, Writing, Written

REPLY = Writing(title="Reply on T-204", purpose="reply", ticket="T-204", person="U-104")


class Writer(App[int]):
    """As much of the console as an editor in front of it needs."""

    is_hidden = False

    def compose(self) -> ComposeResult:
        yield Static()

    def on_mount(self) -> None:
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGUSR1, self.lock)
        loop.add_signal_handler(signal.SIGTERM, lambda: self.exit(return_code=143))
        before = Written(Raw("Your question"), Raw("as it was typed"))
        self.push_screen(Composer(REPLY, {}, before, self.fill), self.answered)

    async def fill(self, code: str) -> Filled:
        raise NotImplementedError

    def used(self) -> None:
        """A key was pressed in the editor."""

    def lock(self) -> None:
        self.is_hidden = True
        assert isinstance(self.screen, Composer)
        self.screen.put_away()

    def answered(self, composed: Composed | None) -> None:
        assert composed is not None
        self.exit(message=f"answered {composed.go_on} {composed.written.text.typed!a}")


if __name__ == "__main__":
    writer = Writer()
    writer.run()
    raise SystemExit(writer.return_code)
