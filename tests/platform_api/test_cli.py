"""`petworks platform …` as people run it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from console.platform_api import passwords
from console.platform_api.cli import main
from console.platform_api.platform import open_platform
from console.platform_api.tables import AuditEntry, EmployeeRow, SignIn, table
from tests.platform_api.api import PASSWORD, Place, access_to, email_of

SECRET = "another good password"


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest) -> Place:
    found: Place = request.getfixturevalue(f"{request.param}_place")
    return found


def employee(place: Place, *arguments: str) -> int:
    database = ["--database", place.url] if place.url else []
    return main(["employee", "--data", str(place.data), *database, *arguments])


def rows(place: Place, model: type[EmployeeRow | AuditEntry | SignIn]) -> list[dict[str, object]]:
    platform = open_platform(place.data, place.url)
    with platform.database.reading() as connection:
        found = [dict(row) for row in connection.execute(table(model).select()).mappings()]
    platform.close()
    return found


def one(place: Place, email: str) -> dict[str, object]:
    return next(row for row in rows(place, EmployeeRow) if row["email"] == email)


def test_the_first_admin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.setenv("PETWORKS_PASSWORD", SECRET)
    place = Place(tmp_path / "data")
    assert main(["migrate", "--data", str(place.data)]) == 0
    assert employee(place, "add", "Root@example.com", "--name", "Root", "--role", "admin") == 0
    assert employee(place, "list") == 0
    assert "root@example.com" in capsys.readouterr().out
    assert passwords.matches(str(one(place, "root@example.com")["password_hash"]), SECRET)


def test_every_change_is_on_the_log_by_nobody_at_the_console(place: Place, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PETWORKS_PASSWORD", SECRET)
    support = email_of("support")
    changes = [
        ("add", "new@example.com", "--name", "New"), ("grant", support, "billing"), ("revoke", support, "support"),
        ("disable", support), ("enable", support), ("password", support),
    ]  # fmt: skip
    assert [employee(place, *change) for change in changes] == [0] * 6
    logged = rows(place, AuditEntry)
    assert [row["action"] for row in logged] == ["create", "grant", "revoke", "disable", "enable", "password"]
    assert {(row["actor"], row["role"], row["resource"]) for row in logged} == {(None, "console", "employees")}
    assert one(place, support)["version"] == 6


@pytest.mark.parametrize("change", [("grant", "billing"), ("disable",), ("password",)])
def test_every_change_ends_sessions(place: Place, monkeypatch: pytest.MonkeyPatch, change: tuple[str, ...]):
    monkeypatch.setenv("PETWORKS_PASSWORD", SECRET)
    platform = open_platform(place.data, place.url)
    access_to(platform, "support")
    platform.close()
    verb, *more = change
    assert employee(place, verb, email_of("support"), *more) == 0
    assert all(row["ended"] for row in rows(place, SignIn))


def test_a_new_password_opens_a_locked_account(sqlite_place: Place, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PETWORKS_PASSWORD", SECRET)
    assert employee(sqlite_place, "password", email_of("support")) == 0
    found = one(sqlite_place, email_of("support"))
    assert passwords.matches(str(found["password_hash"]), SECRET)
    assert (found["failures"], found["locked_until"]) == (0, None)


@pytest.mark.parametrize(
    ("arguments", "because"),
    [
        (("grant", "nobody@example.com", "billing"), "no employee"),
        (("grant", "support@petworks.example", "admin"), "excludes"),
        (("grant", "support@petworks.example", "support"), "already"),
        (("revoke", "support@petworks.example", "billing"), "aren't billing"),
        (("enable", "support@petworks.example"), "aren't disabled"),
        (("add", "support@petworks.example", "--name", "Again"), "already"),
        (("add", "x", "--name", "X"), "no e-mail"),
        (("add", "a@example.com", "--name", "A", "--role", "admin", "--role", "support"), "excludes"),
    ],
)
def test_what_is_refused(
    sqlite_place: Place,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    because: str,
):
    monkeypatch.setenv("PETWORKS_PASSWORD", SECRET)
    before = rows(sqlite_place, EmployeeRow)
    assert employee(sqlite_place, *arguments) == 1
    assert because in capsys.readouterr().err
    assert rows(sqlite_place, EmployeeRow) == before
    assert rows(sqlite_place, AuditEntry) == []


def test_a_weak_password_is_refused(sqlite_place: Place, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PETWORKS_PASSWORD", "short")
    assert employee(sqlite_place, "password", email_of("support")) == 1
    assert passwords.matches(str(one(sqlite_place, email_of("support"))["password_hash"]), PASSWORD)


def test_a_password_is_never_an_argument(sqlite_place: Place):
    with pytest.raises(SystemExit) as caught:
        employee(sqlite_place, "password", email_of("support"), SECRET)
    assert caught.value.code == 2


def test_without_a_terminal_there_is_nobody_to_ask(sqlite_place: Place, capsys: pytest.CaptureFixture[str]):
    assert employee(sqlite_place, "password", email_of("support")) == 1
    assert "PETWORKS_PASSWORD" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["dance"], ["serve"], ["employee"]])
def test_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage: petworks platform" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["serve", "migrate", "seed", "employee", "audit"])
def test_help(command: str, capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as caught:
        main([command, "--help"])
    assert caught.value.code == 0
    assert "--help" in capsys.readouterr().out


def test_the_log_verifies_after_all_that(place: Place, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PETWORKS_PASSWORD", SECRET)
    assert employee(place, "grant", email_of("support"), "billing") == 0
    database = ["--database", place.url] if place.url else []
    assert main(["audit", "verify", "--data", str(place.data), *database]) == 0


def test_help_loads_nothing_of_the_platform():
    program = (
        "import sys; from console.platform_api.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "print(sorted({'fastapi', 'sqlmodel', 'sqlalchemy', 'uvicorn'} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
