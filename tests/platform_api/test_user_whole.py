"""The pro's page: a user read whole tells of applications, papers and orders, to roles that read those."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from console.platform_api.platform import Platform
from console.platform_api.tables import ProApplicationRow, UserRow
from console.platform_api.user_whole import MOST
from tests.platform_api.api import Api
from tests.platform_api.applications_made import add_application, add_document, decided
from tests.platform_api.orders_made import add_order, add_pair, row_of


def read(api: Api, user: str, name: str = "manager") -> Any:
    answer = api.sign_in(name).get(f"/v1/users/{user}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def number(platform: Platform, application: str) -> str:
    return f"PA-{row_of(platform, ProApplicationRow, application).number}"


def test_applications_come_newest_first_with_the_papers_that_expire(api: Api) -> None:
    platform, pro = api.platform, add_pair(api.platform)[1]
    soon = platform.clock().replace(microsecond=0) + timedelta(days=20)
    first = decided(platform, "declined", person=pro, complete=False)
    second = decided(platform, "approved", person=pro, services=("walking", "boarding"), complete=False)
    add_document(platform, second, "licence", expires=soon + timedelta(days=300))
    add_document(platform, second, "insurance", expires=soon)
    add_document(platform, second, "insurance", expires=soon - timedelta(days=300), state="replaced")
    add_document(platform, second, "background_check")
    [newest, oldest] = read(api, pro)["applications"]
    assert (newest["number"], newest["state"], newest["services"]) == (
        number(platform, second),
        "approved",
        ["boarding", "walking"],
    )
    assert newest["decided"] is not None
    assert [paper["kind"] for paper in newest["papers"]] == ["insurance", "licence"]
    assert (oldest["number"], oldest["papers"]) == (number(platform, first), [])


def test_orders_as_a_pro_are_counted_by_state(api: Api) -> None:
    parent, pro = add_pair(api.platform)
    for state in ("closed", "confirmed", "closed"):
        add_order(api.platform, parent, pro, state=state)
    add_order(api.platform, pro, add_pair(api.platform)[1])
    assert read(api, pro)["orders_as_pro"] == {"confirmed": 1, "closed": 2}
    assert read(api, parent)["orders_as_pro"] == {}


def test_no_more_than_the_newest(sqlite_api: Api) -> None:
    pro = add_pair(sqlite_api.platform)[1]
    made = [add_application(sqlite_api.platform, pro, "withdrawn", complete=False) for _ in range(MOST + 1)]
    found = [one["number"] for one in read(sqlite_api, pro)["applications"]]
    assert found == [number(sqlite_api.platform, one) for one in reversed(made[1:])]


@pytest.mark.parametrize(
    ("name", "told", "papers"),
    [
        ("support", {"applications", "orders_as_pro"}, 1),
        ("manager", {"applications", "orders_as_pro"}, 1),
        ("privacy", {"applications", "orders_as_pro"}, 0),
        ("billing", {"orders_as_pro"}, 0),
        ("auditor", set(), 0),
    ],
)
def test_each_role_is_told_of_what_it_reads(sqlite_api: Api, name: str, told: set[str], papers: int) -> None:
    platform, pro = sqlite_api.platform, add_pair(sqlite_api.platform)[1]
    application = add_application(platform, pro, complete=False)
    add_document(platform, application, expires=platform.clock() + timedelta(days=3))
    named = platform.vault.pseudonyms([pro])[pro] if name == "auditor" else pro
    body = read(sqlite_api, named, name)
    assert {"applications", "orders_as_pro"} & set(body) == told
    assert sum(len(one["papers"]) for one in body.get("applications", ())) == papers


def test_a_list_tells_nothing_of_it(sqlite_api: Api) -> None:
    add_application(sqlite_api.platform, add_pair(sqlite_api.platform)[1])
    items = sqlite_api.sign_in("manager").get("/v1/users").json()["items"]
    assert not any({"applications", "orders_as_pro"} & set(item) for item in items)


def test_a_user_who_was_made_a_pro_says_so(sqlite_api: Api) -> None:
    pro = add_pair(sqlite_api.platform)[1]
    assert row_of(sqlite_api.platform, UserRow, pro).pro
    assert read(sqlite_api, pro)["pro"] is True
