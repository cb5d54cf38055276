"""The platform as a process: where it listens, how it ends, and what it refuses to start with."""

from __future__ import annotations

import os
import re
import signal
import socket
import sqlite3
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlalchemy import text

from console.platform_api.cli import main
from console.platform_api.database import Database
from console.platform_api.platform import locations
from tests.platform_api.api import PASSWORD, Place, email_of

COMMAND = [sys.executable, "-c", "import sys; from console.platform_api.cli import main; sys.exit(main(sys.argv[1:]))"]


def arguments(place: Place, *more: str) -> list[str]:
    database = ["--database", place.url] if place.url else []
    return [*COMMAND, "serve", "--data", str(place.data), *database, "--port", "0", *more]


@contextmanager
def process(command: list[str], **options: Any) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A platform that answers, and its URL."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options) as started:
        try:
            assert started.stdout is not None
            line = started.stdout.readline()
            assert line.startswith("listening on "), _rest(started.stderr)
            yield started, line.removeprefix("listening on ").strip()
        finally:
            started.kill()


def _rest(stream: IO[str] | None) -> str:
    return stream.read() if stream else ""


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest) -> Place:
    found: Place = request.getfixturevalue(f"{request.param}_place")
    return found


def sign_in(url: str) -> httpx.Response:
    wish = {"grant_type": "password", "email": email_of("support"), "password": PASSWORD}
    return httpx.post(f"{url}/v1/auth/token", json=wish, timeout=30, trust_env=False)


def test_it_answers_where_it_says(place: Place):
    with process(arguments(place)) as (_, url):
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+", url)
        assert sign_in(url).status_code == 200
        assert httpx.get(f"{url}/v1", trust_env=False).json()["environment"] == "demo"


def test_the_environment_is_offered(sqlite_place: Place):
    with process(arguments(sqlite_place, "--environment", "production")) as (_, url):
        assert httpx.get(f"{url}/v1", trust_env=False).json()["environment"] == "production"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_it_in_order(sqlite_place: Place, number: signal.Signals):
    with process(arguments(sqlite_place)) as (started, url):
        assert sign_in(url).status_code == 200
        started.send_signal(number)
        assert started.wait(timeout=20) == 128 + number
        assert _rest(started.stderr) == ""
    assert (sqlite_place.data / "checkpoints.jsonl").exists()  # the log is closed with a signed end
    with sqlite3.connect(sqlite_place.data / "petworks.sqlite") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_child_ends_with_its_parent(sqlite_place: Place):
    with process(arguments(sqlite_place, "--child"), stdin=subprocess.PIPE) as (started, url):
        assert httpx.get(f"{url}/health", trust_env=False).status_code == 200
        assert started.stdin is not None
        started.stdin.close()
        assert started.wait(timeout=20) == 0


