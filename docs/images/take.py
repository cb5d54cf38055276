"""Takes the picture in the README: the demo in a terminal of 120 x 40, a person revealed for a ticket, drawn as SVG.

    python -m docs.images.take

Sample data of its own, in a folder that is gone afterwards.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from html import escape
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from tests.terminal.terminal import Terminal

COLUMNS, ROWS = 120, 40
WIDTH, HEIGHT = 9, 19
"""Of a cell."""
FONTS = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace"
PAPER, INK = "14181c", "d8dde2"
PICTURE = Path(__file__).with_name("console.svg")
COMMAND = str(Path(sys.executable).with_name("petworks"))


class Look(NamedTuple):
    """How a cell is drawn: two cells of the same look are one piece of text."""

    ink: str
    paper: str
    bold: bool


def main() -> None:
    with TemporaryDirectory() as home:
        folders = dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"), home)
        with Terminal([COMMAND, "demo"], COLUMNS, ROWS, folders) as terminal:
            reveal_somebody(terminal)
            PICTURE.write_text(svg(terminal._screen), encoding="utf-8")


def reveal_somebody(terminal: Terminal) -> None:
    """The first steps of an agent: take the newest order in trouble in hand, choose its pet parent, reveal."""
    terminal.wait("Linked")
    terminal.key("/")
    terminal.settle()
    terminal.type(" about:order")
    terminal.key("enter")
    terminal.wait("enter open")
    terminal.settle()
    steps = (
        ("t", "is in hand"), ("o", "enter chooses"), ("down", "enter chooses"), ("enter", "Timeline"), ("v", "is in clear"),
        ("escape", "enter open"),
    )  # fmt: skip
    for key, then in steps:
        terminal.key(key)
        terminal.wait(then)
        terminal.settle()


def svg(screen: Any) -> str:
    width, height = screen.columns * WIDTH, screen.lines * HEIGHT
    rows = [piece for row in range(screen.lines) for piece in pieces(screen, row)]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">',
            "<title>Petworks Console: the list of users beside one person, revealed for a ticket</title>",
            f'<rect width="{width}" height="{height}" rx="6" fill="#{PAPER}"/>',
            f'<g font-family="{FONTS}" font-size="15" xml:space="preserve">',
            *rows,
            "</g>",
            "</svg>\n",
        ]
    )


def pieces(screen: Any, row: int) -> Iterator[str]:
    """The row's papers and texts; each text is stretched to its cells, whatever the font."""
    cells = [screen.buffer[row][column] for column in range(screen.columns)]
    start = 0
    for look, same in groupby(cells, look_of):
        group = list(same)
        yield from piece(look, "".join(cell.data for cell in group), start, len(group), row)
        start += len(group)


def piece(look: Look, text: str, start: int, cells: int, row: int) -> Iterator[str]:
    left, top = start * WIDTH, row * HEIGHT
    if look.paper != PAPER:
        yield f'<rect x="{left}" y="{top}" width="{cells * WIDTH}" height="{HEIGHT}" fill="#{look.paper}"/>'
    bare = text.lstrip()
    left, cells = left + (len(text) - len(bare)) * WIDTH, cells - (len(text) - len(bare))
    cells -= len(bare) - len(bare.rstrip())
    if bare:
        weight = ' font-weight="bold"' if look.bold else ""
        size = f'textLength="{cells * WIDTH}" lengthAdjust="spacingAndGlyphs"'
        yield f'<text x="{left}" y="{top + 14}" {size} fill="#{look.ink}"{weight}>{escape(bare.rstrip())}</text>'


def look_of(cell: Any) -> Look:
    ink, paper = colour(cell.fg, INK), colour(cell.bg, PAPER)
    return Look(paper, ink, cell.bold) if cell.reverse else Look(ink, paper, cell.bold)


def colour(name: str, default: str) -> str:
    """Textual draws in 24 bits, so every colour but the terminal's own is a number."""
    return name if len(name) == 6 and all(digit in "0123456789abcdef" for digit in name) else default


if __name__ == "__main__":
    main()
