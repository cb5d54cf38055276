"""One of several processes that append at once: python -m tests.platform_api.appending DATA URL ROWS."""

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from console.platform_api.audit import Entry, append
from console.platform_api.database import Database
from console.platform_api.ids import new_id
from console.platform_api.keys import Keys
from console.platform_api.recorder import Recorder


def entry(**more: Any) -> Entry:
    """A look at somebody; `more` is what the row should say instead."""
    usual = {
        "at": datetime.now(UTC),
        "actor": new_id(),
        "role": "support",
        "resource": "users",
        "action": "read",
        "outcome": "done",
        "subject": "ab" * 16,
        "ticket": new_id(),
        "fields": ("name", "email"),
        "request": "a1b2",
    }
    return Entry(**{**usual, **more})


async def read_and_write(recorder: Recorder, database: Database, rows: int) -> None:
    """Half of the rows in groups, as reads do; half in transactions of their own, as writes do."""
    for _ in range(0, rows, 10):
        await asyncio.gather(*(recorder.record(entry()) for _ in range(5)))
        for _ in range(5):
            await asyncio.to_thread(write, database)


def write(database: Database) -> None:
    with database.writing() as session:
        append(session, [entry(action="correct", details={"version": 2})])


def main(data: Path, url: str, rows: int) -> None:
    database = Database(url)
    recorder = Recorder(database, data, Keys.load(data))
    asyncio.run(read_and_write(recorder, database, rows))
    recorder.close()
    database.dispose()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
