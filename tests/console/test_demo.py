"""The demo: sample data that stay, a platform that ends with the console, and no other folder's files touched."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import platformdirs
import pytest

from console import demo
from console.demo import DemoData, DemoFailed

USERS = 5


@pytest.fixture
def folder() -> Path:
    return platformdirs.user_data_path("petworks") / "demo"


def answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health", trust_env=False).status_code == 200
    except httpx.TransportError:
        return False


def becomes(true: Callable[[], bool]) -> bool:
    """Whether it comes true within half a minute."""
    for _ in range(300):
        if true():
            return True
        time.sleep(0.1)
    return False


def gone(url: str) -> bool:
    return becomes(lambda: not answers(url))


def test_the_demo_has_data_that_stay_and_a_platform_that_ends(folder: Path) -> None:
    told: list[str] = []
    with demo.running("support", users=USERS, tell=told.append) as first:
        assert answers(first.url)
        email, password = first.credentials("manager")
        grant = {"grant_type": "password", "email": email, "password": password}
        assert httpx.post(f"{first.url}/v1/auth/token", json=grant, trust_env=False).status_code == 200
        with pytest.raises(DemoFailed, match="running already"), demo.running("support"):
            pytest.fail("two at once")
    assert gone(first.url)
    assert any("Making sample data: 5 users" in line for line in told)
    assert {path.name: path.stat().st_mode & 0o077 for path in folder.iterdir() if path.is_file()}.keys() >= {
        "demo.json"
    }
    assert not [path for path in folder.iterdir() if path.stat().st_mode & 0o077]

    told.clear()
    with demo.running("auditor", tell=told.append) as again:
        assert again.credentials("manager") == (email, password)
    assert told == ["Starting the platform …"]

    with pytest.raises(DemoFailed, match="have 5 users, not 6"), demo.running("support", users=6):
        pytest.fail("other data than asked for")


def test_roles_go_round() -> None:
    running = demo.Demo("http://127.0.0.1:9", "secret", "auditor")
    running.next_role()
    assert running.role == "admin"
    running.next_role()
    assert (running.role, running.credentials(running.role)[0]) == ("support", "support@petworks.example")


def test_half_made_data_are_made_anew(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "demo.json").write_text('{"version": "0.0.0", "users": 9, "whole": false}')
    (folder / "petworks.sqlite").write_text("half")
    told: list[str] = []
    with demo.running("support", users=USERS, tell=told.append) as running:
        assert answers(running.url)
    assert "half made" in told[0]


def test_data_of_another_version_are_refused_with_a_way_out(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "demo.json").write_text('{"version": "0.0.0", "users": 9, "whole": true}')
    with pytest.raises(DemoFailed, match=r"version 0\.0\.0") as told, demo.running("support"):
        pytest.fail("other version")
    assert "--fresh" in told.value.advice


def test_a_folder_of_somebody_else_is_left_alone(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "letter.txt").write_text("mine")
    for fresh in (True, False):
        with pytest.raises(DemoFailed, match="holds something else"), demo.running("support", fresh=fresh):
            pytest.fail("took it")
    assert (folder / "letter.txt").read_text() == "mine"


def test_a_seeding_that_fails_says_why(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "SEED_PASSWORD", "PETWORKS_NO_PASSWORD")
    with pytest.raises(DemoFailed, match=r"PETWORKS_SEED_PASSWORD.*platform\.log") as told:
        DemoData(folder).make_ready(USERS, lambda _: None)
    assert "--fresh" in told.value.advice


KILLED = """
import sys, time
from console import demo
with demo.running("support", users=5) as running:
    print(running.url, flush=True)
    time.sleep(600)
"""


def test_a_console_that_is_killed_takes_its_platform_along() -> None:
    with subprocess.Popen([sys.executable, "-c", KILLED], stdout=subprocess.PIPE, text=True) as console:
        assert console.stdout is not None
        url = console.stdout.readline().strip()
        assert answers(url)
        console.send_signal(signal.SIGKILL)
    assert gone(url)


def test_a_console_that_is_killed_takes_a_seeding_along(folder: Path) -> None:
    code = KILLED.replace("users=5", "users=2_000_000")
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as console:
        seeding = wait_for_child(console.pid)
        console.send_signal(signal.SIGKILL)
    assert becomes(lambda: not runs(seeding))


def wait_for_child(parent: int) -> int:
    for _ in range(300):
        found = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(parent)], capture_output=True, text=True
        ).stdout.split()
        if found:
            return int(found[0])
        time.sleep(0.1)
    raise TimeoutError


def runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
