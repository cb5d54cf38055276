"""A console that has come to rest: a picture of it is the same each time, however busy the machine."""

from __future__ import annotations

from collections.abc import Iterator

from textual._context import visible_screen_stack
from textual.app import App
from textual.pilot import Pilot
from textual.strip import Strip
from textual.timer import Timer
from textual.widgets import Input, TextArea

from tests.screens.consoles import until

FOR_EVER = "feed"
"""The group of the one worker that doesn't end."""

LOOKS = 4
"""So often in a row it must look the same."""

SOON = 1.0
"""Seconds: what waits longer, such as a message that goes away by itself, isn't waited for."""


async def settled(pilot: Pilot[int]) -> None:
    """Wait until nothing is fetched or about to be, and what is drawn stays as it is; no cursor blinks from now on."""
    drawn: list[Strip] = []
    same = 0

    def is_still() -> bool:
        nonlocal drawn, same
        _stop_blinking(pilot.app)
        before, drawn = drawn, _picture(pilot.app)
        same = same + 1 if drawn == before and not _is_busy(pilot.app) else 0
        return same >= LOOKS

    await until(pilot, is_still)


def _stop_blinking(app: App[int]) -> None:
    for typed in app.screen.query("Input, TextArea"):
        assert isinstance(typed, Input | TextArea)
        typed.cursor_blink = False


def _picture(app: App[int]) -> list[Strip]:
    """Colours and all, with the screens that a dialog lets through."""
    visible_screen_stack.set(app._background_screens)
    return app.screen._compositor.render_strips(app.size)


def _is_busy(app: App[int]) -> bool:
    """Whether a worker does more than wait for a dialog's answer, or a timer is about to start something."""
    working = sum(worker.group != FOR_EVER and not worker.is_finished for worker in app.workers)
    asking = sum(call.future is not None for screen in app.screen_stack for call in screen._result_callbacks)
    return working > asking or any(_goes_off_soon(timer) for timer in _timers(app))


def _timers(app: App[int]) -> Iterator[Timer]:
    for screen in app.screen_stack:
        for node in screen.walk_children(with_self=True):
            yield from node._timers


def _goes_off_soon(timer: Timer) -> bool:
    return timer._repeat == 0 and timer._interval < SOON and timer._task is not None and not timer._task.done()
