"""`petworks platform …`: serving, working, migrating, seeding, employees; and `audit verify`, which needs no server."""

from __future__ import annotations

import argparse
import gc
import importlib
import sys
from collections.abc import Sequence
from types import ModuleType

from console.errors import PetworksError
from console.platform_api.problems import Problem

COMMANDS = {
    "serve": ("answer requests", "serve"),
    "work": ("carry out refunds and take in what the processor tells; serve starts one beside itself", "work_command"),
    "migrate": ("make the databases, or bring them up to date", "migrate_command"),
    "seed": ("fill them with sample data", "seed"),
    "employee": ("add employees, and change their roles and passwords", "employee_command"),
    "replay-erasures": ("erase again, after a restore, whoever must stay erased", "replay_command"),
    "rewrap": ("begin a new master key, and wrap all keys under it", "rewrap_command"),
    "audit": ("check the audit log", "audit_command"),
}
"""Command → what it does, and the module with its `add_arguments` and `run`: only the one asked for is imported."""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; 0 done, 1 failed, 2 usage, 3 no connection."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    parser = argparse.ArgumentParser(prog="petworks platform", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    for name, (what, module) in COMMANDS.items():
        command = commands.add_parser(name, help=what, description=what.capitalize() + ".")
        if arguments[:1] == [name]:
            found = _imported(f"console.platform_api.{module}")
            found.add_arguments(command)
            command.set_defaults(run=found.run)
    options = parser.parse_args(arguments)
    return _run(options)


def _imported(name: str) -> ModuleType:
    """Without the garbage collector, which finds nothing in imports and takes a tenth of their time."""
    gc.disable()
    try:
        return importlib.import_module(name)
    finally:
        gc.freeze()
        gc.enable()


def _run(options: argparse.Namespace) -> int:
    from sqlalchemy.exc import OperationalError, SQLAlchemyError

    from console.platform_api.migrate import SchemaError

    try:
        result: int = options.run(options)
        return result
    except PetworksError as error:
        return _complain(f"{error} {error.advice}".rstrip(), error.exit_code)
    except Problem as problem:
        return _complain(_sentence(problem), 1)
    except (SchemaError, OSError) as error:
        return _complain(str(error), 1)
    except OperationalError as error:
        return _complain(f"The database can't be reached: {error.orig}", 3)
    except SQLAlchemyError as error:  # without the statement's values
        return _complain(f"The database refused: {getattr(error, 'orig', None) or type(error).__name__}", 1)


def _sentence(problem: Problem) -> str:
    errors = problem.members.get("errors", [])
    return " ".join([f"{error['where']}: {error['what']}" for error in errors]) or problem.because or problem.title


def _complain(message: str, code: int) -> int:
    print(f"petworks: {message}", file=sys.stderr)  # noqa: T201 - the command speaks to the terminal
    return code
