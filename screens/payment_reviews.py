"""Payments to review: what failed, was disputed, doesn't match or looks unusual, and refunds that wait for a second person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, cast

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets.option_list import Option

from console.raw import Raw
from console.records.payment_reviews import PaymentReview
from console.records.record import Action, Record
from console.records.tickets import Ticket
from console.text import line
from screens.parts import review_deeds, review_view
from screens.parts.confirm import Confirm
from screens.parts.deed import Deed
from screens.parts.detail import Section
from screens.parts.doing import reason_words
from screens.parts.filter_kinds import numbered
from screens.parts.filter_language import Filter, Kind
from screens.parts.filtered import FilteredScreen
from screens.parts.jump import Place
from screens.parts.linked import Linked, LinkedScreen, named
from screens.parts.listing import Listing
from screens.parts.money_view import countdown
from screens.parts.noting import ask_note, forget_note
from screens.parts.pick import Pick
from screens.parts.problems import Notice
from screens.parts.record_table import Column, RecordTable
from screens.parts.refunding import RefundingScreen
from screens.parts.review_deeds import UNDO
from screens.parts.shell import Change, Go

TO_DECIDE = Filter({"state": ("open",), "kind": ("refund",)})
"""What a manager starts with who is not billing."""

BOOKS = "reconciliations"
"""The screen that is reached from here."""


class PaymentReviewsScreen(LinkedScreen, FilteredScreen, RefundingScreen):
    """The most urgent first; the ticket that is a review's case is what is taken in hand."""

    NAME = "payment-reviews"
    COLLECTION = "payment-reviews"
    WHAT = "payments to review"
    HINT = "/ shows others, esc goes back to what waits"
    NOTHING = "Payments that need a look come here, the most urgent first. t takes one in hand."
    DEEDS = review_deeds.DEEDS
    NEEDS: ClassVar[Mapping[str, str]] = {"take": "claim", "undo": "claim"}
    DEFAULT = Filter({"state": ("open",)})
    EXAMPLES = ("kind:disputed state:open", "assignee:none state:open", "assignee:me state:open")
    KINDS: ClassVar[Mapping[str, Kind]] = {"assignee": numbered("E")}
    ONCE = ("assignee",)

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("t", "take", "take in hand", id="take-review"),
        Binding("s", "do('settle')", "settle", id="settle"),
        Binding("r", "do('refund')", "refund", id="refund-review"),
        Binding("a", "do('approve')", "approve", id="approve"),
        Binding("d", "do('reject')", "reject", id="reject"),
        Binding("N", "do('note')", "note", show=False, id="note-review"),
        Binding("o", "open_linked", "open linked", id="open-of-review"),
        Binding("full_stop", "next", "next", show=False, key_display=".", id="next-review"),
        Binding("R", "books", "reconciliations", show=False, id="reconciliations"),
        Binding("u", "undo", "undo", show=False, id="undo-review"),
    ]

    @dataclass
    class Taken(Message):
        """A review was claimed, and this is its case."""

        review: PaymentReview
        ticket: Ticket

    @dataclass
    class Settled(Message):
        """A review is done with: the next one comes."""

        review: PaymentReview
        said: str

    def __init__(self) -> None:
        super().__init__()
        self._undoable: tuple[str, str] | None = None
        """The id of a record and what was done to it last."""
        self._arriving: set[str] = set()
        """Ids of reviews that the feed told of, and that no list has brought yet."""

    # What is shown

    @property
    def default(self) -> Filter:
        roles = self.session.me.roles
        return TO_DECIDE if "manager" in roles and "billing" not in roles else self.DEFAULT

    def source(self) -> Listing:
        return Listing(self.client, self.COLLECTION, {**self.filter.params, "sort": "due"})

    def on_mount(self) -> None:
        self.bar.show_order("most urgent first")

    def columns(self) -> Sequence[Column]:
        return review_view.columns(self.shell.clock)

    def heading(self, record: Record) -> Content:
        return review_view.heading(cast(PaymentReview, record), self.shell.clock())

    def sections(self, record: Record) -> Sequence[Section]:
        reasons = self.reasons("refund_reasons")
        return review_view.sections(cast(PaymentReview, record), reasons, self.shell.clock())

    # What others do meanwhile

    def others_changed(self, changes: tuple[Change, ...]) -> None:
        """New ones are looked for in the list, and what hangs on the shown one changes it too."""
        new = {each.id for each in changes if each.resource == self.COLLECTION and each.version == 1}
        super().others_changed(tuple(each for each in changes if each.id not in new))
        if new:
            self._arriving |= new
            self.table.reload()
        shown = {part.id for part in self._parts() if part is not None}
        if self.record and any(each.id in shown for each in changes):
            self.look(self.record.number)

    def _parts(self) -> tuple[Record | None, ...]:
        review = cast(PaymentReview | None, self.record)
        return (review.payment, review.refund) if review else ()

    @on(RecordTable.Loaded)
    def _tell_of_new_ones(self) -> None:
        came = [found for id in self._arriving if (found := self.table.find_record(id)) is not None]
        if came:
            self._arriving -= {each.id for each in came}
            self.say_too(Notice("said", self._arrival(cast(PaymentReview, came[0]), len(came))))

    def _arrival(self, review: PaymentReview, count: int) -> str:
        kind, amount = review_view.kind(review).plain, review_view.amount(review).plain
        due = f", {countdown(review.due, self.shell.clock()).plain}" if review.due else ""
        more = f", and {count - 1} more" if count > 1 else ""
        return line(f"New: {review.number}, {kind.lower()}, {amount}{due}{more}.").plain

    # In hand

    def action_take(self) -> None:
        """Claim it where it is nobody's, and take its ticket in hand; the one in hand is put down."""
        case, review = self.session.case, cast(PaymentReview | None, self.selected)
        if review is not None and case is not None and review.case in (case.id, case.number):
            self.shell.take_case(None)
            self.told(f"{review.number} is put down.", "What was revealed for it is hidden.")
        else:
            self.with_selected(self._take, "take {number} in hand")

    async def _take(self, record: Record) -> None:
        review = cast(PaymentReview, record)
        if not review.yours:
            action = review.find_action("claim")
            if not action.allowed:
                self.post_message(self.Refused(Notice("not-allowed", f"{review.number}: {action.because}")))
                return
            review = cast(PaymentReview, await self.send(review, "claim", {}, versioned=False))
            self._undoable = (review.id, "claim")
            self.post_message(self.Arrived(review))
        case = str(review.case)
        self.post_message(self.Taken(review, await self.client.record("tickets", case, case=case)))

    def on_payment_reviews_screen_taken(self, message: Taken) -> None:
        title = Raw(f"{message.review.number} {review_view.kind(message.review).plain}")
        self.shell.take_ticket(message.ticket, title)
        what = f"{message.review.number} is in hand, as {message.ticket.number}."
        self.told(what, "What you reveal and change from now on is for it; t puts it down.")

    def action_next(self) -> None:
        self.action_walk(1)

    # Doing

    def action_do(self, name: str) -> None:
        self.do(name)

    def has(self, name: str) -> bool:
        """What is done with the payment and the refund is theirs to allow."""
        may = self.session.me.may
        other = {"refund": "payments", "approve": "refunds", "reject": "refunds"}.get(name)
        return name in may.get(other, ()) if other else super().has(name)

    def actions_of(self, record: Record) -> Sequence[Action]:
        """The review's own, those of what hangs on it, and the way to the books."""
        review = cast(PaymentReview, record)
        return [*review.actions, *_of_parts(review), *self._ways()]

    def _ways(self) -> Iterator[Action]:
        if BOOKS in self.shell.tab_names:
            yield Action(name=BOOKS, allowed=True)

    async def _perform(self, record: Record, name: str, deed: Deed) -> None:
        await super()._perform(record, name, deed)
        self._undoable = (record.id, name) if name in UNDO else None

    def action_undo(self) -> None:
        """Take back the last claim or release of the selected review."""
        selected, undoable = self.selected, self._undoable
        if selected is None or undoable is None or selected.id != undoable[0]:
            self.told("There is nothing to undo on this review.")
        else:
            self._undoable = None
            self.with_selected(lambda record: self._undo(record, undoable[1]), f"undo {undoable[1]} of {{number}}")

    async def _undo(self, record: Record, name: str) -> None:
        back = UNDO[name]
        done = await self.send(record, back, {}, versioned=self.DEEDS[back].versioned)
        self.post_message(self.Arrived(done, line(f"{done.number}: {name} undone.").plain))

    async def open_action(self, name: str, record: Record) -> None:
        review = cast(PaymentReview, record)
        ways = {"note": self._note, "settle": self._settle, "refund": self._refund}
        if name in ways:
            await ways[name](review)
        elif name == "approve" and review.refund:
            await self.approve(review.refund.number)
        elif name == "reject" and review.refund:
            await self.reject(review.refund.number)
        elif name == BOOKS:
            self.shell.post_message(Go(Place(BOOKS)))
        else:
            await super().open_action(name, record)

    async def _note(self, review: PaymentReview) -> None:
        text = await ask_note(self, review.number)
        if text is not None:
            done = await self.send(review, "note", {"body": text.typed}, versioned=False)
            forget_note(self, review.number)
            self.post_message(self.Arrived(done, line(f"{done.number}: note written.").plain))

    async def _refund(self, review: PaymentReview) -> None:
        if review.payment is not None:
            await self.refund(review.payment.number, review.order)

    # Settling

    async def _settle(self, review: PaymentReview) -> None:
        outcomes = review_deeds.fitting(review, reason_words(self.shell.offered("outcomes")))
        if not outcomes:
            said = f"{review.number} is settled by the decision about the refund."
            self.post_message(self.Refused(Notice("said", said, "a approves it, d rejects it.")))
            return
        options = [Option(Content(words), id=code) for code, words in outcomes.items()]
        outcome = await self.app.push_screen_wait(Pick(Content(f"Settle {review.number}: how did it end"), options))
        if outcome is not None:
            await self._settle_as(review, outcome, outcomes[outcome])

    async def _settle_as(self, review: PaymentReview, outcome: str, words: str) -> None:
        effect = Content.assemble((words, "bold"), ". ", review_deeds.effect(review, outcome))
        question = Confirm(f"Settle {review.number}", effect, "Settle", ask="Note", must=outcome == "fraud")
        answer = await self.app.push_screen_wait(question)
        if answer is not None:
            body: dict[str, Any] = {"outcome": outcome, **({"text": answer.text} if answer.text.strip() else {})}
            done = await self.send(review, "settle", body)
            self.post_message(self.Settled(cast(PaymentReview, done), f"{done.number} is settled: {words.lower()}."))

    def on_payment_reviews_screen_settled(self, message: Settled) -> None:
        """Its case is over, and the next one of the list comes."""
        review, case = message.review, self.session.case
        self.post_message(self.Arrived(review, line(message.said).plain))
        if case is not None and review.case in (case.id, case.number):
            self.shell.take_case(None)
        self.action_walk(1)
        self.table.reload()

    def money_moved(self, refund: str) -> None:
        """A refund that was decided settles its review."""
        if self.record is not None:
            self.work(self._see_whether_settled(self.record.number), "look at the review again")

    async def _see_whether_settled(self, number: str) -> None:
        review = cast(PaymentReview, await self.client.record(self.COLLECTION, number, case=self.case_id))
        if review.state == "settled" and review.refund is not None:
            self.post_message(self.Settled(review, f"{review.number} is settled with {review.refund.number}."))
        else:
            self.post_message(self.Arrived(review))

    # Other places

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "books":
            return BOOKS in self.shell.tab_names
        if action == "do" and parameters[0] in ("approve", "reject"):
            return self.has(str(parameters[0])) and self._waits_for_a_decision()
        return super().check_action(action, parameters)

    def _waits_for_a_decision(self) -> bool:
        review = self.selected
        return isinstance(review, PaymentReview) and review.kind == "refund" and review.state == "open"

    def action_books(self) -> None:
        self.shell.post_message(Go(Place(BOOKS)))

    def linked_places(self, record: Record) -> Linked:
        review = cast(PaymentReview, record)
        known = {"orders": review.order, "users": review.person, "tickets": review.case}
        return {
            number: (Place(name, number), named(number, WORDS[name]))
            for name, number in known.items()
            if number and name in self.shell.tab_names
        }


WORDS = {"orders": "the order", "users": "the person", "tickets": "the case"}
"""Screen → what of the review is there."""


def _of_parts(review: PaymentReview) -> Iterator[Action]:
    """What may be done with its payment and its refund."""
    if review.payment is not None:
        yield from (action for action in review.payment.actions if action.name == "refund")
    if review.refund is not None and review.kind == "refund":
        yield from (action for action in review.refund.actions if action.name in ("approve", "reject"))
