"""The dialog for a refund: an amount or items, a reason, and what will happen in words and money before the yes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.events import Key
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Button, Checkbox, Input, Label, Select, Static

from console.errors import Conflict, Invalid, NotAllowed
from console.raw import Raw
from console.records.orders import Item
from console.records.refunds import RefundPreview
from console.text import amount, line, money, parse_money
from screens.parts.held_key import HeldKey
from screens.parts.job import Job
from screens.parts.problems import explain
from screens.parts.refund_words import Terms, at_once, foretold, standing, what_changed
from screens.parts.shell import Change, Shell
from screens.parts.tick import Tick

PAUSE = 0.3
"""Seconds without a key after which it is asked what an amount means."""
LONGEST = 2000
"""Characters of the note."""

Lines = Mapping[str, int]
"""Line of the order → how much of it."""


@dataclass(frozen=True)
class RefundDraft:
    """What was typed; an amount of None is all that is left."""

    amount: Raw | None = None
    lines: frozenset[int] = frozenset()
    reason: str = ""
    note: Raw = field(default_factory=lambda: Raw(""))


@dataclass(frozen=True)
class RefundAnswer:
    """What was typed, and, when it is to be sent, what that means in minor units and for which version it was shown."""

    draft: RefundDraft
    version: int = 0
    amount: int = 0
    lines: Lines = field(default_factory=dict)

    @property
    def send(self) -> bool:
        return self.amount > 0

    @property
    def body(self) -> dict[str, Any]:
        """What the platform is sent."""
        found: dict[str, Any] = {"amount": self.amount, "reason": self.draft.reason}
        found |= {"text": self.draft.note.typed} if self.draft.note else {}
        return found | ({"lines": dict(self.lines)} if self.lines else {})


@dataclass(frozen=True)
class Asks:
    """How the dialog learns what it shows: it changes nothing by it."""

    preview: Callable[[int, Lines], Awaitable[RefundPreview]]
    look: Callable[[], Awaitable[Terms]]
    """The payment as it is now."""


class RefundDialog(ModalScreen[RefundAnswer]):
    """Answers what was typed, to be sent or not; `said` is what others changed before, `error` what the platform said of it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", "cancel")]
    AUTO_FOCUS = "#amount"

    @dataclass
    class Foretold(Message):
        """The platform said what an amount means."""

        preview: RefundPreview
        asked: tuple[int, Lines]

    @dataclass
    class Looked(Message):
        """The payment came as it is now."""

        terms: Terms

    @dataclass
    class Failed(Message):
        """It could not be learnt what an amount means."""

        error: Exception

    def __init__(
        self,
        terms: Terms,
        draft: RefundDraft,
        reasons: Mapping[str, str],
        asks: Asks,
        *,
        said: Content | str = "",
        error: str = "",
    ) -> None:
        super().__init__()
        self._terms, self._draft, self._reasons, self._asks = terms, draft, reasons, asks
        self._said, self._error = said, error
        self._meant: tuple[int, Lines] | None = None
        """What the preview that is shown is of: nothing else can be confirmed."""
        self._doubted = 0
        """The version of the payment of which the platform knew another rest than it told: it is looked at once more."""
        self._started = ""
        self._held = HeldKey()

    # What it shows

    def compose(self) -> ComposeResult:
        payment, self._started = self._terms.payment, self._start()
        with Vertical(classes="dialog", id="refund"):
            yield Static(self._title(), classes="dialog-title")
            yield Static(standing(payment), id="refund-standing")
            with Horizontal(classes="form-row"):
                yield Label(Content("Amount"))
                yield Input(self._started, id="amount", max_length=40, restrict=r"[0-9., A-Z]*")
                yield Static(line(payment.currency, 8), id="refund-currency")
            yield from self._item_boxes()
            with Horizontal(classes="form-row"):
                yield Label(Content("Reason"))
                yield self._reason_list()
            with Horizontal(classes="form-row"):
                yield Label(Content("Note"))
                yield Input(self._draft.note.typed, id="note", max_length=LONGEST, select_on_focus=False)
            yield Static(self._said, id="refund-changed")
            yield Static(id="refund-preview")
            yield Static(Content(self._error), id="dialog-error")
            with Horizontal(classes="dialog-buttons"):
                yield Button(Content("Cancel"), id="cancel")
                yield Button(Content("Refund"), id="act", classes="-deed")

    def _title(self) -> Content:
        payment = self._terms.payment
        of = f" of {payment.order}" if payment.order else ""
        return line(f"Refund {payment.number}{of}")

    def _start(self) -> str:
        payment, typed = self._terms.payment, self._draft.amount
        return amount(payment.left, payment.currency) if typed is None else typed.typed

    def _item_boxes(self) -> ComposeResult:
        items = [item for item in self._terms.items if _left_of(item) > 0]
        if items:
            with Horizontal(id="refund-items"):
                yield Label(Content("Of items"))
                with VerticalScroll(can_focus=False):
                    yield from (self._item_box(item) for item in items)

    def _item_box(self, item: Item) -> Tick:
        left = money(_left_of(item), self._terms.payment.currency)
        several = f"{item.quantity} × " if item.quantity > 1 else ""
        words = Content.assemble(several, line(item.name, 60).truncate(30, ellipsis=True), (f"  {left}", "dim"))
        return Tick(words, item.line in self._draft.lines, id=f"i-{item.line}", name=str(item.line))

    def _reason_list(self) -> Select[str]:
        options = [(Content(words), code) for code, words in self._reasons.items()]
        chosen = {"value": self._draft.reason} if self._draft.reason in self._reasons else {}
        return Select(cast(Any, options), id="reason", prompt="choose", **cast(Any, chosen))

    def on_mount(self) -> None:
        shell = cast(Shell, self.app)
        shell.records_changed.subscribe(self, self._others_changed)
        self._weigh()

    # What is typed

    @on(Input.Changed, "#amount")
    def _amount_typed(self) -> None:
        """Another amount than that of the ticked items is of none of them, or of part of the only one."""
        typed, ticked = self._typed_amount(), self._ticked()
        if self.query_one("#amount", Input).value != self._started:
            self._error = ""
        items = sum(_left_of(item) for item in ticked)
        if ticked and isinstance(typed, int) and typed != items and (len(ticked) > 1 or typed > items):
            self._untick()
        self._weigh()

    @on(Input.Changed, "#note")
    @on(Select.Changed)
    def _something_else_typed(self) -> None:
        """What the platform said of the try before is of what was typed then."""
        if self._error and (self._typed().note, self._typed().reason) != (self._draft.note, self._draft.reason):
            self._error = ""
            self._weigh()

    @on(Checkbox.Changed)
    def _ticks_changed(self) -> None:
        """The amount follows the items."""
        ticked = self._ticked()
        if ticked:
            self._type_amount(sum(_left_of(item) for item in ticked))
        self._weigh()

    @on(Input.Submitted)
    def _on_to_the_next(self) -> None:
        """Enter in a field confirms nothing."""
        self.focus_next()

    def _untick(self) -> None:
        with self.prevent(Checkbox.Changed):
            for box in self.query(Tick):
                box.value = False

    def _type_amount(self, minor: int) -> None:
        with self.prevent(Input.Changed):
            self.query_one("#amount", Input).value = amount(minor, self._terms.payment.currency)

    def _typed_amount(self) -> int | str:
        return parse_money(self.query_one("#amount", Input).value, self._terms.payment.currency)

    def _ticked(self) -> list[Item]:
        lines = {box.name for box in self.query(Tick) if box.value}
        return [item for item in self._terms.items if str(item.line) in lines]

    def _wish(self) -> tuple[int, Lines] | str:
        """The amount and the lines that it is for, or what is wrong with what is typed."""
        typed, payment = self._typed_amount(), self._terms.payment
        if isinstance(typed, str):
            return typed
        if typed == 0:
            return "More than nothing, please."
        if typed > payment.left:
            return f"At most {money(payment.left, payment.currency)} can go back."
        ticked = self._ticked()
        if len(ticked) == 1:
            return typed, {str(ticked[0].line): typed}
        return typed, {str(item.line): _left_of(item) for item in ticked}

    # What it means

    def _weigh(self) -> None:
        """Say what is wrong with what is typed, or ask the platform what it means once nobody types."""
        wish = self._wish()
        self._meant = None
        self.workers.cancel_group(self, "preview")
        self._say_error(wish if isinstance(wish, str) else self._error)
        self._say_preview(Content("" if isinstance(wish, str) else "…"))
        if not isinstance(wish, str):
            self.set_timer(PAUSE, lambda: self._ask(wish))

    def _ask(self, wish: tuple[int, Lines]) -> None:
        if wish == self._wish() and self._meant is None:
            self.run_worker(Job(self._foretell(wish)), group="preview", exclusive=True, exit_on_error=False)

    async def _foretell(self, wish: tuple[int, Lines]) -> None:
        try:
            preview = await self._asks.preview(*wish)
        except Exception as error:  # noqa: BLE001 - it is shown where the preview would be
            self.post_message(self.Failed(error))
        else:
            self.post_message(self.Foretold(preview, wish))

    def on_refund_dialog_foretold(self, message: Foretold) -> None:
        if message.asked != self._wish():
            return
        payment = self._terms.payment
        if message.preview.left_before != payment.left and self._doubted != payment.version:
            self._doubted = payment.version
            self._look()
            return
        self._meant = message.asked
        self._say_preview(foretold(message.preview, payment))
        self._name_the_deed("Refund" if at_once(message.preview) else "Ask for approval")

    def _name_the_deed(self, words: str) -> None:
        button = self.query_one("#act", Button)
        button.label = Content(words)
        button.refresh(layout=True)  # its width doesn't follow by itself

    def on_refund_dialog_failed(self, message: Failed) -> None:
        error = message.error
        said = line(str(error)) if isinstance(error, Conflict | Invalid | NotAllowed) else Content("")
        self._say_preview(Content(""))
        self._say_error(said.plain or explain(error, "find out what this means").content().plain)

    # What others do meanwhile

    def _others_changed(self, changes: tuple[Change, ...]) -> None:
        payment = self._terms.payment
        if any(each.id == payment.id and each.version > payment.version for each in changes):
            self._look()

    def _look(self) -> None:
        self.run_worker(Job(self._look_again()), group="look", exclusive=True, exit_on_error=False)

    async def _look_again(self) -> None:
        try:
            terms = await self._asks.look()
        except Exception as error:  # noqa: BLE001 - as above
            self.post_message(self.Failed(error))
        else:
            self.post_message(self.Looked(terms))

    def on_refund_dialog_looked(self, message: Looked) -> None:
        """Takes the payment as it is now, and what is typed stays."""
        before, self._terms = self._terms.payment, message.terms
        now = self._terms.payment
        self.query_one("#refund-standing", Static).update(standing(now))
        changed = what_changed(before, now)
        if changed:
            self.query_one("#refund-changed", Static).update(changed)
        self._weigh()

    # The answer

    def on_key(self, event: Key) -> None:
        self._held.pressed(event.key)

    @on(Button.Pressed, "#act")
    def _pressed(self) -> None:
        if self._held.repeats:
            return
        wish = self._wish()
        lacking = self._lacking(wish)
        if lacking or isinstance(wish, str):
            self._say_error(lacking)
        else:
            typed = replace(self._typed(), amount=Raw(self.query_one("#amount", Input).value))
            self.dismiss(RefundAnswer(typed, self._terms.payment.version, *wish))

    def _lacking(self, wish: tuple[int, Lines] | str) -> str:
        if isinstance(wish, str):
            return wish
        if not self._typed().reason:
            return "Choose a reason first."
        return "" if wish == self._meant else "Wait a moment: what this means is being found out."

    @on(Button.Pressed, "#cancel")
    def action_cancel(self) -> None:
        self.dismiss(RefundAnswer(self._typed()))

    def _typed(self) -> RefundDraft:
        typed, chosen = self.query_one("#amount", Input).value, self.query_one("#reason", Select).value
        note = self.query_one("#note", Input).value.strip()
        return RefundDraft(
            None if typed == self._started and self._draft.amount is None else Raw(typed),
            frozenset(item.line for item in self._ticked()),
            chosen if isinstance(chosen, str) else "",
            Raw(note),
        )

    def _say_error(self, words: str) -> None:
        self.query_one("#dialog-error", Static).update(Content(words))

    def _say_preview(self, words: Content) -> None:
        self.query_one("#refund-preview", Static).update(words)


def _left_of(item: Item) -> int:
    return item.amount - item.refunded
