"""The dialog in which a message to a person is written: what it answers with, and how a template and an editor fill it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, cast

from pydantic import BaseModel, ConfigDict
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.events import Key
from textual.message import Message
from textual.widgets import Button, Input, Label, Select, Static, TextArea

from console.editor import LARGEST, NoEditor, NotTaken
from console.raw import Raw
from console.text import block, line
from screens.parts import own_editor
from screens.parts.guarded import GuardedApp
from screens.parts.held_key import HeldKey
from screens.parts.job import Job
from screens.parts.problems import explain
from screens.parts.revealed import HoldsValues

LONGEST = 10_000
"""Characters of a message."""
LONGEST_SUBJECT = 150
GOES_OUT = "It goes out 10 seconds after you send it; u takes it back until then."
KEYS = "ctrl+s or F2 sends · ctrl+o or F4 your own editor · esc keeps a draft"
BACK = "ctrl+z in the text brings back what stood there"
NOTHING = Raw("")


@dataclass(frozen=True)
class Writing:
    """What is written, and to whom. All words are the console's own, and `ticket` and `person` are numbers.

    `purpose` keeps the drafts of one ticket apart; `of` is the resource whose templates fit, `template` the code of the one to
    begin with, `reason` the code of a decline's, for its words; `also` says what else sending does. `at` is the collection that
    fills templates for `ticket`, which may be another record than a ticket.
    """

    title: str
    purpose: str
    ticket: str
    person: str
    who: str = "the person"
    act: str = "Send"
    also: str = ""
    of: str = "tickets"
    template: str = ""
    reason: str = ""
    without: str = ""
    at: str = "tickets"


@dataclass(frozen=True)
class Written:
    """A message as it was typed; false where it was chosen to go without one."""

    subject: Raw = NOTHING
    text: Raw = NOTHING
    template: str = ""

    def __bool__(self) -> bool:
        return bool(self.subject or self.text)

    @property
    def body(self) -> dict[str, Any]:
        """As the platform takes it."""
        if not self:
            return {}
        named = {"template": self.template} if self.template else {}
        return {"subject": self.subject.typed, "body": self.text.typed, **named}

    @property
    def values(self) -> dict[str, Raw]:
        return {"subject": self.subject, "text": self.text, "template": Raw(self.template)}

    @classmethod
    def read(cls, values: Mapping[str, Raw]) -> Written:
        return cls(values["subject"], values["text"], values["template"].typed)


@dataclass(frozen=True)
class Composed:
    """What was typed, and whether to go on with it."""

    written: Written
    go_on: bool
    without: bool = False


class Filled(BaseModel):
    """A template with what its sender may see now."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    subject: Raw
    body: Raw


Fill = Callable[[str], Awaitable[Filled]]


