"""Contests for tests, made over the API as far as it goes: opened, entered, closed, drawn; and what lies of them in the databases."""

from __future__ import annotations

import json
import secrets
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from sqlalchemy import select

from console import draw
from console.platform_api.cases import open_case
from console.platform_api.contest_work import SEED
from console.platform_api.documents import Value, dump
from console.platform_api.ids import new_id
from console.platform_api.platform import Platform
from console.platform_api.tables import AwardRow, ContestEntryRow, ContestRow, UserRow, table
from console.platform_api.takers import contest_taker
from console.platform_api.transaction import own_work
from console.records.contests import RESOURCE
from console.records.users import Source
from tests.platform_api.api import Api
from tests.platform_api.worked import worker

contests, entries, awards = table(ContestRow), table(ContestEntryRow), table(AwardRow)

TERMS: Mapping[str, Any] = {
    "title": "A year of grooming", "rules": "One entry each.\nNo purchase necessary.", "prize": "Twelve groomings", "prize_value": 250_000,
    "places": 2, "reserves": 2,
}  # fmt: skip


SOON = timedelta(seconds=20)
"""What is left of a contest that opens. Closing one waits for that."""

FIXED = {"entries_hash": draw.hash_of([]), "excluded_hash": draw.hash_of([], draw.EXCLUDED), "excluded_then": 0}
"""Of a list that nobody is on."""


class Contests:
    """What a manager does with contests, and the marketplace with entries. `clock` follows the platform's."""

    def __init__(self, api: Api, manager: str = "manager") -> None:
        self.api, self.platform = api, api.platform
        self.manager, self.service = api.sign_in(manager), api.sign_in("service")

    # The contest

    def make(self, **terms: Any) -> dict[str, Any]:
        now = self.platform.clock()
        times = {"opens": moment(now - timedelta(days=10)), "closes": moment(now + SOON)}
        answer = self.manager.post("/v1/contests", json={**TERMS, **times, **terms}, headers=key())
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def opened(self, **terms: Any) -> str:
        """The number of a contest that takes entries."""
        number = str(self.make(**terms)["number"])
        self.done(number, "open")
        return number

    def do(
        self, number: str, action: str, body: Any = None, *, by: httpx.Client | None = None, **more: Any
    ) -> httpx.Response:
        client, version = by or self.manager, more.pop("version", None)
        path = f"/v1/{'awards' if number.startswith('AW') else 'contests'}/{number}"
        version = version or self.read(number)["version"]
        return client.post(f"{path}/{action}", json=body, headers={**key(), "If-Match": f'"{version}"', **more})

    def done(self, number: str, action: str, body: Any = None, **more: Any) -> dict[str, Any]:
        answer = self.do(number, action, body, **more)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def read(self, number: str) -> dict[str, Any]:
        path = f"/v1/{'awards' if number.startswith('AW') else 'contests'}/{number}"
        answer = self.manager.get(path)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def work(self) -> None:
        worker(self.platform).run_all()

    def wait_for_end(self, number: str) -> None:
        left = datetime.fromisoformat(self.read(number)["closes"]) - self.platform.clock()
        if left > timedelta():
            clock = self.platform.clock
            self.platform.clock = lambda: clock() + left

    def close(self, number: str) -> None:
        """At its end; the time is what it was after that."""
        clock = self.platform.clock
        self.wait_for_end(number)
        self.done(number, "close")
        self.work()
        self.platform.clock = clock

    def draw(self, number: str, by: httpx.Client | None = None) -> None:
        self.done(number, "draw", {"word": number}, by=by)
        self.work()

    def drawn(self, count: int = 12, **terms: Any) -> str:
        """The number of a contest with so many entries, two winners and two reserves unless said otherwise."""
        number = self.opened(**terms)
        self.enter(number, *(f"E-{uuid.uuid4()}" for _ in range(count)))
        self.close(number)
        self.draw(number)
        return number

    def rule_out(self, award: str) -> dict[str, Any]:
        """By a manager who neither drew it nor took anybody out: whoever has the award puts it back."""
        if self.read(award)["assignee"] is not None:
            self.done(award, "release")
        other = self.api.sign_in("manager2")
        assert other.post(f"/v1/awards/{award}/claim", headers=key()).status_code == 200
        return self.done(award, "rule-out", by=other)

    def disqualify(self, entry: int, by: httpx.Client | None = None) -> httpx.Response:
        path, client = f"/v1/contest-entries/CE-{entry}", by or self.manager
        version = client.get(path).json()["version"]
        wish, headers = {"reason": "forged"}, {**key(), "If-Match": f'"{version}"'}
        return client.post(f"{path}/disqualify", json=wish, headers=headers)

    def record(self, number: str) -> dict[str, Any]:
        answer = self.manager.get(f"/v1/contests/{number}/record")
        assert answer.status_code == 200, answer.text
        return dict(json.loads(answer.content))

    def awards(self, number: str) -> list[dict[str, Any]]:
        """Oldest first."""
        answer = self.manager.get("/v1/awards", params={"contest": number, "sort": "number"})
        assert answer.status_code == 200, answer.text
        return list(answer.json()["items"])

    # Entries

    def send(self, *items: Mapping[str, Any]) -> httpx.Response:
        return self.service.post("/v1/ingest/contest-entries", json={"items": list(items)})

    def enter(self, number: str, *external: str, **more: Any) -> list[dict[str, Any]]:
        if not external:
            return []
        answer = self.send(*(entry(self.platform, number, name, **more) for name in external))
        assert answer.status_code == 200, answer.text
        return list(answer.json()["results"])


