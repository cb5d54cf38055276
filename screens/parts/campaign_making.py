"""Saving a draft of a survey or a contest, new or changed, and showing it where it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from textual.content import Content
from textual.widgets.option_list import Option

from console.client import path
from console.records.record import Record
from console.text import line
from screens.parts.asking import forget, kept
from screens.parts.exporting import ExportingScreen
from screens.parts.pick import Pick

THEIRS = "theirs"
CHANGED: Mapping[str, str] = {
    THEIRS: "Begin with what is there now: what you typed is forgotten",
    "mine": "Go on with what you typed: saved, it takes the place of what is there",
}
"""What becomes of a draft that others got ahead of."""


class MakingScreen(ExportingScreen):
    """`save` sends a draft once, whatever becomes of the answer; `made` shows it, whether the list as filtered has it or not."""

    async def save(self, collection: str, record: Record | None, wish: Mapping[str, Any]) -> Record:
        if record is not None:
            return await self.send(record, "edit", wish)

        async def make(key: str) -> Record:
            answer = await self.client.post(path(collection), wish, key=key)
            made: Record = await self.client.record(collection, str(answer.body["id"]))
            return made

        return await self.once(("make", collection, repr(sorted(wish.items()))), make)

    async def goes_on(self, place: str, record: Record | None) -> bool:
        """Whether to write; of what was typed over a version that others have changed since, whoever typed it says what becomes of it."""
        draft = kept(self, place)
        if draft is None or record is None or draft.version == record.version:
            return True
        title = Content(f"{record.number} was changed since you typed, and not by you")
        chosen = await self.app.push_screen_wait(
            Pick(title, [Option(Content(said), id=what) for what, said in CHANGED.items()])
        )
        if chosen == THEIRS:
            forget(self, place)
        return chosen is not None

    def made(self, record: Record, said: str) -> None:
        self.table.reload()
        self._gone_to = self._number = record.number
        self.go_inside()
        self.arrived(record, line(said).plain)
