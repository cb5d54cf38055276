"""A form over a record's fields: the raw values are edited, and only what changed is answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Input, Label, Static

from console.raw import Raw
from console.text import line
from screens.parts.revealed import HoldsValues

UNSHOWABLE = "has marks that can't be shown: type to replace it whole, or leave it alone"


@dataclass(frozen=True)
class Field:
    """One field of a form; `check` says what is wrong with a text, or nothing."""

    name: str
    label: str
    check: Callable[[str], str] = lambda text: ""
    longest: int = 200


@dataclass(frozen=True)
class FormAnswer:
    """What was typed, field by field, and whether to save it; what is not saved is kept as a draft."""

    values: Mapping[str, Raw]
    save: bool


class EditForm(HoldsValues[FormAnswer]):
    """Answers the changed fields; `draft` is what was typed before, `errors` what the platform said of it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "cancel"),
        Binding("ctrl+s,f2", "save", "save"),
    ]

    AUTO_FOCUS = "Input"

    def __init__(
        self,
        title: Content,
        fields: Sequence[Field],
        values: Mapping[str, Raw],
        masks: Mapping[str, str],
        *,
        draft: Mapping[str, Raw] | None = None,
        errors: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__()
        self._title, self._fields, self._values, self._masks = title, fields, values, masks
        self._draft, self._errors = dict(draft or {}), dict(errors or {})

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog -form"):
            yield Static(self._title, classes="dialog-title")
            with VerticalScroll(classes="form-fields", can_focus=False):
                for field in self._fields:
                    yield from self._row(field)
            with Horizontal(classes="dialog-buttons"):
                yield Button(Content("Cancel"), id="cancel")
                yield Button(Content("Save"), id="act", classes="-deed")

    def _row(self, field: Field) -> ComposeResult:
        with Horizontal(classes="form-row"):
            yield Label(Content(field.label))
            yield Input(
                self._start(field.name),
                placeholder=self._placeholder(field.name),
                id=f"f-{field.name}",
                max_length=field.longest,
                select_on_focus=False,
            )
        yield Static(Content(self._errors.get(field.name, "")), id=f"e-{field.name}", classes="form-error")

    def _start(self, name: str) -> str:
        """The text that the field starts with; empty for what is masked or can't be shown as typed."""
        start = self._draft.get(name, self._values.get(name))
        return start.typed if start and shows_as_typed(start) else ""

    def _placeholder(self, name: str) -> str:
        value = self._values.get(name)
        if value and not shows_as_typed(value):
            return UNSHOWABLE
        return line(self._masks.get(name)).plain

    def changed(self) -> dict[str, Raw]:
        """The fields whose text is not what they started with; an emptied field that had a text is a change."""
        return {f.name: Raw(self._typed(f.name)) for f in self._fields if self._typed(f.name) != self._before(f.name)}

    def _before(self, name: str) -> str:
        value = self._values.get(name)
        return value.typed if value and shows_as_typed(value) else ""

    def _typed(self, name: str) -> str:
        return self.query_one(f"#f-{name}", Input).value

    def check(self) -> bool:
        """Say at each field what is wrong with it; whether nothing is."""
        changed = self.changed()
        said = {field.name: _wrong(field, changed[field.name].typed) for field in self._fields if field.name in changed}
        for field in self._fields:
            self.query_one(f"#e-{field.name}", Static).update(Content(said.get(field.name, "")))
        return not any(said.values())

    @on(Input.Changed)
    def _check(self, event: Input.Changed) -> None:
        """As it is typed; what the platform said of the text before stands until the text is another."""
        field = next(each for each in self._fields if event.input.id == f"f-{each.name}")
        if event.value != self._start(field.name):
            self.query_one(f"#e-{field.name}", Static).update(Content(_wrong(field, event.value)))

    @on(Button.Pressed, "#act")
    def action_save(self) -> None:
        if self.check():
            self.dismiss(FormAnswer(self.changed(), save=True))

    @on(Button.Pressed, "#cancel")
    def action_cancel(self) -> None:
        self.dismiss(FormAnswer(self.changed(), save=False))

    def put_away(self) -> None:
        self.action_cancel()


def _wrong(field: Field, text: str) -> str:
    return field.check(text) if text.strip() else "A value is corrected, not removed: removing is a privacy request."


def shows_as_typed(raw: Raw) -> bool:
    """Whether the text on the screen would be the very text, so that editing it changes nothing unseen."""
    return line(raw).plain == raw.typed
