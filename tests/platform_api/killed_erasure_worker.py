"""A real worker that is killed (-9) at one step of an erasure: `python -m tests.platform_api.killed_erasure_worker DATA STEP`."""

from __future__ import annotations

import sys
from pathlib import Path

from console.platform_api import erasure_job
from console.platform_api.erasing import Erasure, advance
from console.platform_api.platform import open_platform
from console.platform_api.transaction import Transaction
from console.platform_api.work_command import work as run_worker
from tests.platform_api.killed_worker import die


def main(data: str, fatal: str) -> int:
    def until(work: Transaction, erasure: Erasure, step: str) -> str | None:
        after = advance(work, erasure, step)
        return die() if step == fatal else after

    setattr(erasure_job, "advance", until)  # noqa: B010 - a function can't be assigned to
    return run_worker(open_platform(Path(data)), once=True)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
