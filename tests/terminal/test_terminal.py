"""The terminal that the stories beside this file are told in."""

import signal
import sys
from pathlib import Path

import pytest

from tests.terminal.terminal import Terminal

ECHO = """
import os, signal, sys, termios, tty
tty.setraw(0)
# Past the buffer: the signal may come while the other print is still writing.
signal.signal(signal.SIGWINCH, lambda *_: os.write(1, f'{os.get_terminal_size()}\\r\\n'.encode()))
print('ready', end='\\r\\n', flush=True)
while (data := os.read(0, 99)) != b'q':
    print(ascii(data), end='\\r\\n', flush=True)
raise SystemExit(3)
"""


@pytest.fixture
def echo(tmp_path: Path):
    with Terminal([sys.executable, "-c", ECHO], 80, 24, folder=tmp_path) as terminal:
        terminal.wait("ready")
        yield terminal


def test_keys_pastes_and_clicks_arrive(echo: Terminal) -> None:
    echo.key("shift+tab")
    echo.wait(r"b'\x1b[Z'")
    echo.key("ctrl+p")
    echo.wait(r"b'\x10'")
    echo.paste("two words")
    echo.wait(r"b'\x1b[200~two words\x1b[201~'")
    echo.click(4, 2)
    echo.wait(r"\x1b[<0;5;3M")


def test_the_program_learns_its_size(echo: Terminal) -> None:
    echo.resize(100, 30)
    echo.wait("columns=100, lines=30")


def test_the_screen_and_the_bytes_are_kept(echo: Terminal) -> None:
    echo.type("é")
    echo.wait(r"\xc3\xa9")
    assert echo.line_of("ready") == 0
    assert echo.output.startswith(b"ready\r\n")


def test_a_program_ends_by_itself(echo: Terminal) -> None:
    echo.key("q")
    assert echo.exit_code() == 3


def test_a_program_ends_by_a_signal(echo: Terminal) -> None:
    echo.signal(signal.SIGTERM)
    assert echo.exit_code() == -signal.SIGTERM


def test_a_program_ends_with_its_window(echo: Terminal) -> None:
    echo.hang_up()
    assert echo.exit_code() == -signal.SIGHUP


def test_what_doesnt_come_is_told_with_the_screen(echo: Terminal) -> None:
    with pytest.raises(TimeoutError, match="'never' is not on the screen after 0 s:\nready"):
        echo.wait("never", seconds=0.1)


def test_a_program_that_isnt_there_says_so() -> None:
    with Terminal(["no-such-program"]) as terminal:
        terminal.wait("no-such-program: not found")
        assert terminal.exit_code() == 127
