"""What every process of the platform does first: where the data are, whom it runs as, what it leaves behind when it crashes."""

from __future__ import annotations

import argparse
import os
import resource
from pathlib import Path

from sqlalchemy import text

from console.platform_api.database import RUNTIME_ROLE
from console.platform_api.migrate import SchemaError
from console.platform_api.platform import Platform

ENVIRONMENTS = ("demo", "staging", "production")


def add_places(parser: argparse.ArgumentParser, environment: str | None = None) -> None:
    """`environment`: what it is unless it is said; None: it must be said."""
    parser.add_argument("--data", type=Path, required=True, help="the folder for databases, keys and checkpoints")
    parser.add_argument(
        "--database", help="the records database, if it isn't a file in that folder (postgresql+psycopg://…)"
    )
    parser.add_argument("--vault-database", help="the vault database (default: the same with _vault at its end)")
    must = environment is None
    parser.add_argument("--environment", choices=ENVIRONMENTS, default=environment, required=must)


def places_of(options: argparse.Namespace) -> list[str]:
    """The same options again, for a process that works on the same data."""
    named = {name: getattr(options, name) for name in ("data", "database", "vault_database", "environment")}
    pairs = ((f"--{name.replace('_', '-')}", str(value)) for name, value in named.items() if value is not None)
    return [part for pair in pairs for part in pair]


def leave_nothing_behind() -> None:
    """Files that nobody else reads, and no core file: it would hold keys and values."""
    os.umask(0o077)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def check_rights(platform: Platform) -> None:
    """On PostgreSQL the connections must have dropped to the role that can't change the log."""
    for database in (platform.database, platform.vault.database):
        if database.sqlite:
            continue
        with database.reading() as connection:
            who = connection.execute(text("SELECT current_user")).scalar()
        if who != RUNTIME_ROLE:
            raise SchemaError(f"The role {RUNTIME_ROLE} is missing. Run: petworks platform migrate")
