"""The employee's own editor in front of the console, which waits behind it, locks in time, and takes the text back."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from console import editor
from console.raw import Raw

if TYPE_CHECKING:
    from screens.parts.guarded import GuardedApp

OTHER_SCREEN = "\x1b[?1049h\x1b[H\x1b[2J"
"""The terminal's second screen: what an editor draws there is in no scrollback, whether it asks for that or not."""
FIRST_SCREEN = "\x1b[2J\x1b[?1049l"


class Watch:
    """Whether the editor may go on: keys typed in it count as use of the console, and a lock ends it."""

    def __init__(self, app: GuardedApp) -> None:
        self._app, self._typed = app, editor.last_key()

    def __call__(self) -> bool:
        typed = editor.last_key()
        if typed > self._typed:
            self._typed = typed
            self._app.used()
        return not self._app.is_hidden


async def edit(app: GuardedApp, text: Raw) -> Raw:
    """The text as the editor left it; NoEditor or NotTaken when there is nothing to take. Run it in a worker."""
    order = editor.command(os.environ)
    with editor.private_file(text) as path:
        try:
            await _in_front(app, [*order, str(path)])
        except SuspendNotSupported:
            raise editor.NoEditor("This terminal has no room for an editor.") from None
        return editor.read_back(path)


async def _in_front(app: GuardedApp, order: list[str]) -> None:
    """Whatever happens to the editor, the terminal is the console's again afterwards, unless the console ends.

    Nothing is drawn meanwhile: Textual's writer has ended, and would wait for ever.
    """
    failure: BaseException | None = None
    with app.batch_update(), app.suspend():
        try:
            _write(OTHER_SCREEN)
            await editor.run(order, Watch(app))
        except BaseException as error:
            if not app.is_running:
                raise  # past what Textual would do then: its threads, begun again, would keep the process alive
            failure = error
        finally:
            _write(FIRST_SCREEN)
    app.refresh(layout=True)
    if failure is not None:
        raise failure


def _write(sequence: str) -> None:
    if sys.__stdout__ is not None:
        sys.__stdout__.write(sequence)
        sys.__stdout__.flush()
