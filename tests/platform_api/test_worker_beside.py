"""The worker as a process: beside `serve`, which starts it, starts it again and takes it along; and by itself."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from console.platform_api.platform import Platform, open_platform
from console.platform_api.tables import RefundRow
from tests.platform_api.api import Place
from tests.platform_api.orders_made import row_of
from tests.platform_api.test_serve import COMMAND, arguments, process
from tests.platform_api.worked import approved, books, jobs_left, paid


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest) -> Place:
    found: Place = request.getfixturevalue(f"{request.param}_place")
    return found


def until(holds: Callable[[], Any]) -> Any:
    """What it gives once it gives something."""
    end, never = datetime.now(UTC) + timedelta(seconds=60), threading.Event()
    while datetime.now(UTC) < end:
        if found := holds():
            return found
        never.wait(0.1)
    raise AssertionError("it never came")


def children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []


def workers(pid: int) -> list[int]:
    """The processes of `petworks platform work` that this one has started."""
    return [child for child in children(pid) if b"\0work\0" in _command_of(child)]


def _command_of(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        return b""


def work_command(place: Place, *more: str) -> list[str]:
    database = ["--database", place.url] if place.url else []
    return [*COMMAND, "work", "--data", str(place.data), "--environment", "demo", *database, *more]


def waiting_refund(place: Place) -> tuple[Platform, str, str]:
    platform = open_platform(place.data, place.url)
    payment = paid(platform)
    return platform, payment, approved(platform, payment)


def has_ended(pid: int) -> bool:
    """A zombie whose parent doesn't look has ended as well."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_serve_carries_out_refunds_by_itself(place: Place):
    platform, payment, refund = waiting_refund(place)
    with process(arguments(place)) as (started, _):
        until(lambda: row_of(platform, RefundRow, refund).state == "succeeded")
        started.terminate()
        assert started.wait(timeout=20) == 128 + signal.SIGTERM
    assert books(platform, payment) == ("partially_refunded", 2_500, 0)
    platform.close()


def test_a_worker_that_dies_is_started_again(sqlite_place: Place):
    with process(arguments(sqlite_place)) as (started, url):
        [first] = until(lambda: workers(started.pid))
        os.kill(first, signal.SIGKILL)
        [second] = until(lambda: [pid for pid in workers(started.pid) if pid != first])
        assert httpx.get(f"{url}/health", trust_env=False).status_code == 200
        started.terminate()
        started.wait(timeout=20)
        assert has_ended(second)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_however_serve_ends_its_worker_ends_too(sqlite_place: Place, number: signal.Signals):
    with process(arguments(sqlite_place)) as (started, _):
        [worker] = until(lambda: workers(started.pid))
        started.send_signal(number)
        started.wait(timeout=20)
        until(lambda: has_ended(worker))


def test_serve_can_be_told_to_start_none(sqlite_place: Place):
    platform, _, refund = waiting_refund(sqlite_place)
    with process(arguments(sqlite_place, "--no-work")) as (started, url):
        assert httpx.get(f"{url}/health", trust_env=False).status_code == 200
        done = subprocess.run(work_command(sqlite_place, "--once"), capture_output=True, timeout=60, check=False)
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
        assert children(started.pid) == []
    assert row_of(platform, RefundRow, refund).state == "succeeded"
    platform.close()


def test_once_does_what_is_due_and_ends(place: Place):
    platform, payment, _ = waiting_refund(place)
    done = subprocess.run(work_command(place, "--once"), capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert books(platform, payment) == ("partially_refunded", 2_500, 0)
    assert jobs_left(platform) == []
    platform.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_the_worker_after_its_step(sqlite_place: Place, number: signal.Signals):
    platform, _, refund = waiting_refund(sqlite_place)
    with subprocess.Popen(work_command(sqlite_place), stderr=subprocess.PIPE, stdout=subprocess.PIPE) as started:
        until(lambda: row_of(platform, RefundRow, refund).state == "succeeded")
        started.send_signal(number)
        assert started.wait(timeout=20) == 128 + number
        assert started.stderr is not None
        assert started.stderr.read() == b""
    platform.close()


def test_the_simulator_is_refused_in_production_and_serve_goes_on(sqlite_place: Place):
    with process(arguments(sqlite_place, "--environment", "production")) as (started, url):
        assert started.stderr is not None
        said = [started.stderr.readline() for _ in range(2)]
        assert "moves no money" in said[0]
        assert "can't start" in said[1]
        assert httpx.get(f"{url}/health", trust_env=False).status_code == 200


def test_a_worker_without_its_stripe_key_says_which(sqlite_place: Place):
    (sqlite_place.data / "platform.toml").write_text('[processor]\nkind = "stripe"\n')
    done = subprocess.run(work_command(sqlite_place, "--once"), capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "PETWORKS_STRIPE_KEY" in done.stderr
    assert "Traceback" not in done.stderr
