"""The privacy policy's promises, each tried over HTTP. docs/policy.md says which test shows which promise."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from console import access
from console.platform_api.documents import Value, dump
from console.platform_api.mail import queue
from console.platform_api.mail_senders.seam import LastWord, Letter
from console.platform_api.problems import NotAllowed
from console.platform_api.tables import UserRow, table
from console.platform_api.transaction import own_work
from console.records import RECORDS
from console.records.employees import Role
from console.records.users import TOPICS, Source
from tests.access.world import ABOUT, Employee, Person, Ticket, World
from tests.platform_api.mailed import poster

STAFF = [Role.SUPPORT, Role.BILLING, Role.MANAGER, Role.PRIVACY]


def correct(employee: Employee, person: Person, values: dict[str, Any], **more: Any) -> Any:
    version = employee.world.version("users", person.id)
    body = {"set": values, "source": "self", **more}
    return employee.ask("PATCH", f"/v1/users/{person.number}", body, version=version)


def with_case(world: World, role: Role) -> tuple[Employee, Person]:
    employee, person = world.employee(role), world.person()
    world.case(employee, person)
    return employee, person


# P1: every value has a source


@pytest.mark.parametrize("source", [None, "", "google", "guess", "Self", 1])
def test_p1_a_value_without_a_source_is_refused(world: World, source: Any) -> None:
    employee, person = with_case(world, Role.PRIVACY)
    answer = correct(employee, person, {"name": "New Name"}, source=source)
    assert (answer.status_code, answer.json()["type"]) == (422, "invalid")
    assert employee.ask("PATCH", f"/v1/users/{person.number}", {"set": {"name": "x"}}, version=1).status_code == 422
    assert employee.reveal(person, "name").json()["values"] == {"name": person.values["name"]}


# P2: nothing in bulk


@pytest.mark.parametrize("resource", RECORDS)
def test_p2_a_page_is_of_two_hundred_at_most(world: World, resource: str) -> None:
    employee = world.employee(next(role for role in Role if access.has(frozenset({role}), resource, "list")))
    for limit in (201, 10**6, 0, -1):
        assert employee.get(f"/v1/{resource}", limit=limit).status_code == 400
    assert len(employee.get(f"/v1/{resource}", limit=200).json()["items"]) <= 200


def test_p2_a_search_by_name_shows_twenty_at_most(world: World) -> None:
    employee = world.employee(Role.SUPPORT)
    world.case(employee)
    name = f"Multitude{employee.number[2:]}x"
    for _ in range(21):
        world.person(values={"name": name})
    found = employee.post("/v1/users/search", {"name": name}).json()
    assert (len(found["items"]), found["total"]["exact"]) == (20, False)


# P3: a message needs a case

LETTER = {"subject": "Your question", "body": "It is mended."}


def reply(employee: Employee, ticket: Ticket, **more: Any) -> Any:
    return employee.post(f"/v1/tickets/{ticket.number}/reply", {**LETTER, **more})


@pytest.mark.parametrize("role", STAFF)
def test_p3_a_message_needs_a_case_of_that_very_person(world: World, role: Role) -> None:
    employee, person, other = world.employee(role), world.person(), world.person()
    ticket = world.case(employee, person)
    answer = reply(employee, ticket, to=other.number)
    assert (answer.status_code, answer.json()["type"]) == (403, "not-allowed")
    assert (entry := world.logged(answer)) is not None and entry.outcome == "refused"
    assert reply(employee, ticket, to=person.number).status_code == 200


@pytest.mark.parametrize("role", STAFF)
def test_p3_a_case_that_is_done_or_somebody_else_s_is_none(world: World, role: Role) -> None:
    employee, person = world.employee(role), world.person()
    ticket = world.case(world.employee(role), person)
    assert reply(employee, ticket).status_code == 403
    mine = world.case(employee, person)
    for state in ("solved", "closed"):
        world.change_ticket(mine, state=state)
        assert reply(employee, mine).status_code == 409


class Collecting:
    """A sender that keeps what goes out."""

    name = "collecting"

    def __init__(self) -> None:
        self.letters: list[Letter] = []

    def send(self, letter: Letter, last_word: LastWord) -> None:
        last_word()
        self.letters.append(letter)

    def was_sent(self, message_id: str) -> bool | None:
        return None


def sent_in_time(world: World, *persons: Person) -> list[Letter]:
    """What a worker sends to these once all that waits is due; others have mail waiting, too."""
    sender, addresses = Collecting(), {person.values["email"] for person in persons}
    with world.clock.forward(seconds=11):
        poster(world.platform, sender).run_all()
    return [letter for letter in sender.letters if letter.recipient in addresses]


# P5, P6: opting out


GATED = {**dict.fromkeys(TOPICS, False), **dict.fromkeys(("order", "answer", "security", "breach"), True)}
"""Topic → whether we may still write about it after the person has opted out of everything."""


def gate(employee: Employee, person: Person, **asked: str) -> bool:
    answer = employee.get(f"/v1/users/{person.number}/contact", **asked).json()
    assert answer["because"]
    return bool(answer["allowed"])


def test_p5_an_opt_out_stops_specials_products_and_policy_news_and_nothing_else(world: World) -> None:
    employee, person = world.employee(Role.SUPPORT), world.person(interests=["grooming"])
    assert {topic: gate(employee, person, topic=topic) for topic in GATED} == dict.fromkeys(GATED, True)
    out = {"topics": list(TOPICS), "channel": "email"}
    assert employee.post(f"/v1/users/{person.number}/opt-out", out, version=1).status_code == 200
    assert {topic: gate(employee, person, topic=topic) for topic in GATED} == GATED
    assert {topic: gate(world.employee(Role.SERVICE), person, topic=topic) for topic in GATED} == GATED


def test_p5_one_topic_leaves_the_others(world: World) -> None:
    employee, person = world.employee(Role.BILLING), world.person(interests=["grooming"])
    out = {"topics": ["specials"], "channel": "phone"}
    assert employee.post(f"/v1/users/{person.number}/opt-out", out, version=1).status_code == 200
    assert {topic: gate(employee, person, topic=topic) for topic in TOPICS} == {
        "specials": False, "products": True, "policy_news": True,
    }  # fmt: skip


def test_p5_mail_asks_the_gate_when_it_is_queued_and_when_it_goes(world: World) -> None:
    employee, person, gone = world.employee(Role.SUPPORT), world.person(), world.person()
    out = {"topics": list(TOPICS), "channel": "email"}
    assert employee.post(f"/v1/users/{person.number}/opt-out", out, version=1).status_code == 200
    assert reply(employee, world.case(employee, person)).status_code == 200  # an answer is no marketing
    ticket = world.case(employee, gone)
    assert reply(employee, ticket).status_code == 200
    world.change(UserRow, gone.id, state="erasing")
    assert [letter.recipient for letter in sent_in_time(world, person, gone)] == [person.values["email"]]
    assert reply(employee, ticket).status_code == 403
    with pytest.raises(NotAllowed, match="Not allowed"), own_work(world.platform) as work:
        queue(work, ticket=None, person=person.id, topic="specials", template=None, author=None, **LETTER)


@pytest.mark.parametrize("role", STAFF)
def test_p6_each_of_them_sets_an_opt_out_without_case_or_reason(world: World, role: Role) -> None:
    employee, person = world.employee(role), world.person()
    out = {"topics": list(TOPICS), "channel": "letter"}
    answer = employee.post(f"/v1/users/{person.number}/opt-out", out, version=1)
    assert answer.status_code == 200
    assert answer.json()["opted_out"] is True


@pytest.mark.parametrize("role", STAFF)
def test_p6_only_the_person_s_own_request_clears_it(world: World, role: Role) -> None:
    employee, person = world.employee(role), world.person(specials=False, opted_out=True)
    back, clear = {"topics": ["specials"]}, f"/v1/users/{person.number}/opt-in"
    assert employee.post(clear, back, version=1).status_code == 403
    world.case(employee, world.person())  # somebody else's request
    assert employee.post(clear, back, version=1).status_code == 403
    world.case(employee, person, opener=employee)  # made up by the employee
    assert employee.post(clear, back, version=1).status_code == 403
    assert not gate(employee, person, topic="specials", service="grooming")
    world.case(employee, person)
    assert employee.post(clear, back, version=1).json()["specials"] is True


# P8: values from Google


@pytest.mark.parametrize("role", Role)
def test_p8_values_from_google_are_refused_to_every_role(world: World, role: Role) -> None:
    employee, person = world.employee(role), world.person()
    world.check(world.case(employee, person), person, employee, "phone", "postcode", "email")
    number = world.pseudonym(person) if role is Role.AUDITOR else person.number
    assert employee.reveal(person, "google_email").status_code == 403
    assert employee.reveal(person, "name", "google_email").status_code == 403
    assert correct(employee, person, {"google_email": "a@b.example"}).status_code == 403
    search = employee.post("/v1/users/search", {"google_email": person.values["google_email"]})
    assert search.status_code in (400, 403)
    found = employee.post("/v1/users/search", {"email": person.values["google_email"]})
    assert found.status_code == 403 or found.json()["items"] == []
    check = {"case": employee.case, "field": "google_email", "said": person.values["google_email"]}
    assert employee.post(f"/v1/users/{number}/caller-check", check).status_code in (400, 403)
    whole = employee.get(f"/v1/users/{number}")
    assert person.values["google_email"] not in whole.text
    assert (
        role is Role.PRIVACY or "google" not in whole.text
    )  # who may ask for it learns that there is something to ask for


# P9: values from Google stay here


def from_google(world: World, person: Person) -> None:
    """Their e-mail address came from Google."""
    email = Value(person.values["email"], Source.GOOGLE, world.clock())
    sealed = world.platform.vault.keys_of([person.id])[person.id].seal(
        "users", person.id, "contact", dump({"email": email})
    )
    world.change(UserRow, person.id, sealed_contact=sealed)


def test_p9_no_mail_goes_to_an_address_from_google(world: World) -> None:
    employee, before, later = world.employee(Role.SUPPORT), world.person(), world.person()
    from_google(world, before)
    answer = reply(employee, world.case(employee, before))
    assert answer.status_code == 403 and "Google" in answer.json()["because"]
    assert reply(employee, world.case(employee, later)).status_code == 200
    from_google(world, later)
    assert sent_in_time(world, before, later) == []


def test_p9_nothing_from_google_stands_in_what_goes_out(world: World) -> None:
    """Nor is a notice sent there when such an address is replaced."""
    new = f"{uuid4().hex}@canary.example"
    employee, person, replaced = world.employee(Role.PRIVACY), world.person(), world.person()
    from_google(world, replaced)
    ticket = world.case(employee, person)
    assert reply(employee, ticket).status_code == 200
    world.case(employee, replaced)
    assert correct(employee, replaced, {"email": new}).status_code == 200
    replacing = replace(replaced, values={**replaced.values, "email": new})
    letters = sent_in_time(world, person, replaced, replacing)
    assert sorted(letter.recipient for letter in letters) == sorted([new, person.values["email"]])
    googled = (person.values["google_email"], replaced.values["google_email"], replaced.values["email"])
    assert not [value for value in googled for letter in letters if value.encode() in letter.content]


# P20: granting access


def test_p20_an_admin_grants_nothing_to_themself(world: World) -> None:
    admin = world.employee(Role.ADMIN)
    for action, role in (("grant", "support"), ("revoke", "admin")):
        answer = admin.post(f"/v1/employees/{admin.number}/{action}", {"role": role}, version=1)
        assert (answer.status_code, answer.json()["type"]) == (403, "not-allowed")


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMIN}))
def test_p20_nobody_but_an_admin_grants(world: World, role: Role) -> None:
    employee, other = world.employee(role), world.employee(Role.SUPPORT)
    assert employee.post(f"/v1/employees/{other.number}/grant", {"role": "privacy"}, version=1).status_code == 403


def test_p20_a_change_of_roles_ends_the_sessions(world: World) -> None:
    admin, employee = world.employee(Role.ADMIN), world.employee(Role.SUPPORT)
    assert employee.get("/v1/me").status_code == 200
    assert admin.post(f"/v1/employees/{employee.number}/grant", {"role": "billing"}, version=1).status_code == 200
    answer = employee.get("/v1/me")
    assert (answer.status_code, answer.json()["type"]) == (401, "not-signed-in")


# P22: a recorded interest


def test_p22_marketing_needs_a_recorded_interest(world: World) -> None:
    employee = world.employee(Role.SUPPORT)
    without, interested = world.person(interests=[]), world.person(interests=["boarding"])
    for topic in ("specials", "products"):
        assert not gate(employee, without, topic=topic)
        assert gate(employee, interested, topic=topic, service="boarding")
        assert not gate(employee, interested, topic=topic, service="grooming")
    assert gate(employee, without, topic="policy_news")


# P24: becoming a pro


@pytest.mark.parametrize("role", Role)
def test_p24_nobody_makes_a_user_a_pro_by_hand(world: World, role: Role) -> None:
    employee, person = with_case(world, role)
    for values in ({"pro": True}, {"pro": "true"}, {"pro": True, "name": "New Name"}, {"state": "active"}):
        assert correct(employee, person, values).status_code == 403
    looking = world.employee(Role.SUPPORT).get(f"/v1/users/{person.number}").json()
    assert (looking["pro"], looking["version"]) == (False, 1)


# P25: a street address


@pytest.mark.parametrize("role", STAFF)
def test_p25_nobody_is_found_by_where_they_live(world: World, role: Role) -> None:
    employee, person = with_case(world, role)
    place = {name: person.values[name] for name in ("street", "city", "postcode")}
    for terms in (
        {"street": place["street"]}, {"city": place["city"]}, {"postcode": place["postcode"]}, {"name": "X", "street": place["street"]},
        {"email": person.values["email"], "city": place["city"]},
    ):  # fmt: skip
        answer = employee.post("/v1/users/search", terms)
        assert (answer.status_code, answer.json()["type"]) == (400, "bad-request"), terms
        assert not [value for value in place.values() if value in answer.text]
    assert employee.get("/v1/users", street=place["street"]).status_code == 400


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.BILLING, Role.MANAGER])
def test_p25_a_street_address_needs_an_order_with_an_open_case(world: World, role: Role) -> None:
    employee, person = world.employee(role), world.person()
    world.case(employee, person, about=tuple(kind for kind in ABOUT if kind != "orders"))
    assert employee.reveal(person, "street").status_code == 403
    world.case(employee, person, about=(), orders=[world.order()])
    assert employee.reveal(person, "street").status_code == 403  # an order of others opens nobody else
    ticket = world.case(employee, person, about=("orders",))
    assert employee.reveal(person, "street").json()["values"] == {"street": person.values["street"]}
    world.change_ticket(ticket, state="solved")
    assert employee.reveal(person, "street").status_code == 403


def test_p25_a_place_narrows_a_search_by_name(world: World) -> None:
    employee = world.employee(Role.SUPPORT)
    world.case(employee)
    name = f"Twin{employee.number[2:]}x"
    here, there = (world.person(values={"name": name, "city": city}) for city in ("Hereville", "Thereville"))
    found = employee.post("/v1/users/search", {"name": name, "city": "hereville"}).json()["items"]
    assert [item["number"] for item in found] == [here.number]
    both = employee.post("/v1/users/search", {"name": name}).json()["items"]
    assert {item["number"] for item in both} == {here.number, there.number}


# P30: no cookies

BROWSING = (
    "cookie",
    "device",
    "browser",
    "agent",
    "session",
    "referr",
    "fingerprint",
    "track",
    "visit",
    "address_ip",
    "ip_address",
    "click",
)


def test_p30_a_person_has_no_cookie_device_or_browsing_field(world: World) -> None:
    columns = set(table(UserRow).c.keys())
    schema = world.http.get("/openapi.json").json()
    sent = {
        name
        for title, model in schema["components"]["schemas"].items()
        for name in model.get("properties", {})
        if "Incoming" in title or "User" in title or "Correction" in title
    }
    fields = columns | set(RECORDS["users"].model_fields) | sent
    assert len(fields) > 20
    assert [name for name in fields if any(word in name.lower() for word in BROWSING)] == []


def test_p30_the_platform_sets_no_cookie(world: World) -> None:
    employee, person = with_case(world, Role.SUPPORT)
    answers = [
        employee.get("/v1/me"),
        employee.get(f"/v1/users/{person.number}"),
        employee.reveal(person, "name"),
        world.http.get("/v1"),
    ]
    assert [answer for answer in answers if "set-cookie" in answer.headers or answer.status_code != 200] == []
