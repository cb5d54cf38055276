"""Likely duplicates among applications, found by keyed hashes and compared in clear; and what went before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, text

from console.platform_api import application_checks, blind
from console.platform_api.application_checks import COMPARED, LOOKED_THROUGH, MOST
from console.platform_api.application_tokens import index_applications
from console.platform_api.ids import id_bytes, new_id
from console.platform_api.keys import Keys
from console.platform_api.platform import Platform
from console.platform_api.tables import ProApplicationRow, UserRow, table
from console.platform_api.vault_tables import BLIND
from tests.platform_api.api import Api
from tests.platform_api.applications_made import add_application, decided
from tests.platform_api.orders_made import row_of
from tests.platform_api.people import add_people, add_ticket, patch, post

applications = table(ProApplicationRow)

ONE = {
    "name": "Ada Marsh",
    "email": "ada@example.net",
    "phone": "+12035550101",
    "street": "1 Elm Street",
    "postcode": "06604",
}
OTHER = {
    "name": "Bo Lund",
    "email": "bo@example.net",
    "phone": "+12035550102",
    "street": "2 Oak Street",
    "postcode": "06605",
}


def person(platform: Platform, **fields: str) -> str:
    return add_people(platform, [fields])[0]


def apply(platform: Platform, fields: Mapping[str, str], business: str, **more: Any) -> str:
    """A new person's application; its id."""
    found = person(platform, **fields)
    return add_application(platform, found, profile={"business_name": business}, complete=False, **more)


def number(platform: Platform, application: str) -> str:
    return f"PA-{row_of(platform, ProApplicationRow, application).number}"


