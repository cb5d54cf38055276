"""Lists: limits, orders, ways to a page, cursors, totals, filters. For every resource that the contract knows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import httpx
import pytest

from tests.contract.target import CANARY, TIME, Target

Page = dict[str, Any]
FIRST_SORTS = {"awards": "due", "payment-reviews": "due", "pro-applications": "due", "privacy-requests": "due"}
"""The order of a list unless one is asked for, where it isn't the newest first."""

STEPS = 5
"""Pages that are walked of a list; the log grows while it is read, so the whole of it is never walked."""


def get(client: httpx.Client, resource: str, **params: Any) -> Page:
    answer = client.get(f"/v1/{resource}", params=params)
    assert answer.status_code == 200, answer.text
    page: Page = answer.json()
    assert set(page) == {"items", "next", "previous", "total", "first"}
    assert set(page["total"]) == {"count", "exact"} and isinstance(page["total"]["exact"], bool)
    assert isinstance(page["first"], int) and page["first"] >= 0
    return page


def ids(page: Page) -> list[str]:
    return [item["id"] for item in page["items"]]


def number(item: Page) -> int:
    return int(item["number"].partition("-")[2])


def shows(item: Page, name: str) -> bool:
    """A clock that stands still keeps its place in the list, and shows no moment."""
    return name != "due" or _shown(item, name) is not None


def _shown(item: Page, name: str) -> Any:
    """Of several limits, what is due is the one that runs now."""
    return item["next_due"] if name == "due" and "next_due" in item else item[name]


def place(item: Page, name: str) -> tuple[Any, int]:
    """Where it stands in a list that is sorted by this; moments as such, as a whole second is written shorter."""
    value = _shown(item, name)
    moment = isinstance(value, str) and TIME.fullmatch(value)
    return (0 if name == "number" else datetime.fromisoformat(value) if moment else value), number(item)


def test_a_first_page(target: Target, resource: str):
    page = get(target.lister(resource), resource)
    assert page["previous"] is None and page["first"] == 0
    assert 0 < len(page["items"]) <= 50
    assert len(set(ids(page))) == len(page["items"])
    if page["total"]["exact"]:
        assert len(page["items"]) == min(50, page["total"]["count"])
    assert (page["next"] is not None) == (page["total"]["count"] > 50)


def test_items_carry_masks_and_no_actions(target: Target, resource: str):
    for item in get(target.lister(resource), resource)["items"]:
        assert isinstance(item["masks"], dict)
        assert not {"actions", "withheld"} & set(item)


@pytest.mark.parametrize("limit", ["1", "7", "200"])
def test_limits_that_are_taken(target: Target, resource: str, limit: str):
    page = get(target.lister(resource), resource, limit=limit)
    assert 0 < len(page["items"]) <= int(limit)
    assert (len(page["items"]) == int(limit)) or page["next"] is None


@pytest.mark.parametrize(
    "params",
    [
        {"limit": "0"}, {"limit": "201"}, {"limit": "-1"}, {"limit": "1.5"}, {"limit": CANARY}, {"limit": ["1", "2"]},
        {CANARY: "1"}, {"sort": CANARY}, {"sort": ["number", "-number"]}, {"cursor": CANARY}, {"cursor": ""}, {"fraction": "1.1"},
        {"fraction": "-0.1"}, {"fraction": "nan"}, {"fraction": CANARY}, {"at": CANARY}, {"end": "true", "fraction": "0.5"},
    ],
    ids=str,
)  # fmt: skip
def test_what_a_list_does_not_take(target: Target, resource: str, params: dict[str, Any]):
    assert target.lister(resource).get(f"/v1/{resource}", params=params).status_code == 400


def test_every_order_that_is_offered(target: Target, resource: str):
    client, offered = target.lister(resource), target.offer["resources"][resource]["sorts"]
    assert "number" in offered
    for name in offered:
        for sort, descending in ((name, False), (f"-{name}", True)):
            items = get(client, resource, sort=sort, limit=200)["items"]
            places = [place(item, name) for item in items if shows(item, name)]
            assert places == sorted(places, reverse=descending), sort


def test_the_default_order_is_the_newest_first_or_what_is_due_first(target: Target, resource: str):
    numbers = [number(item) for item in get(target.lister(resource), resource, sort="-number")["items"]]
    assert numbers == sorted(numbers, reverse=True)
    items = get(target.lister(resource), resource)["items"]
    name = FIRST_SORTS.get(resource)
    if name is None:
        default = [number(item) for item in items]
        assert default == sorted(default, reverse=True)
    else:
        due = [place(item, name) for item in items if shows(item, name)]
        assert due == sorted(due)


def test_forward_and_back_is_the_same_way(target: Target, resource: str):
    client = target.lister(resource)
    for sort in target.offer["resources"][resource]["sorts"]:
        pages = [get(client, resource, sort=f"-{sort}", limit=4)]
        while pages[-1]["next"] and len(pages) < STEPS:
            pages.append(get(client, resource, sort=f"-{sort}", limit=4, cursor=pages[-1]["next"]))
        walked = [record for page in pages for record in ids(page)]
        assert len(walked) == len(set(walked))
        back = pages[-1]
        for page in reversed(pages[:-1]):
            back = get(client, resource, sort=f"-{sort}", limit=4, cursor=back["previous"])
            assert ids(back) == ids(page)


