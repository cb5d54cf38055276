"""`petworks platform work`: refunds, what the processor tells, reports. Ends kindly after the step that it is at."""

from __future__ import annotations

import argparse
import logging
import signal
import sys
from types import FrameType

from console.platform_api.erasure_replay import say_brought_back
from console.platform_api.migrate import make_ready
from console.platform_api.platform import Platform, open_platform
from console.platform_api.processors import processor_of
from console.platform_api.starting import add_places, check_rights, leave_nothing_behind
from console.platform_api.work import Worker

SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_places(parser)  # the environment must be said: as a demo, a worker of production would refund by the simulator
    parser.add_argument("--once", action="store_true", help="do what is due now, and end")


def run(options: argparse.Namespace) -> int:
    """0 when it has done what was due; 128 + the signal that ended it."""
    leave_nothing_behind()
    logging.basicConfig(stream=sys.stderr, format="petworks work: %(message)s", level=logging.WARNING)
    make_ready(options.data, options.database, options.vault_database)
    platform = open_platform(options.data, options.database, options.vault_database, options.environment)
    try:
        check_rights(platform)
        say_brought_back(platform)
        return work(platform, once=options.once)
    finally:
        platform.close()


def work(platform: Platform, *, once: bool = False) -> int:
    worker = Worker(platform, processor_of(platform))
    ended_by: list[int] = []

    def stop(number: int, _: FrameType | None) -> None:
        ended_by.append(number)
        worker.stop.set()

    for number in SIGNALS:
        signal.signal(number, stop)
    if once:
        worker.run_all()
    else:
        worker.run()
    return 128 + ended_by[0] if ended_by else 0
