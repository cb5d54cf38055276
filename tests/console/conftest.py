"""The reference platform as a process of its own, with one employee of each of some roles."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

PASSWORD = "correct horse battery staple"


@dataclass(frozen=True)
class RunningPlatform:
    url: str
    data: Path

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])


def platform_command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "console", "platform", *arguments]


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPlatform]:
    data = tmp_path_factory.mktemp("platform")
    subprocess.run(platform_command("migrate", "--data", str(data)), check=True, capture_output=True)
    for role in ("support", "billing", "auditor"):
        add = platform_command(
            "employee", "--data", str(data), "add", f"{role}@petworks.example", "--name", f"{role} [b]"
        )
        variables = os.environ | {"PETWORKS_PASSWORD": PASSWORD}
        subprocess.run([*add, "--role", role], check=True, capture_output=True, env=variables)
    serve = platform_command("serve", "--child", "--data", str(data), "--port", "0")
    with subprocess.Popen(serve, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        line = child.stdout.readline()
        assert line.startswith("listening on "), line
        yield RunningPlatform(line.removeprefix("listening on ").strip(), data)
        child.stdin.close()
        child.wait(30)
