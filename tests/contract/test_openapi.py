"""What /openapi.json says, tried with generated requests: no answer fails, repeats its input, or differs from what is documented."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests  # schemathesis speaks through it
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import CheckFunction
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.contract.scene import Scene
from tests.contract.target import Target, new_key

EXAMPLES = 6
"""For each operation and role, on each database: all of these tests are to take less than a minute."""

CHECKS: list[CheckFunction] = [status_code_conformance, content_type_conformance, response_schema_conformance]
ENDS_THE_SESSION = "DELETE /v1/auth/token"
FEWER = {"POST /v1/auth/token": 3, "GET /health": 1, "GET /v1": 1, "GET /v1/me": 1, "DELETE /v1/reveals": 1}
"""What takes nothing, or answers slowly on purpose."""
QUOTABLE = 8
"""Shorter texts than this stand in sentences by chance."""

Json = dict[str, Any]
Case = schemathesis.Case[Any]
Operation = APIOperation[Any, Any, Any, Any]


def texts(value: Any) -> Iterator[str]:
    """All that somebody could have typed into a request."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from (name, *texts(inner))
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)


def described(schema: Json) -> set[str]:
    """The names of the description itself, which a problem may say."""
    return {word for text in texts(schema) for word in (text, *text.split("/"))}


OF_CAMPAIGNS = ("campaigns", "surveys", "survey-entries", "contests", "contest-entries", "awards")


def own_records(scene: Scene) -> dict[str, str]:
    """Resource → a record that may be changed at will, so that not every request ends in 404."""
    wish = {"email": f"{new_key()[:12]}@mail.example", "name": "Kim", "roles": ["support"], "password": new_key()}
    employee = scene.write("POST", "/v1/employees", wish, by=scene.target.lately("admin"))
    person, order = scene.person(), scene.order()
    payment = scene.payment(order)
    application, survey = scene.application("insurance", "background_check"), scene.survey()
    return {
        "pro-applications": application["number"],
        "application-documents": application["documents"][0]["number"],
        "orders": order["number"],
        "payments": payment["number"],
        "refunds": scene.refund(payment)["refund"],
        **{name: _any(scene.target, name) for name in ("payouts", "payment-reviews", "reconciliations", "disclosures")},
        **{name: _any(scene.target, name) for name in OF_CAMPAIGNS},
        "privacy-requests": scene.request(person)["number"],
        "google-access": scene.google_access(person)["number"],
        "policy-versions": "PV-1",
        "surveys": survey["number"],
        "campaigns": survey["number"],
        "users": person["number"],
        "tickets": scene.ticket(person)["number"],
        "employees": employee.json()["number"],
        "audit": "A-1",
    }


def _any(target: Target, resource: str) -> str:
    [item] = target.lister(resource).get(f"/v1/{resource}", params={"limit": 1}).json()["items"]
    return str(item["number"])


class Tried:
    """Where generated requests go, and what makes some of them reach a record."""

    def __init__(self, target: Target, role: str, description: Json) -> None:
        client = target.lately(role)
        self.url, self.known, self.records = target.url, described(description), own_records(Scene(target))
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["Authorization"] = client.headers["Authorization"]

    def aim(self, case: Case, record: str) -> None:
        """At a record that is there, with a key and a version that may be right, so that not all ends in 404 or 428."""
        if "named" in (case.path_parameters or {}):
            case.path_parameters["named"] = record
        case.headers.pop("Petworks-Case", None)
        case.headers.update({"Idempotency-Key": new_key(), "If-Match": '"1"'})

    def send(self, case: Case) -> None:
        answer = case.call(session=self.session, base_url=self.url)
        case.validate_response(answer, checks=CHECKS)
        assert answer.status_code < 500
        if answer.status_code >= 400:
            sent = {text for text in texts([case.query, case.body]) if len(text) >= QUOTABLE} - self.known
            assert not [text for text in sent if text in answer.text]

    def operation(self, operation: Operation, resource: str) -> None:
        record = self.records.get(resource, "")
        examples = FEWER.get(operation.label, EXAMPLES)

        @settings(max_examples=examples, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
                  suppress_health_check=list(HealthCheck))  # fmt: skip
        @given(case=operation.as_strategy(), aimed=st.booleans())
        def send(case: Case, aimed: bool) -> None:
            if aimed:
                self.aim(case, record)
            self.send(case)

        send()


TRIED_BY = {
    "support": ("support",),
    "manager": ("manager",),
    "admin": ("admin",),
    "billing": ("billing", "support"),
    "privacy": ("privacy", "billing", "support"),
}
"""Role → itself, and those that try what they have first: of the others it tries what these lack."""

MANAGERS = ("pro-applications", "application-documents", *OF_CAMPAIGNS)
"""All that managers try: what they alone decide. Nobody else tries these."""


def operations(description: Json, target: Target, role: str) -> Iterator[tuple[Operation, str]]:
    """With their resource: those of the role's resources, and for support what is everyone's. All others are but refused."""
    known = {resource for earlier in TRIED_BY[role][1:] for resource in target.may(earlier)}
    for result in schemathesis.openapi.from_dict(description).get_all_operations():
        assert isinstance(result, Ok), result
        operation = result.ok()
        resource = operation.path.removeprefix("/v1/").partition("/")[0]
        everyones = resource not in target.offer["resources"] and role == "support"
        own = resource in target.may(role) and resource not in known and (resource in MANAGERS) == (role == "manager")
        if operation.label != ENDS_THE_SESSION and (everyones or own):
            yield operation, resource


@pytest.mark.parametrize("role", TRIED_BY)
def test_generated_requests(target: Target, role: str):
    description = target.nobody.get("/openapi.json").json()
    tried, failures = Tried(target, role, description), []
    for operation, resource in operations(description, target, role):
        try:
            tried.operation(operation, resource)
        except (AssertionError, BaseExceptionGroup) as failure:
            failures.append(f"{operation.label}: {failure!r}"[:1500])
    assert not failures, "\n\n".join(failures)


def test_every_operation_says_what_it_answers(target: Target):
    description = target.nobody.get("/openapi.json").json()
    for path, operations in description["paths"].items():
        for method, operation in operations.items():
            good = [answer for status, answer in operation["responses"].items() if status.startswith("2")]
            assert len(good) == 1, (method, path)
            for kind in good[0].get("content", {}).values():
                assert kind["schema"], (method, path)
            assert {"4XX", "5XX"} <= set(operation["responses"])
