"""Records: id, number, version, fields of the record and no others, each clear or masked or withheld. For every role."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from console.records import RECORDS
from console.records.record import Record
from tests.contract.target import CANARY, ROLES, TIME, Target

Json = dict[str, Any]
BASE = {"id", "number", "version", "masks"}


def some(target: Target, role: str, resource: str) -> list[Json]:
    page: Json = target.as_role(role).get(f"/v1/{resource}", params={"limit": 5}).json()
    items: list[Json] = page["items"]
    return items


def times_in(record: type[Record], body: Json) -> Iterator[str]:
    for name, field in record.model_fields.items():
        if "datetime" in str(field.annotation) and body.get(name) is not None:
            yield body[name]


def check_record(resource: str, body: Json) -> None:
    """What holds of a record in a list and of one read whole."""
    record = RECORDS[resource]
    found = record.model_validate(body)
    assert BASE <= set(body) <= set(record.model_fields)
    assert isinstance(body["version"], int) and body["version"] >= 1
    assert set(body["masks"]) <= set(record.model_fields) - BASE
    assert not {name for name in body["masks"] if body.get(name) is not None}, "clear and masked"
    assert all(isinstance(mask, str) and mask for mask in found.masks.values())
    assert all(TIME.fullmatch(time) for time in times_in(record, body))


def check_whole(resource: str, body: Json) -> None:
    check_record(resource, body)
    assert {"actions", "withheld"} <= set(body)
    assert not {name for name in body["withheld"] if body.get(name)}, "clear and withheld"
    assert all(isinstance(because, str) and because for because in body["withheld"].values())
    names = [action["name"] for action in body["actions"]]
    assert len(names) == len(set(names))
    for action in body["actions"]:
        assert set(action) == {"name", "allowed", "because"}
        assert action["allowed"] is (action["because"] == "")


def test_lists_of_every_role(target: Target, resource: str):
    for role in target.roles_that(resource, "list"):
        for item in some(target, role, resource):
            check_record(resource, item)


def test_records_of_every_role(target: Target, resource: str):
    for role in target.roles_that(resource, "read"):
        if "list" not in target.may(role)[resource]:
            continue
        for item in some(target, role, resource)[:2]:
            answer = target.as_role(role).get(f"/v1/{resource}/{item['id']}")
            assert answer.status_code == 200, (role, answer.text)
            body = answer.json()
            check_whole(resource, body)
            assert answer.headers["etag"] == f'"{body["version"]}"'
            assert {name: body[name] for name in ("id", "number")} == {name: item[name] for name in ("id", "number")}
            by_number = target.as_role(role).get(f"/v1/{resource}/{item['number']}").json()
            assert by_number["id"] == body["id"]


def test_roles_that_have_no_part_in_a_resource_are_refused(target: Target, resource: str):
    [known] = target.lister(resource).get(f"/v1/{resource}", params={"limit": 1}).json()["items"]
    for role in set(ROLES) - set(target.roles_that(resource, "list")):
        for path in (f"/v1/{resource}", f"/v1/{resource}/{known['id']}"):
            answer = target.as_role(role).get(path)
            assert (answer.status_code, answer.json()["type"]) == (403, "not-allowed"), (role, path)
            assert answer.json()["because"]


def test_nobody_is_told_without_a_sign_in(target: Target, resource: str):
    answer = target.nobody.get(f"/v1/{resource}")
    assert (answer.status_code, answer.json()["type"]) == (401, "not-signed-in")


def test_numbers_and_ids(target: Target, resource: str):
    prefix = target.offer["resources"][resource]["prefix"]
    for item in target.lister(resource).get(f"/v1/{resource}", params={"limit": 5}).json()["items"]:
        own, _, digits = item["number"].partition("-")
        assert digits.isdigit()
        assert own == prefix or (resource == "campaigns" and own == "CT")
        if item["id"] != item["number"]:  # rows of the log have but a number
            assert UUID(item["id"]).version == 7


def test_a_number_is_taken_in_any_case_and_without_its_prefix(target: Target, resource: str):
    """In a list of several kinds that of the first is meant by a bare number."""
    client, prefix = target.lister(resource), target.offer["resources"][resource]["prefix"]
    items = client.get(f"/v1/{resource}", params={"limit": 50}).json()["items"]
    item = next((it for it in items if it["number"].startswith(f"{prefix}-")), items[0])
    for named in (item["number"].lower(), item["number"].partition("-")[2]):
        assert client.get(f"/v1/{resource}/{named}").json()["id"] == item["id"]


@pytest.mark.parametrize(
    "named", ["999999999999", "01900000-0000-7000-8000-000000000000", CANARY, "0", "-1", "U-", "%F0%9F%90%95", "9" * 40]
)
def test_records_that_are_not_there(target: Target, resource: str, named: str):
    answer = target.lister(resource).get(f"/v1/{resource}/{named}")
    assert (answer.status_code, answer.json()["type"]) == (404, "not-found")


def test_a_case_that_is_not_there(target: Target):
    client, headers = target.as_role("support"), {"Petworks-Case": str(uuid4())}
    assert client.get("/v1/users", headers=headers).status_code == 404


def test_a_person_is_masked_for_support(target: Target):
    found: list[httpx.Response] = []
    for item in some(target, "support", "users"):
        found.append(target.as_role("support").get(f"/v1/users/{item['id']}"))
    assert any({"name", "email"} <= set(answer.json()["masks"]) for answer in found)
    assert all("•" in mask for answer in found for mask in answer.json()["masks"].values())


def test_a_person_is_a_pseudonym_for_the_auditor(target: Target):
    """Neither id nor number, which stand in other answers beside what the person did."""
    for item in some(target, "auditor", "users"):
        assert item["id"] == item["number"] and not item["number"].startswith("U-")
        assert not item["masks"]
