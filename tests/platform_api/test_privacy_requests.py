"""Privacy requests: the queue, intake, who may do what in which state, four eyes, decisions with the policy, concerns that name somebody."""

from __future__ import annotations

from typing import Any

import httpx

from console.platform_api.platform import Platform
from tests.platform_api.api import Api
from tests.platform_api.people import add_person, post
from tests.platform_api.privacy_made import REPLY_TO, WORDS, add_request

LIST = "/v1/privacy-requests"


def look(client: httpx.Client, request: str) -> dict[str, Any]:
    answer = client.get(f"{LIST}/{request}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_claim_opens_the_case_and_the_texts_to_who_has_it(api: Api, platform: Platform):
    request = add_request(platform, person=add_person(platform))
    privacy = api.sign_in("privacy")
    before = look(privacy, request)
    assert "words" not in before and before["masks"]["reply_to"] == "m•••@•••.net"
    taken = post(privacy, f"{LIST}/{request}/claim")
    assert taken.status_code == 200, taken.text
    body = look(privacy, request)
    assert (body["words"], body["reply_to"], body["yours"]) == (WORDS, REPLY_TO, True)
    assert post(api.sign_in("privacy2"), f"{LIST}/{request}/claim").status_code == 403
    listed = api.sign_in("support").get(LIST).json()["items"]
    assert [(item["id"], item["masks"]) for item in listed] == [(request, {})]
