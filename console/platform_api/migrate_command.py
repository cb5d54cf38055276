"""`petworks platform migrate`."""

from __future__ import annotations

import argparse
from pathlib import Path

from console.platform_api.migrate import HEADS, migrate


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, required=True, help="the platform's data folder")
    parser.add_argument("--database", help="the records database, if it isn't a file in that folder")
    parser.add_argument("--vault-database", help="the vault database, if it isn't the sibling of the records")


def run(options: argparse.Namespace) -> int:
    migrate(options.data, options.database, options.vault_database)
    heads = ", ".join(f"{schema} {revision}" for schema, revision in HEADS.items())
    print(f"The databases are up to date: {heads}.")  # noqa: T201 - the command speaks to the terminal
    return 0
