"""A simulator of a payment processor, for the demo and for tests: no money moves. It is refused in production.

It keeps a file of its own beside the databases, so it survives a kill as a real one would, and it can do what real ones
do at the wrong moment (`Behaviour`): set for a payment or a refund by `script`, or by how the payment's token ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from console.platform_api.ids import new_id
from console.platform_api.processors.built_in_file import File, Rows
from console.platform_api.processors.seam import (
    TOLD,
    Declined,
    FoundDispute,
    FoundPayment,
    FoundRefund,
    FoundState,
    RefundWish,
    Unavailable,
    Unknown,
    VoidWish,
)

EVIDENCE_DAYS = timedelta(days=9)
CAPTURED, VOIDED = "captured", "voided"


class Behaviour(StrEnum):
    """What it does, besides its work, the next time that it is asked to give money back."""

    DECLINE = "decline"
    AWAY = "away"
    """It can't be reached."""
    TIMEOUT_BEFORE = "timeout_before"
    """No answer, and nothing done."""
    TIMEOUT_AFTER = "timeout_after"
    """No answer, and it is done all the same."""
    PENDING = "pending"
    """It takes the refund on and tells later (`settle`) that it succeeded."""
    TWICE = "twice"
    """Its webhook comes twice."""
    DISPUTE = "dispute"
    """The payer's bank takes the payment back at that moment."""
    LATE_FAILURE = "late_failure"
    """The refund succeeds, and fails afterwards."""


