"""Writes at the real platform through a network that loses their answers: done once, and known to be done."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from console.client import Patience, path
from console.errors import OutcomeUnknown, Stale
from console.raw import Raw
from console.records.tickets import Ticket
from console.session import Session
from console.settings import Settings
from tests.console.conftest import PASSWORD, RunningPlatform
from tests.faults.proxy import Cut, Delay, Drop, Fault, FaultProxy, Swallow, Trickle
from tests.platform_api.test_report_csv import row, written

HURRIED = Patience(attempt=1.5, call=8.0, pause=0.01)


def through(
    platform: RunningPlatform, work: Callable[[FaultProxy, Session], Awaitable[None]], role: str = "support"
) -> None:
    async def signed_in() -> None:
        async with FaultProxy(platform.port) as proxy, Session(Settings(url=proxy.url), patience=HURRIED) as session:
            await session.sign_in(f"{role}@petworks.example", PASSWORD)
            await work(proxy, session)

    asyncio.run(signed_in())


def new_ticket() -> dict[str, object]:
    return {"reference": f"call {secrets.token_hex(4)}", "subject": Raw("Can't [b]log in"), "channel": "phone"}


async def newest(session: Session) -> int:
    page = await session.client.page("tickets", params={"limit": 1})
    return int(page.items[0].number.removeprefix("T-")) if page.items else 0


@pytest.mark.parametrize("fault", [Drop(), Swallow(), Cut(0), Cut(40), Delay(2.5), Trickle(0.05)], ids=repr)
def test_a_ticket_whose_answer_is_lost_is_opened_once(platform: RunningPlatform, fault: Fault) -> None:
    async def work(proxy: FaultProxy, session: Session) -> None:
        before = await newest(session)
        proxy.faults = [fault]
        answer = await session.client.post(path("tickets"), new_ticket())
        assert answer.body["number"] == f"T-{before + 1}"
        assert await newest(session) == before + 1

    through(platform, work)


def test_a_note_of_which_only_the_outcome_is_known_is_read_anew(platform: RunningPlatform) -> None:
    async def work(proxy: FaultProxy, session: Session) -> None:
        opened = await session.client.post(path("tickets"), new_ticket())
        proxy.faults = [Cut(0)] * 3
        ticket = await session.client.act("tickets", opened.body["id"], "note", {"body": "called back"})
        assert isinstance(ticket, Ticket)
        assert [message.body for message in ticket.messages] == [Raw("called back")]

    through(platform, work)


def test_a_note_of_which_nothing_is_known_is_not_written_twice_later(platform: RunningPlatform) -> None:
    async def work(proxy: FaultProxy, session: Session) -> None:
        opened = await session.client.post(path("tickets"), new_ticket())
        note, where = {"body": "called back"}, path("tickets", opened.body["id"], "note")
        proxy.faults = [Cut(0)] * 4
        with pytest.raises(OutcomeUnknown) as told:
            await session.client.post(where, note)
        again = await session.client.post(where, note, key=told.value.key)
        assert again.replayed
        ticket = await session.client.record("tickets", opened.body["id"])
        assert len(ticket.messages) == 1

    through(platform, work)


def test_who_comes_second_hears_that_it_changed(platform: RunningPlatform) -> None:
    async def work(proxy: FaultProxy, session: Session) -> None:
        opened = await session.client.post(path("tickets"), new_ticket())
        id, version = opened.body["id"], opened.etag
        await session.client.act("tickets", id, "pending", version=version)
        with pytest.raises(Stale) as told:
            await session.client.act("tickets", id, "solved", version=version)
        assert version is not None
        assert told.value.version == version + 1
        assert [change.by for change in told.value.changed] == ["you"] * len(told.value.changed)

    through(platform, work)


def test_the_feed_names_what_changed(platform: RunningPlatform) -> None:
    async def work(proxy: FaultProxy, session: Session) -> None:
        start: Any = await session.client.changes()
        opened = await session.client.post(path("tickets"), new_ticket())
        feed = await session.client.changes(start.last)
        assert [(change.resource, change.id) for change in feed.items] == [("tickets", opened.body["id"])]
        assert feed.last > start.last

    through(platform, work)


@pytest.mark.parametrize("fault", [Drop(), Swallow(), Cut(40)], ids=repr)
def test_a_file_whose_answer_is_lost_is_imported_once(platform: RunningPlatform, fault: Fault) -> None:
    number = secrets.token_hex(6)
    report = written(row(balance_transaction_id=f"txn_{number}", source_id=f"ch_{number}"))

    async def work(proxy: FaultProxy, session: Session) -> None:
        before = (await session.client.page("reconciliations")).total.count
        proxy.faults = [fault]
        made = await session.client.upload(path("reconciliations"), report, "text/csv", key=secrets.token_urlsafe(24))
        page = await session.client.page("reconciliations")
        assert page.total.count == before + 1
        assert page.items[0].id == made.body["id"]

    through(platform, work, "billing")
