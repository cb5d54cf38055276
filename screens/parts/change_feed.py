"""An app that follows the platform's change feed, which also tells whether the connection is there."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from textual.message import Message

from console.errors import ConnectionFailed, NotSignedIn
from screens.parts.case_keeper import CaseKeeper
from screens.parts.job import Job
from screens.parts.shell import Change, SessionEnded

FEED_SECONDS = 3.0
"""How often it is asked."""


class ChangeFeed(CaseKeeper):
    """What it tells goes to all screens, by `records_changed`."""

    @dataclass
    class Fed(Message):
        """The change feed answered, or failed."""

        changes: tuple[Change, ...]
        error: Exception | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._fed: int | None = None

    def follow(self) -> None:
        """From now on, instead of whatever was followed before."""
        self.run_worker(Job(self._feed()), group="feed", exclusive=True, exit_on_error=False)

    def follow_no_more(self) -> None:
        self.workers.cancel_group(self, "feed")

    async def _feed(self) -> None:
        while True:
            try:
                self.post_message(self.Fed(await self._changes()))
            except Exception as error:  # noqa: BLE001 - the feed goes on whatever comes
                self.post_message(self.Fed((), error))
            await asyncio.sleep(FEED_SECONDS)

    async def _changes(self) -> tuple[Change, ...]:
        changes = await self.session.client.changes(self._fed)
        self._fed = changes.last
        return tuple(Change(each.resource, each.id, each.version) for each in changes.items)

    def on_change_feed_fed(self, message: Fed) -> None:
        error = message.error
        if isinstance(error, NotSignedIn):
            self.post_message(SessionEnded(error))
        elif isinstance(error, ConnectionFailed):
            self.heard(live=False)
        elif error is None:
            self.heard(live=True)
        if message.changes:
            self.records_changed.publish(message.changes)
            self.case_may_have_changed(message.changes)
