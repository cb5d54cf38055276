"""Writes docs/keys.md from the bindings that the console really has; a test compares them.

python -m docs.keys_page
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from textual.binding import Binding
from textual.dom import DOMNode
from textual.screen import ModalScreen

import screens
from console.app import ConsoleApp
from screens import SCREENS
from screens.parts.head import TABS, title_of
from screens.parts.shell import KEY_NAMES

PAGE = Path(__file__).with_name("keys.md")
Row = tuple[str, str, str]

HEAD = """# Keys

<!-- Written by `python -m docs.keys_page` from the console's own bindings. Change those, not this page. -->

`?` or F1 shows the keys that work where you are. The mouse works too: click a row, a title (to sort by it), a tab, the scrollbar.

## Other keys

Name the key in the [config file](configuration.md), under `[keys]`, by the name in the third column:

    [keys]
    reveal = "f2"
    lock = "ctrl+l,f9"            # two keys for one thing

A name that is not on this page is refused when the console starts. Keys without a name can't be changed.
"""


def page() -> str:
    tabs = {f"tab-{name}" for name in TABS if name not in SCREENS}
    own = [binding for binding in _own(ConsoleApp) if binding.id not in tabs]  # no screen behind it yet
    everywhere = [*_rows(own), *_textual()]
    parts = [HEAD, _table("Everywhere", everywhere), _table("Lists and their detail", _shared())]
    for name, screen in SCREENS.items():
        rows = [row for row in _rows(_of_screen(screen)) if row not in _shared()]
        if rows:
            parts.append(_table(title_of(name), rows))
    parts.append(_table("While typing a filter", _rows(_bindings("filter_bar", "FilterInput"))))
    parts.append(_table("Forms, lists to choose from, dialogs", _dialogs()))
    return "\n".join(parts)


def _of_screen(screen: type[DOMNode]) -> Iterator[Binding]:
    """A screen's own bindings and those of the parts that it is built from."""
    for kind in screen.__mro__:
        yield from _own(kind)


def _own(kind: type) -> Iterator[Binding]:
    if kind.__module__.split(".")[0] in ("console", "screens"):
        for entry in kind.__dict__.get("BINDINGS", ()):
            yield entry if isinstance(entry, Binding) else Binding(*entry)


def _bindings(module: str, name: str) -> Iterator[Binding]:
    return _own(getattr(importlib.import_module(f"screens.parts.{module}"), name))


def _shared() -> list[Row]:
    """What every list has."""
    from screens.audit import AuditScreen
    from screens.parts.record_table import RecordTable

    return _rows([*_own(RecordTable), *_of_screen(AuditScreen)])


def _dialogs() -> list[Row]:
    """Of all dialogs together: what one word stands for has the same keys wherever it is offered."""
    found: dict[str, dict[str, None]] = {}
    for module in pkgutil.walk_packages(screens.__path__, "screens."):
        for kind in vars(importlib.import_module(module.name)).values():
            if isinstance(kind, type) and issubclass(kind, ModalScreen):
                for keys, does, _ in _rows(_own(kind)):
                    found.setdefault(does, {}).update(dict.fromkeys(keys.split(" · ")))
    moves = [("tab · shift+tab", "next, previous field or button", ""), ("enter", "choose, press the button", "")]
    return [*moves, *sorted((" · ".join(keys), does, "") for does, keys in found.items())]


def _textual() -> list[Row]:
    """Textual's own that people need."""
    return [("ctrl+q", "quit", ""), ("tab · shift+tab", "from the list to the detail and back", "")]


def _rows(bindings: Iterable[Binding]) -> list[Row]:
    """Several keys of one action share a row."""
    rows: dict[str, tuple[list[str], str, list[str]]] = {}
    for binding in Binding.make_bindings(list(bindings)):
        if binding.description:
            keys, _, names = rows.setdefault(binding.action, ([], binding.description, []))
            keys.append(binding.key_display or KEY_NAMES.get(binding.key, _spelt(binding.key)))
            names += [binding.id] if binding.id and binding.id not in names else []
    return [(" · ".join(dict.fromkeys(keys)), does, ", ".join(names)) for keys, does, names in rows.values()]


def _spelt(key: str) -> str:
    return {"at": "@", "colon": ":", "slash": "/"}.get(key, key)


def _table(title: str, rows: Iterable[Row]) -> str:
    lines = [f"| {_code(keys, ' · ')} | {does} | {_code(names, ', ')} |" for keys, does, names in rows]
    return "\n".join([f"## {title}", "", "| Key | What it does | Name |", "|---|---|---|", *lines, ""])


def _code(words: str, between: str) -> str:
    return between.join(f"`{word}`" for word in words.split(between) if word)


def main() -> None:
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
