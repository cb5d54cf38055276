"""Orders and money for tests, put straight into the databases as ingest and the platform's own work would leave them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from console.platform_api.blind import last_four_token
from console.platform_api.cases import open_case
from console.platform_api.documents import Value, dump
from console.platform_api.ids import new_id
from console.platform_api.order_items import ITEMS, dump_items
from console.platform_api.platform import Platform
from console.platform_api.tables import (
    DisputeRow,
    MoneyRow,
    OrderEvent,
    OrderRow,
    PaymentReviewRow,
    PaymentRow,
    PayoutChangeRow,
    PayoutRow,
    RefundRow,
    TicketRow,
    table,
)
from console.platform_api.transaction import own_work
from console.records.payments import PaymentState
from console.records.refunds import RESERVING, RefundState
from console.records.users import Source
from tests.platform_api.api import employee_id
from tests.platform_api.people import add_people

WALK = (
    {"line": 1, "name": "Walk in the park", "quantity": 2, "amount": 4_000},
    {"line": 2, "name": "Bath", "quantity": 1, "amount": 6_000},
)
"""What is ordered unless a test says otherwise: 100.00 in two lines."""

UNPAID = (PaymentState.PENDING, PaymentState.AUTHORIZED, PaymentState.FAILED, PaymentState.VOIDED)


def add_pair(platform: Platform) -> tuple[str, str]:
    """A pet parent and a pro: their ids."""
    parent, pro = add_people(platform, [{"name": "Ada Parent"}, {"name": "Pia Walker", "pro": True}])
    return parent, pro


def sealed(platform: Platform, owner: str, place: tuple[str, str, str], **values: str) -> bytes:
    """A document under the owner's key; `place`: resource, record, category."""
    document = {name: Value(value, Source.SELF, platform.clock()) for name, value in values.items()}
    return platform.vault.keys_of([owner])[owner].seal(*place, dump(document))


def add_order(
    platform: Platform,
    parent: str | None = None,
    pro: str | None = None,
    *,
    items: Sequence[Mapping[str, Any]] = WALK,
    pet_name: str = "Biscuit",
    care_notes: str = "Afraid of thunder",
    street: str = "12 Fairfield Avenue",
    starts: datetime | None = None,
    **columns: Any,
) -> str:
    """An order; its people are made when they aren't named. Its id."""
    if parent is None or pro is None:
        made = add_pair(platform)
        parent, pro = parent or made[0], pro or made[1]
    order, now = new_id(), platform.clock()
    begins = starts or now + timedelta(days=1)
    texts = {"pet_name": pet_name, "care_notes": care_notes, ITEMS: dump_items(items)}
    found = {
        "external_id": f"order-{order}", "parent": parent, "pro": pro, "service": "walking", "placed": now, "starts": begins,
        "ends": begins + timedelta(hours=1), "amount": sum(item["amount"] for item in items), "currency": "USD", "state": "confirmed",
        "sealed_service": sealed(platform, parent, ("orders", order, "service"), **texts),
        "sealed_address": sealed(platform, parent, ("orders", order, "address"), address=street),
    }  # fmt: skip
    with platform.database.writing() as session:
        session.add(OrderRow(id=order, **{**found, **columns}))
    return order