def read(api: Api, application: str, name: str = "manager") -> Any:
    answer = api.sign_in(name).get(f"/v1/pro-applications/{application}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def alike(api: Api, application: str) -> list[tuple[str, list[str]]]:
    return [(one["number"], one["by"]) for one in read(api, application)["alike"]]


# What is alike


def test_nobody_is_like_a_new_pro(api: Api) -> None:
    mine = apply(api.platform, ONE, "Happy Paws")
    apply(api.platform, OTHER, "Quiet Whiskers")
    body = read(api, mine)
    assert (body["alike"], body["alike_cut"], body["former"]) == ([], False, [])


@pytest.mark.parametrize(
    ("changes", "business", "by"),
    [
        ({"phone": "(203) 555-0101"}, "Quiet Whiskers", ["phone"]),
        ({"email": "ADA@Example.net"}, "Quiet Whiskers", ["email"]),
        ({"street": "1 Elm street.", "postcode": "06 604"}, "Quiet Whiskers", ["address"]),
        ({}, "Paws, Happy & Co. LLC", ["business_name"]),
        ({"phone": "+12035550101", "email": "ada@example.net"}, "Happy paws dog walking", ["phone", "email", "business_name"]),
        ({"street": "1 Elm Street", "postcode": "06605"}, "Quiet Whiskers", None),
        ({"street": "11 Elm Street", "postcode": "06604"}, "Quiet Whiskers", None),
        ({}, "Happy Whiskers", None),
    ],
)  # fmt: skip
def test_what_is_the_same_is_named_with_links(
    api: Api, changes: Mapping[str, str], business: str, by: list[str] | None
) -> None:
    mine = apply(api.platform, ONE, "Happy Paws")
    other = apply(api.platform, {**OTHER, **changes}, business, state="declined")
    found = read(api, mine)["alike"]
    whose = row_of(api.platform, UserRow, row_of(api.platform, ProApplicationRow, other).person).number
    expected = {"number": number(api.platform, other), "person": f"U-{whose}", "state": "declined", "by": by}
    assert found == ([expected] if by else [])


def test_one_s_own_are_not_alike_but_former(api: Api) -> None:
    mine = person(api.platform, **ONE)
    first = add_application(api.platform, mine, "withdrawn")
    second = add_application(api.platform, mine)
    body = read(api, second)
    assert body["alike"] == []
    assert [(each["kind"], each["number"], each["state"]) for each in body["former"]] == [
        ("application", number(api.platform, first), "withdrawn")
    ]
    assert read(api, first)["former"] == []


def test_who_shares_most_comes_first(api: Api) -> None:
    mine = apply(api.platform, ONE, "Happy Paws")
    twice = apply(api.platform, {**OTHER, "phone": ONE["phone"], "email": ONE["email"]}, "Quiet Whiskers")
    once = apply(api.platform, OTHER, "Happy Paws")
    assert [found for found, _ in alike(api, mine)] == [number(api.platform, one) for one in (twice, once)]


def test_a_hint_that_is_wrong_names_nobody(sqlite_api: Api) -> None:
    """Two values of one token, as chance or a stale index would have it."""
    mine, other = apply(sqlite_api.platform, ONE, "Happy Paws"), apply(sqlite_api.platform, OTHER, "Quiet Whiskers")
    keys, whose = sqlite_api.platform.keys, row_of(sqlite_api.platform, ProApplicationRow, other).person
    tokens = [blind.phone_token(keys, ONE["phone"]), *blind.business_tokens(keys, "Happy Paws")]
    sqlite_api.platform.vault.index(whose, [*tokens, blind.address_token(keys, ONE["street"], ONE["postcode"])])
    assert alike(sqlite_api, mine) == []


def test_of_an_erased_person_nothing_is_compared(sqlite_api: Api) -> None:
    mine, other = apply(sqlite_api.platform, ONE, "Happy Paws"), apply(sqlite_api.platform, ONE, "Happy Paws")
    erase(sqlite_api.platform, row_of(sqlite_api.platform, ProApplicationRow, other).person)
    assert alike(sqlite_api, mine) == []
    assert read(sqlite_api, other)["alike"] == []


def erase(platform: Platform, who: str) -> None:
    """The person's key goes; their tokens are left, as a crash in between would leave them."""
    with platform.vault.database.writing() as session:
        session.connection().execute(text("DELETE FROM data_key WHERE owner = :owner"), {"owner": id_bytes(who)})


def test_the_index_is_the_person_s_own(sqlite_api: Api) -> None:
    """So that erasing them takes it along; and it holds no word in clear."""
    application = apply(sqlite_api.platform, ONE, "Happy Paws")
    whose = row_of(sqlite_api.platform, ProApplicationRow, application).person
    with sqlite_api.platform.vault.database.reading() as connection:
        owned = set(
            connection.execute(BLIND.select().with_only_columns(BLIND.c.token).where(BLIND.c.owner == whose)).scalars()
        )
    keys = sqlite_api.platform.keys
    assert blind.business_tokens(keys, "Happy Paws") | {blind.address_token(keys, "1 Elm Street", "06604")} <= owned


def test_a_profile_without_a_name_and_a_person_without_an_address(sqlite_api: Api) -> None:
    fields = {"email": "ada@example.net"}
    mine = add_application(sqlite_api.platform, person(sqlite_api.platform, **fields), profile={"business_name": ""})
    other = add_application(
        sqlite_api.platform, person(sqlite_api.platform, **fields), profile={"business_name": "  ?! "}
    )
    assert alike(sqlite_api, mine) == [(number(sqlite_api.platform, other), ["email"])]


def test_what_is_common_is_cut_off_and_says_so(sqlite_api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = apply(sqlite_api.platform, ONE, "Happy Paws")
    others = [apply(sqlite_api.platform, {**OTHER, "email": f"{n}@example.net"}, "Happy Paws") for n in range(4)]
    assert read(sqlite_api, mine)["alike_cut"] is False
    monkeypatch.setattr(application_checks, "LOOKED_THROUGH", 3)
    body = read(sqlite_api, mine)
    newest = [number(sqlite_api.platform, one) for one in reversed(others[1:])]
    assert ([one["number"] for one in body["alike"]], body["alike_cut"]) == (newest, True)
    monkeypatch.setattr(application_checks, "LOOKED_THROUGH", LOOKED_THROUGH)
    monkeypatch.setattr(application_checks, "MOST", 2)
    body = read(sqlite_api, mine)
    assert (len(body["alike"]), body["alike_cut"]) == (2, True)


def test_of_a_common_word_and_a_rare_one_the_rare_one_is_followed(platform: Platform) -> None:
    keys = platform.keys
    both, common = blind.business_tokens(keys, "Happy Zebra"), blind.business_tokens(keys, "Happy")
    owners = [new_id() for _ in range(9)]
    platform.vault.index_all(dict.fromkeys(owners, common) | {owners[0]: both, owners[1]: both})
    assert platform.vault.sharing(sorted(both), 2, 3) == ([owners[1], owners[0]], False)
    assert platform.vault.sharing(sorted(common), 1, 3) == (sorted(owners, reverse=True)[:3], True)
    assert platform.vault.sharing([], 1, 3) == ([], False)


def test_a_role_without_applications_hears_nothing_of_them(sqlite_api: Api) -> None:
    mine = apply(sqlite_api.platform, ONE, "Happy Paws")
    for name in ("billing", "auditor", "admin"):
        assert sqlite_api.sign_in(name).get(f"/v1/pro-applications/{mine}").status_code == 403


def test_a_list_has_no_checks(sqlite_api: Api) -> None:
    apply(sqlite_api.platform, ONE, "Happy Paws")
    [item] = sqlite_api.sign_in("manager").get("/v1/pro-applications").json()["items"]
    assert not {"alike", "alike_cut", "former"} & set(item)


def test_who_moves_is_found_at_the_new_address(api: Api) -> None:
    """By a correction, or as the marketplace tells it."""
    platform = api.platform
    mine, other = apply(platform, ONE, "Happy Paws"), apply(platform, OTHER, "Quiet Whiskers")
    whose = row_of(platform, ProApplicationRow, other).person
    case = add_ticket(platform, "privacy", person=whose)
    news = {"set": {"street": ONE["street"], "postcode": ONE["postcode"]}, "source": "self"}
    answer = patch(api.sign_in("privacy", case=case), f"/v1/users/{whose}", news, 1)
    assert answer.status_code == 200, answer.text
    assert alike(api, mine) == [(number(platform, other), ["address"])]


def test_who_moves_by_ingest_is_found_there_too(sqlite_api: Api) -> None:
    platform = sqlite_api.platform
    mine, other = apply(platform, ONE, "Happy Paws"), apply(platform, OTHER, "Quiet Whiskers")
    whose, users = row_of(platform, ProApplicationRow, other).person, table(UserRow)
    with platform.database.writing() as session:
        session.connection().execute(users.update().where(users.c.id == whose).values(external_id="m-7"))
    item = {"external_id": "m-7", "street": ONE["street"], "postcode": ONE["postcode"],
            "sources": {"street": "self", "postcode": "self"}}  # fmt: skip
    answer = post(sqlite_api.sign_in("service"), "/v1/ingest/users", {"items": [item]})
    assert answer.status_code == 200, answer.text
    assert alike(sqlite_api, mine) == [(number(platform, other), ["address"])]


# Beside a plain model

WORDS = ("happy", "paws", "zebra", "quiet", "dog", "the", "llc", "Ømer", "李", "明")
BUSINESS = st.lists(st.sampled_from(WORDS), max_size=5).map(" ".join)
PEOPLE = st.fixed_dictionaries(
    {"email": st.sampled_from(["a@example.net", "A@Example.Net", "b@example.net"])},
    optional={
        "phone": st.sampled_from(["+12035550101", "203 555 0101", "+12035550102"]),
        "street": st.sampled_from(["1 Elm Street", "1 elm  street", "2 Oak Street"]),
        "postcode": st.sampled_from(["06604", "06605"]),
    },
)


def by_hand(one: Mapping[str, str], other: Mapping[str, str]) -> list[str]:
    return [name for name, same in COMPARED.items() if same(one, other)]


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(PEOPLE, BUSINESS), min_size=2, max_size=5))
def test_who_is_alike_is_so_from_either_side_and_nobody_is_missed(
    platform: Platform, api: Api, applicants: list[tuple[dict[str, str], str]]
) -> None:
    with platform.database.writing() as session:
        session.connection().execute(delete(applications))
    made = {apply(platform, fields, business): {**fields, "business_name": business} for fields, business in applicants}
    expected = {
        one: {number(platform, other): by_hand(mine, theirs) for other, theirs in made.items() if other != one}
        for one, mine in made.items()
    }
    for one in made:
        assert dict(alike(api, one)) == {other: by for other, by in expected[one].items() if by}


NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=30) | BUSINESS


@given(NAMES, NAMES)
def test_names_are_alike_from_either_side(one: str, other: str) -> None:
    assert blind.alike_businesses(one, other) == blind.alike_businesses(other, one)


@given(NAMES, NAMES)
def test_names_that_are_alike_share_enough_words_to_be_found(keys: Keys, one: str, other: str) -> None:
    if blind.alike_businesses(one, other):
        mine, others = blind.business_tokens(keys, one), blind.business_tokens(keys, other)
        assert len(mine & others) >= blind.least_shared(len(mine))


@given(NAMES)
def test_a_name_is_like_itself_if_it_says_anything(name: str) -> None:
    assert blind.alike_businesses(name, name) == bool(blind.sought_words(name))


@given(NAMES, NAMES)
def test_equal_addresses_are_found_and_others_are_not(keys: Keys, street: str, postcode: str) -> None:
    same = blind.address_token(keys, street.upper(), f" {postcode} ") == blind.address_token(
        keys, street.upper(), postcode
    )
    assert same
    assert blind.same_address((street, postcode), (street, postcode))


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return Keys.load(tmp_path_factory.mktemp("keys"))


# What went before


def test_former_declines_and_suspensions_are_told_newest_first(api: Api) -> None:
    mine = person(api.platform, **ONE)
    first = decided(api.platform, "declined", person=mine, reason="conduct")
    manager = api.sign_in("manager")
    assert post(manager, f"/v1/users/{mine}/suspend", {"reason": "fraud"}, version=1).status_code == 200
    assert post(manager, f"/v1/users/{mine}/reinstate", {"reason": "appeal"}, version=2).status_code == 200
    second = add_application(api.platform, mine)
    whose = f"U-{row_of(api.platform, UserRow, mine).number}"
    assert [(f["kind"], f["number"], f["state"], f["reason"]) for f in read(api, second)["former"]] == [
        ("suspension", whose, "reinstated", "appeal"),
        ("suspension", whose, "suspended", "fraud"),
        ("application", number(api.platform, first), "declined", "conduct"),
    ]


