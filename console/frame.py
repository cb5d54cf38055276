"""The plain frame of the screen, on the terminal before Textual is imported: what the app then paints first.

Textual takes ten times as long to import as this takes to draw, and a blank screen looks like a fault.
"""

from __future__ import annotations

import os
import signal
import sys
import termios
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any, NamedTuple

WAITING = (48, 56, 40, 52, 44)
"""Cells of the grey rows."""


class Palette(NamedTuple):
    """Of a theme of `screens.parts.themes`, which costs Textual's import; a test holds the two together."""

    background: str
    panel: str
    foreground: str
    accent: str
    grey: str
    environments: dict[str, str]


PALETTES = {
    "dark": Palette(
        "14181c",
        "20262c",
        "d8dde2",
        "6fc3c9",
        "6d6f72",
        {"DEMO": "7a5fb0", "STAGING": "a8741a", "PRODUCTION": "a83232"},
    ),
    "light": Palette(
        "f6f6f3",
        "ebebe6",
        "1c2226",
        "0b6670",
        "989896",
        {"DEMO": "6a4fa0", "STAGING": "8a5a00", "PRODUCTION": "a82818"},
    ),
    "high-contrast": Palette(
        "000000",
        "101010",
        "ffffff",
        "feff00",
        "c8c8c8",
        {"DEMO": "5a00b0", "STAGING": "805000", "PRODUCTION": "b00000"},
    ),
}


@contextmanager
def shown(environment: str, where: str, theme: str | None = None) -> Iterator[Callable[[], None]]:
    """The frame, and whatever is drawn over it; at the end, a signal's too, the terminal is as it was.

    What is typed meanwhile is for the app, and is not drawn: it may be a password. Call what this gives just before the app
    takes the terminal: it remembers how it found it.
    """
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _end)  # until the app has its own
    modes = _modes()
    try:
        _set(_quiet(modes))
        draw(environment, where, theme)
        yield lambda: _set(modes)
    finally:
        leave(modes)


def _end(number: int, _: FrameType | None) -> None:
    raise SystemExit(128 + number)


def draw(environment: str, where: str, theme: str | None = None) -> None:
    """Onto standard error, where Textual draws too. `where` holds no control characters: settings refuse them."""
    palette = PALETTES.get(theme or "dark", PALETTES["dark"]) if _has_colours() else None
    columns, rows = _size()
    blank = _colours(palette.foreground, palette.background) if palette else "\x1b[0m"
    grey = _colours(palette.grey, palette.background) if palette else "\x1b[0m"
    waiting = [grey + ("░" * width)[:columns].ljust(columns) for width in WAITING]
    empty = [blank + " " * columns] * (rows - 1 - len(waiting))  # not every terminal clears in colour
    lines = [_head(environment, where, columns, palette), *waiting, *empty][:rows]
    _write("\x1b[?1049h\x1b[?25l\x1b[H" + "\r\n".join(lines) + blank)


def say(progress: str) -> None:
    """A line below the grey rows, over the one before."""
    room = _size()[0] - 2
    _write(f"\x1b[{len(WAITING) + 3};1H {progress[:room].ljust(room)}")


def leave(modes: list[Any] | None) -> None:
    """What Textual does as well, when it gets to its end: a crash or a signal may come before."""
    _write("\x1b[0m\x1b[?1000;1002;1003;1004;1006;1015;1016;2004;2048l\x1b[<u\x1b[?1049l\x1b[?25h")
    _set(modes)


def _modes() -> list[Any] | None:
    try:
        return termios.tcgetattr(0)
    except termios.error:
        return None


def _quiet(modes: list[Any] | None) -> list[Any] | None:
    """Keys as they come, enter too, and none of them drawn by the terminal itself."""
    if modes is None:
        return None
    read, written, control, local, *rest = modes
    return [read & ~termios.ICRNL, written, control, local & ~(termios.ECHO | termios.ICANON), *rest]


def _set(modes: list[Any] | None) -> None:
    if modes is not None:
        with suppress(termios.error):  # the window may be gone
            termios.tcsetattr(0, termios.TCSANOW, modes)


def _head(environment: str, where: str, columns: int, palette: Palette | None) -> str:
    room = max(0, columns - len(f" petworks   {environment}   "))
    rest = where[:room].ljust(room)
    if palette is None:
        return f" \x1b[1mpetworks\x1b[0m  \x1b[1m {environment} \x1b[0m  {rest}"
    panel = _colours(palette.foreground, palette.panel)
    brand = f"\x1b[1m{_colours(palette.accent, palette.panel)}petworks\x1b[22m"
    badge = f"\x1b[1m{_colours('ffffff', palette.environments[environment])} {environment} \x1b[22m"
    return f"{panel} {brand}{panel}  {badge}{panel}  {rest}"


def _colours(foreground: str, background: str) -> str:
    return f"\x1b[38;2;{_channels(foreground)};48;2;{_channels(background)}m"


def _channels(colour: str) -> str:
    return ";".join(str(int(colour[at : at + 2], 16)) for at in (0, 2, 4))


def _has_colours() -> bool:
    return not os.environ.get("NO_COLOR") and os.environ.get("COLORTERM", "").lower() in ("truecolor", "24bit")


def _size() -> tuple[int, int]:
    try:
        return os.get_terminal_size(sys.__stderr__.fileno())  # type: ignore[union-attr]
    except (OSError, ValueError, AttributeError):
        return 80, 24


def _write(text: str) -> None:
    if sys.__stderr__ is not None and sys.__stderr__.isatty():
        with suppress(OSError):
            sys.__stderr__.write(text)
            sys.__stderr__.flush()
