"""What the petworks command takes."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    Commands: TypeAlias = argparse._SubParsersAction[argparse.ArgumentParser]

ROLES = ("support", "billing", "manager", "privacy", "auditor", "admin")
SHELLS = ("bash", "zsh", "fish")


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Exits with 2 on what isn't understood."""
    return parser().parse_args(argv)


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="petworks", description="The console for the people who run Petworks. Without a command it opens."
    )
    top.set_defaults(command="console")
    top.add_argument("--version", action="store_true", help="say which version this is")
    top.add_argument("--profile", help="the profile of the config file to go by")
    top.add_argument("--url", help="the platform's address, instead of the profile's")
    commands = top.add_subparsers(metavar="command")
    _add_demo(commands)
    sign_in = _command(commands, "sign-in", "sign in and let the keyring keep it")
    sign_in.add_argument("--email", help="asked for when it isn't given")
    _command(commands, "sign-out", "end the session and forget its token")
    _command(commands, "whoami", "say who is signed in, where, and as what")
    platform = _command(
        commands, "platform", "run the reference platform: serve, migrate, seed, employee", add_help=False
    )
    platform.add_argument("rest", nargs=argparse.REMAINDER, help="see petworks platform --help")
    _add_audit(commands)
    _add_contest(commands)
    _add_config(commands)
    completion = _command(commands, "completion", "print a completion script")
    completion.add_argument("shell", choices=SHELLS)
    return top


def _command(commands: Commands, name: str, tells: str, *, add_help: bool = True) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=tells, description=f"{tells[0].upper()}{tells[1:]}.", add_help=add_help)
    command.set_defaults(command=name)
    return command


def _add_demo(commands: Commands) -> None:
    demo = _command(commands, "demo", "try the console with sample data")
    demo.add_argument("--role", choices=ROLES, default="support", help="whom to sign in as (support)")
    demo.add_argument("--users", type=_count, help="how many sample users to make (2,000)")
    demo.add_argument("--fresh", action="store_true", help="make the sample data anew")


def _add_audit(commands: Commands) -> None:
    audit = _command(commands, "audit", "verify or export the audit log")
    parts = audit.add_subparsers(metavar="command", required=True)
    verify = _command(parts, "verify", "prove the log's chain, offline", add_help=False)
    verify.set_defaults(command="audit verify")
    verify.add_argument("rest", nargs=argparse.REMAINDER)
    export = _command(parts, "export", "write the log to a file of your own (auditors)")
    export.set_defaults(command="audit export")
    export.add_argument("file", type=Path, help="a file that isn't there yet")
    export.add_argument("--format", choices=("csv", "jsonl"), help="by the file's name, else jsonl")
    for name in ("actor", "resource", "action", "outcome", "since", "until"):
        export.add_argument(f"--{name}", help=f"only rows of this {name}" if name not in ("since", "until") else "UTC")


def _add_contest(commands: Commands) -> None:
    contest = _command(commands, "contest", "verify a contest's draw")
    parts = contest.add_subparsers(metavar="command", required=True)
    verify = _command(parts, "verify", "do a contest's draw again from its published record, offline")
    verify.set_defaults(command="contest verify")
    verify.add_argument("file", type=Path, help="the contest's published record")
    verify.add_argument("--earlier", type=Path, help="a record of the same contest that you have kept from before")


def _add_config(commands: Commands) -> None:
    config = _command(commands, "config", "say where the settings are, or what they come to")
    parts = config.add_subparsers(metavar="command", required=True)
    for name, tells in (("path", "print the config file's path"), ("show", "print the settings of this run")):
        _command(parts, name, tells).set_defaults(command=f"config {name}")


def _count(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 100_000_000:
        raise argparse.ArgumentTypeError("must be from 1 to 100,000,000")
    return number
