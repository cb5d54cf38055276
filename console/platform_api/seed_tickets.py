"""Tickets of the sample data: in every state and channel, most about a user, written by people or opened by support for a caller."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from console.platform_api.bulk import Row, microseconds
from console.platform_api.documents import Value, dump
from console.platform_api.ids import id_at, id_bytes
from console.platform_api.seed_people import Person
from console.platform_api.seed_texts import CALLS, REQUESTS, Request
from console.platform_api.vault import OwnerKey
from console.records.tickets import CHANNELS, WORKABLE, TicketState
from console.records.users import Source, UserState

SPAN = timedelta(days=90)
"""Tickets are of the last three months."""

FEWEST = 40

TICKET_COLUMNS = (
    "number", "id", "external_id", "version", "state", "channel", "opened", "opened_by", "backed", "about", "assignee", "lease_until",
    "owner", "sealed_thread",
)  # fmt: skip
LINK_COLUMNS = ("ticket", "resource", "record")
MESSAGE_COLUMNS = ("id", "ticket", "at", "kind", "author", "owner", "sealed_thread")


@dataclass(frozen=True)
class Desk:
    """Who works on tickets and cases; `lease_until` is when the claims that hold now lapse. Nobody: all stay unclaimed and unanswered."""

    support: tuple[str, ...] = ()
    billing: tuple[str, ...] = ()
    managers: tuple[str, ...] = ()
    lease_until: datetime | None = None


@dataclass
class TicketRows:
    tickets: list[Row] = field(default_factory=list)
    links: list[Row] = field(default_factory=list)
    messages: list[Row] = field(default_factory=list)


def ticket_count(users: int) -> int:
    return max(FEWEST, users // 20) if users else 0


def opened_at(random: Random, number: int, count: int, until: datetime) -> datetime:
    """Rises with the number."""
    moment: datetime = until - SPAN + SPAN * ((number - 0.95 + 0.9 * random.random()) / count)
    return moment.replace(microsecond=0)


class TicketMaker:
    """Makes tickets about some people. `new_key` makes and keeps the key of a ticket whose writer is nobody we know."""

    def __init__(
        self, people: Sequence[Person], keys: dict[str, OwnerKey], desk: Desk, new_key: Callable[[str], OwnerKey]
    ) -> None:
        self._people = [person for person in people if person.state not in (UserState.ERASING, UserState.ERASED)]
        self._keys, self._desk, self._new_key = keys, desk, new_key
        self.rows = TicketRows()

    def make(self, random: Random, number: int, count: int, until: datetime) -> None:
        opened = opened_at(random, number, count, until)
        ticket = id_at(opened, random)
        person = self._person(random, opened)
        key = self._new_key(ticket) if person is None else self._keys[person.id]
        channel = random.choices(CHANNELS, (60, 15, 20, 5))[0]
        by_phone = channel == "phone" and person is not None and bool(self._desk.support)
        draft = _Draft(random, ticket, opened, until, channel, _state(random, number / count), key, person)
        self._ticket(draft, number, random.choice(self._desk.support) if by_phone else None)
        if person is not None:
            self.rows.links.append((id_bytes(ticket), "users", id_bytes(person.id)))

    def _person(self, random: Random, opened: datetime) -> Person | None:
        """Whom it is about; one in ten hasn't been linked yet."""
        if not self._people or random.random() < 0.1:
            return None
        person = random.choice(self._people)
        return person if person.registered < opened else None

    def _ticket(self, draft: _Draft, number: int, caller_by: str | None) -> None:
        assignee, lease = self._claim(draft)
        request = draft.random.choices(REQUESTS, [10] * (len(REQUESTS) - 1) + [1])[0]
        subject = "Call" if caller_by else request.subject
        thread = draft.sealed("tickets", draft.ticket, {"subject": subject, "reference": draft.reference()})
        self.rows.tickets.append((
            number, id_bytes(draft.ticket), None, 1, draft.state, draft.channel, microseconds(draft.opened),
            caller_by and id_bytes(caller_by), caller_by is None, "person", assignee and id_bytes(assignee), lease and microseconds(lease),
            id_bytes(draft.key.owner), thread,
        ))  # fmt: skip
        self._thread(draft, request, caller_by, assignee)

    def _claim(self, draft: _Draft) -> tuple[str | None, datetime | None]:
        """Done tickets keep who did them, with a lease that has lapsed; of the others some are being worked on."""
        support = self._desk.support
        if not support:
            return None, None
        if draft.state not in WORKABLE:
            return draft.random.choice(support), draft.opened + timedelta(hours=draft.random.randrange(1, 20))
        return (draft.random.choice(support), self._desk.lease_until) if draft.random.random() < 0.2 else (None, None)

    def _thread(self, draft: _Draft, request: Request, caller_by: str | None, assignee: str | None) -> None:
        if caller_by:
            self._message(draft, "note", caller_by, draft.random.choice(CALLS))
        else:
            self._message(draft, "in", None, draft.written(request.body))
        answered = draft.state != TicketState.OPEN or draft.random.random() < 0.2
        author = assignee or (draft.random.choice(self._desk.support) if self._desk.support else None)
        if author and answered:
            self._message(draft, "note", author, request.note)
        if author and answered and not caller_by:
            self._message(draft, "out", author, request.answer)
        if draft.state != TicketState.OPEN and draft.random.random() < 0.3:
            self._message(
                draft, "in", None, draft.random.choice(("Thank you!", "That worked, thanks.", "Still the same :("))
            )

    def _message(self, draft: _Draft, kind: str, author: str | None, body: str) -> None:
        at = draft.next_moment()
        message = id_at(at, draft.random)
        sealed = draft.sealed(
            "ticket_messages", message, {"body": body}, Source.SELF if kind == "in" else Source.EMPLOYEE
        )
        self.rows.messages.append((
            id_bytes(message), id_bytes(draft.ticket), microseconds(at), kind, author and id_bytes(author),
            id_bytes(draft.key.owner), sealed,
        ))  # fmt: skip


