"""The line under every screen: the keys that work here now."""

from __future__ import annotations

from typing import Any

from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget

COMMON = ("open", "back", "sort", "mark", "jump")
"""What keys do on every list, and people soon know: where there is no room for all, these give way, the last one first."""


class Foot(Widget):
    """Drawn from the live bindings; what doesn't fit is in the help, whose key always stands at the right."""

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, lambda _: self.refresh())

    def render(self) -> Content:
        always = Content.assemble(("?", "bold"), " help")
        room = self.content_size.width - len(always) - 1
        shown = fitting(live_keys(self.screen), room)
        gap = " " * max(1, self.content_size.width - len(shown) - len(always))
        return Content.assemble(shown, gap, always)


def live_keys(screen: Screen[Any]) -> list[tuple[str, str]]:
    """Key and what it does, of every binding that acts now and is meant to be shown, one an action."""
    seen: dict[str, tuple[str, str]] = {}
    for active in screen.active_bindings.values():
        binding = active.binding
        if binding.show and active.enabled and binding.action not in seen:
            seen[binding.action] = (screen.app.get_key_display(binding), binding.description)
    return list(seen.values())


def fitting(keys: list[tuple[str, str]], room: int) -> Content:
    """As many keys as fit in so many cells, whole ones only: those that matter most, in the order in which they came."""
    kept: set[str] = set()
    for _, does in sorted(keys, key=_weight):
        if _drawn(keys, {*kept, does}).cell_length <= room:
            kept.add(does)
    return _drawn(keys, kept)


def _weight(key: tuple[str, str]) -> int:
    return COMMON.index(key[1]) + 1 if key[1] in COMMON else 0


def _drawn(keys: list[tuple[str, str]], kept: set[str]) -> Content:
    shown = [Content.assemble((key, "bold"), " ", (does, "dim")) for key, does in keys if does in kept]
    return Content("  ").join(shown)
