"""`petworks platform replay-erasures`: to be run after a restore, before the platform serves again."""

from __future__ import annotations

import argparse

from console.platform_api.erasure_replay import replay_all
from console.platform_api.migrate import make_ready
from console.platform_api.platform import open_platform
from console.platform_api.starting import add_places, check_rights, leave_nothing_behind


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_places(parser, "production")


def run(options: argparse.Namespace) -> int:
    leave_nothing_behind()
    make_ready(options.data, options.database, options.vault_database)
    platform = open_platform(options.data, options.database, options.vault_database, options.environment)
    try:
        check_rights(platform)
        count = replay_all(platform)
    finally:
        platform.close()
    print(f"Persons erased again: {count}.")  # noqa: T201 - the command speaks to the terminal
    return 0
