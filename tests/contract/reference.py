"""The reference platform with sample data, as a process of its own: what a company would run, not parts of it."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.contract.target import Target

USERS = 300
COMMAND = [sys.executable, "-m", "console", "platform"]
ROOT = Path(__file__).parents[2]


@contextmanager
def seeded_and_served(data: Path, database: str | None = None) -> Iterator[Target]:
    password = secrets.token_urlsafe(18)
    place = ["--data", str(data), *(["--database", database] if database else [])]
    seeding = [*COMMAND, "seed", *place, "--users", str(USERS), "--employees", "--until", "now"]
    subprocess.run(seeding, cwd=ROOT, env=os.environ | {"PETWORKS_SEED_PASSWORD": password}, check=True)
    serving = [*COMMAND, "serve", *place, "--port", "0", "--child"]
    with subprocess.Popen(serving, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None and process.stdout is not None
        told = process.stdout.readline()
        assert told.startswith("listening on "), "the platform did not start"
        target = Target(told.removeprefix("listening on ").strip(), password, {})
        try:
            yield target
        finally:
            target.close()
            process.stdin.close()  # it ends with its parent's end of the pipe
            process.wait(20)
