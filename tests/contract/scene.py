"""A person and a ticket of a test's own, made by the API alone."""

from __future__ import annotations

import secrets
from base64 import b64encode
from datetime import UTC, datetime, timedelta
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

    def order(self) -> Json:
        """Confirmed, between two new persons: `order`, `parent` and `pro`, each with id and number."""
        parent, pro = self.person(), self.person()
        item = {
            "external_id": secrets.token_hex(8), "parent": parent["item"]["external_id"], "pro": pro["item"]["external_id"],
            "state": "confirmed", "service": "walking", "place": "parents_home", "pet": "dog", "pet_name": "Biscuit",
            "items": [{"name": "Walk", "amount": 4_000}, {"name": "Bath 🛁", "amount": 6_000}], "address": "1 Elm St\nHamden",
            "placed": "2026-03-01T10:00:00Z", "starts": "2026-03-02T12:00:00Z", "ends": "2026-03-02T13:00:00Z", "amount": 10_000,
            "currency": "USD", "sources": dict.fromkeys(("pet_name", "items", "address"), "self"),
        }  # fmt: skip
        [order] = self.ingest(item, what="orders")
        return {**order, "item": item, "parent": parent, "pro": pro}

    def payment(self, order: Json, **more: Any) -> Json:
        """Captured, of 100.00, by a card."""
        item = {
            "external_id": secrets.token_hex(8), "order": order["item"]["external_id"], "state": "captured", "amount": 10_000,
            "currency": "USD", "brand": "Visa", "last_four": "4242", "processor_reference": f"pay_{secrets.token_hex(8)}", **more,
        }  # fmt: skip
        [payment] = self.ingest(item, what="payments")
        return {**payment, "item": item}

    def refund(self, payment: Json, amount: int = 1_000, by: httpx.Client | None = None) -> Json:
        """Asked for by support, so that it waits for somebody else."""
        wish = {"amount": amount, "reason": "goodwill", "text": "as agreed"}
        answer = self.write("POST", f"/v1/payments/{payment['number']}/refund", wish, by=by)
        assert answer.status_code == 200, answer.text
        found: Json = answer.json()
        return found

    def application(self, *kinds: str) -> Json:
        """Of a new person, who would like to walk dogs; with text documents of these kinds."""
        person = self.person()
        item = {
            "external_id": secrets.token_hex(8), "person": person["item"]["external_id"], "services": ["walking"],
            "business_name": "Happy Paws", "area": "Austin", "postcode": "78701", "experience": "Six years", "rates": "20 an hour",
            "answers": [{"question": "Do you have a car?", "answer": "https://cars.example/mine"}], "submitted_at": "2026-03-01T10:00:00Z",
        }  # fmt: skip
        [application] = self.ingest(item, what="pro-applications")
        papers = [self.document(item["external_id"], kind) for kind in kinds]
        return {**application, "item": item, "person": person, "documents": papers}

    def document(self, application: str, kind: str, content: bytes = b"A policy of insurance.", **more: Any) -> Json:
        checked = (
            {"provider": "Safe Harbor", "result": "Clear"}
            if kind == "background_check"
            else {"expires": "2040-01-01T00:00:00Z"}
        )
        item = {
            "external_id": secrets.token_hex(8), "application": application, "kind": kind, "content": b64encode(content).decode(),
            **checked, **more,
        }  # fmt: skip
        [document] = self.ingest(item, what="application-documents")
        return {**document, "item": item}

    def request(self, person: Json | None = None, kind: str = "access", **more: Any) -> Json:
        """A privacy request by phone, taken in by support."""
        wish = {
            "kind": kind, "channel": "phone", "received": "2026-03-01T10:00:00Z", "reply_to": "asks@mail.example",
            "person": person["number"] if person else None, **more,
        }  # fmt: skip
        answer = self.write("POST", "/v1/privacy-requests", wish)
        assert answer.status_code == 201, answer.text
        found: Json = answer.json()
        return found

    def survey(self) -> Json:
        """A manager's draft: a score, and an optional choice; it closes in a week."""
        now = datetime.now(UTC)
        wish = {
            "title": f"How are we doing? {new_key()[:8]}", "opens": now.isoformat(), "closes": (now + timedelta(days=7)).isoformat(),
            "questions": [
                {"kind": "nps", "text": "Would you recommend us?"},
                {"kind": "choice", "text": "What for?", "optional": True, "options": ["Walking", "Sitting"]},
            ],
        }  # fmt: skip
        answer = self.write("POST", "/v1/surveys", wish, by=self.target.as_role("manager"))
        assert answer.status_code == 201, answer.text
        found: Json = answer.json()
        return found

    def google_access(self, person: Json) -> Json:
        """Asked for by privacy, for the case of a request of the person's."""
        privacy, request = self.target.as_role("privacy"), self.request(person)
        claimed = self.write("POST", f"/v1/privacy-requests/{request['number']}/claim", by=privacy)
        assert claimed.status_code == 200, claimed.text
        case = privacy.get(f"/v1/tickets/{claimed.json()['case']}").json()["id"]
        wish = {"person": person["number"], "case": case, "ground": "consent", "evidence": "their letter of today"}
        answer = self.write("POST", "/v1/google-access", wish, by=privacy)
        assert answer.status_code == 201, answer.text
        found: Json = answer.json()
        return found

    def ingest(self, *items: Json, what: str = "users") -> list[Json]:
        answer = self.target.as_role("service").post(f"/v1/ingest/{what}", json={"items": items})
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
