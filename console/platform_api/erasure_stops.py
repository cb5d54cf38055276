"""What stops an erasure: something is still going on for which the person's data are needed, or must not go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, func, or_, select

from console.platform_api.keys import Keys
from console.platform_api.tables import (
    DisputeRow,
    LegalHoldRow,
    OrderRow,
    PaymentRow,
    PayoutRow,
    PrivacyRequestRow,
    RefundRow,
    table,
)
from console.records.disputes import DisputeState
from console.records.orders import OrderState
from console.records.payments import PaymentState
from console.records.payouts import PayoutState
from console.records.privacy_requests import OPEN, Kind
from console.records.refunds import RefundState

_disputes, holds, _orders, _payments = table(DisputeRow), table(LegalHoldRow), table(OrderRow), table(PaymentRow)
_payouts, _refunds, _requests = table(PayoutRow), table(RefundRow), table(PrivacyRequestRow)

GOING_ON = (OrderState.PLACED, OrderState.CONFIRMED, OrderState.IN_SERVICE)
DISPUTED = (DisputeState.NEEDS_RESPONSE, DisputeState.UNDER_REVIEW)
UNSETTLED = (PaymentState.PENDING, PaymentState.AUTHORIZED)
BEING_REFUNDED = (RefundState.REQUESTED, RefundState.APPROVED, RefundState.PROCESSING)
UNPAID = (PayoutState.SCHEDULED, PayoutState.HELD)


def of_nobody_held(
    keys: Keys, connection: Connection, taker: ColumnElement[Any], taker_of: Callable[[Keys, str], int]
) -> ColumnElement[bool]:
    """Of entries that know whose they are by a keyed token: those of nobody who is under a legal hold."""
    return or_(taker.is_(None), taker.not_in(held_takers(keys, connection, taker_of)))


def held_takers(keys: Keys, connection: Connection, taker_of: Callable[[Keys, str], int]) -> frozenset[int]:
    """Whose entries stay as they are: the tokens of all who are under a legal hold."""
    held_now = connection.execute(select(holds.c.person).where(holds.c.lifted.is_(None))).scalars()
    return frozenset(taker_of(keys, person) for person in held_now)


def freed_takers(keys: Keys, connection: Connection, taker_of: Callable[[Keys, str], int]) -> frozenset[int]:
    """Of whom something may have stayed that was to go: they were under a legal hold, and are no more."""
    held_once = connection.execute(select(holds.c.person).where(holds.c.lifted.is_not(None)).distinct()).scalars()
    return frozenset(taker_of(keys, person) for person in held_once) - held_takers(keys, connection, taker_of)


def stops_of(connection: Connection, person: str, request: str) -> dict[str, int]:
    """What stops it → how many; empty when nothing does."""
    mine = or_(_orders.c.parent == person, _orders.c.pro == person)
    going_on = or_(_orders.c.state.in_(GOING_ON), _orders.c.trouble.is_(True))
    paid = _payments.c.payer == person
    found: dict[str, tuple[Table, ColumnElement[bool]]] = {
        "legal_hold": (holds, held(person)),
        "open_orders": (_orders, and_(mine, going_on)),
        "open_payments": (_payments, and_(paid, _payments.c.state.in_(UNSETTLED))),
        "open_disputes": (_disputes, and_(_disputes.c.payment.in_(_paid_for(person)), _disputes.c.state.in_(DISPUTED))),
        "pending_refunds": (_refunds, and_(_refunds.c.payer == person, _refunds.c.state.in_(BEING_REFUNDED))),
        "pending_payouts": (_payouts, and_(_payouts.c.pro == person, _payouts.c.state.in_(UNPAID))),
        "open_requests": (_requests, _others(person, request)),
    }
    counts = {what: _count(connection, *where) for what, where in found.items()}
    return {what: count for what, count in counts.items() if count}


def held(person: str) -> ColumnElement[bool]:
    return and_(holds.c.person == person, holds.c.lifted.is_(None))


def _paid_for(person: str) -> Any:
    """Payments of theirs, and for what they did as a pro."""
    done = select(_orders.c.id).where(_orders.c.pro == person)
    return select(_payments.c.id).where(or_(_payments.c.payer == person, _payments.c.order_id.in_(done)))


def _others(person: str, request: str) -> ColumnElement[bool]:
    """To see or correct what would be gone: they come first, or are withdrawn."""
    wanted = _requests.c.kind.in_((Kind.ACCESS, Kind.CORRECT)), _requests.c.state.in_(sorted(OPEN))
    return and_(_requests.c.person == person, _requests.c.id != request, *wanted)


def _count(connection: Connection, found_in: Table, clause: ColumnElement[bool]) -> int:
    return int(connection.execute(select(func.count()).select_from(found_in).where(clause)).scalar_one())
