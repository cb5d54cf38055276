"""What somebody at the keyboard does with a privacy request: lists, forms, letters, the actions of `x`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tests.terminal.company import SLOWLY
from tests.terminal.terminal import Terminal


def choose(console: Terminal, label: str, words: str, place: int) -> None:
    """Of the list that has the focus, what stands at that place, counted from 1."""
    console.press("enter", *["down"] * place, "enter")
    console.wait_line(rf"{label} +{re.escape(words)}.* ▼")
    console.settle()


def fill(console: Terminal, *values: str) -> None:
    """One field after the other from the one that has the focus; what is empty is passed over."""
    for value in values:
        if value:
            console.type(value)
            console.wait(value[-12:])
        console.press("tab")


def empty(console: Terminal, count: int) -> None:
    """The field that has the focus, with its cursor at the end of so many letters."""
    console.key("end", *["backspace"] * count)
    console.settle()


def tick(console: Terminal, label: str) -> None:
    """The box that has the focus."""
    console.press("space")
    console.wait_line(rf"{label} +\[x\]")


def act(console: Terminal, words: str) -> None:
    """By the list of all actions: the place of its words tells how far down it stands."""
    console.key("x")
    console.wait(words)
    console.settle()
    title, mine = console.line_of(" · actions"), console.line_of(words)
    console.press(*["down"] * (mine - title - 2), "enter")
    console.gone(" · actions")


def confirm(console: Terminal, title: str, *said: str) -> None:
    """A question that says what will be; Cancel is preset, and the deed stands beside it."""
    console.wait(title)
    for words in said:
        console.wait(words)
    console.settle()
    console.press("tab", "enter")
    console.gone(said[-1])


def send_letter(console: Terminal, title: str, begins: str) -> None:
    """As its template has it, once that has come."""
    console.wait(title)
    console.wait(begins)
    console.settle()
    console.key("ctrl+s")
    console.gone(title)


def given_password(console: Terminal, password: str, then: str) -> None:
    """It is asked for again only where the last one is older than five minutes, as it is on a machine that has much to do."""
    console.wait_line(f"Your password, please|{then}", SLOWLY)
    if "Your password, please" in console.text():
        console.settle()
        console.type(password)
        console.press("enter")
    console.wait(then, SLOWLY)


def go_to(console: Terminal, number: str, says: str) -> None:
    """By its number."""
    console.key(":")
    console.wait("ticket 204")
    console.type(number)
    console.key("enter")
    console.wait(says)
    console.settle()


def leave(*consoles: Terminal) -> None:
    """As people do, and nothing went wrong by then."""
    for console in consoles:
        console.key("ctrl+q")
        assert console.exit_code(SLOWLY) == 0


def lines_after(console: Terminal, heading: str, count: int) -> Sequence[str]:
    """The lines below a heading of the detail, from its column on."""
    shown = console.text().splitlines()
    row = console.line_of(heading)
    column = shown[row].index(heading)
    return [each[column:].strip() for each in shown[row + 1 : row + 1 + count]]
