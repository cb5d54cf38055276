"""An app in which an employee finds the place again that they left: the screen, its list as it was filtered, the record."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from console.views import LastPlace, NotKept
from screens.parts.change_feed import ChangeFeed
from screens.parts.problems import Notice


class ReturningApp(ChangeFeed):
    """The place is noted at a lock, at a sign-out and at the end; what may be kept of it says `keepable`."""

    def note_place(self) -> None:
        """Nobody waits for it, and nobody is told when it can't be kept."""
        if self.current_mode in self.tab_names:
            with suppress(NotKept):
                self.views.leave(self.current.left_at())

    def last_place(self) -> LastPlace | None:
        """Where this employee was, if they still have that screen."""
        with suppress(NotKept):
            place = self.views.place()
            return place if place is not None and place.screen in self.tab_names else None
        return None

    def say_damaged(self) -> None:
        """Once, when the file of views and places could not be read and was put aside."""
        aside, self.views.set_aside = self.views.set_aside, None
        if aside is not None:
            said = "The file of your saved views was damaged, and a new one begins."
            self.current.say_too(Notice("failed", said, f"The old one is {aside}."))

    def exit(self, *args: Any, **kwargs: Any) -> None:
        self.note_place()
        super().exit(*args, **kwargs)
