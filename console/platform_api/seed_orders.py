"""Orders of the sample data: two a user, in every state, most of them long closed; with their timeline, money and cases."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random

from console.platform_api.bulk import microseconds
from console.platform_api.order_items import dump_items
from console.platform_api.seed_order_rows import DAY, HOUR, MINUTE, Ground, Item, OrderRows, Party
from console.platform_api.seed_order_texts import MEETING, ORDER_NOTES, WARES
from console.platform_api.seed_payments import MoneyMaker, Turns
from console.platform_api.seed_people import YEARS, Person
from console.platform_api.seed_reviews import CaseMaker
from console.platform_api.seed_stretches import Stretch
from console.platform_api.seed_tickets import Desk
from console.platform_api.tables import OrderEvent, OrderRow
from console.platform_api.vault import OwnerKey
from console.records.orders import COURSE, OrderState
from console.records.reasons import REASONS
from console.records.users import UserState

SERVICES = ("walking",) * 8 + ("grooming",) * 5 + ("sitting",) * 4 + ("boarding",) * 3 + ("training",) * 2
CURRENCIES = ("USD",) * 57 + ("CAD", "EUR", "JPY")
LONG_AGO = 90 * DAY
"""Older orders keep two entries of their timeline, and their cases are gone."""

STEPS = {"confirmed": HOUR, "in_service": 0, "completed": 0, "closed": 2 * DAY}


@dataclass(slots=True)
class Booking:
    """An order on its way into rows. Moments in microseconds, amounts in minor units."""

    number: int
    id: bytes
    parent: Party
    pro: Party
    placed: int
    starts: int
    ends: int
    service: str
    place: str
    currency: str
    items: list[Item]
    amount: int
    state: str
    recent: bool
    payment_state: str = "pending"
    trouble: tuple[str, int, bytes] | None = None
    """Why, since when, and the case."""

    @property
    def name(self) -> str:
        return f"O-{self.number}"


class OrderMaker:
    """Makes the orders of some people among each other. Whoever is erased has none: no key, nothing to seal with."""

    def __init__(
        self,
        random: Random,
        people: Sequence[Person],
        keys: Mapping[str, OwnerKey],
        desk: Desk,
        until: datetime,
        turns: Turns,
    ) -> None:
        self._ground = ground = Ground(random, until, desk)
        gone = (UserState.ERASING, UserState.ERASED)
        self._parties = [Party(random, it, keys[it.id]) for it in people if it.state not in gone]
        self._pros = [party for party in self._parties if party.person.pro]
        self._registered = [party.registered for party in self._parties]
        self._pros_registered = [party.registered for party in self._pros]
        self._years = microseconds(until) - microseconds(until - YEARS)
        self._cases = CaseMaker(ground)
        self._money = MoneyMaker(ground, self._cases, turns)

    def make(self, stretches: Sequence[Stretch]) -> OrderRows:
        """From the newest to the oldest, so that the newest show all that can happen; the rows come in the order of their numbers."""
        made = self._ground.made
        for stretch in reversed(stretches) if len(self._parties) > 1 else ():
            for place in reversed(range(stretch.count)):
                part = stretch.part((place + 0.1 + 0.8 * self._ground.random.random()) / stretch.count)
                placed = self._ground.until - self._years + int(self._years * part)
                self._one(stretch.first + place, placed - placed % 1000)
        for rows in made.rows.values():
            rows.reverse()
        return made

    def _one(self, number: int, placed: int) -> None:
        order = self._booking(number, placed)
        self._money.make(order)
        self._row(order)
        self._timeline(order)

    # What is booked

    def _booking(self, number: int, placed: int) -> Booking:
        ground, random = self._ground, self._ground.random
        parent, pro = self._pair(placed)
        service = random.choice(SERVICES)
        wares = WARES[service]
        currency = random.choice(CURRENCIES)
        times = random.randint(*wares.times)
        items = _items(random, service, times, currency)
        starts = placed + HOUR + int(random.random() ** 1.5 * 30 * DAY)
        starts -= starts % (15 * MINUTE)
        starts = max(starts, placed)
        ends = starts + (times * DAY if wares.hours == 24 else wares.hours * HOUR)
        state = self._state(placed, starts, ends)
        return Booking(
            number, ground.id(placed), parent, pro, placed, starts, ends, service, random.choice(wares.places), currency, items,
            sum(item["amount"] for item in items), state, ends > ground.until - LONG_AGO,
        )  # fmt: skip

    def _pair(self, placed: int) -> tuple[Party, Party]:
        """Who was there by then; where no pro was, whoever would become one."""
        random = self._ground.random
        known = max(2, bisect_left(self._registered, placed))
        parent = self._parties[int(random.random() * known)]
        pros = self._pros[: max(1, bisect_left(self._pros_registered, placed))]
        pro = random.choice(pros) if pros else self._parties[0]
        while pro is parent:
            pro = self._parties[int(random.random() * known)]
        return parent, pro

    def _state(self, placed: int, starts: int, ends: int) -> str:
        ground, now = self._ground, self._ground.until
        if ground.chance(0.06) and placed + HOUR < now:
            return str(OrderState.CANCELLED)
        if starts > now:
            return str(OrderState.PLACED if now - placed < DAY or ground.chance(0.35) else OrderState.CONFIRMED)
        if ends > now:
            return str(OrderState.IN_SERVICE)
        return str(OrderState.COMPLETED if ends + STEPS["closed"] > now else OrderState.CLOSED)

    # Rows

    def _row(self, order: Booking) -> None:
        ground, parent = self._ground, order.parent
        texts = {"pet_name": parent.pet_name, "care_notes": parent.note, "items": dump_items(order.items)}
        street = None
        if order.place != "pros_place":
            where = parent.address if order.place == "parents_home" else ground.random.choice(MEETING)
            street = ground.seal(parent.key, "orders", order.id, "address", order.placed, {"address": where})
        trouble = order.trouble
        ground.add(
            OrderRow, order.number, order.id, f"order-{order.number:08d}", 1, order.state, trouble is not None, *(trouble or (None,) * 3),
            parent.id, order.pro.id, order.service, order.place, parent.pet, order.placed, order.starts, order.ends, order.amount,
            order.currency, order.payment_state, ground.seal(parent.key, "orders", order.id, "service", order.placed, texts), street,
        )  # fmt: skip

    def _timeline(self, order: Booking) -> None:
        self._event(order, "placed", order.placed)
        if order.state == OrderState.CANCELLED:
            at = order.placed + int(max(HOUR, min(order.starts, self._ground.until) - order.placed) * 0.7)
            self._event(order, "cancelled", at, reason=self._ground.random.choice(list(REASONS["cancel"])))
        elif order.recent:
            self._course(order)
        else:
            self._event(order, "closed", order.ends + STEPS["closed"])

    def _course(self, order: Booking) -> None:
        moments = {"confirmed": order.placed + HOUR, "in_service": order.starts, "completed": order.ends}
        moments["closed"] = order.ends + STEPS["closed"]
        reached = COURSE[1 : COURSE.index(OrderState(order.state)) + 1]
        for state in reached:
            self._event(order, str(state), self._ground.before_now(moments[state]))
        if reached and self._ground.desk.support and self._ground.chance(0.04):
            self._note(order)

    def _note(self, order: Booking) -> None:
        ground = self._ground
        at = ground.before_now(order.starts + HOUR)
        employee = ground.random.choice(ground.desk.support)
        self._cases.note(order, at, employee, "support", ground.random.choice(ORDER_NOTES))

    def _event(self, order: Booking, kind: str, at: int, reason: str | None = None) -> None:
        ground = self._ground
        ground.add(OrderEvent, ground.id(at), order.id, at, kind, None, None, None, None, None, reason, None, None)


def _items(random: Random, service: str, times: int, currency: str) -> list[Item]:
    """Its lines: what is booked, and now and then an extra. A yen has no hundredths."""
    wares = WARES[service]
    name, price = random.choice(wares.main)
    chosen = [(name, times, price)]
    for extra, cost in wares.extras:
        if random.random() < 0.15:
            chosen.append((extra, 1, cost))
    factor = 1.5 if currency == "JPY" else 1
    return [
        Item(line=line, name=name, quantity=quantity, amount=quantity * int(price * factor))
        for line, (name, quantity, price) in enumerate(chosen, 1)
    ]