def entry(platform: Platform, contest: str, external: str, **more: Any) -> dict[str, Any]:
    """As the marketplace sends it; None leaves a field out."""
    found = {
        "external_id": external, "contest": contest, "entered_at": moment(platform.clock()), "of_age": True, "name": f"Ada {external}",
        "email": f"{external}@entry.example", "street": f"1 {external} Road", "city": "Bridgeport", "postcode": "06604", **more,
    }  # fmt: skip
    return {name: value for name, value in found.items() if value is not None}


def add_contest(platform: Platform, state: str = "open", **columns: Any) -> str:
    """Straight into the database; its id. A closed one has its hash, as if its list were fixed."""
    contest, now, seed = new_id(), platform.clock(), secrets.token_bytes(32)
    platform.vault.create([contest])
    key = platform.vault.keys_of([contest])[contest]
    row = {
        "currency": "USD", "answer_days": 14, "opens": now - timedelta(days=3), "closes": now + timedelta(days=3), "created": now,
        "opened": now - timedelta(days=3) if state != "draft" else None, "commitment": draw.commitment(seed),
        **(FIXED if state not in ("draft", "open") else {}),
        "sealed_seed": key.seal(RESOURCE, contest, SEED, seed), **TERMS, **columns,
    }  # fmt: skip
    with platform.database.writing() as session:
        session.add(ContestRow(id=contest, state=state, **row))
    return contest


def add_entry(
    platform: Platform, contest: str, contact: Mapping[str, str], *, person: str | None = None, **columns: Any
) -> str:
    """With this contact sealed; its id."""
    found, now, salt = new_id(), platform.clock(), secrets.token_bytes(16)
    platform.vault.create([found])
    row = {
        "entered": now, "salt": salt, "leaf": draw.leaf(contest, found, salt),
        "taker": contest_taker(platform.keys, person) if person is not None else None,
        "sealed_entry_contact": sealed_contact(platform, found, ("contest-entries", found), contact), **columns,
    }  # fmt: skip
    with platform.database.writing() as session:
        session.add(ContestEntryRow(id=found, contest=contest, **row))
    return found


def add_won(
    platform: Platform, contest: str, contact: Mapping[str, str], *, person: str | None = None, **columns: Any
) -> str:
    """An award with its entry and its case, that nobody works on yet; its id."""
    won = add_entry(platform, contest, contact, person=person, state="won", rank=1)
    with own_work(platform) as work:
        found = new_id()
        ticket = open_case(work, "award", [("awards", found)], won, subject="a prize")
        row = {"place": 1, "rank": 1, "drawn": work.now, "due": work.now + timedelta(days=7), **columns}
        contacted = sealed_contact(platform, won, ("awards", found), contact)
        work.session.add(
            AwardRow(id=found, contest=contest, entry=won, ticket=ticket, sealed_entry_contact=contacted, **row)
        )
        work.entries.append(work.entry("awards", "drawn", record=found))
    return found


def sealed_contact(platform: Platform, owner: str, place: tuple[str, str], contact: Mapping[str, str]) -> bytes:
    now = platform.clock()
    document = dump({name: Value(text, Source.SELF, now) for name, text in contact.items()})
    return platform.vault.keys_of([owner])[owner].seal(*place, "entry_contact", document)


def key() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid.uuid4())}


def moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def rows(platform: Platform, found_in: Any, *which: Any) -> list[Any]:
    with platform.database.reading() as connection:
        return list(connection.execute(select(found_in).where(*which).order_by(found_in.c.number)))


def contest_row(platform: Platform, number: str) -> Any:
    return rows(platform, contests, contests.c.number == int(number.removeprefix("CT-")))[0]


def entries_of(platform: Platform, number: str) -> list[Any]:
    return rows(platform, entries, entries.c.contest == contest_row(platform, number).id)


def known_as(platform: Platform, person: str, external: str) -> None:
    """Gives a user the marketplace's own id."""
    users = table(UserRow)
    with platform.database.writing() as session:
        session.connection().execute(users.update().where(users.c.id == person).values(external_id=external))