def add_payment(
    platform: Platform,
    order: str,
    state: str = "captured",
    *,
    amount: int = 10_000,
    kind: str = "charge",
    refunded: int = 0,
    lost: int = 0,
    currency: str = "USD",
    last_four: str = "4242",
    brand: str = "visa",
    created: datetime | None = None,
    **columns: Any,
) -> str:
    """A payment of the order in that state, with the sums that charts are made of, and the order's payment state. Its id."""
    payment, at = new_id(), created or platform.clock()
    row = row_of(platform, OrderRow, order)
    payer = row.parent if kind == "charge" else row.pro
    captured = 0 if state in UNPAID else amount
    document = sealed(platform, payer, ("payments", payment, "instrument"), brand=brand, last_four=last_four)
    found = {
        "external_id": f"payment-{payment}", "state": state, "kind": kind, "order_id": order, "payer": payer, "created": at,
        "captured_at": at if captured else None, "amount": amount, "captured": captured, "refunded": refunded, "lost": lost,
        "currency": currency, "processor_reference": f"ch_{payment.replace('-', '')}", "sealed_instrument": document,
        "undisputed": "captured" if state == PaymentState.DISPUTED else None,
        "failure": "card_declined" if state == PaymentState.FAILED else None,
    }  # fmt: skip
    sums = {"captured": captured, "refunded": refunded, "lost": lost}
    with platform.database.writing() as session:
        session.add(PaymentRow(id=payment, **{**found, **columns}))
        for name, sum_ in sums.items():
            if sum_:
                session.add(MoneyRow(id=new_id(), at=at, kind=name, order_id=order, currency=currency, amount=sum_))
        if kind == "charge":
            session.connection().execute(
                table(OrderRow).update().where(table(OrderRow).c.id == order).values(payment_state=state)
            )
    platform.vault.index(payer, [last_four_token(platform.keys, last_four)])
    return payment


def add_refund(
    platform: Platform,
    payment: str,
    amount: int = 2_500,
    state: str = "requested",
    *,
    by: str = "support",
    decided_by: str | None = None,
    note: str | None = "The walk was cut short",
    lines: Mapping[str, int] | None = None,
    needs: str | None = "billing",
    reason: str = "not_as_booked",
    **columns: Any,
) -> str:
    """A refund in that state, its amount reserved or given back on the payment. `by` and `decided_by` are employees' names. Its id."""
    refund, now, row = new_id(), platform.clock(), row_of(platform, PaymentRow, payment)
    text = sealed(platform, row.payer, ("refunds", refund, "service"), note=note) if note else None
    decided = state not in (RefundState.REQUESTED,)
    found = {
        "state": state, "payment": payment, "order_id": row.order_id, "payer": row.payer, "amount": amount, "currency": row.currency,
        "lines": dict(lines or {}), "reason": reason, "needs": None if decided else needs, "requested_by": employee_id(platform, by),
        "requested_role": by.rstrip("2"), "requested": now, "sealed_service": text,
        "decided_by": employee_id(platform, decided_by or "manager") if decided else None, "decided": now if decided else None,
    }  # fmt: skip
    with platform.database.writing() as session:
        session.add(RefundRow(id=refund, **{**found, **columns}))
        paid = table(PaymentRow)
        change: dict[str, Any] = {"reserved": paid.c.reserved + amount} if state in RESERVING else {}
        if state == RefundState.SUCCEEDED:
            back = row.refunded + amount
            change = {"refunded": back, "state": "refunded" if back >= row.captured else "partially_refunded"}
            session.add(
                MoneyRow(
                    id=new_id(), at=now, kind="refunded", order_id=row.order_id, currency=row.currency, amount=amount
                )
            )
        if change:
            session.connection().execute(paid.update().where(paid.c.id == payment).values(**change))
        if "state" in change and row.kind == "charge":
            ordered = table(OrderRow)
            session.connection().execute(
                ordered.update().where(ordered.c.id == row.order_id).values(payment_state=change["state"])
            )
    return refund


def add_dispute(platform: Platform, payment: str, *, amount: int | None = None, **columns: Any) -> str:
    """An open dispute of a payment that is disputed; its id."""
    dispute, now, row = new_id(), platform.clock(), row_of(platform, PaymentRow, payment)
    found = {
        "payment": payment, "order_id": row.order_id, "processor_reference": f"dp_{dispute.replace('-', '')}", "reason": "fraudulent",
        "amount": row.amount if amount is None else amount, "currency": row.currency, "opened": now, "evidence_due": now + timedelta(days=7),
    }  # fmt: skip
    with platform.database.writing() as session:
        session.add(DisputeRow(id=dispute, **{**found, **columns}))
        sum_ = {"order_id": row.order_id, "currency": row.currency, "amount": found["amount"]}
        session.add(MoneyRow(id=new_id(), at=now, kind="disputed", **sum_))
    return dispute


