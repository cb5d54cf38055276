"""A program on its own pseudo-terminal, with its screen modelled by pyte."""

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import pyte

from tests.terminal.keys import key_bytes

PATIENCE = 30.0  # seconds; a busy machine may take ten times as long as an idle one
EVERY_ANSWER = {b"\x1b[c": b"\x1b[?62;22c", b"\x1b[>q": b"\x1bP>|petworks tests\x1b\\"}


class Terminal:
    """Starts the program; leaving the `with` ends it."""

    def __init__(
        self,
        command: Sequence[str],
        columns: int = 120,
        rows: int = 40,
        environment: Mapping[str, str] | None = None,
        folder: Path | None = None,
    ) -> None:
        self.output = bytearray()
        """Every byte that the program has written, escapes included."""
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._text: str | None = None
        self._last_byte = time.monotonic()
        self._master, self._slave = pty.openpty()
        _set_size(self._master, columns, rows)
        # A shell opens the terminal and becomes the program: whoever leads a session owns the first terminal it opens.
        # Forking here instead could deadlock, as the workers of pytest-xdist have threads.
        self._process = subprocess.Popen(
            ["/bin/sh", "-c", 'exec "$@" <>"$0" >&0 2>&0', os.ttyname(self._slave), *command],
            env={**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", **(environment or {})},
            cwd=folder,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # Looking

    def text(self) -> str:
        """What stands on the screen now, without the spaces at the ends of the lines; put together once for all who look."""
        if self._text is None:
            self._text = "\n".join(line.rstrip() for line in self._screen.display)
        return self._text

    def line_of(self, text: str) -> int:
        """The row, counted from 0, of the first line with this text."""
        return next(row for row, line in enumerate(self._screen.display) if text in line)

    @property
    def cursor(self) -> tuple[int, int]:
        """Column and row, counted from 0."""
        return self._screen.cursor.x, self._screen.cursor.y

    def wait(self, text: str, seconds: float = PATIENCE) -> None:
        """Return once the text is on the screen."""
        self._until(lambda: text in self.text(), f"{text!r} is not on the screen", seconds)

    def wait_line(self, pattern: str, seconds: float = PATIENCE) -> None:
        """Return once a line on the screen fits the pattern."""
        self._until(lambda: re.search(pattern, self.text()) is not None, f"no line fits {pattern!r}", seconds)

    def gone(self, text: str, seconds: float = PATIENCE) -> None:
        """Return once the text is no longer on the screen."""
        self._until(lambda: text not in self.text(), f"{text!r} is still on the screen", seconds)

    def settle(self, quiet: float = 0.3, seconds: float = PATIENCE) -> None:
        """Return once the program has written nothing for `quiet` seconds."""
        begin = time.monotonic()
        while time.monotonic() - max(self._last_byte, begin) < quiet and time.monotonic() - begin < seconds:
            self._read(0.02)

    # Acting

    def key(self, *names: str) -> None:
        """Press keys by name: `a`, `enter`, `shift+tab`, `f1`, `ctrl+p`."""
        for name in names:
            self.send(key_bytes(name))
            self._read(0.02)

    def press(self, *names: str) -> None:
        """Press keys one after the other, each once it is drawn what the one before did: the next goes where that leads."""
        for name in names:
            before = len(self.output)
            self.key(name)
            self._until(lambda seen=before: len(self.output) > seen, f"{name} draws nothing", PATIENCE)  # type: ignore[misc]
            self.settle(0.2)

    def type(self, text: str) -> None:
        """Type as a person would, a character at a time."""
        for character in text:
            self.send(character.encode())
            self._read(0.01)

    def paste(self, text: str) -> None:
        """Paste in brackets, as terminals do."""
        self.send(b"\x1b[200~" + text.encode() + b"\x1b[201~")

    def click(self, column: int, row: int) -> None:
        """Click with the left button; columns and rows are counted from 0."""
        self.send(f"\x1b[<0;{column + 1};{row + 1}M\x1b[<0;{column + 1};{row + 1}m".encode())

    def resize(self, columns: int, rows: int) -> None:
        """Change the size of the window; the system tells the program."""
        self._screen.resize(rows, columns)
        self._text = None
        _set_size(self._master, columns, rows)

    def send(self, data: bytes) -> None:
        """Send bytes as they are."""
        os.write(self._master, data)

    def signal(self, number: int) -> None:
        """Send a signal to the program alone, not to its children."""
        self._process.send_signal(number)

    def hang_up(self) -> None:
        """Close the window under the program."""
        os.close(self._master)
        os.close(self._slave)
        self._master = self._slave = -1

    # Ending

    @property
    def number(self) -> int:
        """The system's number of the process."""
        return self._process.pid

    def exit_code(self, seconds: float = PATIENCE) -> int:
        """Wait until the program has ended by itself; its code, or the negative number of the signal that ended it."""
        self._until(self._ended, "the program still runs", seconds)
        while self._read(0):
            pass  # its last words
        assert self._process.returncode is not None
        return self._process.returncode

    def close(self) -> None:
        """End the program, politely first."""
        for number, seconds in ((signal.SIGTERM, 5.0), (signal.SIGKILL, 5.0)):
            if self._ended():
                break
            self.signal(number)
            with contextlib.suppress(TimeoutError):
                self._until(self._ended, "the program still runs", seconds)
        if self._master >= 0:
            self.hang_up()

    def _ended(self) -> bool:
        return self._process.poll() is not None

    def _until(self, condition: Callable[[], bool], complaint: str, seconds: float) -> None:
        begin = time.monotonic()
        while not condition():
            ended = self._ended()
            more = self._read(0.05)
            passed = time.monotonic() - begin
            if passed > seconds or (ended and not more and not condition()):
                raise TimeoutError(f"{complaint} after {passed:.0f} s:\n{self.text()}")

    def _read(self, seconds: float) -> bool:
        """Take in what the program writes within that time; whether it has written anything."""
        if self._master < 0:
            time.sleep(seconds)
            return False
        if not select.select([self._master], [], [], seconds)[0]:
            return False
        data = os.read(self._master, 65536)
        self._last_byte = time.monotonic()
        self.output += data
        self._stream.feed(data)
        self._text = None
        self._answer(data)
        return True

    def _answer(self, data: bytes) -> None:
        """Answer the few questions that every terminal answers."""
        if b"\x1b[6n" in data:
            column, row = self.cursor
            self.send(f"\x1b[{row + 1};{column + 1}R".encode())
        for question, answer in EVERY_ANSWER.items():
            if question in data:
                self.send(answer)


def _set_size(terminal: int, columns: int, rows: int) -> None:
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
