"""One share of the sample data, sealed and ready to insert. Shares are made apart from each other, in as many processes as wanted.

A share's random source depends on the seed, the number of users and its place alone, so that the number of processes changes nothing.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from random import Random

from console.platform_api import blind
from console.platform_api.bulk import Row, microseconds
from console.platform_api.documents import Value, dump
from console.platform_api.ids import id_bytes
from console.platform_api.keys import KEY_BYTES, Keys
from console.platform_api.seed_applicants import Applicants
from console.platform_api.seed_application_rows import ApplicationRows
from console.platform_api.seed_applications import ApplicationMaker, number_rows
from console.platform_api.seed_order_rows import OrderRows
from console.platform_api.seed_orders import OrderMaker
from console.platform_api.seed_payments import Turns
from console.platform_api.seed_people import Person, sample_person
from console.platform_api.seed_stretches import stretches
from console.platform_api.seed_tickets import TICKET_COLUMNS, Desk, TicketMaker, TicketRows, ticket_count
from console.platform_api.vault import PSEUDONYM_BYTES, OwnerKey, Wrapper
from console.records.users import TOPICS, Source, UserState

SHARE = 5_000
"""Users made at once: with their orders 15 MB on their way between processes."""

CATEGORIES = ("identity", "contact", "locality", "address", "demographic", "google")

COLUMNS = (
    "number", "id", "external_id", "version", "state", "pro", "registered", "opted_out", "opted_out_at", "opted_out_channel",
    *TOPICS, "interests", *(f"sealed_{category}" for category in CATEGORIES),
)  # fmt: skip
"""Of the users table, as `_row` fills them."""


@dataclass(frozen=True)
class Plan:
    """What is to be made, the same in every process."""

    seed: int
    users: int
    until: datetime
    desk: Desk
    open_applications: int = 0

    def open_before(self, place: int) -> int:
        """How many open applications there are in the shares before this one."""
        return self.open_applications * place // max(1, share_count(self.users))


@dataclass
class Share:
    users: list[Row] = field(default_factory=list)
    data_keys: list[Row] = field(default_factory=list)
    blind: list[Row] = field(default_factory=list)
    tickets: TicketRows = field(default_factory=TicketRows)
    orders: OrderRows = field(default_factory=OrderRows)
    applications: ApplicationRows = field(default_factory=ApplicationRows)


class Maker:
    """Makes shares under the platform's keys."""

    def __init__(self, keys: Keys, plan: Plan) -> None:
        self._plan, self._keys, self._wrapper = plan, keys, Wrapper(keys)
        self._name_tokens: Callable[[str], frozenset[int]] = lru_cache(65_536)(
            lambda name: blind.name_tokens(keys, name)
        )

    def share(self, place: int) -> Share:
        """The users from place * SHARE on, and the tickets whose numbers leave `place` when divided by the number of shares."""
        plan, made = self._plan, Share()
        random = Random(f"{plan.seed}/{plan.users}/{place}")  # noqa: S311 - sample data, not secrets
        numbers = range(place * SHARE + 1, min((place + 1) * SHARE, plan.users) + 1)
        people = [sample_person(random, number, plan.users, plan.until) for number in numbers]
        applying = Random(f"{plan.seed}/{plan.users}/{place}/applications")  # noqa: S311
        chosen = Applicants(applying, people, plan.open_before(place + 1) - plan.open_before(place))
        people = chosen.alike(applying, people)
        keys = {person.id: self._person(made, person) for person in people}
        maker = TicketMaker(people, keys, plan.desk, lambda owner: self._new_key(made, owner))
        count = ticket_count(plan.users)
        for number in range(place + 1, count + 1, share_count(plan.users)):
            maker.make(random, number, count, plan.until)
        made.tickets = maker.rows
        self._orders(made, random, people, keys, place)
        applications = ApplicationMaker(self._keys, applying, people, keys, plan.desk, plan.until)
        made.applications = applications.make(chosen, plan.open_before(place))
        number_rows(made.applications, place, share_count(plan.users))
        made.blind += made.applications.blind
        self._add_cases(made, (made.orders.cases, made.applications.cases), place)
        return made

    def _orders(
        self, made: Share, random: Random, people: Sequence[Person], keys: Mapping[str, OwnerKey], place: int
    ) -> None:
        plan = self._plan
        maker = OrderMaker(random, people, keys, plan.desk, plan.until, Turns(place, share_count(plan.users)))
        made.orders = maker.make(stretches(plan.users, SHARE)[place])
        made.blind += [(blind.last_four_token(self._keys, four), payer) for four, payer in made.orders.cards]

    def _add_cases(self, made: Share, cases: Sequence[TicketRows], place: int) -> None:
        """Cases are tickets too; their numbers go on where those of people's tickets end, every share's apart."""
        plan, step = self._plan, share_count(self._plan.users)
        first, opened = ticket_count(plan.users) + 1 + place, TICKET_COLUMNS.index("opened")
        rows = [row for some in cases for row in sorted(some.tickets, key=lambda row: (row[opened], row[1]))]
        made.tickets.tickets += [(first + rank * step, *row[1:]) for rank, row in enumerate(rows)]
        for some in cases:
            made.tickets.links += some.links
            made.tickets.messages += some.messages
        made.orders.cases = made.applications.cases = TicketRows()

    def _new_key(self, made: Share, owner: str) -> OwnerKey:
        key = secrets.token_bytes(KEY_BYTES)
        epoch, wrapped = self._wrapper.wrap(owner, key)
        made.data_keys.append((id_bytes(owner), epoch, wrapped, secrets.token_bytes(PSEUDONYM_BYTES)))
        return OwnerKey(owner, key)

    def _person(self, made: Share, person: Person) -> OwnerKey:
        """An erased person has no key, no index and no values: their row is a tombstone."""
        if person.state == UserState.ERASED:
            made.users.append(_row(person, dict.fromkeys(CATEGORIES)))
            return OwnerKey(person.id, bytes(KEY_BYTES))
        key = self._new_key(made, person.id)
        owner = id_bytes(person.id)
        made.blind += [(token, owner) for token in self._tokens(person)]
        sealed = {name: key.seal("users", person.id, name, document) for name, document in _documents(person).items()}
        made.users.append(_row(person, sealed))
        return key

    def _tokens(self, person: Person) -> set[int]:
        found = set(self._name_tokens(person.name))
        found.add(blind.email_token(self._keys, person.email))
        if person.phone:
            found.add(blind.token(self._keys, "phone", person.phone_normal))
        return found


