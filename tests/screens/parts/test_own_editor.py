"""An editor in front of the console: keys typed in it count as use, and a lock ends it."""

from __future__ import annotations

from typing import cast

import pytest

from console import editor
from screens.parts.guarded import GuardedApp
from screens.parts.own_editor import Watch


class Console:
    """What the watch knows of an app."""

    is_hidden = False
    uses = 0

    def used(self) -> None:
        self.uses += 1


def test_keys_in_the_editor_keep_the_console_from_locking(monkeypatch: pytest.MonkeyPatch) -> None:
    typed = [100.0]
    monkeypatch.setattr(editor, "last_key", lambda: typed[0])
    console = Console()
    watch = Watch(cast(GuardedApp, console))
    assert watch() and console.uses == 0
    typed[0] = 108.0
    assert watch() and console.uses == 1
    assert watch() and console.uses == 1, "nobody has typed since"


def test_a_locked_console_ends_it() -> None:
    console = Console()
    watch = Watch(cast(GuardedApp, console))
    console.is_hidden = True
    assert not watch()
