"""One deed on many orders: trouble, resolve, cancel, a note, or all that is left of each back to who paid it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, ClassVar, cast

from console.client import path
from console.errors import Conflict, Invalid, NotAllowed, NotFound, PetworksError
from console.records.orders import Order
from console.records.record import Record
from screens.parts import order_refunds
from screens.parts.bulk import Amount, Plan
from screens.parts.confirm import Confirm
from screens.parts.deed import reason_and_text
from screens.parts.marked import MarkedScreen, said_of
from screens.parts.noting import ask_note, forget_note
from screens.parts.order_deeds import DEEDS
from screens.parts.refund_words import APPROVERS, at_once
from screens.parts.refunding import RefundingScreen

REFUND = "refund"


class ManyOrders(MarkedScreen, RefundingScreen):
    """The dry run of a refund asks the platform for each order what it would do; nothing is reserved by it."""

    MANY: ClassVar[Mapping[str, str]] = {
        REFUND: "Refund in full",
        "note": "Write a note",
        **{name: deed.words for name, deed in DEEDS.items()},
    }
    DOING: ClassVar[Mapping[str, str]] = {
        REFUND: "Refunding",
        "note": "Writing a note on",
        "trouble": "Raising trouble for",
        "resolve": "Resolving the trouble of",
        "cancel": "Cancelling",
    }

    def may_do_many(self, name: str) -> bool:
        if name == REFUND:
            return REFUND in self.session.me.may.get("payments", ())
        return super().may_do_many(name)

    async def plan_one(self, plan: Plan, record: Record, name: str) -> None:
        if name == REFUND:
            await self._plan_refund(plan, cast(Order, record))
        else:
            await super().plan_one(plan, record, name)

    async def _plan_refund(self, plan: Plan, order: Order) -> None:
        found = order_refunds.refundable(order)
        if len(found) != 1:
            several = f"It has {len(found)} payments to refund: open it, and r asks which."
            plan.refuse(order, several if found else order_refunds.why_not(order))
            return
        try:
            preview = await self._preview(found[0], found[0].left, {})
        except (NotAllowed, Conflict, Invalid, NotFound) as error:
            plan.refuse(order, str(error))
            return
        who = APPROVERS.get(preview.approver or "", "somebody else")
        remark = "" if at_once(preview) else f"asked for only; {who} approves it first."
        plan.allow(order, Amount(preview.amount, preview.currency), remark)

    async def ask_for_many(self, name: str, plan: Plan) -> dict[str, Any] | None:
        count = f"{len(plan.allowed)} orders"
        if name == "note":
            text = await ask_note(self, count)
            forget_note(self, count)
            return {"body": text.typed} if text is not None else None
        if name != REFUND:
            return await super().ask_for_many(name, plan)
        effect = said_of(plan, "All that is left of each goes back to who paid it. It can't be taken back.")
        reasons = self.reasons("refund_reasons")
        question = Confirm(f"Refund {count} in full", effect, f"Refund {count}", reasons=reasons, ask="Note")
        answer = await self.app.push_screen_wait(question)
        return None if answer is None else reason_and_text(answer)

    async def do_one(self, record: Record, name: str, body: Mapping[str, Any]) -> Record:
        if name == REFUND:
            return await self._refund_whole(cast(Order, record), body)
        if name == "note":
            return await self.send(record, name, body, versioned=False)
        return await super().do_one(record, name, body)

    async def _refund_whole(self, order: Order, body: Mapping[str, Any]) -> Record:
        """As the dry run saw it: whatever happened to the payment since, refuses it."""
        payment = order_refunds.refundable(order)[0]
        whole, where = {**body, "amount": payment.left}, path("payments", payment.id, REFUND)

        async def ask(key: str) -> None:
            await self.freshly(
                f"refund {order.number}",
                lambda: self.client.post(where, whole, key=key, version=payment.version, case=self.case_id),
            )

        await self.once((payment.id, payment.version, REFUND, repr(sorted(whole.items()))), ask)
        with suppress(PetworksError):  # it is done, whether it can be shown or not
            return cast(Record, await self.client.record("orders", order.id, case=self.case_id))
        return order
