"""Tickets: the queue, the thread, and taking one in hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, cast

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message as TextualMessage
from textual.widgets.option_list import Option

from console.records.record import Record
from console.records.tickets import CHANNELS, Link, Ticket
from console.text import line
from screens.parts import ticket_view
from screens.parts.deed import Deed
from screens.parts.detail import Section
from screens.parts.filter_kinds import numbered
from screens.parts.filter_language import Filter, Kind
from screens.parts.filtered import FilteredScreen
from screens.parts.jump import Place, parse
from screens.parts.list_detail import ListDetailScreen
from screens.parts.new_ticket import NewTicketDialog
from screens.parts.noting import ask_note, forget_note
from screens.parts.pick import Pick
from screens.parts.presence import PresenceScreen
from screens.parts.privacy_intake import IntakeScreen, Start
from screens.parts.problems import Notice
from screens.parts.prompt import Prompt
from screens.parts.record_table import Column
from screens.parts.replies import RepliesScreen
from screens.parts.shell import Go, TicketSeen

DEEDS = {
    "claim": Deed("Claim", "yours for 30 minutes; work renews it. u undoes it.", versioned=False),
    "release": Deed("Release", "free for others. u undoes it."),
    "pending": Deed("Wait for the person", "waits for the person."),
    "solved": Deed("Solve", "solved."),
    "reopen": Deed("Reopen", "open again."),
    "renew": Deed("Renew the claim", "yours for another 30 minutes.", versioned=False),
    "closed": Deed("Close", "closed.", effect="{number} is closed for good: nobody can work on it or open it again."),
}
"""The ticket's actions that need no form of their own."""

UNDO = {
    "claim": "release",
    "release": "claim",
    "link": "unlink",
    "unlink": "link",
    "solved": "reopen",
    "pending": "reopen",
}
"""What takes back what."""


@dataclass(frozen=True)
class Done:
    """The last thing done here, as far as it can be taken back."""

    number: str
    name: str
    body: dict[str, Any]