class _Draft:
    """One ticket on its way: what its parts have in common."""

    def __init__(
        self, random: Random, ticket: str, opened: datetime, until: datetime, channel: str, state: str, key: OwnerKey,
        person: Person | None,
    ) -> None:  # fmt: skip
        self.random, self.ticket, self.opened, self.until = random, ticket, opened, until
        self.channel, self.state, self.key, self.person = channel, state, key, person
        self._last = opened

    def sealed(self, resource: str, record: str, texts: dict[str, str], source: Source = Source.SELF) -> bytes:
        document = dump({name: Value(text, source, self.opened) for name, text in texts.items()})
        return self.key.seal(resource, record, "thread", document)

    def next_moment(self) -> datetime:
        """The first message comes with the ticket, the others within two days of each other."""
        moment, later = self._last, timedelta(minutes=self.random.randrange(3, 2880))
        self._last = min(moment + later, max(self.until, moment))
        return moment

    def reference(self) -> str:
        number = self.random.randrange(10_000, 99_999)
        return {
            "email": f"<{self.opened:%Y%m%d}.{number}@mail.example>", "phone": f"call {number}",
            "web": f"form {number}", "letter": f"letter of {self.opened:%B} {self.opened.day}",
        }[self.channel]  # fmt: skip

    def written(self, body: str) -> str:
        person = self.person
        name, email, phone = (
            (person.name, person.email, person.phone) if person else ("Sam", "sam.visitor@mail.example", None)
        )
        city = person.city if person else None
        return body.format(name=name, email=email, phone=phone or "(no number)", city=city or "town")


def _state(random: Random, part: float) -> str:
    """Older tickets are done, the latest wait."""
    if part < 0.6 and random.random() < 0.97:
        return str(random.choices((TicketState.SOLVED, TicketState.CLOSED), (3, 7))[0])
    return str(random.choices((TicketState.OPEN, TicketState.PENDING, TicketState.SOLVED), (70, 20, 10))[0])
