"""24 months after its end nothing personal is left of a privacy request: no key, no text, nobody that it leads to (P12)."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from console.platform_api.ids import new_id
from console.platform_api.mail_letter import message_id
from console.platform_api.mail_senders.eml import EmlFolder
from console.platform_api.platform import Platform
from console.platform_api.privacy_clocks import kept_until
from console.platform_api.privacy_purge import purge
from console.platform_api.tables import (
    LegalHoldRow,
    MailRow,
    PackagePart,
    PrivacyPackageRow,
    PrivacyRequestRow,
    TicketLink,
    TicketMessage,
    TicketRow,
    table,
)
from console.platform_api.transaction import own_work
from console.records.privacy_requests import ENDED, OPEN
from tests.platform_api.api import Api, employee_id
from tests.platform_api.orders_made import row_of, sealed
from tests.platform_api.people import add_person, log_of
from tests.platform_api.privacy_made import add_request, claimed
from tests.platform_api.worked import Clock, jobs_left, worker

ENDED_AT = datetime(2024, 10, 31, 12, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)


@pytest.fixture
def clock(platform: Platform) -> Clock:
    return Clock(platform)


def ended(platform: Platform, state: str = "fulfilled", **more: Any) -> str:
    return add_request(platform, "access", state, **{"received": ENDED_AT, "decided": ENDED_AT, **more})


def purged(platform: Platform, *requests: str) -> list[bool]:
    return [row_of(platform, PrivacyRequestRow, request).purged is not None for request in requests]


def sweep(platform: Platform) -> None:
    with own_work(platform) as work:
        purge(work)


def test_it_goes_24_months_after_the_end_and_not_before(platform: Platform, clock: Clock):
    requests = [ended(platform, state) for state in sorted(ENDED)]
    running = [ended(platform, state) for state in sorted(OPEN)]
    clock.now = kept_until(ENDED_AT) - MOMENT
    sweep(platform)
    assert not any(purged(platform, *requests))
    clock.now += MOMENT
    sweep(platform)
    assert all(purged(platform, *requests)) and not any(purged(platform, *running))
    sweep(platform)
    assert len(log_of(platform, "privacy-requests:purge")) == len(requests)


def test_the_key_of_what_is_purged_is_gone_from_copies_too(platform: Platform, clock: Clock):
    """With the next epoch, as after any erasure."""
    ended(platform)
    clock.now = kept_until(ENDED_AT)
    sweep(platform)
    assert [job.kind for job in jobs_left(platform)] == ["rewrap"]


def test_the_last_day_of_february_is_no_way_out() -> None:
    assert kept_until(datetime(2024, 2, 29, tzinfo=UTC)) == datetime(2026, 2, 28, tzinfo=UTC)


def test_nothing_of_it_is_left_but_what_counts(api: Api, platform: Platform, clock: Clock):
    person = add_person(platform)
    request, other = (
        ended(platform, person=person, basis="canary-basis", external_id="canary-1"),
        ended(platform, decided=clock.now),
    )
    case, kept_case = (claimed(platform, one, None) for one in (request, other))
    mails = [_written(platform, one, case_) for one, case_ in ((request, case), (other, kept_case))]
    files = [EmlFolder(platform.data).path_of(message_id(mail, platform.rules.mail_from)) for mail in mails]
    for file in files:
        file.parent.mkdir(exist_ok=True)
        file.write_text("canary-body")
    clock.now = kept_until(ENDED_AT)
    worker(platform).one_turn()
    assert [file.exists() for file in files] == [False, True]
    assert set(platform.vault.keys_of([request, other])) == {other}
    row, kept = (row_of(platform, PrivacyRequestRow, one) for one in (request, other))
    assert (row.person, row.external_id, row.sealed_contact, row.sealed_thread) == (None,) * 4
    assert (row.kind, row.state, row.regime, row.decided, row.due) == (
        "access",
        "fulfilled",
        "policy",
        ENDED_AT,
        row.due,
    )
    assert kept.sealed_thread is not None
    for found in (MailRow, TicketMessage):
        texts = [row_of(platform, found, mail).sealed_thread is None for mail in mails]
        assert texts == [True, False], found
    assert row_of(platform, TicketRow, case).sealed_thread is None
    with platform.database.reading() as connection:
        links = table(TicketLink)
        led = connection.execute(select(links.c.record).where(links.c.ticket == case)).scalars().all()
        assert led == [request]
        packages, parts = (
            list(connection.execute(select(table(one).c.request)).scalars()) for one in (PrivacyPackageRow, PackagePart)
        )
        assert packages == parts == [other]
    [entry] = log_of(platform, "privacy-requests:purge")
    assert (entry.record, entry.subject, entry.actor) == (request, None, None)
    body = api.sign_in("privacy").get(f"/v1/privacy-requests/{request}").json()
    assert (body["state"], body["purged"] is not None, body.get("person")) == ("fulfilled", True, None)
    assert not {"words", "asker"} & {*body, *body["masks"]} and "canary" not in json.dumps(body)


def test_while_a_hold_lasts_nothing_goes(platform: Platform, clock: Clock):
    person, by = add_person(platform), employee_id(platform, "privacy")
    request = ended(platform, person=person)
    clock.now = kept_until(ENDED_AT)
    hold = LegalHoldRow(id=new_id(), person=person, placed=clock.now, placed_by=by, reason="court")
    with platform.database.writing() as session:
        session.add(hold)
    sweep(platform)
    assert purged(platform, request) == [False]
    holds = table(LegalHoldRow)
    with platform.database.writing() as session:
        session.connection().execute(update(holds).values(lifted=clock.now, lifted_by=by))
    sweep(platform)
    assert purged(platform, request) == [True]


def test_a_purge_that_was_cut_off_after_the_key_is_done_again(platform: Platform, clock: Clock):
    request = ended(platform)
    clock.now = kept_until(ENDED_AT)
    platform.vault.erase([request])
    sweep(platform)
    assert purged(platform, request) == [True]


def _written(platform: Platform, request: str, case: str) -> str:
    """A letter in the thread of its case, and a package; the letter's id."""
    mail, text = new_id(), {"subject": "Yours", "body": "canary-body"}
    shared: dict[str, Any] = {"at": ENDED_AT, "ticket": case, "author": None}
    with platform.database.writing() as session:
        session.add(
            MailRow(
                id=mail, due=ENDED_AT, topic="answer", person=request, request=request,
                sealed_thread=sealed(platform, request, ("mail", mail, "thread"), **text), **shared,
            )
        )  # fmt: skip
        session.add(
            TicketMessage(
                id=mail, kind="out", owner=request, sealed_thread=sealed(platform, request, ("ticket_messages", mail, "thread"), **text),
                **shared,
            )
        )  # fmt: skip
        session.add(PrivacyPackageRow(request=request, person=None))
        session.add(PackagePart(request=request, name="json", part=0, sealed_content=b"x"))
    return mail
