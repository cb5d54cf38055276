"""A person and a ticket of a test's own, made by the API alone."""

from __future__ import annotations

import secrets
from typing import Any

import httpx

from tests.contract.target import Target, new_key

Json = dict[str, Any]


class Scene:
    """Makes what a test needs, and does single writes."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self.support = target.as_role("support")

    def person(self) -> Json:
        """What the marketplace sent of a new person, with their id and number here."""
        mark = secrets.token_hex(5)
        digits = f"{secrets.randbelow(10**6):06}"
        values = {
            "name": f"Nova Z{mark}", "email": f"{mark}@mail.example", "phone": f"+1 415 2{digits[:2]} {digits[2:]}",
            "city": "Austin", "postcode": "78701",
        }  # fmt: skip
        item = {"external_id": mark, **values, "interests": ["grooming"], "sources": dict.fromkeys(values, "self")}
        [result] = self.ingest(item)
        return {**values, "item": item, **result}

    def ingest(self, *items: Json) -> list[Json]:
        answer = self.target.as_role("service").post("/v1/ingest/users", json={"items": items})
        assert answer.status_code == 200, answer.text
        results: list[Json] = answer.json()["results"]
        return results

    def user(self, person: Json) -> Json:
        found: Json = self.support.get(f"/v1/users/{person['id']}").json()
        return found

    def ticket(self, person: Json | None = None) -> Json:
        """An open ticket in support's hands, linked to the person."""
        wish = {"reference": "call 1", "subject": "Call", "channel": "phone"}
        answer = self.write("POST", "/v1/tickets", wish)
        assert answer.status_code == 201, answer.text
        ticket: Json = answer.json()
        if person is not None:
            wish = {"resource": "users", "id": person["id"]}
            answer = self.write("POST", f"/v1/tickets/{ticket['id']}/link", wish, version=ticket["version"])
            assert answer.status_code == 200, answer.text
            ticket = answer.json()
        return ticket

    def write(
        self, method: str, path: str, body: Json | None = None, *, version: int | None = None, key: str | None = None,
        case: str | None = None, by: httpx.Client | None = None,
    ) -> httpx.Response:  # fmt: skip
        """A write with all that the contract asks of one."""
        headers = {"Idempotency-Key": key or new_key()}
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        if case is not None:
            headers["Petworks-Case"] = case
        return (by or self.support).request(method, path, json=body, headers=headers)
