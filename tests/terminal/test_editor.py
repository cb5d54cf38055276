"""One's own editor in front of the console, in a real terminal: what it gets, what is taken back, and what stays behind: nothing."""

from __future__ import annotations

import os
import shlex
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from console import editor
from tests.terminal.terminal import Terminal

SAYS = """
import os, stat, sys, tty
path = sys.argv[-1]
modes = [oct(stat.S_IMODE(os.stat(each).st_mode)) for each in (path, os.path.dirname(path))]
print('EDITOR', os.path.basename(path), *modes, open(path).read(), flush=True)
"""
WRITES = SAYS + "input()\nopen(path, 'w').write('from the editor\\tand \\x1b]0;more\\x07')\n"
WAITS = SAYS + "open(path, 'w').write('what was saved')\nimport time\nwhile True: time.sleep(1)\n"
DEAF = "import signal\nsignal.signal(signal.SIGHUP, signal.SIG_IGN)\n" + WAITS
FAILS = SAYS + "input()\nopen(path, 'w').write('half')\nsys.exit(3)\n"
CATCHES = """
import os, signal, sys, time
def caught(*_):
    open(sys.argv[-1], 'w').write('caught')
    sys.exit()
signal.signal(signal.SIGINT, caught)
print('EDITOR', flush=True)
time.sleep(60)
"""
PUTS_MUCH_BESIDE = SAYS + "open(path + '~', 'w').write('a copy')\nos.mkdir(path + '.d')\ninput()\n"

Write = Callable[[str], Terminal]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the files are while they are edited."""
    runtime = tmp_path / "runtime"
    runtime.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    return runtime / "petworks" / "editing"


@pytest.fixture
def write(tmp_path: Path, place: Path) -> Iterator[Write]:
    """Opens the dialog with an editor of this program."""
    with ExitStack() as stack:

        def start(program: str) -> Terminal:
            script = tmp_path / "editor.py"
            script.write_text(program)
            order = [sys.executable, "-m", "tests.terminal.writer"]
            given = {"EDITOR": shlex.join([sys.executable, str(script)]), "VISUAL": ""}
            terminal = stack.enter_context(Terminal(order, 100, 30, given, Path(__file__).parents[2]))
            terminal.wait("as it was typed")
            terminal.settle()
            return terminal

        yield start


def left_behind(place: Path) -> list[str]:
    return [each.name for each in place.iterdir() if each.name != ".lock"]


def test_the_text_goes_to_the_editor_in_a_private_file_and_comes_back(write: Write, place: Path) -> None:
    terminal = write(WRITES)
    terminal.key("ctrl+o")
    terminal.wait("EDITOR text 0o600 0o700 as it was typed")
    assert len(left_behind(place)) == 1
    terminal.key("enter")
    terminal.wait("from the editor and ␛]0;more␇")
    terminal.wait("Reply on T-204")
    assert left_behind(place) == []
    terminal.key("ctrl+s")
    terminal.wait("answered True 'from the editor and")
    assert terminal.exit_code() == 0


def test_an_editor_that_fails_changes_nothing(write: Write, place: Path) -> None:
    terminal = write(FAILS)
    terminal.key("f4")
    terminal.wait("EDITOR")
    terminal.key("enter")
    terminal.wait("ended with the code 3")
    terminal.wait("as it was typed")
    assert left_behind(place) == []


def test_ctrl_c_is_the_editors(write: Write) -> None:
    terminal = write(CATCHES)
    terminal.key("ctrl+o")
    terminal.wait("EDITOR")
    terminal.key("ctrl+c")
    terminal.wait("caught")
    terminal.key("escape")
    terminal.wait("answered False 'caught'")


def test_what_an_editor_puts_beside_the_file_goes_too(write: Write, place: Path) -> None:
    terminal = write(PUTS_MUCH_BESIDE)
    terminal.key("ctrl+o")
    terminal.wait("EDITOR")
    terminal.key("enter")
    terminal.wait("Reply on T-204")
    terminal.settle()
    assert left_behind(place) == []


@pytest.mark.parametrize("program", [WAITS, DEAF], ids=["it ends when told", "it has to be killed"])
def test_a_lock_ends_the_editor_and_keeps_what_was_saved(write: Write, place: Path, program: str) -> None:
    terminal = write(program)
    terminal.key("ctrl+o")
    terminal.wait("EDITOR")
    terminal.signal(signal.SIGUSR1)
    terminal.wait("answered False 'what was saved'")
    assert left_behind(place) == []


def test_a_console_that_is_ended_leaves_no_file_and_no_editor(write: Write, place: Path) -> None:
    terminal = write(WAITS)
    terminal.key("ctrl+o")
    terminal.wait("EDITOR")
    terminal.signal(signal.SIGTERM)
    assert terminal.exit_code() == 143
    assert left_behind(place) == []


def test_what_a_killed_console_left_goes_with_the_next_one(write: Write, place: Path) -> None:
    terminal = write(WAITS)
    terminal.key("ctrl+o")
    terminal.wait("EDITOR")
    editor.sweep(place)
    assert len(left_behind(place)) == 1, "a console that lives keeps its own"
    os.kill(terminal.number, signal.SIGKILL)
    terminal.exit_code()
    assert len(left_behind(place)) == 1
    editor.sweep(place)
    assert left_behind(place) == []
