"""The worker that `serve` runs beside itself: started once it listens, started again when it ends, ended with it."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import os
import subprocess
import sys
import time

from console.platform_api.starting import places_of
from console.stop_with_parent import STOP_WITH_STDIN

log = logging.getLogger("petworks.platform")

START_AFTER = 1.0
"""Seconds in which the first answers have the machine to themselves."""

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
STEADY_AFTER = 60.0
"""One that ran so long has earned a first pause again."""

STOP_SECONDS = 5.0
MISCONFIGURED = 2


class WorkerBeside:
    """It holds a pipe to the worker's standard input: however this process ends, the worker reads the end of it and ends too."""

    def __init__(self, options: argparse.Namespace) -> None:
        order = ["platform", "work", *places_of(options)]
        self.command = [sys.executable, "-P", "-m", "console", *order]
        self.process: asyncio.subprocess.Process | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._keep())

    async def end(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _keep(self) -> None:
        pause = FIRST_PAUSE
        await asyncio.sleep(START_AFTER)
        while True:
            started = time.monotonic()
            code = await self._run()
            if code == MISCONFIGURED:
                log.error(
                    "The worker can't start, so refunds and mail wait. Mend what it says, then: petworks platform work"
                )
                return
            steady = time.monotonic() - started >= STEADY_AFTER
            pause = FIRST_PAUSE if steady else min(pause * 2, LONGEST_PAUSE)
            log.error("The worker ended (%s); it is started again in %.0f seconds.", code, pause)
            await asyncio.sleep(pause)

    async def _run(self) -> int:
        """Its exit code. Cancelled, it ends the worker first."""
        self.process = process = await asyncio.create_subprocess_exec(
            *self.command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            env=os.environ | {STOP_WITH_STDIN: "1"},
            start_new_session=True,  # ctrl+c in the terminal is for serve, which tells it
        )
        try:
            return await process.wait()
        finally:
            await asyncio.shield(_stop(process))


async def _stop(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    assert process.stdin is not None
    process.stdin.close()
    try:
        await asyncio.wait_for(process.wait(), STOP_SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()
