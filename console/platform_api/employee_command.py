"""`petworks platform employee …`: works on the database itself, for the first admin and for emergencies. Always on the log."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from console.platform_api import passwords, staff
from console.platform_api.audit import Entry, append
from console.platform_api.ids import new_id
from console.platform_api.platform import Platform, open_platform
from console.platform_api.problems import Conflict, Invalid, NotFound
from console.platform_api.signin import normal_address
from console.platform_api.tables import ChangeRow, EmployeeRole, EmployeeRow, table
from console.records.employees import PREFIX, Role

PASSWORD = "PETWORKS_PASSWORD"  # noqa: S105 - the variable's name
CONSOLE = "console"
"""The role on the log: nobody signed in, somebody sat at the machine."""

_employees = table(EmployeeRow)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, required=True, help="the platform's data folder")
    parser.add_argument("--database", help="the records database, if it isn't a file in that folder")
    parser.add_argument("--vault-database", help="the vault database, if it isn't the sibling of the records")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="verb")
    verbs.add_parser("list", help="who there is")
    adding = _about(verbs, "add", f"a new employee; the password is asked for, or taken from {PASSWORD}")
    adding.add_argument("--name", required=True)
    adding.add_argument("--role", action="append", default=[], choices=list(Role))
    for verb in ("grant", "revoke"):
        _about(verbs, verb, f"{verb} a role").add_argument("role", choices=list(Role))
    _about(verbs, "disable", "end their sessions, and let them sign in no more")
    _about(verbs, "enable", "let them sign in again")
    _about(verbs, "password", f"a new password, asked for or taken from {PASSWORD}; ends their sessions")


def _about(verbs: Any, verb: str, what: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = verbs.add_parser(verb, help=what)
    parser.add_argument("email")
    return parser


def run(options: argparse.Namespace) -> int:
    platform = open_platform(options.data, options.database, options.vault_database)
    try:
        VERBS[options.verb](platform, options)
    finally:
        platform.close()
    return 0


def _list(platform: Platform, _: argparse.Namespace) -> None:
    with platform.database.reading() as connection, Session(connection) as session:
        for row in session.scalars(select(EmployeeRow).order_by(_employees.c.number)):
            roles = ", ".join(sorted(staff.roles_of(session, row.id))) or "no role"
            _say(f"{PREFIX}-{row.number}  {row.email!r}  {row.name!r}  {roles}{'  disabled' if row.disabled else ''}")


def _add(platform: Platform, options: argparse.Namespace) -> None:
    password, roles = ask_password(), [Role(role) for role in options.role]
    staff.check_new(options.email, options.name, roles, password)
    employee, stored, now = new_id(), passwords.hash_password(password), platform.clock()
    platform.vault.create([employee])
    with platform.database.writing() as session:
        staff.create(session, employee, options.email, options.name, stored, now)
        session.add_all(EmployeeRole(employee=employee, role=role, at=now) for role in set(roles))
        _log(platform, session, "create", employee, 1, {"roles": sorted(set(roles))})


def _grant(platform: Platform, options: argparse.Namespace) -> None:
    def change(session: Session, row: EmployeeRow) -> None:
        staff.grant(session, row.id, Role(options.role), None, platform.clock())

    _change(platform, options, change, {"role": options.role})


def _revoke(platform: Platform, options: argparse.Namespace) -> None:
    def change(session: Session, row: EmployeeRow) -> None:
        staff.revoke(session, row.id, Role(options.role), platform.clock())

    _change(platform, options, change, {"role": options.role})


def _set_disabled(platform: Platform, options: argparse.Namespace) -> None:
    wanted = options.verb == "disable"

    def change(_: Session, row: EmployeeRow) -> None:
        if row.disabled == wanted:
            raise Conflict("They are disabled already." if wanted else "They aren't disabled.")
        row.disabled = wanted

    _change(platform, options, change)


def _password(platform: Platform, options: argparse.Namespace) -> None:
    password = ask_password()
    weakness = passwords.weakness(password, normal_address(options.email))
    if weakness:
        raise Invalid(weakness)
    stored = passwords.hash_password(password)

    def change(_: Session, row: EmployeeRow) -> None:
        row.password_hash, row.failures, row.locked_until = stored, 0, None

    _change(platform, options, change)


def _change(
    platform: Platform,
    options: argparse.Namespace,
    change: Callable[[Session, EmployeeRow], None],
    details: dict[str, Any] | None = None,
) -> None:
    """One change to one employee, with the end of their sessions and its row on the log."""
    with platform.database.writing() as session:
        found = select(EmployeeRow).where(_employees.c.email == normal_address(options.email)).with_for_update()
        row = session.scalars(found).first()
        if row is None:
            raise NotFound("There is no employee with this e-mail.")
        change(session, row)
        row.version += 1
        staff.end_sign_ins(session, row.id, platform.clock())
        _log(platform, session, options.verb, row.id, row.version, details or {})


def _log(
    platform: Platform, session: Session, action: str, employee: str, version: int, details: dict[str, Any]
) -> None:
    entry = Entry(
        at=platform.clock(), actor=None, role=CONSOLE, resource="employees", action=action, outcome="done",
        record=employee, details={**details, "version": version},
    )  # fmt: skip
    session.flush()
    [seq] = append(session, [entry])
    session.add(ChangeRow(seq=seq, resource="employees", record=employee, version=version))


VERBS: dict[str, Callable[[Platform, argparse.Namespace], None]] = {
    "list": _list,
    "add": _add,
    "grant": _grant,
    "revoke": _revoke,
    "disable": _set_disabled,
    "enable": _set_disabled,
    "password": _password,
}


def ask_password() -> str:
    """Typed twice at a terminal, or from the environment; never an argument, which every process could read."""
    given = os.environ.get(PASSWORD)
    if given is not None:
        return given
    if not sys.stdin.isatty():
        raise Invalid(f"There is no terminal to ask for the password: set {PASSWORD}.")
    first = getpass.getpass("Password: ")
    if getpass.getpass("The same again: ") != first:
        raise Invalid("The two passwords differ.")
    return first


def _say(line: str) -> None:
    print(line)  # noqa: T201 - the command speaks to the terminal
