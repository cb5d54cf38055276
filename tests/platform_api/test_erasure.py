"""Erasing a person: the plan, the second person's approval, and that of the person nothing opens any more, and of the others all does."""

from __future__ import annotations

from typing import Any

import httpx

from console.platform_api.tables import UserRow
from tests.platform_api.api import Api
from tests.platform_api.erased import Scene, lay_out
from tests.platform_api.orders_made import row_of
from tests.platform_api.people import post
from tests.platform_api.worked import worker


def of(client: httpx.Client, scene: Scene, action: str, body: Any = None, version: int | None = None) -> httpx.Response:
    path = f"/v1/privacy-requests/{scene.request}"
    at = version or client.get(path).json()["version"]
    return post(client, f"{path}/{action}", body, version=None if action == "plan" else at)


def test_from_the_plan_to_the_receipt(api: Api) -> None:
    scene = lay_out(api.platform)
    privacy, second = api.sign_in("privacy"), api.sign_in("privacy2")
    planned = of(privacy, scene, "plan")
    assert planned.status_code == 200, planned.text
    plan = planned.json()["plan"]
    lines = {(line["effect"], line["what"]): line for line in plan["lines"]}
    assert not plan["stopped"], plan
    assert {what: line["count"] for (effect, what), line in lines.items() if effect == "redacts"} == scene.named
    submitted = of(privacy, scene, "submit")
    assert (submitted.status_code, submitted.json()["state"]) == (200, "review"), submitted.text
    assert of(privacy, scene, "approve", {"plan": plan["sha256"]}).status_code == 403
    other = of(second, scene, "approve", {"plan": "0" * 64})
    assert (other.status_code, row_of(api.platform, UserRow, scene.person).state) == (409, "active")
    approved = of(second, scene, "approve", {"plan": plan["sha256"]})
    assert (approved.status_code, approved.json()["state"]) == (200, "erasing"), approved.text
    assert row_of(api.platform, UserRow, scene.person).state == "erasing"
    worker(api.platform).run_all()
    scene.assert_erased(api.platform)
    done = privacy.get(f"/v1/privacy-requests/{scene.request}").json()
    assert (done["state"], done["plan"]["done"]) == ("fulfilled", done["plan"]["total"])
    assert done["replied"] is not None
