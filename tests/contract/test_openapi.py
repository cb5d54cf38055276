"""What /openapi.json says, tried with generated requests: no answer fails, repeats its input, or differs from what is documented."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import requests  # schemathesis speaks through it
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import CheckFunction
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.contract.target import Target

EXAMPLES = 10
"""For each operation and role."""

CHECKS: list[CheckFunction] = [status_code_conformance, content_type_conformance, response_schema_conformance]
ENDS_THE_SESSION = {("DELETE", "/v1/auth/token")}
QUOTABLE = 8
"""Shorter texts than this stand in sentences by chance."""

Json = dict[str, Any]


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


def known_records(client: httpx.Client, target: Target) -> dict[str, list[str]]:
    """Resource → names of records that are there, so that not every request ends in 404."""
    found = {}
    for resource in target.offer["resources"]:
        answer = client.get(f"/v1/{resource}", params={"limit": 3})
        found[resource] = [item["number"] for item in answer.json().get("items", [])]
    return found


def try_operation(
    operation: APIOperation, session: requests.Session, url: str, records: list[str], known: set[str]
) -> None:
    @settings(max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(case=operation.as_strategy(), record=st.sampled_from(records or ["1"]), real=st.booleans())
    def send(case: schemathesis.Case, record: str, real: bool) -> None:
        if real and "named" in (case.path_parameters or {}):
            case.path_parameters["named"] = record
        answer = case.call(session=session, base_url=url)
        case.validate_response(answer, checks=CHECKS)
        if answer.status_code >= 400:
            sent = {text for text in texts([case.query, case.body]) if len(text) >= QUOTABLE} - known
            assert not [text for text in sent if text in answer.text]

    send()


@pytest.mark.parametrize("role", ["support", "admin"])
def test_generated_requests(target: Target, role: str):
    description = target.nobody.get("/openapi.json").json()
    schema = schemathesis.openapi.from_dict(description)
    client, known = target.fresh(role), described(description)
    records = known_records(client, target)
    failures = []
    session = requests.Session()
    session.trust_env = False
    session.headers["Authorization"] = client.headers["Authorization"]
    for result in schema.get_all_operations():
        operation = result.ok()
        resource = operation.path.split("/")[2] if operation.path.startswith("/v1/") else ""
        others = resource in target.offer["resources"] and resource not in target.may(role)  # all of it is refused
        if others or (operation.method.upper(), operation.path) in ENDS_THE_SESSION:
            continue
        try:
            try_operation(operation, session, target.url, records.get(resource, []), known)
        except (AssertionError, schemathesis.errors.SchemathesisError, BaseExceptionGroup) as failure:
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