class BuiltIn:
    """One simulated processor, kept in `path`. `clock` gives the time of what it does."""

    name = "built-in"

    def __init__(self, path: Path, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.file = File(path)
        self.clock = clock

    # The seam

    def refund(self, wish: RefundWish) -> FoundRefund:
        return self.take(asdict(wish))

    def void(self, wish: VoidWish) -> None:
        self._refuse_more(asdict(wish))
        with self.file.writing() as rows:
            payment = rows.payment(wish.token)
            if payment is not None and payment["state"] == CAPTURED:
                raise Declined("already_captured")
            rows.set_payment(wish.token, state=VOIDED)
            self._tell(rows, "payment_intent.canceled", wish.token)

    def find_refund(self, number: str, token: str) -> FoundRefund | None:
        with self.file.writing() as rows:
            self._be_away(rows, number, token)
            found = rows.refund(number)
        return _refund(found) if found is not None and found["token"] == token else None

    def payment(self, token: str) -> FoundPayment | None:
        with self.file.writing() as rows:
            self._be_away(rows, "", token)
            found = rows.payment(token)
            if found is None:
                return None
            refunds = tuple(_refund(row) for row in rows.refunds(token))
            disputes = tuple(_dispute(row) for row in rows.disputes(token))
        amounts = found["amount"] or 0, found["captured"] or 0
        return FoundPayment(token, found["state"], *amounts, found["currency"], found["failure"], refunds, disputes)

    # Its own side of the wire

    def take(self, sent: Mapping[str, Any]) -> FoundRefund:
        """A request for a refund as it arrives, under its number: once at most, whatever is sent again."""
        self._refuse_more(sent)
        with self.file.writing() as rows:
            self._be_away(rows, sent["refund"], sent["token"])
            earlier = rows.refund(sent["refund"])
            behaviour = None if earlier else rows.next_behaviour(sent["refund"], sent["token"])
            if behaviour == Behaviour.TIMEOUT_BEFORE:
                rows.keep()
                raise Unknown("timeout")
            found = earlier or self._give_back(rows, sent, behaviour)
        if found["failure"] and found["reference"] is None:
            raise Declined(found["failure"])
        if behaviour == Behaviour.TIMEOUT_AFTER:
            raise Unknown("timeout")
        return _refund(found)

    def _refuse_more(self, sent: Mapping[str, Any]) -> None:
        if set(sent) - TOLD:
            raise Declined("unknown_field")

    def _be_away(self, rows: Rows, number: str, token: str) -> None:
        if rows.is_away(number, token):
            raise Unavailable("no_connection")

    def _give_back(self, rows: Rows, sent: Mapping[str, Any], behaviour: str | None) -> dict[str, Any]:
        payment = rows.payment(sent["token"]) or rows.adopt(sent["token"], sent["currency"])
        because = (
            ("charge_disputed" if rows.is_disputed(sent["token"]) else None)
            or _hindrance(payment, rows.given_back(sent["token"]), sent)
            or ("declined" if behaviour == Behaviour.DECLINE else None)
        )
        if behaviour == Behaviour.DISPUTE:
            amount = payment["captured"] or sent["amount"]
            self._dispute(rows, sent["token"], amount, sent["currency"])
            because = "charge_disputed"
        if because:
            return rows.decline(sent, because)
        state = FoundState.PENDING if behaviour == Behaviour.PENDING else FoundState.SUCCEEDED
        found = rows.add_refund(sent, f"re_{new_id()}", state)
        self._tell(rows, "refund.created", sent["token"], times=2 if behaviour == Behaviour.TWICE else 1)
        if behaviour == Behaviour.LATE_FAILURE:
            rows.set_refund(sent["refund"], state=FoundState.FAILED, failure="lost_or_stolen_card")
            self._tell(rows, "refund.failed", sent["token"])
        return found

    # What happens at a processor by itself

    def add_payment(self, token: str, amount: int, currency: str, state: str = CAPTURED, **more: Any) -> None:
        """A payment that somebody made; `captured` is all of it unless said."""
        captured = amount if state == CAPTURED else 0
        with self.file.writing() as rows:
            rows.set_payment(token, amount=amount, currency=currency, state=state, captured=captured, **more)

    def add_payments(self, payments: Iterable[tuple[str, int, str, str]]) -> None:
        """Many at once: (token, amount, currency, state)."""
        with self.file.writing() as rows:
            for token, amount, currency, state in payments:
                captured = amount if state == CAPTURED else 0
                rows.set_payment(token, amount=amount, currency=currency, state=state, captured=captured)

    def change_payment(self, token: str, kind: str = "payment_intent.updated", **values: Any) -> None:
        """The payment moves on: `state`, `captured`, `failure`."""
        with self.file.writing() as rows:
            rows.set_payment(token, **values)
            self._tell(rows, kind, token)

    def settle(self, number: str, state: FoundState, failure: str | None = None) -> None:
        """A refund that was pending, or had succeeded, turns out otherwise."""
        with self.file.writing() as rows:
            rows.set_refund(number, state=state, failure=failure)
            self._tell(rows, "refund.updated", rows.token_of(number))

    def open_dispute(self, token: str, amount: int, currency: str, reason: str = "fraudulent") -> str:
        with self.file.writing() as rows:
            return self._dispute(rows, token, amount, currency, reason)

    def close_dispute(self, reference: str, state: str) -> None:
        """`state`: won or lost."""
        with self.file.writing() as rows:
            token = rows.set_dispute(reference, state)
            self._tell(rows, "charge.dispute.closed", token)

    def _dispute(self, rows: Rows, token: str, amount: int, currency: str, reason: str = "fraudulent") -> str:
        reference, now = f"dp_{new_id()}", self.clock()
        rows.add_dispute(reference, token, reason, amount, currency, now, now + EVIDENCE_DAYS)
        self._tell(rows, "charge.dispute.created", token)
        return reference

    def script(self, target: str, behaviour: str, times: int = 1) -> None:
        """The next `times` that the refund or payment named `target` is asked for, it behaves so. AWAY holds for every question."""
        with self.file.writing() as rows:
            rows.script(target, Behaviour(behaviour), times)

    # Webhooks

    def _tell(self, rows: Rows, kind: str, token: str, times: int = 1) -> None:
        event = f"evt_{new_id()}"
        for _ in range(times):
            rows.add_event(event, kind, token, self.clock())

    def waiting(self) -> list[tuple[int, bytes]]:
        """The webhooks that haven't been taken yet, oldest first: (place, body)."""
        with self.file.reading() as rows:
            return rows.events()

    def taken(self, place: int) -> None:
        with self.file.writing() as rows:
            rows.drop_event(place)


def _hindrance(payment: Mapping[str, Any], given_back: int, sent: Mapping[str, Any]) -> str | None:
    """Why it can't be given back; a payment that it only knows from being asked for has no known limit."""
    if sent["amount"] <= 0:
        return "amount_too_small"
    if payment["captured"] is None:
        return None
    if payment["state"] != CAPTURED or payment["currency"] != sent["currency"]:
        return "payment_not_captured"
    if given_back >= payment["captured"]:
        return "charge_already_refunded"
    return "amount_too_large" if given_back + sent["amount"] > payment["captured"] else None


def _refund(row: Mapping[str, Any]) -> FoundRefund:
    if row["reference"] is None:
        return FoundRefund("", row["number"], FoundState.FAILED, row["amount"], row["currency"], row["failure"])
    state = FoundState(row["state"])
    return FoundRefund(row["reference"], row["number"], state, row["amount"], row["currency"], row["failure"])


def _dispute(row: Mapping[str, Any]) -> FoundDispute:
    opened, due = (datetime.fromisoformat(row[name]) for name in ("opened", "evidence_due"))
    return FoundDispute(row["reference"], row["state"], row["reason"], row["amount"], row["currency"], opened, due)