def test_an_exact_total_is_exact(target: Target, resource: str):
    """Ascending, where a list that grows does so at its end."""
    client = target.lister(resource)
    page = get(client, resource, sort="number", limit=200)
    if not page["total"]["exact"]:
        return
    counted, seen = page["total"]["count"], len(page["items"])
    while page["next"] and seen < counted:
        page = get(client, resource, sort="number", limit=200, cursor=page["next"])
        seen += len(page["items"])
    assert seen >= counted
    assert seen == counted or page["total"]["count"] == counted


def test_the_end(target: Target, resource: str):
    client = target.lister(resource)
    lowest = get(client, resource, sort="number", limit=3)
    page = get(client, resource, sort="-number", end="true", limit=3)
    assert page["next"] is None
    assert ids(page) == ids(lowest)[::-1]
    if page["total"]["exact"]:
        assert page["first"] == page["total"]["count"] - len(page["items"])


def test_the_page_about_a_record(target: Target, resource: str):
    client = target.lister(resource)
    items = get(client, resource, limit=30)["items"]
    chosen = items[len(items) // 2]
    for named in (chosen["id"], chosen["number"]):
        page = get(client, resource, around=named, limit=6)
        assert chosen["id"] in ids(page) and len(page["items"]) <= 6
        assert page["first"] < page["total"]["count"]


def test_the_page_about_nothing(target: Target, resource: str):
    prefix = target.offer["resources"][resource]["prefix"]
    answer = target.lister(resource).get(f"/v1/{resource}", params={"around": f"{prefix}-999999999999"})
    assert answer.status_code == 404


def test_the_page_at_a_number(target: Target, resource: str):
    client = target.lister(resource)
    items = get(client, resource, limit=30)["items"]
    chosen = items[len(items) // 2]
    assert chosen["id"] in ids(get(client, resource, sort="-number", at=number(chosen), limit=5))


def test_the_page_at_a_date(target: Target):
    client = target.lister("users")
    items = get(client, "users", sort="-registered", limit=100)["items"]
    chosen = items[-1]
    page = get(client, "users", sort="-registered", at=chosen["registered"], limit=5)
    assert chosen["registered"] in [item["registered"] for item in page["items"]]


@pytest.mark.parametrize("fraction", ["0", "0.5", "1", "1.0"])
def test_the_page_at_a_fraction(target: Target, resource: str, fraction: str):
    client = target.lister(resource)
    for sort in target.offer["resources"][resource]["sorts"]:
        page = get(client, resource, sort=sort, fraction=fraction, limit=5)
        assert page["items"]
        assert page["first"] < page["total"]["count"]


# Cursors


def a_cursor(client: httpx.Client, resource: str, **params: Any) -> str:
    found = get(client, resource, limit=1, **params)["next"]
    assert isinstance(found, str)
    return found


def test_a_cursor_holds_for_its_own_list_alone(target: Target, resource: str):
    client = target.lister(resource)
    cursor = a_cursor(client, resource)
    others = [{"resource": name} for name in target.offer["resources"] if name != resource]
    for other in others:
        answer = target.lister(other["resource"]).get(f"/v1/{other['resource']}", params={"cursor": cursor})
        assert answer.status_code == 400
    answer = client.get(f"/v1/{resource}", params={"cursor": cursor, "sort": "number"})
    assert answer.status_code == 400


def test_a_cursor_holds_for_its_own_filter_alone(target: Target):
    client = target.lister("users")
    cursor = a_cursor(client, "users", state="active")
    assert client.get("/v1/users", params={"cursor": cursor, "state": "active"}).status_code == 200
    for params in ({}, {"state": "locked"}, {"state": ["active", "locked"]}, {"state": "active", "pro": "yes"}):
        assert client.get("/v1/users", params={"cursor": cursor, **params}).status_code == 400


def test_a_cursor_is_for_one_role(target: Target, resource: str):
    first, *others = target.roles_that(resource, "list")
    cursor = a_cursor(target.lister(resource), resource)
    refused = [target.as_role(role).get(f"/v1/{resource}", params={"cursor": cursor}) for role in (first, *others)]
    assert sum(answer.status_code == 200 for answer in refused) == 1
    assert {answer.status_code for answer in refused} <= {200, 400}


# Filters


def test_every_value_of_a_filter_that_is_offered(target: Target, resource: str):
    client = target.lister(resource)
    for name, values in target.offer["resources"][resource]["filters"].items():
        for value in values:
            for item in get(client, resource, limit=30, **{name: value})["items"]:
                assert matches(item, name, value), (name, value)


def matches(item: Page, name: str, value: str) -> bool:
    """True as well for what a record doesn't tell (`actor=me`)."""
    known = item.get({"service": "services", "recommended": "recommendation"}.get(name, name), item.get(name))
    if isinstance(known, list):
        return value in known
    if value in ("yes", "no"):
        return known in (None, value == "yes")
    if name == "role" and "roles" in item:
        return value in item["roles"]
    return known in (value, None) or value in ("me", "none")


def test_values_that_no_filter_has(target: Target, resource: str):
    client = target.lister(resource)
    for name, values in target.offer["resources"][resource]["filters"].items():
        if len(values) > 1:
            refused = client.get(f"/v1/{resource}", params={name: CANARY})
            assert refused.status_code in (400, 404) or not refused.json()["items"], name


def test_states_together(target: Target):
    client = target.lister("users")
    counts = {
        state: get(client, "users", state=state)["total"] for state in target.offer["resources"]["users"]["states"]
    }
    together = get(client, "users", state=["active", "locked"])["total"]
    if together["exact"]:
        assert together["count"] == counts["active"]["count"] + counts["locked"]["count"]
