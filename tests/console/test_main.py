"""The petworks command from outside: what it says, how it ends, and what it never says."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from console import crash
from tests.console.conftest import PASSWORD, RunningPlatform
from tests.terminal.terminal import Terminal

PETWORKS = [sys.executable, "-m", "console"]
AUDITOR = "auditor@petworks.example"


def petworks(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PETWORKS, *arguments], capture_output=True, text=True, env=os.environ | variables, stdin=subprocess.DEVNULL
    )


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "config.toml"
    monkeypatch.setenv("PETWORKS_CONFIG", str(path))
    return path


# What it says


def test_help_names_every_command() -> None:
    told = petworks("--help")
    assert told.returncode == 0
    for command in ("demo", "sign-in", "sign-out", "whoami", "platform", "audit", "config", "completion"):
        assert f"    {command}" in told.stdout


def test_it_says_its_version() -> None:
    assert petworks("--version").stdout.startswith("petworks 0.")


def test_it_says_where_the_config_is_and_what_it_comes_to_without_secrets(config: Path) -> None:
    config.write_text('[profiles.a]\nurl = "https://a.example"\nproxy = "http://me:hunter2@proxy.example:1"\n')
    assert petworks("config", "path").stdout == f"{config}\n"
    shown = petworks("config", "show").stdout
    assert "url = https://a.example" in shown
    assert "hunter2" not in shown


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_knows_the_commands(shell: str) -> None:
    assert "audit export" in petworks("completion", shell).stdout


def test_bash_completes_commands_and_their_options() -> None:
    asks = 'COMP_WORDS=(petworks %s); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _petworks; echo "${COMPREPLY[*]}"'
    script = petworks("completion", "bash").stdout
    for words, expected in (("sign", {"sign-in", "sign-out"}), ("demo --r", {"--role"}), ("audit e", {"export"})):
        done = subprocess.run(["bash", "-c", script + asks % words], capture_output=True, text=True)
        assert set(done.stdout.split()) == expected, done.stderr


# How it ends


def test_what_isn_t_understood_is_2(config: Path) -> None:
    assert petworks("nonsense").returncode == 2
    assert petworks("demo", "--users", "0").returncode == 2
    config.write_text("idle_lock_minutes = 99\n")
    told = petworks("whoami")
    assert told.returncode == 2
    assert f"{config}, line 1: idle_lock_minutes must be" in told.stderr


def test_without_a_terminal_the_console_does_not_open() -> None:
    told = petworks("--url", "http://127.0.0.1:9")
    assert told.returncode == 2
    assert "needs a terminal" in told.stderr


def test_no_connection_is_3() -> None:
    with Terminal([*PETWORKS, "--url", "http://127.0.0.1:9", "sign-in", "--email", AUDITOR]) as terminal:
        terminal.wait("Password")
        terminal.type("x")
        terminal.key("enter")
        assert terminal.exit_code() == 3
        assert "No connection to 127.0.0.1:9" in terminal.text()


def test_nobody_signed_in_is_4(platform: RunningPlatform) -> None:
    told = petworks("--url", platform.url, "whoami")
    assert told.returncode == 4
    assert "keyring" in told.stderr


def test_a_sign_in_that_nothing_keeps_is_told_and_ended(platform: RunningPlatform) -> None:
    with Terminal([*PETWORKS, "--url", platform.url, "sign-in"]) as terminal:
        sign_in(terminal)
        assert terminal.exit_code() == 1
        assert "This computer has no keyring." in terminal.text()
        assert PASSWORD not in terminal.text()


def sign_in(terminal: Terminal) -> None:
    terminal.wait("E-mail:")
    terminal.type(AUDITOR)
    terminal.key("enter")
    terminal.wait("Password")
    terminal.type(PASSWORD)
    terminal.key("enter")


def test_ctrl_c_is_130() -> None:
    with Terminal([*PETWORKS, "--url", "http://127.0.0.1:9", "sign-in"]) as terminal:
        terminal.wait("E-mail:")
        terminal.settle()  # until it reads: Python misses a key between its prompt and its waiting
        terminal.key("ctrl+c")
        assert terminal.exit_code() == 130


def test_a_reader_that_goes_away_is_no_crash() -> None:
    done = subprocess.run(["bash", "-c", '"$@" completion bash | true; echo ${PIPESTATUS[0]}', "-", *PETWORKS],
                          capture_output=True, text=True)  # fmt: skip
    assert done.stdout.strip() in ("0", "120", "141")  # 120: Python's own, when the last flush finds nobody
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_restores_the_terminal_and_is_128_and_its_number(number: signal.Signals, late: bool) -> None:
    with Terminal([*PETWORKS, "--url", "http://127.0.0.1:9"]) as terminal:
        terminal.wait("petworks")
        if late:  # when the app is there
            terminal.wait("Password")
        terminal.signal(number)
        assert terminal.exit_code() == 128 + number
        assert terminal.output.rindex(b"\x1b[?1049l") > terminal.output.rindex(b"\x1b[?1049h")
        assert terminal.output.rindex(b"\x1b[?25h") > terminal.output.rindex(b"\x1b[?25l")


# What it never says

CRASHES = """
import console.settings
def load(**options):
    token = "secret-value"
    raise ValueError(token) from KeyError(token)
