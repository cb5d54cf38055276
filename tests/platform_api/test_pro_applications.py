"""Pro applications: the queue, who may do what in which state, four eyes, the clock, and that a pro is only made by approval."""

from __future__ import annotations

from typing import Any

import pytest

from console.platform_api.platform import Platform
from console.records.pro_applications import MISSING
from tests.platform_api.api import Api
from tests.platform_api.applications_made import PROFILE, add_application, add_document

LIST = "/v1/pro-applications"


def numbers(client: Any, **filters: Any) -> list[str]:
    answer = client.get(LIST, params=filters)
    assert answer.status_code == 200, answer.text
    return [item["id"] for item in answer.json()["items"]]


def test_an_application_is_read_whole_by_support_and_manager(api: Api, platform: Platform):
    application = add_application(platform, services=["boarding", "walking"])
    for name in ("support", "manager"):
        body = api.sign_in(name).get(f"{LIST}/{application}").json()
        assert {field: body[field] for field in PROFILE} == PROFILE
        assert (body["state"], body["services"], body["missing"]) == ("submitted", ["boarding", "walking"], [])
        assert {document["kind"] for document in body["documents"]} == {"insurance", "background_check", "licence"}
        assert body["case"] is None and body["assignee"] is None and not body["yours"]


@pytest.mark.parametrize("name", MISSING)
def test_what_is_missing_is_said_and_found(api: Api, platform: Platform, name: str):
    whole = add_application(platform, services=["boarding"])
    profile = {name: ""} if name in PROFILE else {}
    lacking = add_application(platform, services=["boarding"], complete=bool(profile), profile=profile)
    for kind in {"licence", "insurance", "background_check"} - {name} if not profile else ():
        add_document(platform, lacking, kind)
    support = api.sign_in("support")
    assert support.get(f"{LIST}/{lacking}").json()["missing"] == [name]
    assert support.get(f"{LIST}/{whole}").json()["missing"] == []
    assert numbers(support, missing=name) == [lacking]