def add_payout(platform: Platform, order: str, *, amount: int = 8_000, last_four: str = "9012", **columns: Any) -> str:
    payout, row = new_id(), row_of(platform, OrderRow, order)
    document = sealed(
        platform, row.pro, ("payouts", payout, "instrument"), bank="First Harbor", payout_last_four=last_four
    )
    found = {
        "external_id": f"payout-{payout}", "state": "paid", "pro": row.pro, "order_id": order, "amount": amount, "currency": row.currency,
        "created": platform.clock(), "sealed_instrument": document, "processor_reference": f"po_{payout.replace('-', '')}",
    }  # fmt: skip
    with platform.database.writing() as session:
        session.add(PayoutRow(id=payout, **{**found, **columns}))
    return payout


def add_payout_change(platform: Platform, pro: str, **columns: Any) -> str:
    """A change that waits; its id."""
    change, now = new_id(), platform.clock()
    place = ("payout_changes", change, "instrument")
    found = {
        "external_id": f"change-{change}", "pro": pro, "asked": now, "takes_effect": now + timedelta(hours=72),
        "sealed_instrument": sealed(platform, pro, place, old_last_four="1111", new_last_four="2222"),
    }  # fmt: skip
    with platform.database.writing() as session:
        session.add(PayoutChangeRow(id=change, **{**found, **columns}))
    return change


def add_review(
    platform: Platform,
    kind: str,
    *,
    payment: str | None = None,
    payout_change: str | None = None,
    assignee: str | None = None,
    **columns: Any,
) -> str:
    """An open review with its case, about a payment or a payout change; `assignee` is an employee's name. Its id."""
    review, now = new_id(), platform.clock()
    paid = row_of(platform, PaymentRow, payment) if payment else None
    change = row_of(platform, PayoutChangeRow, payout_change) if payout_change else None
    person = str(paid.payer if paid else change.pro if change else columns["person"])
    about = [("payments", payment), ("orders", paid.order_id)] if paid else [("payouts", str(payout_change))]
    with own_work(platform) as work:
        links = [(resource, str(record)) for resource, record in (*about, ("users", person))]
        case = open_case(work, "review", links, person)
        found = {
            "kind": kind, "mark": f"{kind}:{payment or payout_change or review}", "opened": now, "due": now + timedelta(days=1),
            "amount": paid.amount if paid else None, "currency": paid.currency if paid else None, "rule": kind, "ticket": case,
            "person": person, "order_id": paid.order_id if paid else None, "payment": payment, "payout_change": payout_change,
        }  # fmt: skip
        work.session.add(PaymentReviewRow(id=review, **{**found, **columns}))
        work.created("payment-reviews", review)
        work.entries.append(work.entry("payment-reviews", "opened", person=person, record=review))
    if assignee is not None:
        claim(platform, case, assignee)
    return review


def claim(platform: Platform, ticket: str, name: str) -> None:
    """The employee of that name holds the ticket from now on."""
    tickets = table(TicketRow)
    held = {"assignee": employee_id(platform, name), "lease_until": platform.clock() + timedelta(minutes=30)}
    with platform.database.writing() as session:
        session.connection().execute(tickets.update().where(tickets.c.id == ticket).values(**held))


# Looking


def row_of(platform: Platform, model: Any, record: str) -> Any:
    """The row as it stands."""
    found = table(model)
    with platform.database.reading() as connection:
        return connection.execute(select(found).where(found.c.id == record)).one()


def sums_of(platform: Platform, order: str) -> dict[str, int]:
    """Kind → sum of the order's rows of money."""
    money = table(MoneyRow)
    with platform.database.reading() as connection:
        rows = connection.execute(
            select(money.c.kind, func.sum(money.c.amount)).where(money.c.order_id == order).group_by(money.c.kind)
        )
        return {kind: int(amount) for kind, amount in rows}


def events_of(platform: Platform, order: str) -> list[Any]:
    events = table(OrderEvent)
    with platform.database.reading() as connection:
        rows = connection.execute(select(events).where(events.c.order_id == order).order_by(events.c.at, events.c.id))
        return list(rows)
