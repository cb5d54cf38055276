"""From a key press to the painted line: the record table over 100 and 10 million rows, beside a DataTable with 100.

    python bench/bench_table.py [--keys 400]

The three apps run in one process and are asked in turn, a few keys each, so that what else the machine does hits all
alike. Time runs from the key's event entering the app to the end of the paint that shows it, bytes and all.
"""

from __future__ import annotations

import os

os.environ["TEXTUAL_FPS"] = "2000"  # before the import: a frame timer of 16 ms, the same for all, would hide the work

import argparse
import asyncio
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from itertools import cycle, islice
from statistics import median, quantiles
from time import perf_counter, thread_time

from textual._compositor import CompositorUpdate
from textual.app import App, ComposeResult
from textual.content import Content
from textual.events import Key
from textual.widgets import DataTable

from console.text import line
from screens.parts.record_table import Column, RecordTable
from screens.parts.type_ahead import TypeAheadApp
from tests.screens.listed import Listed, user

COLUMNS = (
    Column("Number", 12, lambda found: Content(found.number)),
    Column("Name", None, lambda found: line(found.name)),
    Column("E-mail", None, lambda found: line(found.email)),
    Column("State", 10, lambda found: Content(found.state)),
    Column("Registered", 12, lambda found: Content(f"{found.registered:%Y-%m-%d}"), align="right"),
)
KEYS = ["j"] * 60 + ["k"] * 50
"""Down past the end of the screen, so that half of the moves scroll, and most of the way back."""


class Timed(App[int]):
    """An app that knows when its last paint was done."""

    painted = (0.0, 0.0)

    def __init__(self) -> None:
        super().__init__()
        self.paint = asyncio.Event()

    def _display(self, screen: object, renderable: object) -> None:
        if isinstance(renderable, CompositorUpdate):
            renderable.render_segments(self.console)  # a headless app leaves this last step out
        self.painted = perf_counter(), thread_time()
        self.paint.set()

    async def press(self, key: str) -> tuple[float, float]:
        """Seconds by the clock, and of work, from the key's event to the end of the paint that shows it."""
        self.paint.clear()
        started, worked = perf_counter(), thread_time()
        self.post_message(Key(key, key if len(key) == 1 else None))
        await asyncio.wait_for(self.paint.wait(), 5)
        return self.painted[0] - started, self.painted[1] - worked


class OurTable(TypeAheadApp, Timed):
    """In an app that takes keys one after the other, as the console does: a key is paid for with its queue."""

    def __init__(self, rows: int) -> None:
        super().__init__()
        self.rows = rows

    def compose(self) -> ComposeResult:
        yield RecordTable(COLUMNS)

    def on_mount(self) -> None:
        self.query_one(RecordTable).show(Listed(range(self.rows, 0, -1)))


class Theirs(Timed):
    BINDINGS = [("j", "down"), ("k", "up")]  # noqa: RUF012 - Textual's own way

    def compose(self) -> ComposeResult:
        yield DataTable(cursor_type="row")

    def on_mount(self) -> None:
        table = self.query_one(DataTable)
        table.add_columns(*(column.title for column in COLUMNS))
        for number in range(100, 0, -1):
            table.add_row(*(column.cell(user(number)).plain for column in COLUMNS))
        table.focus()

    def action_down(self) -> None:
        self.query_one(DataTable).action_cursor_down()

    def action_up(self) -> None:
        self.query_one(DataTable).action_cursor_up()


async def measure(keys: int) -> dict[str, list[tuple[float, float]]]:
    """Seconds of every key, by app."""
    apps: dict[str, Timed] = {
        "DataTable 100": Theirs(),
        "ours 100": OurTable(100),
        "ours 10,000,000": OurTable(10_000_000),
    }
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in apps}
    async with AsyncExitStack() as stack:
        pilots = [await stack.enter_async_context(app.run_test(size=(120, 40))) for app in apps.values()]
        for pilot in pilots:
            await pilot.pause(0.3)
        for batch in _batches(keys):
            for name, app in apps.items():
                taken[name] += await _press_all(app, batch)
    return taken


async def _press_all(app: Timed, keys: Sequence[str]) -> list[tuple[float, float]]:
    taken = []
    for key in keys:
        taken.append(await app.press(key))
        await asyncio.sleep(0.002)  # a scrollbar or an idle refresh may paint once more; that isn't the next key's
    return taken


def _batches(keys: int) -> Iterator[list[str]]:
    presses = islice(cycle(KEYS), keys)
    while batch := list(islice(presses, 10)):
        yield batch


def report(taken: dict[str, list[tuple[float, float]]]) -> None:
    for place, what in enumerate(("by the clock", "work (CPU)")):
        seconds = {name: [both[place] for both in times] for name, times in taken.items()}
        base = seconds["DataTable 100"]
        print(f"{what:18}{'p50 ms':>8}{'p95 ms':>8}{'p50 ratio':>11}{'p95 ratio':>11}")
        for name, times in seconds.items():
            ratios = median(times) / median(base), _p95(times) / _p95(base)
            print(f"{name:18}{median(times) * 1e3:8.2f}{_p95(times) * 1e3:8.2f}{ratios[0]:11.2f}{ratios[1]:11.2f}")
        ours = _p95(seconds["ours 10,000,000"]) / _p95(seconds["ours 100"])
        print(f"10 million rows against 100 of ours, p95: {ours:.2f}\n")


def _p95(seconds: Sequence[float]) -> float:
    return quantiles(seconds, n=20)[-1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--keys", type=int, default=440, help="keys for each app")
    report(asyncio.run(measure(parser.parse_args().keys)))


if __name__ == "__main__":
    main()
