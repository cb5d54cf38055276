"""A real worker that is killed (-9) at one step: `forked.run("tests.platform_api.killed_worker", data, url, step)`; URL - for SQLite.

The steps are wrapped here, so that the worker itself knows nothing of it.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from console.platform_api import jobs, refund_job, sync_job, webhooks
from console.platform_api.platform import open_platform
from console.platform_api.processors import built_in
from console.platform_api.processors.built_in import BuiltIn
from console.platform_api.work_command import work as run_worker


def die(*_: Any, **__: Any) -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("nobody comes here")


def before(place: Any, name: str) -> None:
    setattr(place, name, die)


def after(place: Any, name: str) -> None:
    real: Callable[..., Any] = getattr(place, name)

    def then_die(*given: Any, **named: Any) -> NoReturn:
        real(*given, **named)
        die()

    setattr(place, name, then_die)


STEPS: dict[str, Callable[[], None]] = {
    "claimed": lambda: after(jobs, "claim"),
    "begun, not committed": lambda: after(refund_job, "disclose"),
    "begun": lambda: after(refund_job, "_begin"),
    "on the way to the processor": lambda: before(BuiltIn, "take"),
    "done, and the answer lost": lambda: after(BuiltIn, "take"),
    "answered": lambda: after(refund_job, "_found_or_sent"),
    "written, not committed": lambda: before(jobs, "done"),
    "finished": lambda: after(refund_job, "_finish"),
    "told, not remembered": lambda: before(webhooks, "own_work"),
    "told, and told again": lambda: before(BuiltIn, "taken"),
    "fetched": lambda: before(sync_job, "apply_truth"),
    "applied, not committed": lambda: after(sync_job, "apply_truth"),
}


def main(data: str, url: str, step: str) -> int:
    platform = open_platform(Path(data), None if url == "-" else url)
    built_in(platform)
    STEPS[step]()
    return run_worker(platform, once=True)
