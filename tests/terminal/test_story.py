"""A morning of a support agent, in a real terminal, on the platform that the demo starts: every step of the way, at two sizes."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from platformdirs import user_data_path

from tests.terminal.conftest import COMMAND, Petworks
from tests.terminal.terminal import Terminal

SLOWLY = 60.0
"""Seconds for what starts processes or makes data; the tests share two cores."""


def start(petworks: Petworks, columns: int, rows: int, role: str = "support") -> Terminal:
    console = petworks("demo", "--users", "300", "--role", role, columns=columns, rows=rows)
    console.wait("DEMO", SLOWLY)
    console.wait("? help", SLOWLY)
    return console


def take_ticket(console: Terminal) -> None:
    """Takes a ticket in hand that nobody has, from somebody whose phone and postcode are known."""
    console.wait("T-40")
    console.key(":")
    console.wait("ticket 204")
    console.type("T-38")
    console.key("enter")
    console.wait("of nobody")
    console.key("t")
    console.wait("T-38 is in hand")


def field_of(console: Terminal, label: str) -> str:
    """What the detail shows beside a label."""
    section = console.text().partition("Contact")[2]
    found = re.search(rf"{label}\s{{3,}}(\S.*)", section)
    assert found, console.text()
    return found[1].rstrip(" ▁▂▃▄▅▆▇█")  # the scrollbar may stand behind it


def say(console: Terminal, downs: int, said: str, outcome: str) -> None:
    """One caller check: chooses what to compare, types what the caller says."""
    console.wait("Caller check of")
    if downs:
        console.key("shift+tab")
        console.settle()
        console.key("enter")
        console.wait("▲")
        console.key(*["down"] * downs)
        console.settle()
        console.key("enter")
        console.gone("▲")
        console.settle()
        console.key("tab")
        console.settle()
    console.type(said)
    console.key("enter")
    console.wait(outcome)


@pytest.mark.parametrize(("columns", "rows"), [(120, 40), (80, 24)])
def test_a_morning_of_support(petworks: Petworks, tmp_path: Path, columns: int, rows: int) -> None:
    console = start(petworks, columns, rows)
    take_ticket(console)

    # The person, masked until the ticket needs more
    console.key("o")
    console.wait("Preferences")
    person = re.search(r"(U-\d+)  active", console.text())
    assert person, console.text()
    assert "•••@•••" in console.text()
    console.key("v")
    console.wait("is in clear for")
    email, phone = field_of(console, "E-mail"), field_of(console, "Phone")
    postcode, name = field_of(console, "Postcode"), field_of(console, "Name")
    assert "@" in email and "•" not in email + phone + postcode

    # An e-mail changes only after two matched checks on other values
    console.key("c")
    say(console, 0, "555 0000", "4 tries left")
    say(console, 0, phone, "✓ match: Phone. 3 tries left")
    say(console, 2, postcode, "✓ match: Postcode. 2 tries left")
    console.key("escape")
    console.gone("Caller check of")
    console.key("e")
    console.wait("Edit U-")
    console.key("tab", "end", *["backspace"] * len(email))
    console.settle()
    console.type("new.address@example.net")
    console.key("ctrl+s")
    console.gone("Edit U-")
    console.wait("is saved: email")

    # An opt-out at once: no case, no reason, only how the person told us
    console.key("x")
    console.wait("Opt out")
    console.key("j", "j", "j", "enter")
    console.wait("Opt U-")
    console.settle()
    console.key("tab", "enter")
    console.gone("They told us")
    console.wait("Specials off")

    # The log proves who saw and did what
    console.key("7")
    console.wait("all that your role may see")
    for action in ("reveal", "caller-check", "correct", "opt-out"):
        look_for(console, f"users:{action}")
        assert person[1] in console.text()
        assert email not in console.text()
    console.key("ctrl+q")
    assert console.exit_code(SLOWLY) == 0
    leaves_nothing(console, tmp_path, [name, email, phone, "new.address@example.net"])

    data = user_data_path("petworks", appauthor=False) / "demo"
    verdict = verify(data)
    assert verdict.returncode == 0, verdict.stdout + verdict.stderr
    assert "whole" in verdict.stdout


def look_for(console: Terminal, text: str) -> None:
    """Goes down the list until the text is on the screen."""
    console.key("g")
    console.settle()
    for _ in range(8):
        if text in console.text():
            return
        console.key("pagedown")
        console.settle()
    raise AssertionError(f"{text} is not in the list:\n{console.text()}")


def leaves_nothing(console: Terminal, home: Path, values: list[str]) -> None:
    """P17: what was shown stood in the alternate screen alone, and no file under the home folder has it, the platform's included.

    But for letters to people, which a demo writes into files in place of a mail server.
    """
    before, entered, inside = bytes(console.output).partition(b"\x1b[?1049h")
    shown, left, after = inside.rpartition(b"\x1b[?1049l")
    assert entered and left
    files = [path for path in home.rglob("*") if path.is_file() and path.suffix != ".eml"]
    assert files
    for value in values:
        assert value.encode() in shown, f"the test looks for what was never shown: {value}"
        assert value.encode() not in before + after
        assert not [path for path in files if value.encode() in path.read_bytes()]


def verify(data: Path) -> subprocess.CompletedProcess[str]:
    found = data if (data / "petworks.sqlite").exists() else next(data.rglob("petworks.sqlite")).parent
    return subprocess.run(
        [COMMAND, "audit", "verify", "--data", str(found)], capture_output=True, text=True, check=False
    )
