"""Any list as a stream of JSON lines: what the list shows, masked as it shows it, however long it is.

Who exports, and which filters, is on the log before the first row leaves; how many rows left is on it when the stream ends, however it
ends. A stream that breaks off is cut short for its reader too, so part of a list never looks like the whole.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import anyio
from pydantic_core import to_json
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from console import access
from console.platform_api import projection
from console.platform_api.entities import Entity
from console.platform_api.facts import base_facts, load_case
from console.platform_api.guard import Ask
from console.platform_api.listing import Listing, Params, Place, listing
from console.platform_api.paging import fetch
from console.platform_api.problems import BadRequest
from console.platform_api.store import asker_of, refuse_unless
from console.platform_api.totals import total

BATCH = 500
TOTAL = "Petworks-Total"
"""The header that says how many rows are to come: `1200; exact` or `48000; estimated`."""

MEDIA_TYPE = "application/x-ndjson"


@dataclass
class Rows:
    """The rows of one export under way. `sent` are those that the connection has taken."""

    ask: Ask
    listing: Listing
    sent: int = 0
    whole: bool = False

    async def lines(self) -> AsyncIterator[bytes]:
        """A batch at a time, each read anew from where the last one ended: no reader stays open while the client is slow."""
        place: Place | None = None
        more = True
        while more:
            items, place = await run_in_threadpool(self._batch, place)
            more = len(items) == BATCH
            if items:
                yield b"".join(to_json(item) + b"\n" for item in items)
            self.sent += len(items)
        self.whole = True
        await self.record()

    async def record(self) -> None:
        """How many rows left. Of a whole export that is on the log before its end leaves."""
        entry = self.ask.entry("done" if self.whole else "failed", details={"rows": self.sent, "whole": self.whole})
        await self.ask.platform.recorder.record(replace(entry, at=self.ask.platform.clock()))

    def _batch(self, place: Place | None) -> tuple[list[dict[str, Any]], Place | None]:
        ask, entity = self.ask, self.listing.entity
        with ask.platform.database.reading() as connection:
            rows = fetch(connection, self.listing, place, BATCH)
            items = projection.page(ask, connection, entity, rows, load_case(connection, ask.case)) if rows else []
        return items, self.listing.place_of(rows[-1]) if rows else None


class ExportAnswer(StreamingResponse):
    """Puts the number of rows that left on the log, also when the client goes away in the middle."""

    def __init__(self, rows: Rows, headers: Mapping[str, str]) -> None:
        super().__init__(rows.lines(), media_type=MEDIA_TYPE, headers=headers)
        self._rows = rows

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            if not self._rows.whole:
                with anyio.CancelScope(shield=True):
                    await self._rows.record()


async def export(ask: Ask, entity: Entity, filters: Params, sort: str | None = None) -> ExportAnswer:
    """The whole list that these filters and this order give. BadRequest for a filter or an order that there is none of."""
    refuse_unless(access.may(ask.actor.roles, entity.resource, "export", base_facts(ask.actor, ask.now)))
    if set(filters) - set(entity.filters):
        raise BadRequest(f"There is no such filter: this list takes {', '.join(sorted(entity.filters))}.")
    params = filters if sort is None else {**filters, "sort": [sort]}
    listed, (count, exact) = await run_in_threadpool(_opened, ask, entity, params)
    details = {"filters": sorted(filters), "count": count, "exact": exact}
    await ask.platform.recorder.record(ask.entry(details=details))
    return ExportAnswer(Rows(ask, listed), {TOTAL: f"{count}; {'exact' if exact else 'estimated'}"})


def _opened(ask: Ask, entity: Entity, params: Params) -> tuple[Listing, tuple[int, bool]]:
    with ask.platform.database.reading() as connection:
        listed = listing(ask, connection, entity, params, asker_of(ask))
        return listed, total(connection, listed)
