"""Saving a draft of a survey or a contest, new or changed, and showing it where it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from console.client import path
from console.records.record import Record
from console.text import line
from screens.parts.exporting import ExportingScreen


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

    def made(self, record: Record, said: str) -> None:
        self.table.reload()
        self._gone_to = self._number = record.number
        self.go_inside()
        self.arrived(record, line(said).plain)
