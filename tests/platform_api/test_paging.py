"""Lists of any length: every way through one shows every row once, in order, whatever the order, the filter and the page size."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from random import Random
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.platform_api import cursors
from console.platform_api.platform import Platform
from console.platform_api.problems import BadRequest
from tests.platform_api.api import Api
from tests.platform_api.people import START, add_people, add_person

COUNT = 137
STATES = ("active", "locked", "suspended", "erased")
SORTS = ("number", "-number", "registered", "-registered", "state", "-state")


def _people() -> list[dict[str, Any]]:
    """Registered in no order and often on the same day, so that ties are tried."""
    random = Random(7)
    return [
        {
            "name": f"Person {n}", "state": random.choices(STATES, (20, 4, 2, 1))[0], "pro": random.random() < 0.2,
            "opted_out": random.random() < 0.3, "registered": START + timedelta(days=random.randrange(20)),
        }
        for n in range(COUNT)
    ]  # fmt: skip


@pytest.fixture
def support(api: Api, platform: Platform) -> Iterator[httpx.Client]:
    add_people(platform, _people())
    return api.sign_in("support")  # type: ignore[return-value]


def expected(sort: str, filters: dict[str, list[str]]) -> list[int]:
    """The numbers of a list, worked out from the people themselves."""
    rows = list(enumerate(_people(), start=1))
    if "state" in filters:
        rows = [row for row in rows if row[1]["state"] in filters["state"]]
    for flag in ("pro", "opted_out"):
        if flag in filters:
            rows = [row for row in rows if row[1][flag] is (filters[flag] == ["yes"])]
    name = sort.removeprefix("-")
    place = {
        "number": lambda row: row[0],
        "registered": lambda row: (row[1]["registered"], row[0]),
        "state": lambda row: (row[1]["state"], row[0]),
    }
    return [row[0] for row in sorted(rows, key=place[name], reverse=sort.startswith("-"))]


def numbers(page: dict[str, Any]) -> list[int]:
    return [int(item["number"].removeprefix("U-")) for item in page["items"]]


def fetch(client: httpx.Client, **params: Any) -> dict[str, Any]:
    answer = client.get("/v1/users", params=params)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def walk(client: httpx.Client, page: dict[str, Any], way: str, **params: Any) -> list[list[int]]:
    """The pages from one on, in the direction of `next` or `previous`."""
    pages = [numbers(page)]
    while page[way]:
        page = fetch(client, cursor=page[way], **params)
        pages.append(numbers(page))
    return pages


FILTERS = st.fixed_dictionaries(
    {},
    optional={
        "state": st.lists(st.sampled_from(STATES), min_size=1, max_size=3, unique=True),
        "pro": st.sampled_from([["yes"], ["no"]]),
        "opted_out": st.sampled_from([["yes"], ["no"]]),
    },
)


def test_every_way_through_a_list_shows_every_row_once(support: httpx.Client) -> None:
    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
    @given(sort=st.sampled_from(SORTS), filters=FILTERS, limit=st.integers(5, 60), start=st.integers(1, COUNT))
    def check(sort: str, filters: dict[str, list[str]], limit: int, start: int) -> None:
        params = {"sort": sort, "limit": str(limit), **filters}
        whole = expected(sort, filters)
        down = walk(support, fetch(support, **params), "next", **params)
        assert [number for page in down for number in page] == whole
        up = walk(support, fetch(support, **params, end="true"), "previous", **params)
        assert [number for page in reversed(up) for number in page] == whole
        middle = fetch(support, **params, around=str(start))
        before = walk(support, middle, "previous", **params)[::-1]
        after = walk(support, middle, "next", **params)[1:]
        assert [number for page in before + after for number in page] == whole
        assert start in numbers(middle) or start not in whole

    check()


def test_a_page_says_where_it_stands(support: httpx.Client) -> None:
    page = fetch(support, limit="20")
    seen = 0
    while True:
        assert (page["first"], page["total"]) == (seen, {"count": COUNT, "exact": True})
        seen += len(page["items"])
        if not page["next"]:
            break
        page = fetch(support, limit="20", cursor=page["next"])
    assert fetch(support, limit="20", end="true")["first"] == COUNT - 20


def test_jumps_to_a_number_a_date_and_a_place(support: httpx.Client) -> None:
    assert 50 in numbers(fetch(support, limit="5", at="50"))
    day = (START + timedelta(days=10)).date().isoformat()
    dated = fetch(support, limit="9", sort="registered", at=day)
    assert any(item["registered"][:10] == day for item in dated["items"])
    assert numbers(fetch(support, limit="3", fraction="0"))[0] == COUNT
    assert 60 <= numbers(fetch(support, limit="3", fraction="0.5"))[0] <= 80
    assert fetch(support, limit="3", fraction="1", sort="state")["items"][-1]["state"] == "suspended"


@pytest.mark.parametrize(
    "params",
    [
        {"limit": "0"}, {"limit": "201"}, {"limit": "many"}, {"limit": "-1"}, {"sort": "email"}, {"sort": ""}, {"state": "asleep"},
        {"cursor": "AAAA"}, {"cursor": "ü"}, {"fraction": "2"}, {"fraction": "nan"}, {"at": "soon"},
        {"at": "1", "end": "true"},
        {"name": "Maria"},
        {"at": "yesterday", "sort": "registered"},
    ],
)  # fmt: skip
def test_what_a_list_does_not_take(sqlite_api: Api, sqlite_platform: Platform, params: dict[str, str]) -> None:
    add_person(sqlite_platform)
    assert sqlite_api.sign_in("support").get("/v1/users", params=params).status_code == 400


def test_a_record_that_is_not_there_cannot_be_jumped_to(sqlite_api: Api, sqlite_platform: Platform) -> None:
    add_person(sqlite_platform)
    assert sqlite_api.sign_in("support").get("/v1/users", params={"around": "U-99"}).status_code == 404


def test_a_cursor_is_for_one_list_one_employee_and_one_day(api: Api, platform: Platform) -> None:
    add_people(platform, _people()[:9])
    cursor = fetch(api.sign_in("support"), limit="3")["next"]
    for name, params in (
        ("support2", {}),
        ("manager", {}),
        ("support", {"sort": "state"}),
        ("support", {"pro": "yes"}),
    ):
        assert api.sign_in(name).get("/v1/users", params={"cursor": cursor, "limit": "3", **params}).status_code == 400
    now = platform.clock()
    platform.clock = lambda: now + timedelta(hours=25)
    assert api.sign_in("support").get("/v1/users", params={"cursor": cursor}).status_code == 400


@given(place=st.dictionaries(st.sampled_from("vncxi"), st.integers() | st.text(max_size=20)), flip=st.integers(0, 400))
def test_a_cursor_that_was_touched_opens_nothing(place: dict[str, Any], flip: int) -> None:
    key, now = bytes(32), START
    sealed = cursors.seal(key, "users|number", place, now)
    assert {name: cursors.unseal(key, "users|number", sealed, now)[name] for name in place} == place
    at = flip % len(sealed)
    touched = sealed[:at] + ("A" if sealed[at] != "A" else "B") + sealed[at + 1 :]
    with pytest.raises(BadRequest):
        # The last character's spare bits don't count: changing those alone changes no byte.
        assert cursors.unseal(key, "users|number", touched, now) != cursors.unseal(
            key, "users|number", sealed, now
        ) or _same(sealed, touched)


def _same(one: str, other: str) -> bool:
    import base64

    def data(text: str) -> bytes:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))

    if data(one) == data(other):
        raise BadRequest
    return False