class TicketsScreen(IntakeScreen, RepliesScreen, PresenceScreen, FilteredScreen):
    """The list is the queue as the role may see it, at first what waits; the detail is the thread."""

    NAME = "tickets"
    COLLECTION = "tickets"
    HINT = "/ shows other tickets, n opens a new one"
    NOTHING = "Tickets come here. t takes one in hand, n opens a new one."
    DEEDS = DEEDS
    NEEDS: ClassVar[Mapping[str, str]] = {"take": "claim", "undo": "claim", "new": "open"}
    DEFAULT = Filter({"state": ("open", "pending")})
    EXAMPLES = ("assignee:none state:open,pending", "assignee:me state:open,pending")
    KINDS: ClassVar[Mapping[str, Kind]] = {"assignee": numbered("E"), "user": numbered("U")}
    ONCE = ("assignee", "user")

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("t", "take", "take in hand", id="take"),
        Binding("n", "new", "new", id="new-ticket"),
        Binding("r", "do('reply')", "reply", id="reply"),
        Binding("N", "do('note')", "note", id="note"),
        Binding("l", "do('link')", "link", id="link"),
        Binding("o", "open_linked", "open linked", id="open-linked"),
        Binding("P", "take_in", "privacy request", id="privacy-request"),
        Binding("p", "do('pending')", "pending", show=False, id="pending"),
        Binding("d", "do('solved')", "solved", show=False, id="solved"),
        Binding("u", "undo", "undo", show=False, id="undo"),
        Binding("full_stop", "next", "next ticket", show=False, key_display=".", id="next-ticket"),
    ]

    @dataclass
    class Taken(TextualMessage):
        """A ticket was claimed to be taken in hand."""

        ticket: Ticket

    def __init__(self) -> None:
        super().__init__()
        self._last: Done | None = None

    def columns(self) -> Sequence[Column]:
        return ticket_view.columns(self.shell.clock)

    def heading(self, record: Record) -> Content:
        return self.with_others(ticket_view.heading(cast(Ticket, record), self.shell.clock()))

    def sections(self, record: Record) -> Sequence[Section]:
        return ticket_view.sections(cast(Ticket, record), self.shell.clock())

    # In hand

    def action_take(self) -> None:
        """Take the ticket in hand, claiming it where it is nobody's; the one in hand is put down."""
        case, ticket = self.session.case, self.selected
        if ticket is not None and case is not None and case.id == ticket.id:
            self.shell.take_case(None)
            self.told(f"{ticket.number} is put down.", "What was revealed for it is hidden.")
        else:
            self.with_selected(self._take, "take {number} in hand")

    async def _take(self, record: Record) -> None:
        ticket = cast(Ticket, record)
        if not ticket.yours:
            ticket = cast(Ticket, await self.send(ticket, "claim", {}, versioned=False))
            self.post_message(self.Arrived(ticket))
        self.post_message(self.Taken(ticket))

    def on_tickets_screen_taken(self, message: Taken) -> None:
        ticket = message.ticket
        self.shell.take_ticket(ticket)
        self.told(f"{ticket.number} is in hand.", "What you reveal and change from now on is for it; t puts it down.")

    def on_list_detail_screen_arrived(self, message: ListDetailScreen.Arrived) -> None:
        """Besides what every list does with it."""
        self.shell.post_message(TicketSeen(cast(Ticket, message.record)))

    def action_next(self) -> None:
        """The next ticket that waits for somebody: of the list, below the cursor."""
        self.action_walk(1)

    # Doing

    def action_do(self, name: str) -> None:
        self.do(name)

    async def send_and_say(self, record: Record, name: str, body: dict[str, Any], said: str) -> None:
        """Send an action with a body, say that it is done, and remember it for `u`."""
        done = await self.send(record, name, body, versioned=name not in ("note", "claim", "renew"))
        self._last = Done(record.number, name, body) if name in UNDO else None
        self.post_message(self.Arrived(done, f"{record.number}: {said}"))

    async def _perform(self, record: Record, name: str, deed: Deed) -> None:
        await super()._perform(record, name, deed)
        self._last = Done(record.number, name, {}) if name in UNDO else None

    def action_undo(self) -> None:
        """Take back the message that has not gone yet, else the last thing done to the selected ticket."""
        if self.take_back_message():
            return
        last, selected = self._last, self.selected
        if last is None or selected is None or selected.number != last.number:
            self.told("There is nothing to undo on this ticket.")
        else:
            self._last = None
            self.with_selected(lambda record: self._undo(record, last), f"undo {last.name} of {{number}}")

    async def _undo(self, record: Record, last: Done) -> None:
        await self.send_and_say(record, UNDO[last.name], last.body, f"{last.name} undone.")

    async def open_action(self, name: str, record: Record) -> None:
        ways = {"note": self._note, "link": self._link, "unlink": self._unlink}
        await (ways[name](record) if name in ways else super().open_action(name, record))

    async def _note(self, record: Record) -> None:
        text = await ask_note(self, record.number)
        if text is not None:
            await self.send_and_say(record, "note", {"body": text.typed}, "note written.")
            forget_note(self, record.number)

    async def _link(self, record: Record) -> None:
        prompt = Prompt(Content(f"Link {record.number} to"), "U-1048233", check=_no_place)
        typed = await self.app.push_screen_wait(prompt)
        place = parse(typed, LINKABLE) if typed else None
        if isinstance(place, Place):
            body = {"resource": place.screen, "id": place.number}
            await self.send_and_say(record, "link", body, f"linked to {place.number}. u undoes it.")

    async def _unlink(self, record: Record) -> None:
        if link := await self._choose_link(cast(Ticket, record)):
            body = {"resource": link.resource, "id": link.id}
            said = f"no longer linked to {line(link.number).plain}. u undoes it."
            await self.send_and_say(record, "unlink", body, said)

    def action_open_linked(self) -> None:
        self.with_selected(self._open_linked, "open what {number} is linked to")

    async def _open_linked(self, record: Record) -> None:
        if link := await self._choose_link(cast(Ticket, record)):
            self.shell.post_message(Go(Place(link.resource, link.number)))

    async def _choose_link(self, ticket: Ticket) -> Link | None:
        """The one link, or the one that is chosen."""
        links = {link.number: link for link in ticket.links if link.number}
        if not links:
            self.post_message(self.Refused(Notice("said", f"{ticket.number} is linked to nothing.", "l links it.")))
            return None
        if len(links) == 1:
            return next(iter(links.values()))
        options = [Option(line(number), id=number) for number in links]
        chosen = await self.app.push_screen_wait(Pick(Content("Linked"), options))
        return links[chosen] if chosen else None

    def action_new(self) -> None:
        self.work(self._new(), "open a ticket")

    async def _new(self) -> None:
        answer = await self.app.push_screen_wait(NewTicketDialog(CHANNELS))
        if answer is None:
            return
        body = {"reference": answer.reference.typed, "subject": answer.subject.typed, "channel": answer.channel}
        made = await self.client.post("/v1/tickets", body, key=answer.key)
        ticket = cast(Ticket, await self.client.record("tickets", str(made.body["id"])))
        self.post_message(self.Arrived(ticket, f"{ticket.number} is open, and yours."))
        if self.session.case is None:
            self.post_message(self.Taken(ticket))

    # A privacy request that came by a ticket

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "take_in":
            return self.may_take_in
        return super().check_action(action, parameters)

    def action_take_in(self) -> None:
        self.with_selected(self._take_in, "take the privacy request of {number} in")

    async def _take_in(self, record: Record) -> None:
        """Its clock runs from when the ticket came, not from when somebody saw what it was."""
        ticket = cast(Ticket, record)
        people = [link.number for link in ticket.links if link.resource == "users" and link.number]
        person = people[0] if len(people) == 1 else ""
        await self.take_in(Start(ticket.channel, ticket.opened, person, ticket.number))

    def on_intake_screen_taken_in(self, message: IntakeScreen.TakenIn) -> None:
        self.shell.post_message(Go(Place("privacy-requests", message.request.number)))


LINKABLE = ("users", "orders")
"""What a ticket can be linked to so far."""


def _no_place(typed: str) -> str:
    place = parse(typed, LINKABLE)
    return place if isinstance(place, str) else "" if place.number else "Give its number, as in U-1048233."
