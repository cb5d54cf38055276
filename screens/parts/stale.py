"""A write that others got ahead of: their changes beside one's own, and which of one's own to keep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Grid, Horizontal, Vertical
from textual.content import Content
from textual.events import Key
from textual.screen import ModalScreen
from textual.widgets import Button, Static

from console.errors import Change, Stale
from console.raw import Raw
from console.records.record import Record
from console.text import ago, line
from screens.parts.held_key import HeldKey
from screens.parts.revealed import HoldsValues
from screens.parts.tick import Tick


def who(change: Change, now: datetime) -> Content:
    """Who changed it, and how long ago."""
    try:
        when = ago(datetime.fromisoformat(change.at), now)
    except ValueError:
        return line(change.by)
    return line(f"{change.by}, {when}" if when == "now" else f"{change.by}, {when} ago")


@dataclass(frozen=True)
class StaleAnswer:
    """The fields of one's own to save over theirs; `again` means: back to the form first."""

    keep: frozenset[str]
    again: bool = False
    show: bool = False
    """Theirs are to be shown in clear first."""


class StaleDialog(HoldsValues[StaleAnswer | None]):
    """Answers what to keep, or None. Fields that both changed start unkept, one's own others kept.

    `shown` is what is in clear of theirs, `keep` what was ticked before, `why_not` why they can't be shown.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "cancel"),
        Binding("v", "show_theirs", "show theirs", id="show-theirs"),
    ]
    AUTO_FOCUS = "#cancel"
    SHOWS = True

    def __init__(
        self,
        theirs: Record,
        yours: Mapping[str, Raw],
        stale: Stale,
        labels: Mapping[str, str],
        now: datetime,
        *,
        shown: Mapping[str, Raw] | None = None,
        keep: frozenset[str] | None = None,
        why_not: str = "",
    ) -> None:
        super().__init__()
        self._shown, self._keep, self._why_not = shown or {}, keep, why_not
        self._theirs, self._yours, self._labels, self._now = theirs, yours, labels, now
        self._changed = {change.field: change for change in stale.changed}

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog -wide"):
            yield Static(Content(f"{self._theirs.number} changed while you were editing"), classes="dialog-title")
            with Grid(id="stale"):
                yield from (Static(Content(title), classes="-title") for title in ("", "Theirs", "Changed by", "Yours"))
                for name in self._fields():
                    yield from self._row(name)
            for name in self._yours:
                yield Tick(Content(f"keep your {self._label(name).lower()}"), self._starts_kept(name), id=f"k-{name}")
            yield Static(line(self._why_not) if self._why_not else Content(SHOWS), classes="dialog-hint")
            with Horizontal(classes="dialog-buttons"):
                yield Button(Content("Cancel"), id="cancel")
                yield Button(Content("Look again"), id="again")
                yield Button(Content("Save"), id="act", classes="-deed")

    def _starts_kept(self, name: str) -> bool:
        return name not in self._changed if self._keep is None else name in self._keep

    def _fields(self) -> list[str]:
        return [*self._yours, *(name for name in self._changed if name not in self._yours)]

    def _row(self, name: str) -> ComposeResult:
        yield Static(Content(self._label(name)))
        yield Static(self._their_value(name))
        yield Static(self._who(name))
        yield Static(line(self._yours[name]) if name in self._yours else Content("–"))

    def _label(self, name: str) -> str:
        return self._labels.get(name, line(name.replace("_", " ")).plain)

    def _their_value(self, name: str) -> Content:
        if name in self._shown:
            return line(self._shown[name]).stylize("$revealed")
        value = getattr(self._theirs, name, None)
        if isinstance(value, Raw):
            return line(value)
        return line(self._theirs.masks.get(name, "–") if value is None else str(value))

    def _who(self, name: str) -> Content:
        change = self._changed.get(name)
        return Content("–") if change is None else who(change, self._now)

    def _kept(self) -> frozenset[str]:
        return frozenset(name for name in self._yours if self.query_one(f"#k-{name}", Tick).value)

    @on(Button.Pressed, "#act")
    def _save(self) -> None:
        self.dismiss(StaleAnswer(self._kept()))

    @on(Button.Pressed, "#again")
    def _again(self) -> None:
        self.dismiss(StaleAnswer(self._kept(), again=True))

    def action_show_theirs(self) -> None:
        self.dismiss(StaleAnswer(self._kept(), show=True))

    @on(Button.Pressed, "#cancel")
    def action_cancel(self) -> None:
        self.dismiss(None)

    def put_away(self) -> None:
        self.action_cancel()


class StaleDecision(ModalScreen[bool]):
    """A decision that others got ahead of. Answers whether to decide all the same; `because` says why that is not to be had.

    `rows`: what, how it stands now, who did that, what was to be done.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", "cancel")]
    AUTO_FOCUS = "#cancel"

    def __init__(self, number: str, rows: Sequence[tuple[str, Content, Content, str]], act: str, because: str) -> None:
        super().__init__()
        self._number, self._rows, self._act, self._because = number, rows, act, because
        self._held = HeldKey()

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog -wide"):
            yield Static(Content(f"{self._number} changed while you were deciding"), classes="dialog-title")
            with Grid(id="stale"):
                yield from (Static(Content(title), classes="-title") for title in ("", "Now", "Changed by", "Yours"))
                for what, now, by, yours in self._rows:
                    yield from (Static(Content(what)), Static(now), Static(by), Static(Content(yours)))
            said = f"Nothing of yours was done. {self._because}".strip()
            yield Static(line(said), classes="dialog-hint")
            with Horizontal(classes="dialog-buttons"):
                yield Button(Content("Leave it" if not self._because else "Go on"), id="cancel")
                if not self._because:
                    yield Button(Content(f"{self._act} all the same"), id="act", classes="-deed")

    def on_key(self, event: Key) -> None:
        self._held.pressed(event.key)

    @on(Button.Pressed, "#act")
    def _all_the_same(self) -> None:
        if not self._held.repeats:
            self.dismiss(True)

    @on(Button.Pressed, "#cancel")
    def action_cancel(self) -> None:
        self.dismiss(False)


SHOWS = "v shows theirs, for the case in hand: it is logged, and the person can see it."