console.settings.load = load
from console.__main__ import main
raise SystemExit(main(["config", "show"]))
"""


def test_a_crash_tells_types_and_places_and_no_value() -> None:
    told = subprocess.run([sys.executable, "-c", CRASHES], capture_output=True, text=True)
    assert told.returncode == 1
    assert "builtins.ValueError" in told.stderr
    assert "after builtins.KeyError" in told.stderr
    assert "__main__.py:" in told.stderr
    assert "secret-value" not in told.stderr + told.stdout


def test_a_crash_report_ends_on_causes_that_go_round() -> None:
    first, second = ValueError("a"), KeyError("b")
    first.__cause__, second.__cause__ = second, first
    assert crash.report(first).count("KeyError") == 1


def test_no_core_is_dumped_and_textual_is_told_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEXTUAL_SCREENSHOT", "1")
    code = (
        "import os, resource, console.__main__ as m; m.main(['config', 'path']);"
        "print([n for n in os.environ if n.startswith('TEXTUAL')], resource.getrlimit(resource.RLIMIT_CORE))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[] (0, 0)"


def test_an_error_draws_no_escape_sequence(config: Path) -> None:
    config.write_text('"\\u001b]0;owned\\u0007" = 1\n')
    told = petworks("whoami")
    assert told.returncode == 2
    assert "␛]0;owned␇ is no setting" in told.stderr
    assert "\x1b" not in told.stderr


# The audit log


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_an_auditor_exports_the_log(platform: RunningPlatform, tmp_path: Path, form: str) -> None:
    file = tmp_path / f"log.{form}"
    with Terminal([*PETWORKS, "--url", platform.url, "audit", "export", str(file)]) as terminal:
        sign_in(terminal)
        assert terminal.exit_code() == 0, terminal.text()
    assert file.stat().st_mode & 0o777 == 0o600
    lines = file.read_text().splitlines()
    if form == "jsonl":
        rows = [json.loads(line) for line in lines]
        assert [row["seq"] for row in rows] == sorted(row["seq"] for row in rows)
        assert {"actor", "action", "outcome"} <= rows[0].keys()
    else:
        assert lines[0].startswith('"seq","at","actor"')
        assert len(lines) > 1


def test_who_is_no_auditor_gets_4_and_no_file(platform: RunningPlatform, tmp_path: Path) -> None:
    file = tmp_path / "log.csv"
    with Terminal([*PETWORKS, "--url", platform.url, "audit", "export", str(file)]) as terminal:
        terminal.wait("E-mail:")
        terminal.type("support@petworks.example")
        terminal.key("enter")
        terminal.wait("Password")
        terminal.type(PASSWORD)
        terminal.key("enter")
        assert terminal.exit_code() == 4
    assert not file.exists()


def test_the_platform_s_own_commands_are_reached() -> None:
    assert "serve" in petworks("platform", "--help").stdout
    assert petworks("audit", "verify", "--help").returncode == 0
