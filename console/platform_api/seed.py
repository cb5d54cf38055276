"""`petworks platform seed`: sample data of any size, the same each time for the same seed and number.

What differs are keys, pseudonyms and all that is sealed under them, password hashes, and when the claims on tickets lapse: half an
hour after the filling.
"""

from __future__ import annotations

import argparse
import os
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from console.platform_api.database import Database
from console.platform_api.migrate import make_ready
from console.platform_api.platform import locations
from console.platform_api.seed_applicants import open_in
from console.platform_api.seed_employees import employee_ids, refuse_weak
from console.platform_api.seed_filling import Filling, Report, SeedError, report_on_stderr
from console.platform_api.seed_people import UNTIL_DEFAULT, YEARS
from console.platform_api.seed_rows import Plan
from console.platform_api.seed_tickets import Desk
from console.platform_api.tables import EmployeeRow, UserRow

PASSWORD = "PETWORKS_SEED_PASSWORD"  # noqa: S105 - the variable's name
MOST_USERS = 100_000_000
TEAMS = {"support": ("support", "support2"), "billing": ("billing", "billing2"), "managers": ("manager", "manager2")}
"""Who works on cases in the sample data: team → accounts."""

LEASE = timedelta(minutes=30)
PROCESSES = min(4, os.cpu_count() or 1)


@dataclass(frozen=True)
class Seeded:
    users: int
    orders: int
    tickets: int
    applications: int
    employees: int
    seconds: float


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, required=True, help="the platform's data folder")
    parser.add_argument("--database", help="the records database, if it isn't a file in that folder")
    parser.add_argument("--vault-database", help="the vault database, if it isn't the sibling of the records")
    parser.add_argument("--users", type=_count, default=2_000, help="how many (default: 2000)")
    parser.add_argument("--seed", type=int, default=1, help="another number, other data (default: 1)")
    parser.add_argument(
        "--employees", action="store_true", help=f"add two of every role, with the password in {PASSWORD}"
    )
    parser.add_argument(
        "--until", type=_moment, help="when the sample data end: a time, or `now` (default: a fixed one)"
    )


def run(options: argparse.Namespace) -> int:
    make_ready(options.data, options.database, options.vault_database)
    done = seed(
        options.data, options.database, options.vault_database,
        users=options.users, seed=options.seed, employees=options.employees, until=options.until,
    )  # fmt: skip
    made = f"{done.users:,} users, {done.orders:,} orders, {done.tickets:,} tickets, {done.applications:,} applications"
    made += f", {done.employees} employees"
    report_on_stderr(f"{made} in {done.seconds:.1f} s\n")
    return 0


def _count(text: str) -> int:
    number = int(text.replace("_", "").replace(",", ""))
    if not 0 <= number <= MOST_USERS:
        raise argparse.ArgumentTypeError(f"0 to {MOST_USERS:,}")
    return number


def _moment(text: str) -> datetime:
    moment = datetime.now(UTC) if text == "now" else datetime.fromisoformat(text)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def seed(
    data: Path,
    url: str | None = None,
    vault_url: str | None = None,
    *,
    users: int,
    seed: int = 1,
    employees: bool = False,
    until: datetime | None = None,
    open_applications: int | None = None,
    processes: int = PROCESSES,
    report: Report = report_on_stderr,
) -> Seeded:
    """Fills databases that `migrate` has made and that hold no users yet. `until` is the time at which the sample data end.

    `open_applications`: how many wait to be decided; as many as a desk has in a morning unless said.
    """
    started = time.monotonic()
    password = _password() if employees else ""
    end = until or datetime.fromisoformat(UNTIL_DEFAULT)
    ids = employee_ids(seed, end - YEARS) if employees else {}
    teams = {team: tuple(ids[name] for name in names) for team, names in TEAMS.items() if ids}
    desk = Desk(**teams, lease_until=datetime.now(UTC) + LEASE)
    waiting = open_in(users) if open_applications is None else open_applications
    records_url, vault_at = locations(data, url, vault_url)
    filling = Filling(
        Plan(seed, users, end, desk, waiting), Database(records_url, as_runtime=False), data, vault_at, report
    )
    try:
        filling.refuse_filled(([UserRow] if users else []) + ([EmployeeRow] if employees else []))
        filling.fill(processes)
        filling.finish(ids, password)
    finally:
        filling.close()
    return Seeded(users, filling.orders, filling.tickets, filling.applications, len(ids), time.monotonic() - started)


def _password() -> str:
    password = os.environ.get(PASSWORD, "")
    if not password:
        raise SeedError(f"The employees need a password: set {PASSWORD}.")
    if weak := refuse_weak(password):
        raise SeedError(f"{PASSWORD}: {weak}")
    return password
