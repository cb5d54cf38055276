"""Privacy requests of the sample data: of every kind, in every state and regime, kept to the clock, and ready to be worked on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from console.platform_api.platform import Platform
from console.platform_api.privacy_clocks import limits
from console.platform_api.seed_people import UNTIL_DEFAULT
from console.platform_api.seed_privacy import request_count
from console.platform_api.tables import (
    EmployeeRow,
    ErasurePlanRow,
    NamedInRequest,
    PolicyVersionRow,
    PrivacyPackageRow,
    PrivacyRequestRow,
    ProposalRow,
    TicketLink,
    TicketMessage,
    TicketRow,
    UserRow,
    table,
)
from console.records.privacy_requests import ENDED, OPEN, Kind, Regime, RequestState
from tests.platform_api.api import Api, serving
from tests.platform_api.test_seed import SHARE_A_SAMPLE, copied, everything

pytestmark = SHARE_A_SAMPLE

UNTIL = datetime.fromisoformat(UNTIL_DEFAULT)
LOOKED_AT = [
    table(model)
    for model in (
        PrivacyRequestRow, NamedInRequest, PrivacyPackageRow, ErasurePlanRow, ProposalRow, PolicyVersionRow, UserRow, EmployeeRow, TicketRow,
        TicketLink, TicketMessage,
    )
]  # fmt: skip


@pytest.fixture(scope="module")
def found(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """All of a sample of 2,000 users that privacy requests touch, with its platform."""
    with copied(sample, tmp_path_factory.mktemp("privacy")) as platform:
        yield {**everything(platform, *LOOKED_AT), "platform": platform}


def rows_of(found: dict[str, Any], **wanted: Any) -> list[dict[str, Any]]:
    return [row for row in found["privacy_requests"] if all(row[name] == value for name, value in wanted.items())]


def test_they_are_of_every_kind_state_and_regime(found: dict[str, Any]) -> None:
    rows = found["privacy_requests"]
    assert {row["kind"] for row in rows} == {str(kind) for kind in Kind}
    assert {row["state"] for row in rows} == {str(state) for state in RequestState}
    assert {row["regime"] for row in rows} == {str(regime) for regime in Regime}
    assert all((row["kind"] == Kind.OPT_OUT) == (row["regime"] == Regime.OPT_OUT) for row in rows)
    assert {row["agent"] for row in rows} == {row["signed_in"] for row in rows} == {True, False}
    assert [row["number"] for row in rows] == list(range(1, len(rows) + 1))
    assert [row["received"] for row in rows] == sorted(row["received"] for row in rows)
    assert request_count(2_000) == 60 >= len(rows) >= 58
    assert [request_count(users) for users in (0, 5, 300, 1_000_000)] == [0, 0, 50, 1_342]


def test_their_clocks_are_those_of_their_regime(found: dict[str, Any]) -> None:
    """Some were missed, some are due within a week."""
    for row in found["privacy_requests"]:
        rule = limits(Regime(row["regime"]), row["received"], extended=row["extended"] is not None)
        assert (row["acknowledge_due"], row["due"], row["rule_version"]) == (
            rule.acknowledge_due, rule.due, rule.rule_version,
        )  # fmt: skip
        assert (row["decided"] is not None) == (row["state"] in {*ENDED, "appealed", "reversed"})
        moments = [row["received"], row["created"], row["decided"] or UNTIL, UNTIL]
        assert moments == sorted(moments)
    open_ones = [row for row in found["privacy_requests"] if row["state"] in OPEN]
    late = [row for row in open_ones if row["next_due"] < UNTIL]
    assert 2 <= len(late) < len(open_ones) / 3
    assert all(row["reminded"] for row in late)


def test_who_asks_is_somebody_or_nobody_whom_we_know(found: dict[str, Any]) -> None:
    states = {row["id"]: (row["state"], row["opted_out"]) for row in found["users"]}
    for row, values in zip(found["privacy_requests"], found["privacy_requests values"], strict=True):
        assert {"asker", "reply_to"} == set(values["sealed_contact"])
        assert ("authority" in values["sealed_thread"]) == row["agent"]
        if row["person"] is None:
            assert row["state"] in (RequestState.RECEIVED, RequestState.WITHDRAWN)
        elif row["kind"] == Kind.OPT_OUT:
            assert states[row["person"]][1]
        elif row["kind"] == Kind.DELETE and row["state"] in (RequestState.ERASING, RequestState.FULFILLED):
            assert states[row["person"]][0] in ("erasing", "erased")
    askers = Counter(row["person"] for row in found["privacy_requests"] if row["person"])
    assert max(askers.values()) == 1


def test_two_people_decide_and_each_decision_cites_the_policy_of_its_day(found: dict[str, Any]) -> None:
    versions = {row["label"]: row["effective"] for row in found["policy_versions"]}
    assert set(versions) == {"1", "2"}
    cited = [row for row in found["privacy_requests"] if row["policy_version"]]
    assert {row["policy_version"] for row in cited} == {"1", "2"}
    assert all((row["policy_version"] == "2") == (row["decided"] >= versions["2"]) for row in cited)
    approved = [row for row in found["privacy_requests"] if row["approved_by"]]
    assert approved
    assert all(row["approved_by"] != row["submitted_by"] for row in approved)


def test_whoever_works_on_one_has_its_case(found: dict[str, Any]) -> None:
    tickets = {row["id"]: row for row in found["tickets"]}
    links: dict[str, set[tuple[str, str]]] = {}
    for link in found["ticket_links"]:
        links.setdefault(link["ticket"], set()).add((link["resource"], link["record"]))
    for row in found["privacy_requests"]:
        if row["ticket"] is None:
            assert row["state"] == RequestState.RECEIVED
            continue
        case = tickets[row["ticket"]]
        assert (case["about"], case["owner"], case["state"] == "solved") == (
            "privacy",
            row["id"],
            row["state"] in ENDED,
        )
        assert ("privacy-requests", row["id"]) in links[case["id"]]
    said = {
        row["kind"]
        for row in found["ticket_messages"]
        if row["owner"] in {it["id"] for it in found["privacy_requests"]}
    }
    assert said == {"in", "out", "note"}


def test_they_open_in_the_api_and_one_can_be_brought_to_its_end(found: dict[str, Any]) -> None:
    """Support who is named hears of none of that; a manager approves a plan that would really be carried out."""
    platform: Platform = found["platform"]
    with serving(platform) as url, Api(url, platform) as api:
        privacy, manager = api.sign_in("privacy"), api.sign_in("manager")
        for row in found["privacy_requests"]:
            answer = (manager if row["about_privacy"] else privacy).get(f"/v1/privacy-requests/PR-{row['number']}")
            assert answer.status_code == 200, answer.text
            assert len([step for step in answer.json()["steps"] if step["state"] == "next"]) == (row["state"] in OPEN)
        named = {row["request"] for row in found["named_in_requests"]}
        [number, *_] = [row["number"] for row in found["privacy_requests"] if row["id"] in named]
        assert api.sign_in("support2").get(f"/v1/privacy-requests/PR-{number}").status_code == 404
        review = rows_of(found, state="review")[0]
        path = f"/v1/privacy-requests/PR-{review['number']}"
        whole = manager.get(path).json()
        headers = {"If-Match": f'"{whole["version"]}"', "Idempotency-Key": "approve-the-sample"}
        done = manager.post(f"{path}/approve", json={"plan": whole["plan"]["sha256"]}, headers=headers)
        assert (done.status_code, manager.get(path).json()["state"]) == (200, "erasing"), done.text
