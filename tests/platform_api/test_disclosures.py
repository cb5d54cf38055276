"""The disclosure ledger: each thing told to a third party, before it is told; names of fields, never values."""

from __future__ import annotations

import httpx
import pytest
from sqlalchemy import delete, exc, text, update

from console.platform_api.disclosures import PROCESSOR, PURPOSES, disclose
from console.platform_api.platform import Platform
from console.platform_api.problems import NotAllowed
from console.platform_api.tables import DisclosureRow, UserRow, table
from console.platform_api.transaction import own_work
from tests.platform_api.api import Api
from tests.platform_api.orders_made import row_of
from tests.platform_api.people import add_person, add_ticket
from tests.platform_api.worked import approved, ledger, number_of, paid, token_of, worker


def told(platform: Platform, person: str | None, *fields: str, about: str = "RF-1", ticket: str | None = None) -> None:
    with own_work(platform) as work:
        disclose(work, PROCESSOR, fields or ("token", "amount"), "refund", person, about, ticket=ticket)


def number_of_user(platform: Platform, person: str) -> str:
    return f"U-{row_of(platform, UserRow, person).number}"


@pytest.mark.parametrize("recipient", ["", "Processor", "processor ", "mailer", "pro", "\x1b[2J", "processor\0"])
def test_nobody_is_told_anything_without_being_agreed_on(sqlite_platform: Platform, recipient: str):
    with pytest.raises(NotAllowed), own_work(sqlite_platform) as work:
        disclose(work, recipient, ("token",), "refund", None)
    assert ledger(sqlite_platform) == []


@pytest.mark.parametrize("field", ["name", "email", "last_four", "brand", "reason", "note", "tokens", ""])
def test_the_processor_may_not_know_more_than_it_needs(sqlite_platform: Platform, field: str):
    with pytest.raises(NotAllowed), own_work(sqlite_platform) as work:
        disclose(work, PROCESSOR, ("token", field), "refund", None)
    assert ledger(sqlite_platform) == []


def test_what_is_told_in_a_transaction_that_fails_is_not_written(platform: Platform):
    def fail() -> None:
        with own_work(platform) as work:
            disclose(work, PROCESSOR, ("token",), "refund", None)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert ledger(platform) == []


def test_a_refund_s_row_says_what_about_whom_for_which_case_and_no_value(api: Api):
    platform = api.platform
    payment = paid(platform)
    refund = approved(platform, payment)
    worker(platform).run_all()
    [row] = [row for row in api.sign_in("privacy").get("/v1/disclosures").json()["items"] if row["purpose"] == "refund"]
    assert (row["number"][:2], row["recipient"], row["about"]) == ("D-", "processor", number_of(platform, refund))
    assert sorted(row["fields"]) == ["amount", "currency", "order", "refund", "token"]
    assert token_of(platform, payment) not in str(row)
    one = api.sign_in("auditor").get(f"/v1/disclosures/{row['number']}").json()
    assert (one["subject"], one["fields"]) == (row["subject"], row["fields"])


def test_the_ledger_can_only_grow(platform: Platform):
    told(platform, None)
    found = table(DisclosureRow)
    for statement in (update(found).values(purpose="x"), delete(found)):
        with pytest.raises(exc.DBAPIError), platform.database.writing() as session:
            session.connection().execute(statement)
    assert [row.purpose for row in ledger(platform)] == ["refund"]


def test_on_sqlite_not_even_replacing_changes_a_row(sqlite_platform: Platform):
    told(sqlite_platform, None)
    with pytest.raises(exc.DBAPIError), sqlite_platform.database.writing() as session:
        session.connection().execute(text("REPLACE INTO disclosures SELECT * FROM disclosures"))


def test_privacy_asks_by_person_and_the_auditor_by_pseudonym(api: Api):
    platform = api.platform
    maria, other = add_person(platform), add_person(platform, name="Otto Other", email="otto@example.net")
    told(platform, maria, about="RF-1")
    told(platform, other, about="RF-2")
    pseudonym = platform.vault.pseudonyms([maria])[maria]

    def about(client: httpx.Client, user: str) -> list[str]:
        answer = client.get("/v1/disclosures", params={"user": user})
        assert answer.status_code == 200, answer.text
        return [row["about"] for row in answer.json()["items"]]

    privacy, auditor = api.sign_in("privacy"), api.sign_in("auditor")
    assert about(privacy, number_of_user(platform, maria)) == ["RF-1"]
    assert about(privacy, maria) == ["RF-1"]
    assert about(auditor, pseudonym) == ["RF-1"]
    assert about(auditor, number_of_user(platform, maria)) == []


def test_its_case_is_named(api: Api):
    person = add_person(api.platform)
    ticket = add_ticket(api.platform, person=person)
    told(api.platform, person, ticket=ticket)
    [row] = api.sign_in("privacy").get("/v1/disclosures").json()["items"]
    assert row["case"].startswith("T-")


@pytest.mark.parametrize("role", ["support", "billing", "manager", "admin", "service"])
def test_the_others_don_t_see_it(sqlite_api: Api, role: str):
    told(sqlite_api.platform, None)
    client = sqlite_api.sign_in(role)
    assert [client.get(path).status_code for path in ("/v1/disclosures", "/v1/disclosures/D-1")] == [403, 403]


@pytest.mark.parametrize("query", ["recipient=mailer", "user=", "purpose=refund", "user=a&user=b", "user=%1b%5b2J"])
def test_what_can_t_be_asked_is_refused_or_finds_nothing(sqlite_api: Api, query: str):
    told(sqlite_api.platform, None)
    answer = sqlite_api.sign_in("privacy").get(f"/v1/disclosures?{query}")
    assert answer.status_code in (400, 404) or answer.json()["items"] == []


def test_its_purposes_are_a_closed_list(sqlite_platform: Platform):
    with pytest.raises(NotAllowed), own_work(sqlite_platform) as work:
        disclose(work, PROCESSOR, ("token",), "marketing", None)
    assert "marketing" not in PURPOSES
