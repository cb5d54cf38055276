"""A real worker that is killed (-9) at one step of an erasure or of a package:

    forked.run("tests.platform_api.killed_privacy_worker", data, url, minutes, step)

The minutes: how much later it is for it than for everybody else, so that the lease of one that was killed before has lapsed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from console.platform_api import erasure_job, jobs
from console.platform_api.access_package import building
from console.platform_api.erasing import Erasure, advance
from console.platform_api.platform import open_platform, utc_now
from console.platform_api.transaction import Transaction
from console.platform_api.work_command import work as run_worker
from tests.platform_api.killed_worker import after, before, die


def while_erasing(fatal: str) -> Callable[[], None]:
    """Once the step has done all that it does, the vault's own commit among it, and its transaction hasn't committed."""

    def until(work: Transaction, erasure: Erasure, step: str) -> str | None:
        found = advance(work, erasure, step)
        return die() if step.partition(":")[0] == fatal else found

    return lambda: setattr(erasure_job, "advance", until)


ERASING: dict[str, Callable[[], None]] = {
    **{step: while_erasing(step) for step in ("begin", "redact", "keep", "clear", "unlock", "finish")},
    "settle": lambda: before(erasure_job, "settle"),
    "settled": lambda: after(erasure_job, "settle"),
}

BUILDING: dict[str, Callable[[], None]] = {
    "claimed": lambda: after(jobs, "claim"),
    "gathered": lambda: after(building, "gather"),
    "written, not committed": lambda: after(building, "write_stretch"),
    "told, not committed": lambda: after(building, "_tell"),
    "a stretch committed": lambda: after(building, "_write"),
    "hashed": lambda: after(building, "content_of"),
    "done, not committed": lambda: after(jobs, "done"),
    "finished": lambda: after(building, "_finish"),
}


def main(data: str, url: str, minutes: str, step: str) -> int:
    platform = open_platform(Path(data), None if url == "-" else url)
    platform.clock = lambda: utc_now() + timedelta(minutes=int(minutes))
    (ERASING | BUILDING)[step]()
    return run_worker(platform, once=True)
