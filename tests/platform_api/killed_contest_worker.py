"""A real worker that is killed (-9) while it purges a contest: `forked.run("tests.platform_api.killed_contest_worker", data, url, step)`.

The URL is - for SQLite. The step: `keys`, between the keys of the first batch and its columns; `committed`, once the first batch is; `purged`,
before the last word.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from console.platform_api import contest_jobs, contest_purge_job
from console.platform_api.platform import open_platform
from console.platform_api.vault import Vault
from console.platform_api.work_command import work as run_worker
from tests.platform_api.killed_worker import after, before, die

AT_ONCE = 20


def _second_time(place: Any, name: str) -> None:
    real, begun = getattr(place, name), list[bool]()

    def once(*given: Any) -> Any:
        if begun:
            die()
        begun.append(True)
        return real(*given)

    setattr(place, name, once)


STEPS: dict[str, Callable[[], None]] = {
    "keys": lambda: after(Vault, "forget"),
    "committed": lambda: _second_time(contest_purge_job, "_purge_some"),
    "purged": lambda: before(contest_purge_job, "end_settled"),
}


def main(data: str, url: str, step: str) -> int:
    contest_jobs.AT_ONCE = AT_ONCE
    STEPS[step]()
    return run_worker(open_platform(Path(data), None if url == "-" else url), once=True)
