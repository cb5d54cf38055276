"""Long work on one line: how far it is, what failed, and the key that stops it."""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content
from textual.widgets import Static

BAR = 20
"""Cells of the bar where there is room, and of the shortest one."""
SHORTEST = 6


@dataclass(frozen=True)
class Steps:
    """How far some work is; `failed` of the `done` ones failed, and `money` is what the others came to."""

    what: str
    total: int
    done: int = 0
    failed: int = 0
    stopping: bool = False
    money: str = ""
    stop: str = "S stop after this one"


class Progress(Static):
    """Shown while there is work; `S` belongs to the screen, which knows how to stop."""

    def on_mount(self) -> None:
        self.display = False

    def show(self, steps: Steps) -> None:
        self.display = True
        self.update(drawn(steps, self.app.size.width - 2))

    def hide(self) -> None:
        self.display = False


def drawn(steps: Steps, room: int = 120) -> Content:
    """One line: what, a bar, how many of how many, what they came to, how many failed, how to stop; shorter where there is less room."""
    said = [f"{steps.done:,} of {steps.total:,}"]
    if steps.money:
        said.append(f"{steps.money} done")
    if steps.failed:
        said.append(f"{steps.failed:,} failed")
    said.append("stops after this one …" if steps.stopping else steps.stop)
    words = "   ".join(said)
    spare = room - len(steps.what) - len(words) - 4
    if spare < SHORTEST:
        words, spare = "  ".join([*said[:-1], "stops …" if steps.stopping else "S stops"]), SHORTEST
    so_far = (bar(steps.done, steps.total, min(BAR, spare)), "$accent")
    return Content.assemble((steps.what, "bold"), "  ", so_far, "  ", words)


def bar(done: int, total: int, cells: int) -> str:
    """How much is done; nothing at all to do is all of it."""
    filled = cells * done // total if total else cells
    return "▓" * filled + "░" * (cells - filled)