def share_count(users: int) -> int:
    return -(-users // SHARE)


def _row(person: Person, sealed: Mapping[str, bytes | None]) -> Row:
    erased = person.state == UserState.ERASED
    return (
        person.number, id_bytes(person.id), f"petworks-{person.number:07d}", 1, person.state, person.pro, microseconds(person.registered),
        person.opted_out_at is not None, person.opted_out_at and microseconds(person.opted_out_at), person.opted_out_channel,
        *(topic in person.kept_topics for topic in TOPICS), _interests(() if erased else person.interests),
        *(sealed.get(category) for category in CATEGORIES),
    )  # fmt: skip


@lru_cache
def _interests(interests: tuple[str, ...]) -> str:
    return json.dumps(interests)


def _documents(person: Person) -> dict[str, bytes]:
    """Category → document, of those that hold anything."""
    fields: dict[str, dict[str, str | None]] = {
        "identity": {"name": person.name},
        "contact": {"email": person.email, "phone": person.phone},
        "locality": {"city": person.city, "postcode": person.postcode},
        "address": {"street": person.street},
        "demographic": {"gender": person.gender, "age_band": person.age_band},
        "google": {"google_email": person.google_email},
    }
    made = {category: _document(person, category, values) for category, values in fields.items()}
    return {category: document for category, document in made.items() if document is not None}


def _document(person: Person, category: str, values: dict[str, str | None]) -> bytes | None:
    source = Source.GOOGLE if category == "google" else Source.SELF
    found = {name: Value(text, source, person.registered) for name, text in values.items() if text is not None}
    return dump(found) if found else None
