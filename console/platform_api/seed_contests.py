"""Contests of the sample data, one in each state, once all people are there: who entered, what was drawn, and the prizes' cases.

The draws are real: their seeds come from the sample's own source, so a record verifies, and is the same each time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import Row, func, select
from sqlmodel import Session

from console import draw
from console.platform_api.contest_terms import terms_of
from console.platform_api.contest_work import SEED
from console.platform_api.documents import Value, dump, load
from console.platform_api.first_policy import LABEL
from console.platform_api.ids import id_at
from console.platform_api.keys import Keys
from console.platform_api.mail import due_of
from console.platform_api.mail_templates import TEMPLATES, greeting
from console.platform_api.seed_contest_plans import PLANS, ContestPlan
from console.platform_api.seed_people import sample_person
from console.platform_api.seed_rows import Plan
from console.platform_api.tables import (
    AwardRow,
    ContestEntryRow,
    ContestRow,
    MailRow,
    TicketLink,
    TicketMessage,
    TicketRow,
    UserRow,
    table,
)
from console.platform_api.takers import contest_taker
from console.platform_api.vault import OwnerKey, Vault
from console.records.awards import CONTACT, OPEN
from console.records.contests import RESOURCE, ContestState
from console.records.tickets import OUT, PLATFORM, MailState
from console.records.users import Source

USUAL = 90
STRANGERS = 0.15
"""So many entries of a contest; this share of them by people without an account."""

TOLD = "prize_won"
"""The template of the letter to a winner."""

NOTES = ("The letter went out.", "No answer yet, as far as I can see.", "The address is complete.")
_S = ContestState
_users, _tickets = table(UserRow), table(TicketRow)
_SOURCES = {
    "name": "identity",
    "email": "contact",
    "phone": "contact",
    "street": "address",
    "city": "locality",
    "postcode": "locality",
}


def entry_count(users: int, share: float) -> int:
    return round(min(USUAL, users // 10) * share)


@dataclass
class Contests:
    """Writes into one transaction at the end of a seeding. `staff`: the ids of the employees by account."""

    session: Session
    vault: Vault
    keys: Keys
    plan: Plan
    staff: Mapping[str, str]

    def add(self) -> int:
        """How many cases there are with them."""
        self._random = Random(f"{self.plan.seed}/{self.plan.users}/contests")  # noqa: S311 - sample data, not secrets
        self._letters = Random(f"{self.plan.seed}/{self.plan.users}/prizes")  # noqa: S311 - its own: the draws stay as they are
        self._before = (
            self.session.connection().execute(select(func.coalesce(func.max(_tickets.c.number), 0))).scalar_one()
        )
        self._entered = self._opened = self._won = 0
        for number, it in enumerate(PLANS, 1):
            self._contest(number, it)
        return self._opened

    # Contests

    def _contest(self, number: int, it: ContestPlan) -> None:
        row = self._row(number, it)
        entries = self._entries(row, it) if it.share else []
        if it.state not in (_S.DRAFT, _S.OPEN):
            self._fix(row, entries)
        if it.awards and row.seed is not None:
            self._draw(row, it, entries)
        for entry in entries:
            self._finish(row, entry)
        self.vault.forget([entry.id for entry in entries if entry.sealed_entry_contact is None])
        self.session.add_all([row, *entries])
        self.session.flush()

    def _row(self, number: int, it: ContestPlan) -> ContestRow:
        opened = (self.plan.until - timedelta(days=it.opened)).replace(microsecond=0, minute=0)
        closed, created = opened + timedelta(days=it.length), min(opened, self.plan.until) - timedelta(days=6)
        seed, manager = self._random.randbytes(draw.SEED_BYTES), self.staff["manager"]
        row = ContestRow(
            number=number, id=id_at(created, self._random), state=it.state, title=it.title, rules=it.rules, prize=it.prize,
            prize_value=it.value, currency="USD", places=it.places, reserves=it.reserves, regions=list(it.regions), answer_days=14,
            opens=opened, closes=closed, created=created, created_by=manager,
        )  # fmt: skip
        if it.state == _S.DRAFT:
            return row
        row.opened, row.opened_by, row.policy_version, row.commitment = opened, manager, LABEL, draw.commitment(seed)
        row.terms_hash = draw.terms_hash(terms_of(row))  # type: ignore[arg-type] # a row by its attributes
        if it.awards:
            row.seed = seed.hex()
        else:
            self.vault.create([row.id])
            row.sealed_seed = self.vault.keys_of([row.id])[row.id].seal(RESOURCE, row.id, SEED, seed)
        if it.state != _S.OPEN:
            row.closed, row.closed_by = closed, manager
        return row

    def _fix(self, row: ContestRow, entries: Sequence[ContestEntryRow]) -> None:
        row.entries_hash = draw.hash_of(sorted(entry.leaf for entry in entries))
        row.eligible = sum(entry.reason is None for entry in entries)
        row.excluded = row.excluded_then = len(entries) - row.eligible
        out = sorted(entry.leaf for entry in entries if entry.reason is not None)
        row.excluded_hash = draw.hash_of(out, draw.EXCLUDED)

    # Entries

    def _entries(self, row: ContestRow, it: ContestPlan) -> list[ContestEntryRow]:
        count = entry_count(self.plan.users, it.share)
        people = self._people(count)
        until = min(row.closes, self.plan.until)
        moments = sorted(row.opens + (until - row.opens) * self._random.random() ** 1.4 for _ in range(count))
        ids = [id_at(at, self._random) for at in moments]
        self.vault.create(ids)
        keys = self.vault.keys_of([*ids, *(person.id for person in people if person is not None)])
        row.entries = count
        return [
            self._entry(row, entry, at, person, keys) for entry, at, person in zip(ids, moments, people, strict=True)
        ]

    def _people(self, count: int) -> list[Row[Any] | None]:
        """Who enters: mostly people with an account, each once."""
        numbers = self._random.sample(range(1, self.plan.users + 1), min(self.plan.users, count * 2))
        known = _users.c.number.in_(numbers), _users.c.state == "active"
        rows = self.session.connection().execute(select(_users).where(*known).order_by(_users.c.number)).all()
        chosen = self._random.sample(list(rows), min(len(rows), count))
        found = [row if self._random.random() >= STRANGERS else None for row in chosen]
        return found + [None] * (count - len(found))

    def _entry(
        self, row: ContestRow, entry: str, at: datetime, person: Row[Any] | None, keys: Mapping[str, OwnerKey]
    ) -> ContestEntryRow:
        self._entered += 1
        contact = self._contact(person, keys.get(person.id)) if person is not None else self._stranger()
        salt, speaks_against = self._random.randbytes(draw.SALT_BYTES), self._random.random()
        reason = {0: "not_of_age", 1: "region" if row.regions else "twice"}.get(int(speaks_against * 40))
        document = dump({name: Value(text, Source.SELF, at) for name, text in contact.items()})
        return ContestEntryRow(
            number=self._entered, id=entry, external_id=f"entry-{self._entered:07d}", contest=row.id,
            entered=at.replace(microsecond=0), reason=reason, salt=salt, leaf=draw.leaf(row.id, entry, salt),
            taker=contest_taker(self.keys, person.id) if person is not None else None,
            sealed_entry_contact=keys[entry].seal("contest-entries", entry, "entry_contact", document),
        )  # fmt: skip

    def _contact(self, person: Row[Any], key: OwnerKey | None) -> dict[str, str]:
        """As on the account, as far as it goes."""
        found: dict[str, str] = {}
        for kind in ("identity", "contact", "address", "locality"):
            sealed = getattr(person, f"sealed_{kind}")
            if key is not None and sealed is not None:
                found |= {
                    name: it.value for name, it in load(key.open("users", person.id, kind, bytes(sealed))).items()
                }
        return {name: found[name] for name in CONTACT if name in found}

    def _stranger(self) -> dict[str, str]:
        person = sample_person(self._random, self._entered, max(self.plan.users, self._entered), self.plan.until)
        return {name: text for name in CONTACT if (text := getattr(person, name)) is not None}

    # The draw and its prizes

    def _draw(self, row: ContestRow, it: ContestPlan, entries: Sequence[ContestEntryRow]) -> None:
        row.drawn = row.closes + timedelta(days=1)
        row.drawn_by = self.staff["manager2"]
        by_leaf = sorted(entries, key=lambda entry: entry.leaf)
        excluded = [place for place, entry in enumerate(by_leaf) if entry.reason is not None]
        key = draw.draw_key(bytes.fromhex(row.seed or ""), row.entries_hash or "")
        drawn = draw.pick(key, len(by_leaf), row.places + row.reserves, excluded)
        for rank, place in enumerate(drawn, 1):
            by_leaf[place].rank = rank
        ranked = {rank: by_leaf[place] for rank, place in enumerate(drawn, 1)}
        for place, rank, state in it.awards:
            if rank in ranked:
                self._award(row, ranked[rank], place, state)
        if row.state in (_S.AWARDED, _S.PURGED):
            row.awarded = row.drawn + timedelta(days=25)

    def _award(self, row: ContestRow, entry: ContestEntryRow, place: int, state: str) -> None:
        self._won += 1
        drawn = (row.drawn or row.closes) + timedelta(days=0 if entry.rank == place else 15)
        key, told = self.vault.keys_of([entry.id])[entry.id], drawn + timedelta(days=1)
        award, over = id_at(drawn, self._random), state not in OPEN
        ended = drawn + timedelta(days=15 if state == "forfeited" else 9) if over else None
        self.session.add(
            AwardRow(
                number=self._won, id=award, contest=row.id, entry=entry.id, state=state, place=place, rank=entry.rank or 0, drawn=drawn,
                notified=told if state != "drawn" else None, due=told + timedelta(days=14) if state != "drawn" else drawn + timedelta(days=7),
                shipped=ended if state == "awarded" else None, ended=ended, ended_by=self.staff["manager"] if over else None,
                reason="no_answer" if state == "forfeited" else None, purged=ended, taker=entry.taker if not over else None,
                ticket=self._case(award, entry, key, drawn, state, row, place),
                sealed_entry_contact=self._sealed(entry, key, award) if not over else None,
            )
        )  # fmt: skip
        entry.state = "lost" if state == "forfeited" else "won"
        if over:
            entry.taker = entry.salt = entry.sealed_entry_contact = None

    def _sealed(self, entry: ContestEntryRow, key: OwnerKey, award: str) -> bytes:
        kind = "entry_contact"
        return key.seal(
            "awards", award, kind, key.open("contest-entries", entry.id, kind, bytes(entry.sealed_entry_contact or b""))
        )

    def _case(
        self, award: str, entry: ContestEntryRow, key: OwnerKey, at: datetime, state: str, row: ContestRow, place: int
    ) -> str:
        """Held by a manager while the winner is asked; what was written in a case that is over went with its key."""
        self._opened += 1
        subject = f"CT-{row.number}: prize {place}"
        ticket, held = id_at(at, self._random), state == "notified"
        over = state not in OPEN
        document = dump({"subject": Value(subject, Source.EMPLOYEE, at)})
        self.session.add(
            TicketRow(
                number=self._before + self._opened, id=ticket, state="solved" if over else "open", channel=PLATFORM, opened=at,
                backed=True, about="award", owner=entry.id, assignee=self.staff["manager"] if held or over else None,
                lease_until=self.plan.desk.lease_until if held else None,
                sealed_thread=key.seal("tickets", ticket, "thread", document) if not over else None,
            )
        )  # fmt: skip
        self.session.add(TicketLink(ticket=ticket, resource="awards", record=award))
        if state != "drawn":
            self._letter(ticket, entry, key, at + timedelta(days=1), row, over=over)
        if held:
            self._note(ticket, entry, key, at + timedelta(days=1, hours=2))
        return ticket

    def _letter(
        self, ticket: str, entry: ContestEntryRow, key: OwnerKey, at: datetime, row: ContestRow, *, over: bool
    ) -> None:
        """That told the winner: sent, as `notify` and the worker would have left it."""
        letter, author = id_at(at, self._letters), self.staff["manager"]
        told = {"greeting": greeting(None), "contest": row.title, "prize": row.prize, "days": str(row.answer_days)}
        texts = TEMPLATES[TOLD].fill(told)
        document = dump({name: Value(text, Source.EMPLOYEE, at) for name, text in texts.items()})
        self.session.add(
            TicketMessage(
                id=letter, ticket=ticket, at=at, kind=OUT, author=author, owner=entry.id,
                sealed_thread=None if over else key.seal("ticket_messages", letter, "thread", document),
            )
        )  # fmt: skip
        due = due_of(at, author)
        self.session.add(
            MailRow(
                id=letter, state=str(MailState.SENT), at=at, due=due, topic="prize", template=TOLD, person=entry.id, entry=entry.id,
                ticket=ticket, author=author, attempts=1, finished=due + timedelta(seconds=1),
            )
        )  # fmt: skip

    def _note(self, ticket: str, entry: ContestEntryRow, key: OwnerKey, at: datetime) -> None:
        message = id_at(at, self._random)
        document = dump({"body": Value(self._random.choice(NOTES), Source.EMPLOYEE, at)})
        self.session.add(
            TicketMessage(
                id=message, ticket=ticket, at=at, kind="note", author=self.staff["manager"], owner=entry.id,
                sealed_thread=key.seal("ticket_messages", message, "thread", document),
            )
        )  # fmt: skip

    # How it ended for the others

    def _finish(self, row: ContestRow, entry: ContestEntryRow) -> None:
        if row.state not in (_S.DRAFT, _S.OPEN) and entry.state == "entered":
            drawn = row.drawn is not None and entry.rank is None
            entry.state = "ineligible" if entry.reason is not None else "lost" if drawn else "eligible"
        if row.state == _S.PURGED:
            row.purged, row.purged_entries = row.awarded, row.entries
            entry.state, entry.purged = "purged", row.awarded
            entry.taker = entry.salt = entry.sealed_entry_contact = None
