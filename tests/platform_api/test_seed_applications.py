"""Applications of the sample data: every state is there, every pro has an approved one, and what hangs together is linked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from console.platform_api.application_marks import LACKS, SERVICE
from console.platform_api.audit_log import audit
from console.platform_api.document_content import media_type_of
from console.platform_api.platform import Platform
from console.platform_api.seed_applicants import MORNING, open_in
from console.platform_api.seed_application_texts import LINKS, RARE_NAMES
from console.platform_api.seed_files import FILES
from console.platform_api.seed_people import UNTIL_DEFAULT
from console.platform_api.tables import (
    ApplicationDocumentRow,
    ApplicationMark,
    DocumentContent,
    EmployeeRow,
    ProApplicationRow,
    TicketLink,
    TicketMessage,
    TicketRow,
    UserRow,
    table,
)
from console.records.application_documents import MEDIA_TYPES, DocumentKind, DocumentState
from console.records.pro_applications import (
    OPEN,
    PROFILE_NEEDED,
    WAITING,
    ApplicationState,
    Recommendation,
    needed_documents,
)
from console.records.reasons import REASONS
from console.records.tickets import WORKABLE
from console.records.users import SERVICES
from tests.platform_api.api import Api, serving
from tests.platform_api.test_seed import SHARE_A_SAMPLE, copied, everything, password, seeded

__all__ = ["password"]

pytestmark = SHARE_A_SAMPLE

UNTIL = datetime.fromisoformat(UNTIL_DEFAULT)
LOOKED_AT = [
    table(model)
    for model in (
        ProApplicationRow, ApplicationMark, ApplicationDocumentRow, UserRow, EmployeeRow, TicketRow, TicketLink, TicketMessage,
    )
]  # fmt: skip
Row = dict[str, Any]


@pytest.fixture(scope="module")
def found(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """All of a sample of 2,000 users that applications touch, with its platform."""
    with copied(sample, tmp_path_factory.mktemp("applications")) as platform:
        yield {**everything(platform, *LOOKED_AT), "platform": platform}


def pairs(found: dict[str, Any]) -> list[tuple[Row, dict[str, str]]]:
    """Every application with its profile in clear."""
    values = [row.get("sealed_profile", {}) for row in found["pro_applications values"]]
    profiles = [{name: value.value for name, value in row.items()} for row in values]
    return list(zip(found["pro_applications"], profiles, strict=True))


def marks(found: dict[str, Any], kind: str) -> dict[str, set[str]]:
    by_application: dict[str, set[str]] = {row["id"]: set() for row in found["pro_applications"]}
    for row in found["application_marks"]:
        if row["mark"].startswith(kind):
            by_application[row["application"]].add(row["mark"].removeprefix(kind))
    return by_application


# Who applied


def test_every_pro_has_an_approved_application_and_nobody_else(found: dict[str, Any]):
    pros = {row["id"] for row in found["users"] if row["pro"]}
    approved = [row["person"] for row in found["pro_applications"] if row["state"] == ApplicationState.APPROVED]
    assert len(pros) > 100
    assert sorted(approved) == sorted(pros)


def test_applications_are_in_every_state_and_a_morning_s_work_is_open(found: dict[str, Any]):
    states = Counter(row["state"] for row in found["pro_applications"])
    assert set(states) == {str(state) for state in ApplicationState}
    assert sum(states[state] for state in OPEN) == MORNING == open_in(2_000)
    assert len([row for row in found["pro_applications"] if row["state"] in WAITING and row["due"] < UNTIL]) >= 3
    assert [open_in(users) for users in (0, 7, 400, 100_000)] == [0, 0, 22, 354]


def test_moments_follow_each_other(found: dict[str, Any]):
    registered = {row["id"]: row["registered"] for row in found["users"]}
    for row in found["pro_applications"]:
        moments = [row["received"], row["stopped"] or row["decided"] or row["received"], UNTIL]
        assert moments == sorted(moments), row
        assert registered[row["person"]] <= row["received"]
        assert (row["stopped"] is None) == (row["state"] != ApplicationState.INFO_REQUESTED)
        assert row["due"] > row["received"]


def test_decisions_are_by_managers_and_recommendations_by_support(found: dict[str, Any]):
    names = {row["id"]: row["email"].partition("@")[0] for row in found["employees"]}
    for row in found["pro_applications"]:
        decided = row["state"] in ("approved", "declined", "reopened")
        assert names.get(row["decided_by"]) in (("manager", "manager2") if decided else (None,))
        assert names.get(row["recommended_by"]) in (("support", "support2") if row["recommendation"] else (None,))
        reasons = {"declined": "decline", "withdrawn": "withdraw"}.get(row["state"])
        assert (row["decided"] is None) == (row["state"] in OPEN)
        assert row["reason"] in (REASONS[reasons] if reasons else (None,))
    advised = [row for row in found["pro_applications"] if row["recommendation"]]
    assert {row["recommendation"] for row in advised} == set(Recommendation)
    assert {row["state"] for row in advised} == {"in_review"}


def test_some_were_turned_down_before_and_some_are_alike(found: dict[str, Any]):
    rows, users = found["pro_applications"], {row["id"]: row for row in found["users"]}
    declined = {row["person"] for row in rows if row["state"] == ApplicationState.DECLINED}
    waiting = [row["person"] for row in rows if row["state"] in OPEN]
    assert len(declined & set(waiting)) >= 3
    values = dict(zip(users, found["users values"], strict=True))
    phones = Counter(
        it["sealed_contact"]["phone"].value for it in values.values() if "phone" in it.get("sealed_contact", {})
    )
    emails = Counter(it["sealed_contact"]["email"].value for it in values.values() if "sealed_contact" in it)
    doubled = [texts for texts in (phones, emails) if max(texts.values()) > 1]
    assert doubled


def test_some_were_suspended_before_and_the_log_says_so(found: dict[str, Any]):
    platform: Platform = found["platform"]
    waiting = {row["person"] for row in found["pro_applications"] if row["state"] in OPEN}
    names = platform.vault.pseudonyms(waiting)
    with platform.database.reading() as connection:
        rows = connection.execute(select(audit.c.subject, audit.c.action).where(audit.c.resource == "users")).all()
    done = Counter(row.action for row in rows if row.subject in names.values())
    assert done["suspend"] == done["reinstate"] == len(rows) / 2 > 0


# What they say


def test_profiles_are_of_many_kinds_and_links_are_typed_text(found: dict[str, Any]):
    profiles = [profile for _, profile in pairs(found) if profile]
    names = {profile["business_name"] for profile in profiles}
    assert len(names) > 60
    assert {len(name) for name in names} & set(range(1, 9)) and max(map(len, names)) > 150
    rare = (
        "犬",
        "猫",
        "강아지",
        "القطط",
        "лапы",
        "няня",
        "כלבים",
        "Ο Καλός",
        "Łapa",
        "बिल्ली",
        "ร้าน",
        "\x1b]8;;",
        "[bold red]",
        "DROP TABLE",
    )
    assert sum(any(text in name for name in names) for text in rare) > 5
    assert sum(any(link in text for text in profile.values() for link in LINKS) for profile in profiles) > 50
    assert all(profile["postcode"] for profile in profiles)


def test_marks_say_what_is_offered_and_what_is_lacking(found: dict[str, Any]):
    services, lacking, there = marks(found, SERVICE), marks(found, LACKS), dict[str, set[str]]()
    for row in found["application_documents"]:
        if row["state"] == DocumentState.RECEIVED:
            there.setdefault(row["application"], set()).add(row["kind"])
    erased = {row["id"] for row in found["users"] if row["state"] == "erased"}
    for row, profile in pairs(found):
        assert services[row["id"]] and services[row["id"]] <= set(SERVICES)
        if row["person"] in erased:
            assert not profile and not lacking[row["id"]]
            continue
        needed = {str(kind) for kind in needed_documents(tuple(services[row["id"]]))}
        unsaid = {name for name in PROFILE_NEEDED if name not in profile}
        assert lacking[row["id"]] == (needed - there.get(row["id"], set())) | unsaid
        assert row["state"] != ApplicationState.APPROVED or not lacking[row["id"]]
    assert {name for names in lacking.values() for name in names} >= {"insurance", "background_check", "licence"}


# Documents


def test_documents_are_of_every_kind_and_state_valid_and_not(found: dict[str, Any]):
    rows = found["application_documents"]
    assert {row["kind"] for row in rows} == {str(kind) for kind in DocumentKind}
    assert {row["state"] for row in rows} == {str(state) for state in DocumentState}
    assert {row["media_type"] for row in rows} == {*MEDIA_TYPES, None}
    soon = UNTIL + timedelta(days=30)
    current = [row["expires"] for row in rows if row["state"] == "received" and row["expires"]]
    assert [moment for moment in current if moment <= UNTIL]
    assert [moment for moment in current if UNTIL < moment <= soon]
    assert [moment for moment in current if moment > soon]
    for row in rows:
        assert (row["media_type"] is None) == (row["size"] is None) == (row["state"] == "pending")
        assert row["state"] != "pending" or row["kind"] == "background_check"


def test_background_checks_have_a_provider_and_a_result_once_they_are_there(found: dict[str, Any]):
    values = found["application_documents values"]
    for row, sealed in zip(found["application_documents"], values, strict=True):
        names = set(sealed["sealed_document"])
        assert "provider" in names
        assert ("result" in names) == (row["kind"] == "background_check" and row["state"] != "pending")
        assert ("file_name" in names) == (row["state"] != "pending")


def test_contents_are_what_they_say_and_the_platform_would_take_them(found: dict[str, Any]):
    platform: Platform = found["platform"]
    kept = {file.content: file.media_type for files in FILES.values() for file in files}
    assert all(media_type_of(content) == media_type for content, media_type in kept.items())
    documents, contents = table(ApplicationDocumentRow), table(DocumentContent)
    with platform.database.reading() as connection:
        rows = connection.execute(
            select(documents, contents.c.sealed_content).join(contents, contents.c.document == documents.c.id)
        ).all()
    assert len(rows) == sum(row["media_type"] is not None for row in found["application_documents"])
    keys = platform.vault.keys_of({row.person for row in rows})
    for row in rows:
        content = keys[row.person].open("application-documents", row.id, "content", bytes(row.sealed_content))
        assert (kept[content], len(content)) == (row.media_type, row.size)


# Cases


def test_every_open_application_that_somebody_claimed_has_its_case(found: dict[str, Any]):
    tickets = {row["id"]: row for row in found["tickets"]}
    links: dict[str, set[tuple[str, str]]] = {}
    for link in found["ticket_links"]:
        links.setdefault(link["ticket"], set()).add((link["resource"], link["record"]))
    cased = [row for row in found["pro_applications"] if row["ticket"]]
    assert {row["state"] for row in cased} >= {
        "in_review",
        "info_requested",
        "submitted",
        "reopened",
        "approved",
        "declined",
    }
    for row in cased:
        ticket = tickets[row["ticket"]]
        assert (ticket["about"], ticket["channel"], ticket["backed"], ticket["opened_by"]) == (
            "application",
            "platform",
            True,
            None,
        )
        assert ticket["owner"] == row["person"]
        assert links[ticket["id"]] == {("pro-applications", row["id"]), ("users", row["person"])}
        assert (ticket["state"] in WORKABLE) == (row["state"] in OPEN - {ApplicationState.REOPENED})
    assert all(row["ticket"] for row in found["pro_applications"] if row["state"] in ("in_review", "info_requested"))
    assert len({row["ticket"] for row in cased}) == len(cased)
    assert len(cased) == sum(ticket["about"] == "application" for ticket in tickets.values())


def test_some_claims_hold_some_have_lapsed_and_some_are_laid_down(found: dict[str, Any]):
    platform: Platform = found["platform"]
    cases = {row["ticket"] for row in found["pro_applications"] if row["state"] == "in_review"}
    tickets = table(TicketRow)
    with platform.database.reading() as connection:
        held = connection.execute(
            select(tickets.c.assignee, tickets.c.lease_until).where(tickets.c.id.in_(cases))
        ).all()
    now = platform.clock()
    kinds = {"free" if row.assignee is None else "held" if row.lease_until > now else "lapsed" for row in held}
    assert kinds == {"free", "held", "lapsed"}


def test_who_was_asked_was_written_to(found: dict[str, Any]):
    asked = {row["ticket"] for row in found["pro_applications"] if row["state"] == ApplicationState.INFO_REQUESTED}
    out = {}
    for row, values in zip(found["ticket_messages"], found["ticket_messages values"], strict=True):
        if row["kind"] == "out" and row["ticket"] in asked:
            out[row["ticket"]] = values["sealed_thread"]
    assert set(out) == asked
    assert all({"subject", "body"} <= set(values) for values in out.values())


# In the API


def test_they_open_in_the_api_with_what_is_alike_and_what_went_before(found: dict[str, Any]):
    platform: Platform = found["platform"]
    erased = {row["id"] for row in found["users"] if row["state"] == "erased"}
    wanted = [row for row in found["pro_applications"] if row["state"] in OPEN or row["person"] in erased]
    with serving(platform) as url, Api(url, platform) as api:
        manager = api.sign_in("manager")
        answers = [manager.get(f"/v1/pro-applications/PA-{row['number']}") for row in wanted]
        queue = manager.get("/v1/pro-applications", params={"state": [str(state) for state in WAITING], "limit": 200})
    assert {answer.status_code for answer in answers} == {200}
    opened = [answer.json() for answer in answers]
    assert {each["kind"] for whole in opened for each in whole["former"]} == {"application", "suspension"}
    assert len({by for whole in opened for each in whole["alike"] for by in each["by"]}) >= 2
    assert sum(bool(whole["alike"]) for whole in opened) < len(opened) / 2
    due = [datetime.fromisoformat(item["due"]) for item in queue.json()["items"]]
    assert due == sorted(due)
    assert len(due) == sum(row["state"] in WAITING for row in wanted)


# Any size


def test_a_queue_of_any_length_can_be_asked_for(tmp_path: Path):
    """More than there are people, too: then some have several."""
    with seeded(tmp_path / "data", users=60, open_applications=200) as platform:
        rows = everything(platform, table(ProApplicationRow))["pro_applications"]
    assert sum(row["state"] in OPEN for row in rows) == 200


def test_a_rare_name_fits_every_braced_pattern():
    for name in RARE_NAMES:
        assert name.format(city="Hartford", family="O'Brien", name="{Bo} O'Brien", one="Happy", two="Paws")
