"""`petworks audit verify`."""

from __future__ import annotations

import argparse

from console.platform_api import audit_verify


def add_arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="verb")
    audit_verify.add_arguments(verbs.add_parser("verify", help="find the first bad row; 0 when there is none"))


def run(options: argparse.Namespace) -> int:
    return audit_verify.run(options)