def test_a_suspension_that_was_refused_is_none(sqlite_api: Api) -> None:
    mine = person(sqlite_api.platform, **ONE)
    application = add_application(sqlite_api.platform, mine)
    post(sqlite_api.sign_in("support"), f"/v1/users/{mine}/suspend", {"reason": "fraud"}, version=1)
    assert read(sqlite_api, application)["former"] == []


def test_of_others_nothing_went_before(sqlite_api: Api) -> None:
    decided(sqlite_api.platform, "declined", person=person(sqlite_api.platform, **OTHER))
    mine = add_application(sqlite_api.platform, person(sqlite_api.platform, **ONE))
    assert read(sqlite_api, mine)["former"] == []


def test_no_more_than_the_newest_are_told(sqlite_api: Api) -> None:
    mine = person(sqlite_api.platform, **ONE)
    for _ in range(MOST + 2):
        add_application(sqlite_api.platform, mine, "withdrawn", complete=False)
    assert len(read(sqlite_api, add_application(sqlite_api.platform, mine))["former"]) == MOST


def test_indexing_many_is_one_commit_and_knows_no_stranger(platform: Platform) -> None:
    known, stranger = person(platform, **ONE), new_id()
    with platform.database.reading() as connection:
        index_applications(platform, connection, {known: "Happy Paws", stranger: None})
        index_applications(platform, connection, {})
    token = blind.address_token(platform.keys, ONE["street"], ONE["postcode"])
    assert platform.vault.sharing([token], 1, 9) == ([known], False)
