"""Whether a decision would go, before anything is claimed: what a dry run on many applications asks."""

from __future__ import annotations

from typing import Any

import pytest

from console.platform_api.platform import Platform
from console.platform_api.tables import ProApplicationRow
from tests.platform_api.api import Api, employee_id
from tests.platform_api.applications_made import add_application, decided
from tests.platform_api.orders_made import row_of
from tests.platform_api.people import log_of, post


def asked(api: Api, application: str, decision: str = "approve", who: str = "manager") -> dict[str, Any]:
    answer = post(api.sign_in(who), f"/v1/pro-applications/{application}/{decision}-preview", {})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_what_nobody_has_would_be_claimed_and_nothing_is_changed(api: Api, platform: Platform) -> None:
    application = add_application(platform)
    assert asked(api, application) == {"allowed": True, "because": "", "claims": True}
    row = row_of(platform, ProApplicationRow, application)
    assert (row.state, row.version, row.ticket) == ("submitted", 1, None)
    assert len(log_of(platform, "pro-applications:approve-preview")) == 1


def test_ones_own_is_decided_as_it_is(api: Api, platform: Platform) -> None:
    application = add_application(platform, state="in_review", assignee="manager")
    assert asked(api, application) == {"allowed": True, "because": "", "claims": False}


@pytest.mark.parametrize("decision", ["approve", "decline"])
def test_what_somebody_else_has_is_left(api: Api, platform: Platform, decision: str) -> None:
    application = add_application(platform, state="in_review", assignee="manager2")
    found = asked(api, application, decision)
    assert (found["allowed"], found["claims"]) == (False, False)
    assert "Somebody else" in found["because"]


def test_what_is_missing_hinders_approval_alone(api: Api, platform: Platform) -> None:
    application = add_application(platform, complete=False)
    assert "insurance" in asked(api, application)["because"]
    assert asked(api, application, "decline")["allowed"]


def test_who_recommended_or_decided_before_is_told_so_although_they_have_no_claim(api: Api, platform: Platform) -> None:
    me = employee_id(platform, "manager")
    own = add_application(platform, recommendation="approve", recommended_by=me)
    again = add_application(platform, state="reopened", decided_by=me)
    assert "recommended it yourself" in asked(api, own)["because"]
    assert "decided it before" in asked(api, again)["because"]
    assert asked(api, own, who="manager2")["allowed"]


def test_of_what_is_decided_only_that_is_said(api: Api, platform: Platform) -> None:
    assert asked(api, decided(platform))["because"] == "It is declined."
    asking = add_application(platform, state="info_requested", assignee="manager")
    assert asked(api, asking)["because"] == "It is info requested."


def test_who_can_not_decide_asks_nothing(api: Api, platform: Platform) -> None:
    application = add_application(platform)
    for who in ("support", "billing", "privacy", "auditor"):
        answer = post(api.sign_in(who), f"/v1/pro-applications/{application}/approve-preview", {})
        assert answer.status_code == 403, who
