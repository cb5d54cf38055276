"""What the platform offers of privacy requests, surveys and contests isn't refused then: all records of the sample data, all roles."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from console.platform_api.database import Database
from console.platform_api.mail import mails
from console.platform_api.platform import Platform
from console.platform_api.tables import AwardRow, ProposalRow, TellingRow, table
from console.records.reasons import REASONS
from tests.platform_api.api import Api, serving
from tests.platform_api.people import post

_awards = table(AwardRow)

ROLES = ("support", "billing", "manager", "privacy", "admin", "auditor")
COLLECTIONS = ("privacy-requests", "surveys", "contests", "awards", "contest-entries", "google-access")
LETTER = {"subject": "Your request", "body": "Hello,\n\nturn to the Attorney General."}
LOOKED_AT = {"history", "record", "reveal", "correct"}
"""Looks, and what is about values, not about the state."""

INPUT = {"verify"}
"""What can't be known before somebody says which proof there is."""

EDITED: dict[str, dict[str, Any]] = {
    "SV": {
        "title": "Another title", "opens": "2198-01-01T00:00:00Z", "closes": "2199-01-01T00:00:00Z",
        "questions": [{"kind": "nps", "text": "How likely?"}],
    },
    "CT": {"title": "Another title"},
}  # fmt: skip

Offered = dict[str, Any]


@contextmanager
def nothing_stays(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What is done is done to the very end, and then taken back: each action finds the record as it was."""

    @contextmanager
    def writing() -> Iterator[Session]:
        with Session(database._writes, expire_on_commit=False) as session:
            session.begin()
            yield session
            session.flush()
            session.rollback()

    with monkeypatch.context() as patch:
        patch.setattr(database, "writing", writing)
        yield


def reason(action: str) -> str:
    return next(iter(REASONS[action]))


def bodies(platform: Platform, record: Offered, policy: str) -> dict[str, Any]:
    """Action of a privacy request → a body with which nothing is wrong."""
    answer = {"message": LETTER, "policy_version": policy}
    wrong = {"basis": "section 4", **answer}
    return {
        **{name: {"message": LETTER} for name in ("acknowledge", "ask-proof", "confirm", "release-package")},
        "message": LETTER, "note": {"body": "a note"}, "identify": {"person": "U-7"}, "fulfil": answer,
        "set-regime": {"regime": "gdpr", "reason": reason("set_regime")}, "verify": {"method": "signed_in"},
        "unverifiable": {"reason": reason("unverifiable"), **answer}, "deny": {"reason": reason("deny"), **wrong},
        "fulfil-partly": {"reason": reason("fulfil_partly"), **wrong}, "extend": {"reason": "complex", "message": LETTER},
        "withdraw": {"reason": "asker_asked"}, "uphold": answer, "reverse": answer,
        "appeal": {"reason": "disagrees", "channel": "email", "received": platform.clock().isoformat()},
        "send-back": {"reason": "incomplete"}, "amend": {"asker": "Another Name", "reason": "typo"},
        "approve": {"plan": (record.get("plan") or {}).get("sha256", "")},
        "propose": {"field": "city", "value": "Correctville"},
        "told": {"telling": first(platform, TellingRow, record), "how": "phone", "told": platform.clock().isoformat()},
        "withdraw-proposal": {"proposal": first(platform, ProposalRow, record, state="proposed")},
    }  # fmt: skip


def first(platform: Platform, kind: type[Any], record: Offered, **columns: str) -> str | None:
    rows = table(kind)
    known = rows.c.request == record["id"], *(rows.c[name] == value for name, value in columns.items())
    with platform.database.reading() as connection:
        return connection.execute(rows.select().where(*known)).scalar()


def letters(platform: Platform, record: str) -> list[str]:
    """Of a request, or to the winner of a prize."""
    with platform.database.reading() as connection:
        theirs = (
            mails.c.request == record,
            mails.c.ticket == select(_awards.c.ticket).where(_awards.c.id == record).scalar_subquery(),
        )
        return list(connection.execute(select(mails.c.id).where(or_(*theirs))).scalars())


def of_a_campaign(record: Offered) -> dict[str, Any]:
    texts = [each["id"] for each in record.get("questions", ()) if each["kind"] == "text"]
    return {
        "edit": EDITED.get(record["number"][:2]), "draw": {"word": record["number"]}, "texts": {"question": (texts or ["q1"])[0]},
        "note": {"body": "a note"}, "notify": LETTER, "ship": {"fields": ["name"]},
        "forfeit": {"reason": next(iter(record.get("forfeit_reasons", ())), None)},
        "disqualify": {"reason": "rules"}, "refuse": {},
    }  # fmt: skip


class Tried:
    """What each employee is offered and is refused all the same."""

    def __init__(self, platform: Platform, policy: str) -> None:
        self.platform, self.policy = platform, policy
        self.refused: list[str] = []
        self.offered: set[str] = set()

    def all_of(self, client: httpx.Client, role: str, collection: str) -> None:
        listed = client.get(f"/v1/{collection}", params={"limit": 200})
        for row in listed.json()["items"] if listed.status_code == 200 else ():
            found = client.get(f"/v1/{collection}/{row['number']}")
            record = found.json()
            for action in record.get("actions", ()) if found.status_code == 200 else ():
                if action["allowed"] and action["name"] not in LOOKED_AT:
                    self.offered.add(f"{collection}:{action['name']}")
                    self.one(client, role, f"/v1/{collection}/{row['number']}", record, action["name"])

    def one(self, client: httpx.Client, role: str, where: str, record: Offered, action: str) -> None:
        answers = list(self.answers(client, where, record, action))
        refused = [each for each in answers if each.status_code >= 400]
        if answers and len(refused) < len(answers):
            return
        said = refused[0].text if refused else "there is nothing to do it with"
        if action not in INPUT:
            self.refused.append(f"{role} {where} ({record['state']}) {action}: {said}")

    def answers(self, client: httpx.Client, where: str, record: Offered, action: str) -> Iterator[httpx.Response]:
        if action in ("figures", "texts"):
            yield client.get(f"{where}/{action}", params=of_a_campaign(record).get(action))
        elif action in ("undo-letter", "posted"):
            for letter in letters(self.platform, record["id"]):
                yield post(client, f"{where}/{action}", {"message": letter})
        else:
            known = bodies(self.platform, record, self.policy) if "privacy-requests" in where else of_a_campaign(record)
            yield post(client, f"{where}/{action}", known.get(action), version=record["version"])


def test_what_is_offered_is_not_refused(seeded_platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(seeded_platform) as url, Api(url, seeded_platform) as api:
        clients = {role: api.sign_in(role) for role in ROLES}
        policy = clients["manager"].get("/v1/policy").json()["version"]["label"]
        tried = Tried(seeded_platform, policy)
        for role, collection in (("nobody", ""), ("privacy", "privacy-requests"), ("manager", "awards")):
            claim_all(clients, role, collection)
            with nothing_stays(seeded_platform.database, monkeypatch):
                for each, client in clients.items():
                    for name in COLLECTIONS if not collection else (collection,):
                        tried.all_of(client, each, name)
    assert not tried.refused, "\n".join(tried.refused)
    assert len(tried.offered) > 20, sorted(tried.offered)


def claim_all(clients: dict[str, httpx.Client], role: str, collection: str) -> None:
    """Work in hand: what is allowed then is more."""
    if collection:
        for row in clients[role].get(f"/v1/{collection}", params={"limit": 200}).json()["items"]:
            post(clients[role], f"/v1/{collection}/{row['number']}/claim")
