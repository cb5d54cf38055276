"""Real platform processes for the benchmarks, on sample data of a size, kept between runs."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from platformdirs import user_cache_path

PASSWORD = os.environ.get("PETWORKS_SEED_PASSWORD", "a password for benchmarks")


def seeded(users: int) -> Path:
    """A data folder with so many users, made the first time it is asked for."""
    data = user_cache_path("petworks-bench") / f"users-{users}"
    if not (data / "complete").exists():
        command = ("seed", "--data", str(data), "--users", str(users), "--seed", "1", "--employees")
        subprocess.run(platform_command(*command), check=True, env={**os.environ, "PETWORKS_SEED_PASSWORD": PASSWORD})
        (data / "complete").touch()
    return data


def platform_command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "console", "platform", *arguments]


@contextmanager
def serving(data: Path, database: str | None = None, *more: str) -> Iterator[str]:
    """The URL of a platform process over a data folder, with its records elsewhere if `database` says so."""
    with running(data, database, *more) as (_, url):
        yield url


@contextmanager
def running(data: Path, database: str | None = None, *more: str) -> Iterator[tuple[int, str]]:
    """The same with the number of the process."""
    where = ["--data", str(data), *(["--database", database] if database else [])]
    command = platform_command("serve", *where, "--port", "0", *more)
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield process.pid, next(line.split()[-1] for line in process.stdout if line.startswith("listening on"))
    finally:
        process.terminate()
        process.wait()


@contextmanager
def signed_in(url: str, email: str = "support@petworks.example") -> Iterator[httpx.Client]:
    with httpx.Client(base_url=url, trust_env=False, timeout=60) as client:
        body = {"grant_type": "password", "email": email, "password": PASSWORD}
        answer = client.post("/v1/auth/token", json=body).raise_for_status().json()
        client.headers["Authorization"] = f"Bearer {answer['access_token']}"
        yield client
