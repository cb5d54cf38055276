"""`petworks platform rewrap`: a new epoch of the master key now; the worker does this by itself within a week of an erasure."""

from __future__ import annotations

import argparse

from console.platform_api import rewrap_job
from console.platform_api.platform import Platform, open_platform
from console.platform_api.starting import add_places, check_rights, leave_nothing_behind


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_places(parser, "production")
    parser.add_argument(
        "--destroy-now",
        action="store_true",
        help="destroy the old epoch at once: no other process of the platform may run",
    )


def run(options: argparse.Namespace) -> int:
    leave_nothing_behind()
    platform = open_platform(options.data, options.database, options.vault_database, options.environment)
    try:
        check_rights(platform)
        print(rewrap(platform, at_once=options.destroy_now))  # noqa: T201 - the command speaks to the terminal
    finally:
        platform.close()
    return 0


def rewrap(platform: Platform, *, at_once: bool) -> str:
    old = platform.vault.epoch
    rewrap_job.begin(platform, old)
    after = platform.vault.rewrap()
    while after is not None:
        after = platform.vault.rewrap(after)
    if at_once:
        rewrap_job.destroy(platform, old)
        return f"All keys are wrapped under epoch {old + 1}; epoch {old} is destroyed."
    rewrap_job.hand_over(platform, old)
    return f"All keys are wrapped under epoch {old + 1}; the worker destroys epoch {old} within two hours."
