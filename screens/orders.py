"""Orders: what was booked and paid, what is in trouble, and what can be done about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, cast

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message

from console.records.orders import Order
from console.records.record import Action, Record
from console.records.tickets import Ticket
from screens.parts import order_filters, order_refunds, order_view
from screens.parts.chart_dialog import ChartDialog
from screens.parts.detail import Section
from screens.parts.exporting import ExportingScreen
from screens.parts.filter_language import Filter, Vocabulary
from screens.parts.filtered import FilteredScreen
from screens.parts.jump import Place
from screens.parts.linked import Linked, LinkedScreen
from screens.parts.listing import Listing
from screens.parts.money_chart import Figures
from screens.parts.noting import ask_note, forget_note
from screens.parts.order_bulk import ManyOrders
from screens.parts.order_deeds import DEEDS
from screens.parts.order_view import Words
from screens.parts.pick import Pick
from screens.parts.record_table import Column, Source
from screens.parts.revealing import RevealingScreen
from screens.parts.sorting import SortedScreen

TROUBLE = Filter({"trouble": ("yes",)})
"""What support starts with."""


class OrdersScreen(ManyOrders, LinkedScreen, SortedScreen, FilteredScreen, RevealingScreen, ExportingScreen):
    """The list as filtered or found, beside one order with its money; its trouble is a case like any other."""

    NAME = "orders"
    COLLECTION = "orders"
    LINKS = "Linked to {number}"
    PRESET = "order_trouble"
    HINT = "/ shows others, and enter after it all"
    NOTHING = "Put the cursor on an order, or find one: / and its number."
    DEEDS = DEEDS
    ALL = "all orders"
    EXPORTED = order_view.EXPORTED
    EXAMPLES = order_filters.EXAMPLES
    KINDS = order_filters.KINDS
    ONCE = order_filters.ONCE
    ORDERS: ClassVar[Mapping[str, str]] = {
        "-number": "newest first",
        "number": "oldest first",
        "-starts": "latest start first",
        "starts": "earliest start first",
        "-amount": "largest amount first",
        "amount": "smallest amount first",
    }

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("t", "take", "take its case", id="take"),
        Binding("r", "refund", "refund", id="refund"),
        Binding("N", "do('note')", "note", id="note"),
        Binding("R", "do('resolve')", "resolve", show=False, id="resolve"),
        Binding("exclamation_mark", "do('trouble')", "trouble", show=False, key_display="!", id="trouble"),
        Binding("c", "chart", "chart", id="chart"),
        Binding("o", "open_linked", "open linked", id="open-linked"),
    ]

    @dataclass
    class CaseTaken(Message):
        """The case of an order in trouble is the employee's, to be taken in hand."""

        ticket: Ticket

    # The list

    @property
    def default(self) -> Filter:
        roles = self.session.me.roles
        return TROUBLE if "support" in roles and not {"billing", "manager"} & set(roles) else Filter()

    @property
    def searched(self) -> bool:
        return bool(self.filter.terms)

    def columns(self) -> Sequence[Column]:
        return order_view.columns(self.shell.clock)

    def source(self) -> Source:
        if self.filter.terms:
            return order_filters.OrderSearch(self.client, self.filter.terms, self.case_id)
        asked = order_filters.params(self.filter, self.shell.clock())
        return Listing(self.client, "orders", {**asked, "sort": self.sort})

    def vocabulary(self) -> Vocabulary:
        terms = order_filters.terms(self.session.me.may.get("orders", ()))
        filters = order_filters.offered(self.offered_filters())
        return Vocabulary(filters, terms, "O", kinds=self.KINDS, once=self.ONCE)

    def objection(self, wanted: Filter) -> str:
        return order_filters.objection(wanted)

    def on_mount(self) -> None:
        self._show_order()

    def show_filtered(self, chosen: Filter) -> None:
        self.filter = chosen
        self._show_order()
        super().show_filtered(chosen)

    def _show_order(self) -> None:
        self.table.sort = None if self.searched else self.sort
        self.bar.show_order("" if self.searched else self.ORDERS[self.sort])

    def sort_by(self, sort: str) -> None:
        if self.searched:
            self.told("What was found has no order.", "esc shows the list again.")
            return
        self.sort = sort
        self.show_filtered(self.filter)

    # The list as a chart

    def action_chart(self) -> None:
        """Of the list as it is filtered; its dates are then the days on which money moved."""
        if self.searched:
            self.told("What a search found has no chart.", "esc shows the list again.")
        else:
            self.app.push_screen(ChartDialog(f"Money of {self.filter.words or self.ALL}", self._figures))

    async def _figures(self, by: str) -> Figures:
        now = self.shell.clock()
        asked = order_filters.of_days(order_filters.params(self.filter, now), by, now)
        answer = await self.client.get("/v1/orders/figures", params={**asked, "by": by})
        return Figures.model_validate(answer.body)

    # The list as a file

    def export_wish(self) -> Mapping[str, object]:
        asked = order_filters.params(self.filter, self.shell.clock())
        return {"filters": {name: list(values) for name, values in asked.items()}, "sort": self.sort}

    def exported(self, row: Mapping[str, Any]) -> Mapping[str, Any]:
        return order_view.exported(super().exported(row))

    def export_said(self) -> str:
        return f"{self.filter.words or self.ALL}, {self.ORDERS[self.sort]}."

    # The detail

    def heading(self, record: Record) -> Content:
        return order_view.heading(cast(Order, record))

    def sections(self, record: Record) -> Sequence[Section]:
        reasons = (self.reasons(f"{name}_reasons") for name in ("trouble", "cancel", "refund"))
        return order_view.sections(cast(Order, record), Words(self.shell.clock(), *reasons))

    # What can be done

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        may = self.session.me.may
        if action == "refund":
            return "refund" in may.get("payments", ())
        if action == "chart":
            return "figures" in may.get("orders", ())
        if action == "take":
            return "claim" in may.get("tickets", ())
        if action == "open_linked":
            return bool({"users", "tickets"} & set(self.shell.tab_names))
        return super().check_action(action, parameters)

    def actions_of(self, record: Record) -> Sequence[Action]:
        may = self.session.me.may
        decisions = [name for name in order_refunds.NAMES if name in may.get("refunds", ())]
        may_refund = "refund" in may.get("payments", ())
        return [
            *record.actions,
            *order_refunds.actions(cast(Order, record), may_refund=may_refund, decisions=decisions),
        ]

    def words_of(self, record: Record) -> Mapping[str, str]:
        return {**super().words_of(record), **order_refunds.words(cast(Order, record))}

    def action_do(self, name: str) -> None:
        self.do(name)

    def action_refund(self) -> None:
        self.do("refund")

    async def open_action(self, name: str, record: Record) -> None:
        verb, _, refund = name.partition(" ")
        ways = {"note": self._note, "refund": self._refund}
        if verb in order_refunds.NAMES:
            await (self.approve(refund) if verb == "approve" else self.reject(refund))
        elif name == "reveal":
            self.action_reveal()
        else:
            await (ways[name](record) if name in ways else super().open_action(name, record))

    async def _note(self, record: Record) -> None:
        text = await ask_note(self, record.number)
        if text is not None:
            done = await self.send(record, "note", {"body": text.typed}, versioned=False)
            self.arrived(done, f"{record.number}: note written.")
            forget_note(self, record.number)

    async def _refund(self, record: Record) -> None:
        """Of the one payment of which something is left, or of the one that is chosen."""
        payments = order_refunds.refundable(cast(Order, record))
        chosen: str | None = payments[0].number
        if len(payments) > 1:
            title = Content(f"Refund {record.number}: which payment")
            chosen = await self.app.push_screen_wait(Pick(title, order_refunds.choices(payments)))
        if chosen is not None:
            await self.refund(chosen, record.number)

    # Its case, and what else it is linked to

    async def action_take(self) -> None:
        """The case of the selected order's trouble; without trouble, one of the employee's own tickets."""
        order = self.selected
        if isinstance(order, Order) and order.trouble_ticket:
            self.with_selected(self._take, "take the case of {number} in hand")
        else:
            await self.run_action("app.case")

    async def _take(self, record: Record) -> None:
        number = str(cast(Order, record).trouble_ticket)
        ticket: Ticket = await self.client.record("tickets", number, case=self.case_id)
        if not ticket.yours:
            ticket = await self.once(
                (ticket.id, ticket.version, "claim"),
                lambda key: self.client.act("tickets", ticket.id, "claim", {}, key=key, case=self.case_id),
            )
        self.post_message(self.CaseTaken(ticket))

    def on_orders_screen_case_taken(self, message: CaseTaken) -> None:
        ticket, case = message.ticket, self.session.case
        if case is not None and case.id == ticket.id:
            self.shell.take_case(None)
            self.told(f"{ticket.number} is put down.", "What was revealed for it is hidden.")
        else:
            self.shell.take_ticket(ticket)
            self.told(f"{ticket.number} is in hand.", "v shows the address; t puts the case down.")

    def linked_places(self, record: Record) -> Linked:
        order = cast(Order, record)
        found = [("users", each) for each in (order.parent, order.pro) if each]
        found += [("tickets", ticket.number) for ticket in order.tickets]
        return {
            number: (Place(screen, number), order_view.linked_words(order, number))
            for screen, number in found
            if screen in self.shell.tab_names
        }