def test_a_child_ends_when_its_parent_is_killed(sqlite_place: Place):
    parent = (
        "import subprocess, sys; child = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE, stdout=subprocess.PIPE);"
        "print(child.pid, child.stdout.readline().decode(), end='', flush=True); child.wait()"
    )
    command = [sys.executable, "-c", parent, *arguments(sqlite_place, "--child")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as started:
        assert started.stdout is not None
        url = started.stdout.readline().split()[-1]
        assert httpx.get(f"{url}/health", trust_env=False).status_code == 200
        started.kill()
        started.wait()
        _wait_until_closed(url)


def _wait_until_closed(url: str) -> None:
    found = httpx.URL(url)
    end = datetime.now(UTC) + timedelta(seconds=20)
    while datetime.now(UTC) < end:
        try:
            socket.create_connection((found.host, found.port or 0), timeout=1).close()
        except OSError:
            return
    raise AssertionError("the child outlives its parent")


def test_requests_under_way_are_finished(sqlite_place: Place):
    """The signal comes while a password is looked at: its answer is still given."""
    with process(arguments(sqlite_place)) as (started, url):
        found = httpx.URL(url)
        body = f'{{"grant_type": "password", "email": "{email_of("support")}", "password": "{PASSWORD}"}}'
        head = "POST /v1/auth/token HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        with socket.create_connection((found.host, found.port or 0)) as connection:
            connection.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n{body[:-1]}".encode())
            assert httpx.get(f"{url}/health", trust_env=False).status_code == 200
            started.terminate()
            connection.sendall(body[-1:].encode())
            assert connection.recv(20).startswith(b"HTTP/1.1 200")
        assert started.wait(timeout=20) == 128 + signal.SIGTERM


def refused(command: list[str], code: int = 1) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (code, ""), done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.com"])
def test_other_machines_are_not_served_in_the_clear(tmp_path: Path, host: str, capsys: pytest.CaptureFixture[str]):
    assert main(["serve", "--data", str(tmp_path / "data"), "--port", "0", "--host", host]) == 2
    said = capsys.readouterr()
    assert "--tls-cert" in said.err and not said.out
    assert not (tmp_path / "data").exists()


def test_a_certificate_needs_its_key(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["serve", "--data", str(tmp_path), "--port", "0", "--tls-cert", "x.pem"]) == 2
    said = capsys.readouterr()
    assert "go together" in said.err and not said.out


def certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    plain = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "key.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, *plain))
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return folder / "cert.pem", folder / "key.pem"


def test_with_tls_it_listens_anywhere(sqlite_place: Place, tmp_path: Path):
    cert, key = certificate(tmp_path)
    more = ("--host", "0.0.0.0", "--tls-cert", str(cert), "--tls-key", str(key))
    with process(arguments(sqlite_place, *more)) as (_, url):
        port = httpx.URL(url).port
        trusted = ssl.create_default_context(cafile=str(cert))
        answer = httpx.get(f"https://localhost:{port}/health", verify=trusted, trust_env=False)
    assert (answer.status_code, answer.headers["strict-transport-security"]) == (200, "max-age=31536000")


def test_a_port_in_use_is_said_so(sqlite_place: Place):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        command = [*COMMAND, "serve", "--data", str(sqlite_place.data), "--port", str(taken.getsockname()[1])]
        assert "in use" in refused(command)


def test_an_unreachable_database_is_no_connection(tmp_path: Path):
    url = f"postgresql+psycopg://nobody:very-secret@/none?host={tmp_path}"
    command = [*COMMAND, "serve", "--data", str(tmp_path / "data"), "--port", "0", "--database", url]
    complaint = refused(command, 3)
    assert "can't be reached" in complaint
    assert "very-secret" not in complaint


def test_a_newer_database_is_refused(sqlite_place: Place):
    with sqlite3.connect(sqlite_place.data / "petworks.sqlite") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    assert "newer Petworks" in refused(arguments(sqlite_place))


def test_keys_that_others_can_read_are_refused(sqlite_place: Place):
    (sqlite_place.data / "keys.json").chmod(0o644)
    assert "others can read" in refused(arguments(sqlite_place), 2)


def test_postgresql_without_its_runtime_role_is_refused(postgresql_place: Place):
    """Somebody who may not drop to the role can't serve."""
    url = locations(postgresql_place.data, postgresql_place.url, None)[0]
    who = f"outsider_{os.getpid()}"
    owner = Database(url, as_runtime=False)
    with owner.engine.begin() as connection:
        connection.execute(text(f"CREATE ROLE {who} LOGIN"))
    try:
        outside = Place(postgresql_place.data, url.replace("postgres@", f"{who}@"))
        complaint = refused(arguments(outside))
        assert "petworks_runtime" in complaint
    finally:
        with owner.engine.begin() as connection:
            connection.execute(text(f"DROP ROLE {who}"))
        owner.dispose()


def test_a_fresh_folder_is_served_at_once(tmp_path: Path):
    with process(arguments(Place(tmp_path / "new"))) as (_, url):
        assert httpx.get(f"{url}/health", trust_env=False).status_code == 200
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "new").iterdir()} == {0o600}


def test_two_may_serve_the_same_data(sqlite_place: Place):
    with process(arguments(sqlite_place)) as (_, first), process(arguments(sqlite_place)) as (_, second):
        token = sign_in(first).json()["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        assert httpx.get(f"{second}/v1/me", headers=headers, trust_env=False).status_code == 200