class Composer(HoldsValues[Composed]):
    """Answers what was typed and whether to send it; `fill` gets a template's text, `before` is a draft, and `wrong` what was said
    of it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "keep as draft"),
        Binding("ctrl+s,f2", "send", "send"),
        Binding("ctrl+o,f4", "edit", "in your editor"),
    ]
    AUTO_FOCUS = "#subject"

    @dataclass
    class Came(Message):
        """A template's text came."""

        filled: Filled

    @dataclass
    class Edited(Message):
        """The editor has ended."""

        text: Raw

    @dataclass
    class Failed(Message):
        """Neither came; `doing` is what was tried."""

        error: Exception
        doing: str

    def __init__(
        self, writing: Writing, templates: Mapping[str, str], before: Written, fill: Fill, wrong: str = ""
    ) -> None:
        super().__init__()
        self._wrong = wrong
        self._writing, self._templates, self._before, self._fill = writing, templates, before, fill
        self._filled: Filled | None = None
        self._held = HeldKey()
        self._in_editor = self._leaving = False

    def compose(self) -> ComposeResult:
        writing, before = self._writing, self._before
        with Vertical(classes="dialog", id="composer"):
            yield Static(Content(writing.title), classes="dialog-title")
            yield Static(self._whom(), classes="dialog-text")
            if self._templates:
                with Horizontal(classes="form-row"):
                    yield Label(Content("Template"))
                    yield self._template_list()
            with Horizontal(classes="form-row"):
                yield Label(Content("Subject"))
                yield Input(line(before.subject).plain, id="subject", max_length=LONGEST_SUBJECT, select_on_focus=False)
            yield TextArea(block(before.text).plain, tab_behavior="focus", id="text")
            yield Static(line(self._wrong), id="dialog-error")
            yield Static(Content(KEYS), classes="dialog-hint", id="composer-keys")
            with Horizontal(classes="dialog-buttons"):
                yield Button(Content("Cancel"), id="cancel")
                if writing.without:
                    yield Button(Content(writing.without), id="without", classes="-deed")
                yield Button(Content(writing.act), id="act", classes="-deed")

    def _whom(self) -> Content:
        writing = self._writing
        person, ticket = (f" {writing.person}" if writing.person else "", "bold"), (writing.ticket, "bold")
        to = Content.assemble("To ", writing.who, person, ", by e-mail, for ", ticket)
        return Content.assemble(to, ". ", " ".join(filter(None, (GOES_OUT, writing.also))))

    def _template_list(self) -> Select[str]:
        options = [(line(label), code) for code, label in self._templates.items()]
        return Select(cast(Any, options), id="template", prompt="none: write freely", **self._chosen_before())

    def _chosen_before(self) -> dict[str, Any]:
        return {"value": self._before.template} if self._before.template in self._templates else {}

    def on_mount(self) -> None:
        wanted = self._writing.template
        if wanted in self._templates and not self._before:
            self.query_one("#template", Select).value = wanted

    # Templates

    @property
    def _template(self) -> str:
        chosen = [each.value for each in self.query("#template").results(Select)]
        return next((value for value in chosen if isinstance(value, str)), "")

    @on(Select.Changed, "#template")
    def _template_chosen(self, event: Select.Changed) -> None:
        if isinstance(event.value, str) and not (event.value == self._before.template and self._filled is None):
            self._say("")
            self.run_worker(Job(self._get(event.value)), group="template", exclusive=True, exit_on_error=False)

    async def _get(self, code: str) -> None:
        try:
            self.post_message(self.Came(await self._fill(code)))
        except Exception as error:  # noqa: BLE001 - it is shown in the dialog
            self.post_message(self.Failed(error, "fill the template"))

    def on_composer_came(self, message: Came) -> None:
        """In place of what is there; the text can be brought back, a subject of one's own stays."""
        before, self._filled = self._filled, message.filled
        subject, text = self.query_one("#subject", Input), self.query_one("#text", TextArea)
        if not subject.value.strip() or (before is not None and subject.value == line(before.subject).plain):
            subject.value = line(message.filled.subject).plain
        if text.text.strip():
            self.query_one("#composer-keys", Static).update(Content(f"{KEYS} · {BACK}"))
        text.replace(block(message.filled.body).plain, text.document.start, text.document.end)
        text.move_cursor(text.document.start)
        text.focus()

    def on_composer_failed(self, message: Failed) -> None:
        self._in_editor = False
        error = message.error
        if isinstance(error, NoEditor | NotTaken):
            self._say(f"{error} {error.advice}")
        else:
            self._say(explain(error, message.doing).content().plain)
        self._leave_if_asked()

    # One's own editor

    def action_edit(self) -> None:
        if not self._in_editor and not self._held.repeats:
            self._in_editor = True
            self.run_worker(Job(self._edit()), group="editor", exit_on_error=False)

    async def _edit(self) -> None:
        try:
            text = Raw(self.query_one("#text", TextArea).text)
            self.post_message(self.Edited(await own_editor.edit(cast(GuardedApp, self.app), text)))
        except Exception as error:  # noqa: BLE001 - it is shown in the dialog
            self.post_message(self.Failed(error, "edit it"))

    def on_composer_edited(self, message: Edited) -> None:
        self._in_editor = False
        text = self.query_one("#text", TextArea)
        text.replace(_shown(message.text.typed), text.document.start, text.document.end)
        self._say("")
        self._leave_if_asked()

    def _leave_if_asked(self) -> None:
        if self._leaving:
            self.action_cancel()

    # The answer

    def on_key(self, event: Key) -> None:
        self._held.pressed(event.key)

    @on(Input.Submitted)
    def _on_to_the_text(self) -> None:
        """Enter in the subject sends nothing."""
        self.query_one("#text").focus()

    @on(Button.Pressed, "#act")
    def action_send(self) -> None:
        if self._held.repeats or self._in_editor:
            return
        if lack := self._lacking():
            self._say(lack)
        else:
            self.dismiss(Composed(self._typed(), go_on=True))

    @on(Button.Pressed, "#without")
    def _without(self) -> None:
        if not self._held.repeats:
            self.dismiss(Composed(self._typed(), go_on=True, without=True))

    @on(Button.Pressed, "#cancel")
    def action_cancel(self) -> None:
        self.dismiss(Composed(self._typed(), go_on=False))

    def put_away(self) -> None:
        """What is in an editor is waited for: it is told to end as soon as the console is locked."""
        self._leaving = True
        if not self._in_editor:
            self.action_cancel()

    def _lacking(self) -> str:
        typed, area = self._typed(), self.query_one("#text", TextArea)
        if not typed.subject or not typed.text:
            return "A message needs a subject and a text."
        if len(typed.text.typed) > LONGEST:
            return f"At most {LONGEST:,} characters; these are {len(typed.text.typed):,}."
        if (shown := _shown(area.text)) != area.text:
            area.replace(shown, area.document.start, area.document.end)
            return "There was something in it that can't be seen. It stands as marks now: look at them first."
        return ""

    def _typed(self) -> Written:
        subject, text = self.query_one("#subject", Input).value.strip(), self.query_one("#text", TextArea).text
        return Written(Raw(line(subject).plain), Raw(text.strip()), self._template)

    def _say(self, words: str) -> None:
        self.query_one("#dialog-error", Static).update(Content(words))


def _shown(text: str) -> str:
    """As it can be drawn, so that what goes out is what is seen."""
    return block(text.expandtabs(4), cap=LARGEST).plain
