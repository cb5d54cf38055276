"""Support's work with people over HTTP: find, reveal, check, correct, lock, opt out; and what is refused."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from console.platform_api.platform import Platform
from tests.platform_api.api import Api, serving
from tests.platform_api.people import MARIA, add_people, add_person, add_ticket, key, log_of, patch, post


def test_a_list_shows_masks_and_no_values(api: Api, platform: Platform) -> None:
    add_person(platform)
    answer = api.sign_in("support").get("/v1/users").json()
    [item] = answer["items"]
    assert item["masks"] == {"name": "M••• G•••", "email": "m•••@•••.net", "phone": "••• ••• ••42"}
    assert not {"name", "email", "phone", "street", "gender", "google_email"} & set(item)
    assert answer["total"] == {"count": 1, "exact": True}


def test_a_record_says_what_is_withheld_and_what_may_be_done(api: Api, platform: Platform) -> None:
    person = add_person(platform)
    body = api.sign_in("support").get(f"/v1/users/{person}").json()
    actions = {action["name"]: action for action in body["actions"]}
    assert body["withheld"]["street"] and "gender" not in body["withheld"] and "google_email" not in body["withheld"]
    assert actions["lock"]["allowed"] and not actions["unlock"]["allowed"] and "locked" in actions["unlock"]["because"]
    assert not actions["reveal"]["allowed"] and "case in hand" in actions["reveal"]["because"]
    assert "suspend" not in actions


def test_a_reveal_is_on_the_log_for_its_case(api: Api, platform: Platform) -> None:
    person = add_person(platform)
    case = add_ticket(platform, "support", person=person)
    support = api.sign_in("support")
    answer = support.post(
        f"/v1/users/{person}/reveal", json={"fields": ["name", "email"], "case": case, "reason": "answer_ticket"}
    )
    assert answer.json()["values"] == {"name": MARIA["name"], "email": MARIA["email"]}
    [row] = log_of(platform, "users:reveal")
    assert (row.outcome, row.ticket, row.reason, row.fields) == ("done", case, "answer_ticket", '["name","email"]')
    again = support.post(f"/v1/users/{person}/reveal", json={"fields": ["phone"], "case": case})
    assert again.json()["grant"] == "held" and len(log_of(platform, "users:reveal")) == 2


def test_a_reveal_needs_a_reason_and_known_fields(api: Api, platform: Platform) -> None:
    person = add_person(platform)
    case = add_ticket(platform, "support", person=person)
    support = api.sign_in("support")
    for body in (
        {"fields": ["name"], "case": case},
        {"fields": ["name"], "case": case, "reason": "curious"},
        {"fields": ["state"], "case": case, "reason": "answer_ticket"},
        {"fields": ["password"], "case": case, "reason": "answer_ticket"},
        {"fields": [], "case": case, "reason": "answer_ticket"},
    ):
        assert support.post(f"/v1/users/{person}/reveal", json=body).status_code == 422
    assert not [row for row in log_of(platform, "users:reveal") if row.outcome == "done"]


@pytest.mark.parametrize(
    "terms",
    [{"email": "MARIA.GOMEZ@Example.NET"}, {"phone": "(203) 555-0142"}, {"number": "U-2"}, {"number": "2"}],
)
def test_people_are_found_by_exact_terms(api: Api, platform: Platform, terms: dict[str, str]) -> None:
    add_people(platform, [{**MARIA, "email": "other@example.net", "phone": "+12035550199"}, MARIA])
    found = api.sign_in("support").post("/v1/users/search", json=terms).json()
    assert [item["number"] for item in found["items"]] == ["U-2"]
    assert "email" not in found["items"][0]


def test_the_log_keeps_a_hash_of_the_term_and_not_the_term(api: Api, platform: Platform) -> None:
    add_person(platform)
    api.sign_in("support").post("/v1/users/search", json={"email": MARIA["email"]})
    [row] = log_of(platform, "users:search")
    assert MARIA["email"] not in row.details and '"hits":1' in row.details and len(row.details) > 60


def test_a_search_by_name_needs_a_case_and_counts(api: Api, platform: Platform) -> None:
    add_people(
        platform, [MARIA, {**MARIA, "name": "Maria Stone", "city": "Danbury"}, {**MARIA, "name": "Mariana Gomez"}]
    )
    case, support = add_ticket(platform, "support"), api.sign_in("support")
    assert support.post("/v1/users/search", json={"name": "maria"}).status_code == 403
    found = support.post("/v1/users/search", json={"name": "maria", "case": case}).json()
    assert {(item["number"], item["city"]) for item in found["items"]} == {("U-1", "Bridgeport"), ("U-2", "Danbury")}
    narrowed = support.post("/v1/users/search", json={"name": "maria", "city": "danbury", "case": case}).json()
    assert [item["number"] for item in narrowed["items"]] == ["U-2"]


def test_a_search_by_name_stops_at_twenty_and_says_so(api: Api, platform: Platform) -> None:
    add_people(platform, [{**MARIA, "email": f"m{n}@example.net"} for n in range(25)])
    case = add_ticket(platform, "support")
    found = api.sign_in("support").post("/v1/users/search", json={"name": "gomez maria", "case": case}).json()
    assert len(found["items"]) == 20 and found["total"] == {"count": 20, "exact": False}
    assert [item["number"] for item in found["items"]] == [f"U-{n}" for n in range(25, 5, -1)]


@pytest.mark.parametrize(
    "terms", [{}, {"city": "Danbury"}, {"email": "a@b.c", "phone": "1"}, {"street": "12 Main"}, {"name": "—"}]
)
def test_other_searches_are_refused(api: Api, platform: Platform, terms: dict[str, str]) -> None:
    case = add_ticket(platform, "support")
    assert api.sign_in("support").post("/v1/users/search", json={**terms, "case": case}).status_code == 400


def test_a_contact_is_corrected_only_after_two_matched_checks_on_other_values(api: Api, platform: Platform) -> None:
    person = add_person(platform)
    case = add_ticket(platform, "support", person=person)
    support = api.sign_in("support", case=case)
    change = {"set": {"email": "maria@new.example"}, "source": "self"}
    assert patch(support, f"/v1/users/{person}", change, 1).status_code == 403
    for field, said in (("email", MARIA["email"]), ("phone", "203-555-0142")):
        assert post(support, f"/v1/users/{person}/caller-check", {"case": case, "field": field, "said": said}).json()[
            "match"
        ]
    assert patch(support, f"/v1/users/{person}", change, 1).status_code == 403, "the value being changed is no proof"
    post(support, f"/v1/users/{person}/caller-check", {"case": case, "field": "postcode", "said": "06604"})
    done = patch(support, f"/v1/users/{person}", change, 1)
    assert done.status_code == 200 and done.headers["ETag"] == '"2"' and done.json()["masks"]["email"] == "m•••@•••.•••"
    assert support.post("/v1/users/search", json={"email": "maria@new.example"}).json()["items"]
    assert not support.post("/v1/users/search", json={"email": MARIA["email"]}).json()["items"]


def test_a_caller_check_has_five_tries_and_one_intent_costs_one(api: Api, platform: Platform) -> None:
    person = add_person(platform)
    case = add_ticket(platform, "support", person=person)
    support, intent = api.sign_in("support", case=case), key()
    body = {"case": case, "field": "phone", "said": "203 555 9999"}
    assert post(support, f"/v1/users/{person}/caller-check", body, intent=intent).json() == {"match": False, "left": 4}
    assert post(support, f"/v1/users/{person}/caller-check", body, intent=intent).json() == {"match": False, "left": 4}
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: post(support, f"/v1/users/{person}/caller-check", body), range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] * 4 + [429] * 4


def test_a_correction_keeps_source_before_and_after(api: Api, platform: Platform) -> None:
    person = add_person(platform)
    case = add_ticket(platform, "support", person=person)
    support = api.sign_in("support", case=case)
    assert (
        patch(support, f"/v1/users/{person}", {"set": {"name": "Ana  Ruiz "}, "source": "self"}, 1).status_code == 200
    )
    [item] = [
        item for item in support.get(f"/v1/users/{person}/history").json()["items"] if item["action"] == "correct"
    ]
    assert item["change"] == [{"field": "name", "before": "M••• G•••", "after": "A••• R•••"}]
    assert item["by"] == "you" and item["case"].startswith("T-")


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({"name": ""}, 422), ({"name": "a\nb"}, 422), ({"name": "a\x1b[31mb"}, 422), ({"name": "x" * 255}, 422),
        ({"postcode": "x" * 13}, 422), ({"nickname": "M"}, 422), ({}, 422), ({"pro": True}, 403), ({"state": "active"}, 403),
        ({"gender": "man"}, 403), ({"google_email": "a@b.c"}, 403), ({"number": "U-9"}, 422),
    ],
)  # fmt: skip
def test_corrections_that_cannot_be(api: Api, platform: Platform, values: dict[str, object], status: int) -> None:
    person = add_person(platform)
    case = add_ticket(platform, "support", person=person)
    answer = patch(api.sign_in("support", case=case), f"/v1/users/{person}", {"set": values, "source": "self"}, 1)
    assert answer.status_code == status
    assert "x" * 13 not in answer.text and "nickname" not in answer.text, "a refusal never echoes what was sent"


def test_a_value_without_a_source_is_refused(api: Api, platform: Platform) -> None:
    person = add_person(platform)
    case = add_ticket(platform, "support", person=person)
    support = api.sign_in("support", case=case)
    for body in (
        {"set": {"name": "Ana"}},
        {"set": {"name": "Ana"}, "source": "google"},
        {"set": {"name": "Ana"}, "source": ""},
    ):
        assert patch(support, f"/v1/users/{person}", body, 1).status_code == 422


def test_a_stale_write_says_which_fields_changed_and_who_did(api: Api, platform: Platform) -> None:
    person = add_person(platform)
    first, second = (add_ticket(platform, name, person=person) for name in ("support", "support2"))
    one, other = api.sign_in("support", case=first), api.sign_in("support2", case=second)
    assert patch(one, f"/v1/users/{person}", {"set": {"city": "Danbury"}, "source": "self"}, 1).status_code == 200
    answer = patch(other, f"/v1/users/{person}", {"set": {"name": "Ana"}, "source": "self"}, 1)
    assert answer.status_code == 412 and answer.json()["version"] == 2
    assert [(change["field"], change["by"]) for change in answer.json()["changed"]] == [("city", "support")]


def test_writes_need_a_version_and_a_key(api: Api, platform: Platform) -> None:
    person, support = add_person(platform), api.sign_in("support")
    body = {"reason": "takeover"}
    assert support.post(f"/v1/users/{person}/lock", json=body, headers={"Idempotency-Key": key()}).status_code == 428
    assert support.post(f"/v1/users/{person}/lock", json=body, headers={"If-Match": '"1"'}).status_code == 428
    assert (
        support.post(
            f"/v1/users/{person}/lock", json=body, headers={"If-Match": "nonsense", "Idempotency-Key": key()}
        ).status_code
        == 400
    )


def test_one_intent_is_one_effect(api: Api, platform: Platform) -> None:
    person, support, intent = add_person(platform), api.sign_in("support"), key()
    first = post(support, f"/v1/users/{person}/lock", {"reason": "takeover"}, version=1, intent=intent)
    again = post(support, f"/v1/users/{person}/lock", {"reason": "takeover"}, version=1, intent=intent)
    assert (first.status_code, again.status_code) == (200, 200)
    assert (
        again.json()["version"] == 2
        and again.headers["Idempotent-Replay"] == "true"
        and "Idempotent-Replay" not in first.headers
    )
    assert (
        post(support, f"/v1/users/{person}/lock", {"reason": "fraud"}, version=1, intent=intent).json()["type"]
        == "key-reused"
    )
    assert support.get(f"/v1/intents/{intent}").json()["state"] == "done"
    assert len(log_of(platform, "users:lock")) == 1


def test_of_twenty_at_once_one_wins(api: Api, platform: Platform) -> None:
    person, support = add_person(platform), api.sign_in("support")
    with ThreadPoolExecutor(20) as pool:
        answers = list(
            pool.map(lambda _: post(support, f"/v1/users/{person}/lock", {"reason": "fraud"}, version=1), range(20))
        )
    codes = sorted(answer.status_code for answer in answers)
    assert codes.count(200) == 1 and set(codes) <= {200, 412, 503}
    assert support.get(f"/v1/users/{person}").json()["version"] == 2


def test_the_same_key_at_once_is_one_effect(api: Api, platform: Platform) -> None:
    person, support, intent = add_person(platform), api.sign_in("support"), key()
    with ThreadPoolExecutor(10) as pool:
        answers = list(
            pool.map(
                lambda _: post(support, f"/v1/users/{person}/lock", {"reason": "fraud"}, version=1, intent=intent),
                range(10),
            )
        )
    assert {answer.status_code for answer in answers} <= {200, 409}
    assert len(log_of(platform, "users:lock")) == 1


def test_states_move_only_as_drawn(api: Api, platform: Platform) -> None:
    person, support, manager = add_person(platform), api.sign_in("support"), api.sign_in("manager")
    assert post(support, f"/v1/users/{person}/unlock", {"reason": "mistake"}, version=1).status_code == 409
    assert (
        post(support, f"/v1/users/{person}/lock", {"reason": "fraud", "text": "called twice"}, version=1).status_code
        == 200
    )
    assert post(support, f"/v1/users/{person}/suspend", {"reason": "fraud"}, version=2).status_code == 403
    assert post(manager, f"/v1/users/{person}/suspend", {"reason": "fraud"}, version=2).status_code == 200
    assert post(manager, f"/v1/users/{person}/unlock", {"reason": "mistake"}, version=3).status_code == 409
    assert post(manager, f"/v1/users/{person}/reinstate", {"reason": "appeal"}, version=3).json()["state"] == "active"
    assert post(manager, f"/v1/users/{person}/suspend", {"reason": "boredom"}, version=4).status_code == 422


def test_an_opt_out_needs_nothing_and_only_the_person_clears_it(api: Api, platform: Platform) -> None:
    person = add_person(platform, interests=["grooming"])
    for version, role in enumerate(("support", "billing", "manager", "privacy"), start=1):
        answer = post(
            api.sign_in(role),
            f"/v1/users/{person}/opt-out",
            {"topics": ["specials"], "channel": "phone"},
            version=version,
        )
        assert answer.status_code == 200 and answer.json()["opted_out"] and not answer.json()["specials"]
    mine = add_ticket(platform, "support", person=person, opened_by="support")
    body = {"topics": ["specials"]}
    assert post(api.sign_in("support", case=mine), f"/v1/users/{person}/opt-in", body, version=5).status_code == 403
    theirs = add_ticket(platform, "support", person=person)
    cleared = post(api.sign_in("support", case=theirs), f"/v1/users/{person}/opt-in", body, version=5)
    assert cleared.status_code == 200 and not cleared.json()["opted_out"] and cleared.json()["specials"]


def test_the_contact_gate(api: Api, platform: Platform) -> None:
    person, support = add_person(platform, interests=["grooming"]), api.sign_in("support")

    def gate(topic: str, service: str | None = None) -> bool:
        params = {"topic": topic} | ({"service": service} if service else {})
        return bool(support.get(f"/v1/users/{person}/contact", params=params).json()["allowed"])

    always = ("order", "answer", "security", "breach")
    assert (
        gate("specials", "grooming")
        and not gate("specials", "boarding")
        and gate("policy_news")
        and all(map(gate, always))
    )
    body = {"topics": ["specials", "products", "policy_news"], "channel": "email"}
    post(support, f"/v1/users/{person}/opt-out", body, version=1)
    assert not any(map(gate, ("specials", "products", "policy_news"))) and all(map(gate, always))
    assert support.get(f"/v1/users/{person}/contact", params={"topic": "gossip"}).status_code == 400


def test_a_grant_ends_after_thirty_minutes(api: Api, platform: Platform) -> None:
    person = add_person(platform)
    case = add_ticket(platform, "support", person=person)
    support = api.sign_in("support")
    wish = {"fields": ["name"], "case": case}
    support.post(f"/v1/users/{person}/reveal", json={**wish, "reason": "answer_ticket"})
    now = platform.clock()
    platform.clock = lambda: now + timedelta(minutes=29)
    later = api.sign_in("support")
    assert later.post(f"/v1/users/{person}/reveal", json=wish).json()["grant"] == "held"
    platform.clock = lambda: now + timedelta(minutes=31)
    assert api.sign_in("support").post(f"/v1/users/{person}/reveal", json=wish).status_code == 422


def test_nobody_acts_on_their_own_record(api: Api, platform: Platform) -> None:
    from sqlalchemy import update

    from console.platform_api.tables import EmployeeRow, table

    person = add_person(platform)
    employees = table(EmployeeRow)
    with platform.database.writing() as session:
        session.connection().execute(
            update(employees).where(employees.c.email == "support@petworks.example").values(person=person)
        )
    case = add_ticket(platform, "support", person=person)
    support = api.sign_in("support", case=case)
    assert (
        support.post(
            f"/v1/users/{person}/reveal", json={"fields": ["name"], "case": case, "reason": "answer_ticket"}
        ).status_code
        == 403
    )
    assert post(support, f"/v1/users/{person}/lock", {"reason": "fraud"}, version=1).status_code == 403
    assert (
        post(support, f"/v1/users/{person}/opt-out", {"topics": ["specials"], "channel": "web"}, version=1).status_code
        == 403
    )


def test_an_auditor_sees_pseudonyms(api: Api, platform: Platform) -> None:
    person = add_person(platform)
    auditor = api.sign_in("auditor")
    [item] = auditor.get("/v1/users").json()["items"]
    assert item["id"] == item["number"] != person and item["masks"] == {} and "specials" not in item
    assert auditor.get(f"/v1/users/{item['id']}").json()["number"] == item["number"]
    assert auditor.get(f"/v1/users/{person}").status_code == 404 and auditor.get("/v1/users/U-1").status_code == 404


def test_a_timeline_names_no_field_that_the_role_never_sees(api: Api, platform: Platform) -> None:
    from console.platform_api.audit import Entry
    from console.platform_api.ids import new_id
    from console.platform_api.store import log

    person = add_person(platform)
    pseudonym = platform.vault.pseudonyms([person])[person]
    fields = ("google_email", "gender", "city")
    entry = Entry(
        platform.clock(), None, "service", "users", "ingest", "done", subject=pseudonym, fields=fields, request=new_id()
    )
    with platform.database.writing() as session:
        log(session, [entry])
    [item] = api.sign_in("support").get(f"/v1/users/{person}/history").json()["items"]
    assert item["fields"] == ["city"]
    [item] = api.sign_in("billing").get(f"/v1/users/{person}/history").json()["items"]
    assert item["fields"] == []


@pytest.mark.parametrize("work", ["lock", "open"])
def test_two_processes_with_one_intent_do_it_once(platform: Platform, work: str) -> None:
    """Each server has its own memory of what is in flight, as two processes have: the database alone decides."""
    from console.platform_api.platform import open_platform

    person, intent = add_person(platform), key()
    second = open_platform(platform.data, None if platform.database.sqlite else platform.database.url)
    path = f"/v1/users/{person}/lock" if work == "lock" else "/v1/tickets"
    body = {"reason": "fraud"} if work == "lock" else {"subject": "x", "channel": "phone"}
    with serving(platform) as one, serving(second) as other, Api(one, platform) as here, Api(other, second) as there:
        clients = [api.sign_in("support") for api in (here, there)]
        for client in clients:
            client.headers["Authorization"] = clients[0].headers["Authorization"]
        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(lambda client: post(client, path, body, version=1, intent=intent), clients))
    second.close()
    assert {answer.status_code for answer in answers} <= {200, 201, 409}
    assert (
        len(
            [
                row
                for row in log_of(platform, "users:lock" if work == "lock" else "tickets:open")
                if row.outcome == "done"
            ]
        )
        == 1
    )
