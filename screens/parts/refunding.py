"""Giving money back: the dialog, the sending under one key until its outcome is known, and the second person's decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from textual.content import Content
from textual.message import Message

from console.client import new_key, path
from console.errors import Conflict, FreshSignIn, Invalid, OutcomeUnknown, Stale
from console.records.orders import Order
from console.records.payments import Payment
from console.records.refunds import Refund, RefundPreview
from console.text import line, money
from screens.parts.confirm import Confirm
from screens.parts.deed import reason_and_text
from screens.parts.fresh import FreshScreen
from screens.parts.problems import Notice
from screens.parts.refund import Asks, Lines, RefundAnswer, RefundDialog, RefundDraft
from screens.parts.refund_kept import Kept
from screens.parts.refund_words import Terms, asked_for, done_words, paid_by, what_changed
from screens.parts.shell import Draft

UNANSWERED = "? No answer came to {money}. The same again can't be done twice; another amount would be a second refund."


class RefundingScreen(FreshScreen):
    """`refund`, `approve` and `reject`, to be run by `work`; override `money_moved` to show what came of it."""

    @dataclass
    class MoneyMoved(Message):
        """A refund was asked for, made or decided."""

        refund: str
        said: str

    def on_refunding_screen_money_moved(self, message: MoneyMoved) -> None:
        self.told(message.said)
        self.money_moved(message.refund)

    def money_moved(self, refund: str) -> None:
        """Show the record again as it is now."""
        self.look_again()

    # A refund

    async def refund(self, payment: str, order: str | None = None) -> None:
        """Ask for an amount of a payment to go back, of items where the order is named, and see it through."""
        terms = await self._terms(payment, order)
        action = terms.payment.find_action("refund")
        if not action.allowed:
            self.post_message(self.Refused(Notice("not-allowed", f"{terms.payment.number}: {action.because}")))
            return
        kept = self._kept(terms.payment)
        if kept is not None and kept.key and await self._was_done(terms.payment, kept):
            return
        said = Content(UNANSWERED.replace("{money}", kept.money)) if kept and kept.key else Content("")
        await self._ask_and_send(terms, order, kept.draft if kept else RefundDraft(), said)

    async def _ask_and_send(self, terms: Terms, order: str | None, draft: RefundDraft, said: Content) -> None:
        """Until it is sent or left; what others change meanwhile is shown, and what was typed stays."""
        error, payment = "", terms.payment
        while True:
            answer = await self._ask(terms, order, draft, said, error)
            draft, said, error = answer.draft, Content(""), ""
            if not answer.send:
                self._keep(payment, Kept.of(draft, self._kept(payment)))
                return
            try:
                await self._send_refund(payment, answer)
                return
            except (Stale, Conflict) as clash:
                before, terms = terms.payment, await self._terms(payment.number, order)
                changes = clash.changed if isinstance(clash, Stale) else None
                said = what_changed(before, terms.payment, changes) or line(f"! {clash}")
            except Invalid as invalid:
                error = _wrong(invalid)

    async def _ask(
        self, terms: Terms, order: str | None, draft: RefundDraft, said: Content, error: str
    ) -> RefundAnswer:
        payment = terms.payment

        async def preview(amount: int, lines: Lines) -> RefundPreview:
            return await self._preview(payment, amount, lines)

        asks = Asks(preview, lambda: self._terms(payment.number, order))
        dialog = RefundDialog(terms, draft, self.reasons("refund_reasons"), asks, said=said, error=error)
        return await self.app.push_screen_wait(dialog)

    async def _terms(self, payment: str, order: str | None) -> Terms:
        """The payment as it is now; a pro's fee has no items."""
        found = cast(Payment, await self.client.record("payments", payment, case=self.case_id))
        if order is None or found.kind != "charge":
            return Terms(found)
        return Terms(found, cast(Order, await self.client.record("orders", order, case=self.case_id)).items)

    async def _preview(self, payment: Payment, amount: int, lines: Lines) -> RefundPreview:
        body = {"amount": amount, **({"lines": dict(lines)} if lines else {})}
        where, doing = path("payments", payment.id, "refund-preview"), f"refund {payment.number}"
        answer = await self.freshly(doing, lambda: self.client.post(where, body, case=self.case_id))
        return RefundPreview.model_validate(answer.body)

    async def _send_refund(self, payment: Payment, answer: RefundAnswer) -> None:
        """One key for one intent: it is kept with what was typed until the outcome is known."""
        kept = Kept.sent(answer, payment, self._kept(payment))
        self._keep(payment, kept)
        where = path("payments", payment.id, "refund")
        try:
            done = await self.freshly(
                f"refund {kept.money} of {payment.number}",
                lambda: self.client.post(where, answer.body, key=kept.key, version=answer.version, case=self.case_id),
            )
        except OutcomeUnknown:
            raise  # the key stays: doing it again can't do it twice
        except Exception:
            self._keep(payment, Kept(answer.draft))
            raise
        self._keep(payment, None)
        await self._say_done(done.body.get("refund"), kept.money)

    async def _say_done(self, number: object, amount: str) -> None:
        """An answer that the platform only remembers doesn't name the refund."""
        if not isinstance(number, str):
            self.post_message(self.MoneyMoved("", f"The refund of {amount} is done."))
            return
        refund = cast(Refund, await self.client.record("refunds", number, case=self.case_id))
        self.post_message(self.MoneyMoved(refund.number, f"{refund.number}: {done_words(refund)}"))

    async def _was_done(self, payment: Payment, kept: Kept) -> bool:
        """Asks what became of a refund whose answer never came."""
        told = (await self.client.get(path("intents", kept.key))).body
        status = told.get("status")
        if told.get("state") != "done" or not isinstance(status, int) or status >= 400:
            return False
        self._keep(payment, None)
        said = f"The refund of {kept.money} was done: its answer got lost. r refunds more."
        self.post_message(self.MoneyMoved("", said))
        return True

    # What is kept of it: by its author alone

    def _kept(self, payment: Payment) -> Kept | None:
        draft = self.shell.drafts.get(f"{payment.number} refund")
        return Kept.read(draft.values) if draft and draft.owner == self.session.me.id else None

    def _keep(self, payment: Payment, kept: Kept | None) -> None:
        place = f"{payment.number} refund"
        if kept is None:
            self.shell.drafts.pop(place, None)
        else:
            self.shell.drafts[place] = Draft(self.session.me.id, kept.values)

    # The second person's decision

    async def approve(self, number: str) -> None:
        """Ask in words and money, and let the money go."""
        refund, payment = await self._refund_and_payment(number, "approve")
        if refund is None or payment is None:
            return
        effect = Content.assemble(
            (money(refund.amount, refund.currency), "bold"), " goes back to ", paid_by(payment),
            " at once. It can't be taken back.\n\n", asked_for(refund, self.reasons("refund_reasons"), self.shell.clock()),
        )  # fmt: skip
        question = Confirm(f"Approve {refund.number} of {payment.number}", effect, "Approve")
        if await self.app.push_screen_wait(question) is not None:
            await self._decide(refund, "approve", {})

    async def reject(self, number: str) -> None:
        refund, payment = await self._refund_and_payment(number, "reject")
        if refund is None or payment is None:
            return
        effect = Content.assemble(
            (money(refund.amount, refund.currency), "bold"), " stays where it is, and can be asked for again.\n\n",
            asked_for(refund, self.reasons("refund_reasons"), self.shell.clock()),
        )  # fmt: skip
        reasons = self.reasons("reject_reasons")
        question = Confirm(f"Reject {refund.number} of {payment.number}", effect, "Reject", reasons=reasons, ask="Note")
        answer = await self.app.push_screen_wait(question)
        if answer is not None:
            await self._decide(refund, "reject", reason_and_text(answer))

    async def _refund_and_payment(self, number: str, name: str) -> tuple[Refund | None, Payment | None]:
        """Both whole, or nothing when the platform does not allow it: then it is said why."""
        refund = cast(Refund, await self.client.record("refunds", number, case=self.case_id))
        action = refund.find_action(name)
        if not action.allowed:
            self.post_message(self.Refused(Notice("not-allowed", f"{refund.number}: {action.because}")))
            return None, None
        return refund, cast(Payment, await self.client.record("payments", str(refund.payment), case=self.case_id))

    async def _decide(self, refund: Refund, name: str, body: Mapping[str, Any]) -> None:
        """The same decision keeps its key until its outcome is known."""
        intent = (refund.id, refund.version, name, repr(sorted(body.items())))
        key = self._intents.setdefault(intent, new_key())
        try:
            done = await self.freshly(
                f"{name} {refund.number}",
                lambda: self.client.act(
                    "refunds", refund.id, name, body, key=key, version=refund.version, case=self.case_id
                ),
            )
        except (OutcomeUnknown, FreshSignIn):
            raise
        except Exception:
            self._intents.pop(intent, None)
            self.look_again()
            raise
        self._intents.pop(intent, None)
        self.post_message(self.MoneyMoved(done.number, f"{done.number}: {done_words(done)}"))


def _wrong(invalid: Invalid) -> str:
    """What the platform says of it, place by place."""
    places = "; ".join(f"{where}: {what}" for where, what in invalid.errors)
    return line(f"{invalid} {places}".strip()).plain
