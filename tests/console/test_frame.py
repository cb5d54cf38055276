"""The frame that is drawn before Textual is what the app then paints: nothing jumps and no colour changes."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import pyte
import pytest
from rich.color import Color
from rich.segment import Segment
from rich.style import Style

from console import frame
from console.app import ConsoleApp
from console.session import Session
from console.settings import Settings
from screens.parts.themes import THEMES
from tests.terminal.terminal import Terminal

COLUMNS, ROWS = 100, 24
URL = "http://127.0.0.1:9"

Cell = tuple[str, str, str, bool]
"""Character, its colour, the colour behind it, bold; of a space only the colour behind it counts."""


def cell(character: str, colour: str, behind: str, bold: bool) -> Cell:
    return (" ", "", behind, False) if character == " " else (character, colour, behind, bold)


def plain_frame(theme: str, **environment: str) -> list[list[Cell]]:
    """What `frame.draw` leaves on a terminal."""
    code = f"from console import frame; frame.draw('STAGING', 'connecting to {URL}', {theme!r}); input()"
    with Terminal([sys.executable, "-c", code], columns=COLUMNS, rows=ROWS, environment=environment) as terminal:
        terminal.wait("░" * frame.WAITING[-1])
        terminal.settle()
        screen = pyte.Screen(COLUMNS, ROWS)
        pyte.ByteStream(screen).feed(bytes(terminal.output))
    return [
        [cell(at.data, at.fg, at.bg, at.bold) for at in (screen.buffer[row][column] for column in range(COLUMNS))]
        for row in range(ROWS)
    ]


class Waiting(ConsoleApp):
    """The console, before the platform has answered."""

    async def _start(self) -> None:
        await asyncio.Event().wait()


def app_frame(theme: str) -> list[list[Cell]]:
    settings = Settings(url=URL, environment="staging", theme=theme)

    async def painted() -> list[list[Cell]]:
        async with Session(settings) as session:
            app = Waiting(settings, session)
            async with app.run_test(size=(COLUMNS, ROWS)):
                strips = app.screen._compositor.render_strips()
                return [[styled for segment in strip for styled in _cells(segment)] for strip in strips]

    return asyncio.run(painted())


def _cells(segment: Segment) -> list[Cell]:
    style = segment.style or Style()
    colour, behind = _hex(style.color), _hex(style.bgcolor)
    return [cell(character, colour, behind, bool(style.bold)) for character in segment.text]


def _hex(colour: Color | None) -> str:
    return colour.triplet.hex[1:] if colour and colour.triplet else ""


@pytest.mark.parametrize("theme", THEMES)
def test_its_colours_are_the_theme_s(theme: str) -> None:
    palette, there = frame.PALETTES[theme], THEMES[theme]
    assert (f"#{palette.background}", f"#{palette.panel}") == (there.background, there.panel)
    assert f"#{palette.foreground}" == there.foreground
    assert palette.environments == {
        name.upper(): there.variables[name][1:] for name in ("demo", "staging", "production")
    }


def test_it_imports_next_to_nothing() -> None:
    heavy = "{'textual', 'rich', 'asyncio', 'httpx', 'pydantic', 'argparse', 'dataclasses', 'inspect'}"
    code = f"import sys, console.__main__, console.settings, console.frame; print({heavy} & set(sys.modules))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout == "set()\n"


@pytest.mark.parametrize("theme", THEMES)
def test_it_is_what_the_app_paints_first(theme: str) -> None:
    ours, apps = plain_frame(theme), app_frame(theme)
    for row in range(ROWS):
        assert ours[row] == apps[row]


def test_without_colours_it_says_the_same_in_words() -> None:
    cells = plain_frame("dark", NO_COLOR="1")
    assert {at[2] for row in cells for at in row} == {"default"}
    assert "".join(at[0] for at in cells[0]).rstrip() == f" petworks   STAGING   connecting to {URL}"


def test_what_is_typed_meanwhile_is_kept_for_the_app_and_not_drawn() -> None:
    code = (
        "import os, termios; from console import frame\n"
        "with frame.shown('DEMO', 'starting') as give_back:\n"
        "    typed = os.read(0, 7)\n"
        "    give_back(); print('had', typed, bool(termios.tcgetattr(0)[3] & termios.ECHO)); os.read(0, 1)"
    )
    with Terminal([sys.executable, "-c", code], columns=COLUMNS, rows=ROWS) as terminal:
        terminal.wait("░" * frame.WAITING[-1])
        terminal.send(b"secret\r")
        terminal.wait(r"had b'secret\r' True")
        assert b"secret\r" not in terminal.output
