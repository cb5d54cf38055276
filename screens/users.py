"""Users: parents and pros, found by a filter, a number, or what they say of themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets.option_list import Option

from console.client import new_key, path
from console.records.record import Record
from console.records.tickets import Ticket
from console.records.users import User
from console.session import CaseInHand
from screens.parts import user_deeds, user_places, user_view
from screens.parts.bulk import Plan
from screens.parts.deed import Deed
from screens.parts.detail import Section
from screens.parts.filter_bar import FilterBar
from screens.parts.filter_language import Filter, Vocabulary
from screens.parts.form import Field
from screens.parts.google_access import GoogleAccessScreen
from screens.parts.jump import Place
from screens.parts.listing import Listing
from screens.parts.marked import MarkedScreen
from screens.parts.pick import Pick
from screens.parts.prompt import Prompt
from screens.parts.record_table import Column, RecordTable, Source
from screens.parts.saved_views import SavedViewsScreen
from screens.parts.searching import KINDS, NARROWING, Searching, objection
from screens.parts.shell import Go
from screens.parts.sorting import SortedScreen
from screens.parts.suspension import Effect
from screens.parts.topics import TopicsDialog
from screens.parts.user_view import Linked

TROUBLED = "orders booked of them are put into trouble."
"""Said of those among many who are suspended."""

MOST_LINKED = 5
"""Tickets that the detail names of a person."""


class UsersScreen(MarkedScreen, SortedScreen, SavedViewsScreen, GoogleAccessScreen):
    """The list as filtered or found, beside one person as the role and the case in hand show them."""

    NAME = "users"
    COLLECTION = "users"
    NOTHING = "Put the cursor on a person, or find one: / and a number, an e-mail or a phone."
    HINT = "/ and enter shows all people"
    DEEDS = user_deeds.DEEDS
    ORDERS = user_places.ORDERS
    OPENS_AGAIN = False
    FIELDS = (
        Field("name", "Name"),
        Field("email", "E-mail"),
        Field("phone", "Phone"),
        Field("street", "Street"),
        Field("postcode", "Postcode"),
        Field("city", "City"),
    )

    MANY: ClassVar[Mapping[str, str]] = {
        "opt-out": "Opt out",
        **{name: deed.words for name, deed in user_deeds.DEEDS.items()},
    }

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("at,A", "jump_in_list", "to a number or date", show=False, id="jump-in-list"),
        Binding("l", "link_case", "link to the case in hand", show=False, id="link-case"),
        Binding("o", "open_linked", "open linked", show=False, id="open-linked"),
    ]

    @dataclass
    class ValueChosen(Message):
        """A number or a date to go to, and how to tell the first record there."""

        at: str
        reached: Callable[[User], bool]

    @dataclass
    class LinkedArrived(Message):
        """The tickets of a person came."""

        linked: Linked
        said: str = ""

    def __init__(self) -> None:
        super().__init__()
        self.linked = Linked()

    # The list

    def columns(self) -> Sequence[Column]:
        return user_view.columns(self.shell.clock, found_by_name="name" in self.filter.terms)

    def source(self) -> Source:
        if self.filter.terms:
            return Searching(self.client, "users", self.filter.terms, self.case_id)
        return Listing(self.client, "users", {**self.filter.params, "sort": self.sort})

    def vocabulary(self) -> Vocabulary:
        resources = self.session.offer.resources if self.session.offer else {}
        filters = resources.get("users", {}).get("filters", {})
        terms = (*KINDS, *NARROWING) if "search" in self.session.me.may.get("users", ()) else ()
        return Vocabulary(filters, terms, "U")

    def above(self) -> ComposeResult:
        self.begin()
        yield FilterBar(self.vocabulary(), check=self.objection, start=self.start, id="filter")

    def on_mount(self) -> None:
        self.table.sort = self.sort
        self.bar.show_order(user_places.ORDERS[self.sort])

    def show_filtered(self, chosen: Filter) -> None:
        self.filter = chosen
        self.bar.show(chosen)
        self.show_list()

    def show_list(self) -> None:
        """Start on the list anew, as filtered and sorted now."""
        self.table.sort = None if self.filter.terms else self.sort
        self.bar.show_order("" if self.filter.terms else user_places.ORDERS.get(self.sort, self.sort))
        self.bar.show_total("")
        self.table.show(self.source(), columns=self.columns())

    @on(RecordTable.Loaded)
    def _say_total(self, message: RecordTable.Loaded) -> None:
        self.bar.show_total(message.total)

    def in_list(self, record: Record) -> Record:
        """A hit by name keeps its city and last service in clear: a look at the whole record masks them."""
        hit = self.table.find_record(record.id)
        if not isinstance(hit, User) or "name" not in self.filter.terms:
            return record
        return record.model_copy(update={"city": hit.city, "last_service": hit.last_service})

    # Filter and search

    def objection(self, wanted: Filter) -> str:
        return objection(wanted, has_case=self.session.case is not None)

    def action_filter(self) -> None:
        self.bar.open()

    def on_filter_bar_chosen(self, message: FilterBar.Chosen) -> None:
        self.filter = message.filter
        self.show_list()
        self.table.focus()

    def on_filter_bar_left(self) -> None:
        self.table.focus()

    @property
    def searched(self) -> bool:
        return bool(self.filter.terms)

    # Order and places

    def sort_by(self, sort: str) -> None:
        if self.filter.terms:
            self.told("What was found has no order.", "/ and enter shows all people.")
            return
        self.sort = sort
        self.show_list()

    def action_jump_in_list(self) -> None:
        if self.filter.terms or self.sort.removeprefix("-") == "state":
            self.told("There are no numbers or dates to go to in this order.", "s chooses another.")
        else:
            self.work(self._jump_in_list(), "go to that place")

    async def _jump_in_list(self) -> None:
        dates, falls = self.sort.removeprefix("-") == "registered", self.sort.startswith("-")
        title, example = ("Go to a date", "2026-03-01") if dates else ("Go to a number", "U-1048233")
        check = user_places.no_date if dates else user_places.no_number
        typed = await self.app.push_screen_wait(Prompt(Content(title), example, check))
        if typed:
            at = datetime.fromisoformat(typed.strip()).replace(tzinfo=UTC) if dates else user_places.digits(typed)
            self.post_message(self.ValueChosen(typed.strip(), user_places.reached(at, falls=falls)))

    def on_users_screen_value_chosen(self, message: ValueChosen) -> None:
        self.table.go_to_value(message.at, message.reached)

    # The detail

    async def _fetch(self, number: str) -> None:
        await super()._fetch(number)
        if "tickets" in self.session.me.screens:
            self.post_message(self.LinkedArrived(await self._find_linked(number)))

    async def _find_linked(self, number: str) -> Linked:
        page = await self.client.page("tickets", params={"user": number, "limit": MOST_LINKED})
        tickets = tuple(ticket.number for ticket in page.items)
        return Linked(number, tickets, page.next is not None, await self._count_orders(number))

    async def _count_orders(self, number: str) -> int | None:
        if "orders" not in self.session.me.screens:
            return None
        page = await self.client.page("orders", params={"user": number, "limit": 1})
        return page.total.count

    def on_users_screen_linked_arrived(self, message: LinkedArrived) -> None:
        self.linked = message.linked
        self.redraw()
        if message.said:
            self.told(message.said)

    def heading(self, record: Record) -> Content:
        return user_view.heading(record)

    def sections(self, record: Record) -> Sequence[Section]:
        return user_view.sections(record, self.linked, self.shell.clock(), self.reasons("hold_reasons"))

    # Suspending

    async def _perform(self, record: Record, name: str, deed: Deed) -> None:
        """What suspending does is shown first: without it there is no question."""
        if name == "suspend":
            effect = await self._effect(record)
            if effect.says_anything or cast(User, record).pro:
                deed = replace(deed, effect=f"{deed.effect}\n\n{effect.words().plain}")
        await super()._perform(record, name, deed)

    async def _effect(self, record: Record) -> Effect:
        answer = await self.client.get(path("users", record.id, "suspension"), case=self.case_id)
        return Effect.model_validate(answer.body)

    async def plan_one(self, plan: Plan, record: Record, name: str) -> None:
        if name != "suspend" or not record.find_action(name).allowed:
            await super().plan_one(plan, record, name)
        else:
            plan.allow(record, remark=TROUBLED if (await self._effect(record)).troubled else "")

    async def send(self, record: Record, name: str, body: Mapping[str, Any], *, versioned: bool = True) -> Record:
        """As every list sends; the password is asked for in between where the platform wants it fresh, as to lift a hold."""
        doing, send = f"{name.replace('-', ' ')} of {record.number}", super().send
        return await self.freshly(doing, lambda: send(record, name, body, versioned=versioned))

    # Marked people

    async def ask_for_many(self, name: str, plan: Plan) -> dict[str, Any] | None:
        if name != "opt-out":
            return await super().ask_for_many(name, plan)
        answer = await self.app.push_screen_wait(TopicsDialog(f"{len(plan.allowed)} users", out=True))
        return None if answer is None else {"topics": list(answer.topics), "channel": answer.channel}

    # Cases

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in ("link_case", "open_linked"):
            return "link" in self.session.me.may.get("tickets", ())
        return super().check_action(action, parameters)

    def action_link_case(self) -> None:
        """Link the case in hand to the shown person: what is done for it needs that."""
        self.with_case(self._link, "link the case in hand to {number}")

    async def _link(self, record: Record, case: CaseInHand) -> None:
        ticket = cast(Ticket, await self.client.record("tickets", case.id, case=case.id))
        if any(link.id == record.id for link in ticket.links):
            said = f"{case.number} is linked to {record.number} already."
        else:
            body = {"resource": "users", "id": record.id}
            where = path("tickets", case.id, "link")
            await self.client.post(where, body, key=new_key(), version=ticket.version, case=case.id)
            said = f"{case.number} is linked to {record.number}."
        self.post_message(self.LinkedArrived(await self._find_linked(record.number), said))
        self.look(record.number)

    def action_open_linked(self) -> None:
        told = "disclosures" in self.shell.tab_names
        places = user_places.linked(self.linked, self._applications(), told=told)
        if self.record is None or self.linked.of != self.record.number or not places:
            self.told("No order and no ticket is linked to this person.", "l links the case in hand.")
        else:
            self.work(self._open_linked(places), "open what is linked")

    def _applications(self) -> list[str]:
        """Their numbers, where the role has a screen for them."""
        shown = cast(User, self.record)
        return (
            [each.number for each in shown.applications] if shown and "pro-applications" in self.shell.tab_names else []
        )

    async def _open_linked(self, places: Mapping[str, Place]) -> None:
        words = list(places)
        options = [Option(Content(each), id=each) for each in words]
        chosen = words[0] if len(words) == 1 else await self.app.push_screen_wait(Pick(Content("Linked"), options))
        if chosen is not None:
            self.shell.post_message(Go(places[chosen]))
