"""What the makers of orders and money share: the rows that they fill, and how an id, a moment and a sealed document are made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import TypedDict

from sqlmodel import SQLModel

from console.platform_api.bulk import Row, microseconds
from console.platform_api.documents import dump_json
from console.platform_api.ids import bytes_at, id_bytes, id_text
from console.platform_api.seed_order_texts import BANKS, CARDS, KINDS, MEETING, NOTES, PETS
from console.platform_api.seed_people import Person
from console.platform_api.seed_tickets import Desk, TicketRows
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
)
from console.platform_api.vault import OwnerKey

MINUTE = 60_000_000
HOUR, DAY = 60 * MINUTE, 1440 * MINUTE
"""In microseconds: a million orders have no time for datetimes."""

COLUMNS: Mapping[type[SQLModel], tuple[str, ...]] = {
    OrderRow: (
        "number", "id", "external_id", "version", "state", "trouble", "trouble_reason", "trouble_since", "trouble_ticket", "parent", "pro",
        "service", "place", "pet", "placed", "starts", "ends", "amount", "currency", "payment_state", "sealed_service", "sealed_address",
    ),
    OrderEvent: (
        "id", "order_id", "at", "kind", "employee", "role", "amount", "currency", "number", "reason", "owner", "sealed_service",
    ),
    PaymentRow: (
        "number", "id", "external_id", "version", "state", "kind", "order_id", "payer", "created", "captured_at", "amount", "captured",
        "refunded", "reserved", "lost", "currency", "failure", "undisputed", "processor_reference", "sealed_instrument",
    ),
    RefundRow: (
        "number", "id", "version", "state", "payment", "order_id", "payer", "amount", "currency", "lines", "reason", "needs", "requested_by",
        "requested_role", "requested", "decided_by", "decided", "finished", "processor_reference", "failure", "sealed_service",
    ),
    DisputeRow: (
        "id", "payment", "order_id", "processor_reference", "state", "reason", "amount", "currency", "opened", "evidence_due", "closed",
    ),
    MoneyRow: ("id", "at", "kind", "order_id", "currency", "amount"),
    PayoutRow: (
        "number", "id", "external_id", "version", "state", "pro", "order_id", "amount", "currency", "created", "arrives", "failure",
        "processor_reference", "sealed_instrument",
    ),
    PayoutChangeRow: ("id", "external_id", "pro", "state", "asked", "takes_effect", "sealed_instrument"),
    PaymentReviewRow: (
        "number", "id", "version", "state", "kind", "mark", "opened", "due", "amount", "currency", "rule", "ticket", "person", "order_id",
        "payment", "dispute", "refund", "payout_change", "outcome", "settled", "settled_by",
    ),
}  # fmt: skip
"""Table → its columns, in the order in which rows are filled and tables are written."""


@dataclass
class OrderRows:
    """Rows of one share by table; `cards`: (last four, payer) of all that paid."""

    rows: dict[type[SQLModel], list[Row]] = field(default_factory=lambda: {model: [] for model in COLUMNS})
    cases: TicketRows = field(default_factory=TicketRows)
    cards: set[tuple[str, bytes]] = field(default_factory=set)


Texts = Mapping[str, str | None]


class Item(TypedDict):
    """One line of an order, as its sealed document holds it."""

    line: int
    name: str
    quantity: int
    amount: int


class Party:
    """Somebody who books or serves, with what stays the same over their orders."""

    __slots__ = (
        "address",
        "bank",
        "bank_four",
        "brand",
        "id",
        "key",
        "last_four",
        "note",
        "person",
        "pet",
        "pet_name",
        "registered",
    )

    def __init__(self, random: Random, person: Person, key: OwnerKey) -> None:
        self.person, self.key, self.id = person, key, id_bytes(person.id)
        self.registered = microseconds(person.registered)
        self.pet = KINDS[int(random.random() * len(KINDS))]
        self.pet_name = random.choice(PETS[self.pet])
        chip = f"9851410{random.randrange(10**8):08}"
        self.note = random.choice(NOTES).format(chip=chip) if random.random() < 0.3 else None
        self.brand, self.last_four = random.choice(CARDS), f"{random.randrange(10_000):04}"
        self.bank, self.bank_four = random.choice(BANKS), f"{random.randrange(10_000):04}"
        town = " ".join(part for part in (person.city, person.postcode) if part)
        self.address = f"{person.street or random.choice(MEETING)}\n{town}"


class Ground:
    """One share's random source, people and rows, on which its orders are made."""

    def __init__(self, random: Random, until: datetime, desk: Desk) -> None:
        self.random, self.desk, self.made = random, desk, OrderRows()
        self.until = microseconds(until)
        self.lease_until: int | None = microseconds(desk.lease_until) if desk.lease_until else None

    def id(self, at: int) -> bytes:
        return bytes_at(at // 1000, self.random)

    def chance(self, part: float) -> bool:
        return self.random.random() < part

    def before_now(self, at: int) -> int:
        """Nothing has happened later than the sample data end."""
        return min(at, self.until)

    def add(self, model: type[SQLModel], *values: object) -> None:
        self.made.rows[model].append(values)

    def seal(
        self, key: OwnerKey, resource: str, record: bytes, category: str, at: int, texts: Texts, source: str = "self"
    ) -> bytes:
        """As `documents.dump` writes it, past its datetimes."""
        document = {name: (text, source, at) for name, text in texts.items() if text is not None}
        return key.seal(resource, id_text(record), category, dump_json(document))
