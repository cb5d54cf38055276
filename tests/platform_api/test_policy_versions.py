"""Versions of the policy: the first is there, a new one is in force from its moment on, and decisions cite that one (P35)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from console.platform_api.first_policy import first_policy
from console.platform_api.ids import new_id
from console.platform_api.policy_versions import in_force, require_version
from console.platform_api.problems import Conflict, Invalid
from tests.platform_api.api import Api

PATH = "/v1/policy-versions"


def posted(who: httpx.Client, **wish: object) -> httpx.Response:
    return who.post(PATH, json={"label": "2", "text": "New text.", **wish}, headers={"Idempotency-Key": new_id()})


def test_the_published_policy_is_the_first_version_on_both_databases(api: Api) -> None:
    privacy = api.sign_in("privacy")
    [version] = privacy.get(PATH).json()["items"]
    assert (version["number"], version["label"], version["in_force"]) == ("PV-1", "1", True)
    assert "text" not in version  # a list holds no texts
    whole = privacy.get(f"{PATH}/PV-1").json()
    assert whole["text"] == first_policy()["text"]
    assert whole["text"].startswith("This privacy policy discloses the privacy practices")
    with api.platform.database.reading() as connection:
        assert require_version(connection, datetime.now(UTC), "1") == "1"


def test_a_version_is_in_force_from_its_moment_on(api: Api) -> None:
    privacy, now = api.sign_in("privacy"), api.platform.clock()
    later = posted(privacy, label="3", text="Later.", effective=(now + timedelta(days=1)).isoformat())
    at_once = posted(privacy)
    assert (later.status_code, later.json()["in_force"]) == (201, False)
    assert (at_once.status_code, at_once.json()["in_force"], at_once.json()["text"]) == (201, True, "New text.")
    with api.platform.database.reading() as connection:
        found = [in_force(connection, now + timedelta(days=days)).label for days in (-1, 0.5, 2)]
    assert found == ["1", "2", "3"]
    assert [item["in_force"] for item in privacy.get(PATH).json()["items"]] == [True, False, False]
    entry = api.sign_in("auditor").get("/v1/audit", params={"resource": "policy-versions"}).json()["items"]
    assert {row["record"] for row in entry if row["action"] == "policy-versions:create"} == {"PV-2", "PV-3"}


def test_a_decision_cites_the_version_in_force_and_no_other(api: Api) -> None:
    assert posted(api.sign_in("privacy")).status_code == 201
    now = api.platform.clock()
    with api.platform.database.reading() as connection:
        assert require_version(connection, now, "2") == "2"
        for nothing in (None, ""):
            with pytest.raises(Invalid):
                require_version(connection, now, nothing)
        for other in ("1", "3"):
            with pytest.raises(Conflict, match="Not possible") as found:
                require_version(connection, now, other)
            assert found.value.because.startswith("The policy changed: 2 is in force now.")


def test_what_is_posted_again_or_for_the_past_is_refused(sqlite_api: Api) -> None:
    privacy, now = sqlite_api.sign_in("privacy"), sqlite_api.platform.clock()
    assert posted(privacy, label="1").status_code == 409
    assert posted(privacy, text=first_policy()["text"]).status_code == 409
    past = posted(privacy, effective=(now - timedelta(minutes=1)).isoformat())
    assert (past.status_code, past.json()["errors"][0]["where"]) == (422, "body.effective")
    for wrong in (
        {"label": " "},
        {"label": "a\nb"},
        {"text": ""},
        {"text": "4111 1111 1111 1111"},
        {"effective": "now"},
    ):
        assert posted(privacy, **wrong).status_code == 422
    assert privacy.post(PATH, json={"label": "2", "text": "New."}).status_code == 428
    assert len(privacy.get(PATH).json()["items"]) == 1


def test_a_version_is_posted_once_for_each_intent(sqlite_api: Api) -> None:
    privacy, key = sqlite_api.sign_in("privacy"), {"Idempotency-Key": new_id()}
    first, again = (privacy.post(PATH, json={"label": "2", "text": "New."}, headers=key) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert again.headers["Idempotent-Replay"] == "true"


@pytest.mark.parametrize("role", ["support", "billing", "admin", "service"])
def test_versions_are_nothing_to_the_others(role: str, sqlite_api: Api) -> None:
    someone = sqlite_api.sign_in(role)
    assert (someone.get(PATH).status_code, posted(someone).status_code) == (403, 403)
