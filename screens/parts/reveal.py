"""Showing values in clear: at once for the case in hand, or by a dialog that says what it means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Select, Static

from console.raw import Raw
from console.records.record import Record
from console.session import CaseInHand, Session
from console.text import line
from screens.parts.problems import Notice

NO_CASE = "Take a case in hand first (t): what you reveal is logged for it."


@dataclass(frozen=True)
class RevealAnswer:
    """The reason that was chosen in the dialog."""

    reason: str


@dataclass(frozen=True)
class Opened:
    """What the platform revealed."""

    values: Mapping[str, Raw]
    missing: tuple[str, ...]
    until: datetime
    fresh: bool


def maskable(record: Record) -> list[str]:
    """The fields that are masked and not withheld in this case, in the record's order."""
    return [name for name in type(record).model_fields if name in record.masks and name not in record.withheld]


def nothing_to_reveal(record: Record) -> Notice:
    """Why no field can be revealed: what the platform says of revealing, or of the fields one by one."""
    action = record.find_action("reveal")
    because = action.because or next(iter(record.withheld.values()), "Nothing of it is masked.")
    return Notice("not-allowed", f"Nothing of {record.number} can be revealed: {because}", "x lists what is allowed.")


async def reveal(
    session: Session, collection: str, record: Record, fields: Sequence[str], *, case: CaseInHand, reason: str | None
) -> Opened:
    """Ask for values in clear; the platform logs it before it answers."""
    body = {"fields": list(fields), "case": case.id, "reason": reason}
    answer = (await session.client.post(f"/v1/{collection}/{record.id}/reveal", body, case=case.id)).body
    values = {field: Raw(str(value)) for field, value in answer["values"].items() if value is not None}
    until = datetime.fromisoformat(answer["expires"])
    return Opened(values, tuple(answer.get("missing", ())), until, answer.get("grant") == "new")


class RevealDialog(ModalScreen[RevealAnswer | None]):
    """Answers with the reason, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", "cancel")]
    AUTO_FOCUS = "#cancel"

    def __init__(self, record: Record, fields: Sequence[str], case: CaseInHand, reasons: Mapping[str, str]) -> None:
        super().__init__()
        self._record, self._fields, self._case, self._reasons = record, fields, case, reasons

    def compose(self) -> ComposeResult:
        title = Content.assemble((f"Reveal {', '.join(self._fields)} of {self._record.number}", "bold"))
        with Vertical(classes="dialog"):
            yield Static(title, classes="dialog-title")
            yield Static(Content.assemble(("For      ", "dim"), self._for()), classes="dialog-text")
            yield Select([(Content(words), code) for code, words in self._reasons.items()], allow_blank=False)
            yield Static(Content(WHAT_IT_MEANS), classes="dialog-text")
            with Horizontal(classes="dialog-buttons"):
                yield Button(Content("Cancel"), id="cancel")
                yield Button(Content("Reveal"), id="act", classes="-deed")

    def _for(self) -> Content:
        subject = line(self._case.subject) if self._case.subject else Content("")
        return Content.assemble((self._case.number, "bold"), " ", subject)

    @on(Button.Pressed, "#act")
    def _reveal(self) -> None:
        self.dismiss(RevealAnswer(str(self.query_one(Select).value)))

    @on(Button.Pressed, "#cancel")
    def action_cancel(self) -> None:
        self.dismiss(None)


WHAT_IT_MEANS = (
    "It is logged, and the person can see it. Hidden again when the case ends, the console locks, or after 30 minutes."
)
