"""The form for a new employee: who, with which roles, and a first password."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Grid, Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Label, Static

from console.raw import Raw
from console.text import line
from screens.parts.tick import Tick

NOTHING = Raw("")
SHORTEST = 12
LABELS = {"name": "Name", "email": "E-mail", "password": "Password", "again": "Once more"}


@dataclass(frozen=True)
class NewEmployee:
    """What was typed; the password stands in no text of it."""

    name: Raw = NOTHING
    email: Raw = NOTHING
    roles: Sequence[str] = ()
    password: str = field(default="", repr=False)

    def body(self) -> dict[str, object]:
        """What the platform is sent."""
        return {
            "name": self.name.typed,
            "email": self.email.typed,
            "roles": list(self.roles),
            "password": self.password,
        }


class NewEmployeeDialog(ModalScreen[NewEmployee | None]):
    """Answers what was typed, or None; `errors` is what the platform said of it, by field."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "cancel"),
        Binding("ctrl+s,f2", "save", "add"),
    ]
    AUTO_FOCUS = "#name"

    def __init__(
        self, roles: Sequence[str], draft: NewEmployee | None = None, errors: Mapping[str, str] | None = None
    ) -> None:
        super().__init__()
        self._roles, self._draft, self._errors = roles, draft or NewEmployee(), errors or {}

    def compose(self) -> ComposeResult:
        starts = {"name": self._draft.name.typed, "email": self._draft.email.typed}
        with Vertical(classes="dialog -form"):
            yield Static(Content("New employee"), classes="dialog-title")
            with VerticalScroll(classes="form-fields", can_focus=False):
                for name in ("name", "email"):
                    yield from self._row(name, Input(starts[name], id=name, max_length=200, select_on_focus=False))
                yield from self._role_boxes()
                for name in ("password", "again"):
                    yield from self._row(name, Input(self._draft.password, password=True, id=name, max_length=256))
            yield Static(
                Content("They sign in with this password at once. Tell it to them in person: nobody can look it up."),
                classes="dialog-hint",
            )
            with Horizontal(classes="dialog-buttons"):
                yield Button(Content("Cancel"), id="cancel")
                yield Button(Content("Add"), id="act", classes="-deed")

    def _row(self, name: str, typed: Input) -> Iterator[Horizontal | Static]:
        row = Horizontal(Label(Content(LABELS[name])), typed, classes="form-row")
        yield row
        yield self._error(name)

    def _role_boxes(self) -> Iterator[Grid | Static]:
        boxes = [Tick(line(role), role in self._draft.roles, id=f"r-{role}") for role in self._roles]
        yield Grid(Label(Content("Roles")), *boxes, id="role-boxes")
        yield self._error("roles")

    def _error(self, name: str) -> Static:
        return Static(line(self._errors.get(name, "")), id=f"e-{name}", classes="form-error")

    def _typed(self) -> NewEmployee:
        name, email, password = (self.query_one(f"#{each}", Input).value for each in ("name", "email", "password"))
        roles = [role for role in self._roles if self.query_one(f"#r-{role}", Tick).value]
        return NewEmployee(Raw(name.strip()), Raw(email.strip()), roles, password)

    def _lacking(self, typed: NewEmployee) -> dict[str, str]:
        again = self.query_one("#again", Input).value
        return {
            "name": "" if typed.name else "needed",
            "email": "" if "@" in typed.email.typed else "an address like name@example.com",
            "roles": "" if typed.roles else "at least one: without a role nothing can be done",
            "password": "" if len(typed.password) >= SHORTEST else f"{SHORTEST} characters or more",
            "again": "" if again == typed.password else "is not the same",
        }

    @on(Button.Pressed, "#act")
    def action_save(self) -> None:
        typed = self._typed()
        lacking = self._lacking(typed)
        for name, wrong in lacking.items():
            self.query_one(f"#e-{name}", Static).update(Content(wrong))
        if not any(lacking.values()):
            self.dismiss(typed)

    @on(Button.Pressed, "#cancel")
    def action_cancel(self) -> None:
        self.dismiss(None)
