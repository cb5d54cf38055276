"""What the marketplace sends about somebody who is being erased, or was: whatever way it comes, none of their values is stored again."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select, text, update

from console.platform_api.ids import id_bytes
from console.platform_api.ingest_batch import open_keys
from console.platform_api.platform import Platform
from console.platform_api.tables import OrderRow, ProApplicationRow, UserRow, table
from console.records.users import UserState
from tests.platform_api.api import Api
from tests.platform_api.applications_made import add_application
from tests.platform_api.erased import left
from tests.platform_api.orders_made import add_order, row_of
from tests.platform_api.people import add_person
from tests.platform_api.test_application_documents import sent as document
from tests.platform_api.test_ingest_applications import item as application
from tests.platform_api.test_ingest_orders import WALK, with_sources
from tests.platform_api.test_ingest_payments import SENT

USER = {
    "external_id": "gone", "name": "Canary Again", "email": "canary@again.example", "phone": "+12035550999",
    "sources": {"name": "self", "email": "self", "phone": "self"},
}  # fmt: skip


class World:
    """Somebody with an account, an order and an application, and the other party."""

    def __init__(self, platform: Platform, state: str) -> None:
        self.platform, users = platform, table(UserRow)
        self.person = add_person(platform, pro=True)
        other = add_person(platform, name="Olga Other", email="olga@example.net")
        self.order = add_order(platform, self.person, other, external_id="order-1", state="closed")
        self.application = add_application(platform, self.person, external_id="A-1")
        with platform.database.writing() as session:
            connection = session.connection()
            for person, name in ((self.person, "gone"), (other, "other")):
                connection.execute(update(users).where(users.c.id == person).values(external_id=name))
            connection.execute(update(users).where(users.c.id == self.person).values(state=state))
        if state == UserState.ERASED:
            platform.vault.erase([self.person])
        self.before = left(platform, self.person), self.tokens()

    def tokens(self) -> int:
        owner = id_bytes(self.person) if self.platform.vault.database.sqlite else self.person
        with self.platform.vault.database.reading() as connection:
            named = "?" if self.platform.vault.database.sqlite else "%s"
            found = connection.exec_driver_sql(f"SELECT count(*) FROM blind WHERE owner = {named}", (owner,))
            return int(found.scalar_one())

    def assert_as_before(self) -> None:
        assert (left(self.platform, self.person), self.tokens()) == self.before


def items(world: World) -> Mapping[str, list[dict[str, Any]]]:
    """Way in → what is sent there: news of what is there, and something new."""
    platform, now = world.platform, world.platform.clock().isoformat()
    walk = with_sources(**{**WALK, "parent": "gone", "pro": "other"})
    payout = {"pro": "gone", "amount": 100, "currency": "USD", "state": "paid", "bank": "Canary", "last_four": "9"}
    return {
        "users": [USER],
        "orders": [walk, with_sources(external_id="order-1", care_notes="Canary", address="1 Canary Row")],
        "payments": [SENT],
        "payouts": [{**payout, "external_id": "payout-1", "last_four": "9999"}],
        "payout-changes": [
            {"external_id": "change-1", "pro": "gone", "asked": now, "old_last_four": "1111", "new_last_four": "2222"}
        ],
        "pro-applications": [
            application(external_id="A-1", person="gone", business_name="Canary Walks Anew", submitted_at=None)
        ],
        "application-documents": [document(platform, world.application)],
    }


@pytest.mark.parametrize("state", [UserState.ERASING, UserState.ERASED])
def test_no_way_in_brings_a_value_of_theirs_back(api: Api, state: str) -> None:
    """Whether their key is there still or not. What the books need comes in."""
    world, service = World(api.platform, state), api.sign_in("service")
    for way, sent in items(world).items():
        answer = service.post(f"/v1/ingest/{way}", json={"items": sent})
        assert answer.status_code == 200, (way, answer.text)
        world.assert_as_before()
    assert row_of(api.platform, OrderRow, world.order).parent == world.person
    assert service.get("/v1/users").status_code == 403


@pytest.mark.parametrize("state", [UserState.ERASING, UserState.ERASED])
def test_a_request_or_an_application_of_theirs_is_refused(sqlite_api: Api, state: str) -> None:
    world, service = World(sqlite_api.platform, state), sqlite_api.sign_in("service")
    now = sqlite_api.platform.clock().isoformat()
    asked = {"external_id": "R-1", "kind": "access", "channel": "web", "received_at": now, "person": "gone"}
    for way, item in (
        ("privacy-requests", {**asked, "words": "Canary"}),
        ("pro-applications", application(external_id="A-2", person="gone")),
    ):
        answer = service.post(f"/v1/ingest/{way}", json={"items": [item]})
        assert (answer.status_code, "erased" in answer.text) == (422, True), answer.text
    world.assert_as_before()


def test_with_the_same_address_and_another_id_they_are_somebody_new(api: Api) -> None:
    world, service = World(api.platform, UserState.ERASED), api.sign_in("service")
    maria = {"email": "maria.gomez@example.net", "name": "Maria Gómez", "sources": {"email": "self", "name": "self"}}
    [result] = service.post("/v1/ingest/users", json={"items": [{"external_id": "again", **maria}]}).json()["results"]
    assert (result["outcome"], result["id"] == world.person) == ("created", False)
    assert set(api.platform.vault.keys_of([result["id"], world.person])) == {result["id"]}
    world.assert_as_before()


def test_an_approval_waits_for_what_is_just_being_stored(postgresql_platform: Platform) -> None:
    """So that what was sealed under the key a moment before is there when the erasure clears."""
    platform = postgresql_platform
    person, users = add_person(platform), table(UserRow)
    with ThreadPoolExecutor(1) as threads, platform.database.writing() as session:
        assert set(open_keys(platform, session.connection(), [person, None])) == {person}
        closing = threads.submit(_close, platform, person)
        waits = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
        while not session.connection().execute(waits).scalar():
            assert not closing.done()
        session.commit()
        closing.result()
    with platform.database.reading() as connection:
        assert connection.execute(select(users.c.state).where(users.c.id == person)).scalar() == "erasing"
        assert open_keys(platform, connection, [person]) == {}


def _close(platform: Platform, person: str) -> None:
    users = table(UserRow)
    with platform.database.writing() as session:
        row = session.connection().execute(select(users).where(users.c.id == person).with_for_update()).one()
        session.connection().execute(update(users).where(users.c.id == row.id).values(state="erasing"))


def test_their_application_is_as_it_was(sqlite_api: Api) -> None:
    world = World(sqlite_api.platform, UserState.ERASING)
    row = row_of(sqlite_api.platform, ProApplicationRow, world.application)
    sqlite_api.sign_in("service").post("/v1/ingest/pro-applications", json={"items": items(world)["pro-applications"]})
    assert bytes(row_of(sqlite_api.platform, ProApplicationRow, row.id).sealed_profile) == bytes(row.sealed_profile)
