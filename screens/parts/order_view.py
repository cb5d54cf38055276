"""What the list and the detail show of an order, but for its money and its timeline."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from textual.content import Content

from console.records.orders import Item, Order
from console.records.record import Record
from console.text import ago_brief, amount, block, exact, line, money
from screens.parts import order_money
from screens.parts.detail import Row, Section
from screens.parts.money_view import word
from screens.parts.order_timeline import timeline
from screens.parts.record_table import Column

PAID: Mapping[str, str] = {"partially_refunded": "part refund"}
"""Payment states that are too long for a list."""

PLACES: Mapping[str, str] = {
    "parents_home": "at the parent's home",
    "pros_place": "at the pro's place",
    "elsewhere": "elsewhere",
}


@dataclass(frozen=True)
class Words:
    """What the platform calls things, and the time it is."""

    now: datetime
    trouble: Mapping[str, str]
    cancel: Mapping[str, str]
    refund: Mapping[str, str]


# The list


def columns(clock: Callable[[], datetime]) -> Sequence[Column]:
    """However narrow it gets, number, trouble, time and money stay."""

    def when(order: Order) -> Content:
        return Content(ago_brief(order.starts, clock()) if order.starts else "–")

    return [
        Column("Number", 9, lambda order: line(order.number), sort="number"),
        Column("State", 10, lambda order: Content(word(order.state)), priority=1),
        Column("Trouble", 10, mark),
        Column("Service", 8, lambda order: Content(word(order.service)), priority=3),
        Column("Starts", 9, when, "right", sort="starts"),
        Column("Amount", 13, lambda order: Content(money(order.amount, order.currency)), "right", sort="amount"),
        Column("Payment", 11, lambda order: paid(order.payment_state), priority=2),
        Column("Parent", 10, lambda order: line(order.parent or "–"), priority=4),
        Column("Pro", 10, lambda order: line(order.pro or "–"), priority=5),
    ]


def mark(order: Order) -> Content:
    """A sign and a word, so that colour alone says nothing; empty for most."""
    if not order.trouble:
        return Content("")
    return Content.assemble(("! ", "bold $text-warning"), (word(order.trouble_reason or "trouble"), "$text-warning"))


def paid(state: str) -> Content:
    words = PAID.get(state) or word(state)
    return Content(words).stylize("$text-warning") if state in ("failed", "disputed", "lost") else Content(words)


EXPORTED = (
    *("number", "state", "trouble", "trouble_reason", "trouble_since", "trouble_ticket", "service", "place", "pet", "placed", "starts"),
    *("ends", "amount", "currency", "payment_state", "parent", "pro"),
)  # fmt: skip
"""The columns of the list as a file."""


def exported(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """The amount as the currency writes it, so that a spreadsheet can add it up."""
    minor, currency = row.get("amount"), row.get("currency")
    known = {name: value for name, value in row.items() if name in EXPORTED}
    if isinstance(minor, int) and isinstance(currency, str):
        known["amount"] = amount(minor, currency).replace(",", "")
    return known


# The detail


def heading(order: Order) -> Content:
    said = Content(" · ").join([Content(word(each)) for each in (order.state, order.service) if each])
    total = money(order.amount, order.currency)
    return Content.assemble(
        (order.number, "bold"), "  ", said, "\n", (f"{total} · payment {word(order.payment_state)}", "dim")
    )


def sections(order: Order, words: Words) -> Sequence[Section]:
    """Trouble first, and no section for what there is none of."""
    found = [
        *([_trouble(order, words)] if order.trouble else []),
        _service(order),
        *([Section("Items", beside=tuple(_items(order)))] if order.items else []),
        *order_money.sections(order, words.now, words.refund),
        _linked(order),
    ]
    return [
        *found,
        *([Section("Timeline", beside=tuple(timeline(order, _reasons(words), words.now)))] if order.timeline else []),
    ]


def _reasons(words: Words) -> Mapping[str, str]:
    return {**words.refund, **words.cancel, **words.trouble}


def _trouble(order: Order, words: Words) -> Section:
    why = words.trouble.get(order.trouble_reason or "") or word(order.trouble_reason or "no reason given")
    said = Content.assemble(("! ", "bold $text-warning"), (why, "bold"))
    rows = (Row("trouble_since", "Since"), Row("trouble_ticket", "Case"))
    keys = " · ".join(
        [*(["t take"] if order.trouble_ticket else []), *(["R resolve"] if _has(order, "resolve") else [])]
    )
    return Section("In trouble", rows, keys, text=(said,))


def _has(order: Order, name: str) -> bool:
    return any(action.name == name for action in order.actions)


def _service(order: Order) -> Section:
    """When, where, for which pet; the address stays masked until a case about this order reveals it."""
    rows = (
        Row("starts", "Starts", _moment),
        Row("ends", "Ends", _moment),
        Row("place", "Where", lambda code: Content(PLACES.get(code) or word(code))),
        Row("address", "Address"),
        Row("pet", "Pet", lambda kind: _pet(order, kind)),
        Row("care_notes", "Care notes", block),
    )
    return Section("Service", rows, "v reveal" if _has(order, "reveal") else "")


def _moment(at: datetime) -> Content:
    return Content(exact(at))


def _pet(order: Order, kind: str) -> Content:
    name = line(order.pet_name) if order.pet_name else line(order.masks.get("pet_name", ""))
    return Content.assemble(name, ", ", word(kind)) if name else Content(word(kind))


def _items(order: Order) -> Iterator[tuple[Content, Content]]:
    """Amounts at the left, so that they stand below each other."""
    drawn = [amount(item.amount, order.currency) for item in order.items]
    together = amount(sum(item.amount for item in order.items), order.currency)
    widest = max(len(each) for each in [*drawn, together])
    for item, cost in zip(order.items, drawn, strict=True):
        yield Content(cost.rjust(widest)), _item(item, order.currency)
    yield Content(together.rjust(widest)), Content("together").stylize("dim")


def _item(item: Item, currency: str) -> Content:
    several = f"{item.quantity} × " if item.quantity != 1 else ""
    back = f"  {money(item.refunded, currency)} refunded" if item.refunded else ""
    return Content.assemble(several, line(item.name), (back, "dim"))


def linked_words(record: Record, number: str) -> Content:
    """Who or what a number is to an order."""
    order = cast(Order, record)
    states = {ticket.number: f"ticket, {word(ticket.state)}" for ticket in order.tickets}
    case = "the case of its trouble" if number == order.trouble_ticket else ""
    who = "pet parent" if number == order.parent else "pet pro" if number == order.pro else ""
    return Content.assemble((number, "bold"), "  ", case or who or states.get(number, ""))


def _linked(order: Order) -> Section:
    beside = [
        (Content("parent ").stylize("dim"), line(order.parent or "–")),
        (Content("pro    ").stylize("dim"), line(order.pro or "–")),
    ]
    beside += [(Content("ticket ").stylize("dim"), line(f"{each.number}  {each.state}")) for each in order.tickets]
    return Section("Linked", hint="o open", beside=tuple(beside))
