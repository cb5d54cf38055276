"""An app that leaves nothing in clear when nobody is looking: the lock, the idle time, the terminal out of focus."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from textual import events

from screens.lock import LockScreen
from screens.parts.returning import ReturningApp

UNFOCUSED = timedelta(seconds=60)
"""After so long without the terminal's focus nothing stays in clear."""


class GuardedApp(ReturningApp):
    """`idle` is how long nobody may press a key before it locks."""

    def __init__(self, *args: Any, idle: timedelta, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._idle = idle
        self._used = self.clock()
        self._blurred: datetime | None = None
        self._place = ""
        """The screen to go on with after a lock."""

    def on_mount(self) -> None:
        self.set_interval(1, self._tick)

    def used(self) -> None:
        """Somebody is there."""
        self._used = self.clock()

    def hide(self) -> None:
        """Remember the place, and wipe what is in clear, files too."""
        self.note_place()
        if self.current_mode in self.tab_names:
            self._place = self.current_mode
        self.follow_no_more()
        self.saved_documents.clear()
        self.wipe()
        self.put_away(lambda dialog: dialog.LASTS)

    async def action_lock(self) -> None:
        if self.current_mode not in self.tab_names:
            return
        self.forget_revealed()
        self.hide()
        self.add_mode("lock", lambda: LockScreen(self.session))
        await self.switch_mode("lock")

    async def _tick(self) -> None:
        now = self.clock()
        if self._blurred is not None and now - self._blurred >= UNFOCUSED:
            self.wipe()
        if self.revealed.sweep():
            self.reveals_changed.publish(None)
            self.put_away()
        self.look_when_claim_is_over()
        if now - self._used >= self._idle:
            await self.action_lock()

    async def on_event(self, event: events.Event) -> None:
        if isinstance(
            event, events.Key | events.MouseDown | events.MouseScrollDown | events.MouseScrollUp | events.Paste
        ):
            self.used()
        await super().on_event(event)

    def on_app_blur(self) -> None:
        self._blurred = self.clock()

    def on_app_focus(self) -> None:
        self._blurred = None
