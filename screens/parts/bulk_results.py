"""What came of work on many records, a line for each; what failed can be tried again from here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Static

from console.text import line
from screens.parts.bulk import Outcome, Refusal


class Results(ModalScreen[bool]):
    """Answers whether to try those again that failed or were not reached."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave", "back"),
        Binding("r", "again", "try the failed again"),
    ]
    AUTO_FOCUS = "#cancel"

    def __init__(self, words: str, outcome: Outcome, refused: Sequence[Refusal] = ()) -> None:
        super().__init__()
        self._words, self._outcome, self._refused = words, outcome, refused

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog -wide"):
            yield Static(Content(f"{self._words}: {self._counts()}"), classes="dialog-title")
            with VerticalScroll(classes="dialog-scroll", can_focus=False):
                yield Static(Content("\n").join(rows(self._outcome, self._refused)))
            with Horizontal(classes="dialog-buttons"):
                yield Button(Content("Close"), id="cancel")
                if self._outcome.again:
                    yield Button(Content(f"Try {len(self._outcome.again)} again"), id="act", classes="-deed")

    def _counts(self) -> str:
        found = self._outcome
        counts = ((len(found.failed), "failed"), (len(found.left), "not tried"), (len(self._refused), "not allowed"))
        return ", ".join([f"{len(found.done)} done", *(f"{count} {words}" for count, words in counts if count)])

    @on(Button.Pressed, "#cancel")
    def action_leave(self) -> None:
        self.dismiss(False)

    @on(Button.Pressed, "#act")
    def action_again(self) -> None:
        if self._outcome.again:
            self.dismiss(True)


def rows(outcome: Outcome, refused: Sequence[Refusal]) -> Iterator[Content]:
    """What failed comes first: that is what is left to do."""
    for failure in outcome.failed:
        yield Content.assemble(("✗ ", "bold $text-error"), _number(failure.number), line(failure.why))
    for record in outcome.left:
        yield Content.assemble("· ", _number(record.number), "not tried")
    for refusal in refused:
        yield Content.assemble("⊘ ", _number(refusal.number), "left as it is: ", line(refusal.why))
    for record in outcome.done:
        yield Content.assemble(("✓ ", "$text-success"), _number(record.number), line(_state(record)))


def _number(number: str) -> Content:
    return line(number.ljust(10)).stylize("bold")


def _state(record: object) -> str:
    return str(getattr(record, "state", "") or "done").replace("_", " ")
