"""What each role is shown of each field, over HTTP: the value, its mask, or nothing at all."""

from __future__ import annotations

from typing import Any

import pytest

from console.records import RECORDS
from console.records.employees import Role
from console.records.record import SEALED, Category, categories
from tests.access import expected
from tests.access.world import Made, Person, World
from tests.telling import told

USER_FIELDS = categories(RECORDS["users"])
PERSONAL = {name: category for name, category in USER_FIELDS.items() if category in SEALED}
LISTED = {Category.IDENTITY, Category.CONTACT}
"""Of the sealed categories, those that a list shows masks of."""

STAFF = [Role(name) for name in expected.STAFF]
OTHERS = sorted(set(Role) - set(STAFF) - {Role.AUDITOR})


def level_of(resource: str, category: Category, role: Role) -> str:
    return expected.LEVELS[resource].get(str(category), {}).get(str(role), "none")


def named(world: World, role: Role, person: Person) -> str:
    return world.pseudonym(person) if role is Role.AUDITOR else person.number


def item_of(answer: Any, number: str) -> dict[str, Any]:
    [found] = [item for item in answer.json()["items"] if item["number"] == number]
    return dict(found)


def shown(record: dict[str, Any]) -> dict[str, str]:
    """Field → "value" or "mask", as one answer has it; a field in both would be a leak."""
    kinds = {name: "value" for name in record if name in USER_FIELDS}
    assert not set(kinds) & set(record["masks"])
    return kinds | dict.fromkeys(record["masks"], "mask")


# Users

MORE = {"applications", "orders_as_pro", "holds"}
"""What a user read whole answers with beside their own fields."""


@pytest.mark.parametrize("in_hand", [False, True], ids=["no case", "case in hand"])
@pytest.mark.parametrize("role", [*STAFF, Role.AUDITOR])
def test_a_user_shows_exactly_what_the_role_may_see(world: World, role: Role, in_hand: bool) -> None:
    """A case in hand changes nothing: what may be revealed stays masked until it is."""
    employee, person = world.employee(role), world.person()
    if in_hand:
        world.case(employee, person)
    number = named(world, role, person)
    whole = employee.get(f"/v1/users/{number}").json()
    listed = item_of(employee.get("/v1/users", limit=20), number)
    for name, category in PERSONAL.items():
        mask = "mask" if level_of("users", category, role) == "reveal" else None
        assert shown(whole).get(name) == mask, name
        assert shown(listed).get(name) == (mask if category in LISTED else None), name
        assert (name in whole["withheld"]) <= (mask is not None), name
    for record in (whole, listed):
        plain = {name for name in shown(record) if USER_FIELDS[name] is Category.PLAIN}
        assert plain - MORE == {"state", "pro", "registered"}
        preferences = {name for name in shown(record) if USER_FIELDS[name] is Category.PREFERENCE}
        assert bool(preferences) == (level_of("users", Category.PREFERENCE, role) == "full")
        assert not [value for value in person.values.values() if value in str(record)]
    assert ("applications" in shown(whole)) == (role in (Role.SUPPORT, Role.MANAGER, Role.PRIVACY))
    assert ("orders_as_pro" in shown(whole)) == (role is not Role.AUDITOR)
    assert ("holds" in shown(whole)) == (role in (Role.MANAGER, Role.PRIVACY))
    assert not MORE & set(shown(listed))


@pytest.mark.parametrize("role", OTHERS)
def test_a_user_is_nothing_to_the_other_roles(world: World, role: Role) -> None:
    employee, person = world.employee(role), world.person()
    assert employee.get(f"/v1/users/{person.number}").status_code == 403
    assert employee.get("/v1/users").status_code == 403


def test_to_the_auditor_people_have_no_number(world: World) -> None:
    auditor, person = world.employee(Role.AUDITOR), world.person()
    assert auditor.get(f"/v1/users/{person.number}").status_code == 404
    assert auditor.get(f"/v1/users/{person.id}").status_code == 404
    for path in ("/v1/users", f"/v1/users/{world.pseudonym(person)}", "/v1/changes?after=0"):
        answer = auditor.get(path)
        assert answer.status_code == 200
        assert world.pseudonym(person) in answer.text or "changes" in path
        assert person.id not in answer.text
        assert f'"{person.number}"' not in answer.text


def test_the_auditor_finds_nobody_s_pseudonym_by_number(world: World) -> None:
    """A page around U-7 would tell which pseudonym is U-7's."""
    auditor, person = world.employee(Role.AUDITOR), world.person()
    for jump in ({"around": person.number}, {"around": person.id}, {"at": person.number}):
        assert auditor.get("/v1/users", limit=1, **jump).status_code in (400, 404), jump
    around = auditor.get("/v1/users", limit=1, around=world.pseudonym(person))
    assert [item["number"] for item in around.json()["items"]] == [world.pseudonym(person)]


@pytest.mark.parametrize("role", STAFF)
def test_a_reveal_opens_what_the_table_says_for_each_kind_of_case(world: World, role: Role) -> None:
    person = world.person()
    about = {"linked": (), "order": ("orders",), "payment": ("payments",)}
    opens = {
        "linked": {"linked"}, "order": {"linked", "order", "payment", "decision"}, "payment": {"linked", "payment"},
    }  # fmt: skip
    for kind, links in about.items():
        employee = world.employee(role)
        world.case(employee, person, about=links)
        for name, category in PERSONAL.items():
            needs = expected.CASES["users"][role].get(str(category))
            answer = employee.reveal(person, name)
            if needs in opens[kind]:
                assert answer.json()["values"] == {name: person.values[name]}, (kind, name)
            else:
                assert answer.status_code == 403, (kind, name)
                assert not told([person.values[name]], answer.text)


def test_what_is_withheld_says_what_would_open_it(world: World) -> None:
    employee, person = world.employee(Role.BILLING), world.person()
    withheld = employee.get(f"/v1/users/{person.number}").json()["withheld"]
    assert set(withheld) == {"name", "email", "phone", "street"}
    world.case(employee, person, about=("payments",))
    assert set(employee.get(f"/v1/users/{person.number}").json()["withheld"]) == {"street"}


def test_the_actions_of_an_answer_are_what_a_try_would_say(world: World) -> None:
    """Clients evaluate nothing: what `actions` calls allowed is allowed, and the rest is refused with the same words."""
    for role in STAFF:
        employee, person = world.employee(role), world.person()
        whole = employee.get(f"/v1/users/{person.number}").json()
        for action in whole["actions"]:
            if action["name"] in ("opt-out", "opt-in"):
                answer = employee.post(
                    f"/v1/users/{person.number}/{action['name']}",
                    {"topics": ["products"], **({"channel": "web"} if action["name"] == "opt-out" else {})},
                    version=world.version("users", person.id),
                )
                assert (answer.status_code == 200) == action["allowed"]
                if not action["allowed"]:
                    assert answer.json()["because"] == action["because"]


# Orders and money

ORDER_FIELDS = categories(RECORDS["orders"])
MONEY = {"payments": "payments", "refunds": "refunds", "payouts": "payouts"}
"""Field of an order → the resource of the records in it."""


def what_is_there(world: World) -> tuple[Made, dict[str, Made]]:
    """An order with one record of each kind of money."""
    order = world.order()
    payment = world.payment(order)
    refund = world.refund(payment, by=world.employee(Role.SUPPORT))
    return order, {"payments": payment, "refunds": refund, "payouts": world.payout(order)}


def sealed_keys(resource: str, record: dict[str, Any]) -> dict[str, str]:
    """Sealed field → "value" or "mask", as one record has it."""
    fields = {name: kind for name, kind in categories(RECORDS[resource]).items() if kind in SEALED}
    shown = {name: "value" for name in record if name in fields}
    assert not set(shown) & set(record["masks"])
    return shown | dict.fromkeys(set(record["masks"]) & set(fields), "mask")


def expected_keys(resource: str, role: Role) -> dict[str, str]:
    words = {"full": "value", "mask": "mask", "reveal": "mask"}
    levels = {
        name: level_of(resource, kind, role) for name, kind in categories(RECORDS[resource]).items() if kind in SEALED
    }
    return {name: words[level] for name, level in levels.items() if level in words}


@pytest.mark.parametrize("role", STAFF)
def test_an_order_shows_exactly_what_the_role_may_see(world: World, role: Role) -> None:
    """Its address is masked; what was ordered is in the order itself, and in no list."""
    order, _ = what_is_there(world)
    employee = world.employee(role)
    whole = employee.get(f"/v1/orders/{order.number}").json()
    assert sealed_keys("orders", whole) == expected_keys("orders", role)
    assert set(whole["withheld"]) == {"address"}
    assert (whole["pet_name"], whole["items"][0]["name"]) == (order.texts["pet_name"], order.texts["item"])
    assert order.texts["note"] in {event["body"] for event in whole["timeline"]}
    listed = item_of(employee.get("/v1/orders", limit=20), order.number)
    assert sealed_keys("orders", listed) == {}
    assert set(listed) == {"id", "number", "version", "masks"} | {
        name for name, kind in ORDER_FIELDS.items() if kind is Category.PLAIN
    } - {"payments", "refunds", "disputes", "payouts", "tickets"}
    assert not told(order.texts.values(), str(listed))
    assert order.texts["street"] not in str(whole)


@pytest.mark.parametrize("role", STAFF)
def test_money_within_an_order_shows_what_it_shows_by_itself(world: World, role: Role) -> None:
    """For who may not see payment instruments their keys are absent, anywhere (P27); for managers they are masks."""
    order, made = what_is_there(world)
    employee = world.employee(role)
    whole = employee.get(f"/v1/orders/{order.number}").json()
    for field, resource in MONEY.items():
        single = employee.get(f"/v1/{resource}/{made[resource].number}")
        if level_of(resource, Category.PLAIN, role) == "none":
            assert whole[field] == []
            assert single.status_code == 403
            continue
        [within] = whole[field]
        assert sealed_keys(resource, within) == sealed_keys(resource, single.json()) == expected_keys(resource, role)
    texts = [made["payments"].texts["brand"], made["payouts"].texts["bank"], f'"{made["payments"].texts["last_four"]}"']
    assert [text in employee.get(f"/v1/orders/{order.number}").text for text in texts] == [role is Role.BILLING] * 3


@pytest.mark.parametrize("role", sorted(set(Role) - set(STAFF)))
def test_orders_are_nothing_to_the_other_roles(world: World, role: Role) -> None:
    order, made = what_is_there(world)
    employee = world.employee(role)
    found = {"orders": order, **made}
    for resource, record in found.items():
        status = 200 if (resource, role) == ("refunds", Role.AUDITOR) else 403
        answer = employee.get(f"/v1/{resource}/{record.number}")
        assert (answer.status_code, employee.get(f"/v1/{resource}").status_code) == (status, status), resource
        assert not told((*order.texts.values(), *record.texts.values()), answer.text)


@pytest.mark.parametrize("role", [Role.BILLING, Role.MANAGER])
def test_a_review_shows_what_it_is_about_as_the_role_may_see_it(world: World, role: Role) -> None:
    _, made = what_is_there(world)
    pro = world.person(pro=True)
    change = world.payout_change(pro)
    reviews = world.review(made["payments"]), world.review(kind="payout_change", payout_change=change)
    employee = world.employee(role)
    paid, changed = (employee.get(f"/v1/payment-reviews/{review.number}").json() for review in reviews)
    assert sealed_keys("payments", paid["payment"]) == expected_keys("payments", role)
    fours = {"old_last_four": "1111", "new_last_four": "2222"}
    shown = {name: value for name, value in changed["payout_change"].items() if name in fours}
    assert shown == (fours if role is Role.BILLING else {})
    assert set(changed["payout_change"]["masks"]) == (set() if role is Role.BILLING else set(fours))


@pytest.mark.parametrize("role", STAFF)
def test_an_order_s_address_opens_for_a_case_of_this_order(world: World, role: Role) -> None:
    parent = world.person()
    order, other = world.order(parent), world.order(parent)
    employee = world.employee(role)
    world.case(employee, parent, orders=[other])
    refused = employee.reveal(order, "address", resource="orders")
    assert refused.status_code == (200 if role is Role.PRIVACY else 403)
    world.case(employee, parent, orders=[order])
    answer = employee.reveal(order, "address", resource="orders")
    assert answer.json()["values"] == {"address": order.texts["street"]}
    assert employee.reveal(order, "care_notes", resource="orders").status_code == 403


# Tickets


def thread(record: dict[str, Any]) -> set[str]:
    """How subject, reference and messages are shown: value or mask."""
    kinds = {"value" for name in ("subject", "reference") if name in record}
    kinds |= {"mask" for name in ("subject", "reference") if name in record["masks"]}
    return kinds | {"value" if "body" in message else "mask" for message in record.get("messages", ())}


def masked_bodies(record: dict[str, Any]) -> list[str]:
    return [message["mask"] for message in record["messages"]]


@pytest.mark.parametrize("assigned", [False, True], ids=["unassigned", "assigned"])
@pytest.mark.parametrize("role", STAFF)
def test_a_ticket_s_thread_is_as_clear_as_the_role_may_see_it(world: World, role: Role, assigned: bool) -> None:
    employee, person = world.employee(role), world.person()
    values = {name: person.values[name] for name in ("name", "email", "phone", "street", "city")}
    said = f"I am {values['name']} of {values['street']}, {values['city']}. Write to {values['email']} or ring {values['phone']}"
    ticket = world.case(employee, person, texts=dict.fromkeys(("subject", "reference", "in", "note"), said))
    if not assigned:
        world.change_ticket(ticket, assignee=world.employee(Role.SUPPORT).id)
    whole = employee.get(f"/v1/tickets/{ticket.number}")
    clear = level_of("tickets", Category.THREAD, role) in ("full", "mask, full if not_party") or assigned
    assert thread(whole.json()) == ({"value"} if clear else {"mask"})
    assert len(whole.json()["messages"]) == 2
    listed = item_of(employee.get("/v1/tickets", user=person.number), ticket.number)
    assert thread(listed) == ({"value"} if clear else {"mask"})
    if not clear:
        hidden = {word.strip(",.") for value in values.values() for word in value.split() if len(word) > 1}
        texts = " ".join([*listed["masks"].values(), *whole.json()["masks"].values(), *masked_bodies(whole.json())])
        assert not [word for word in hidden if word in texts]


@pytest.mark.parametrize("role", sorted(set(Role) - set(STAFF)))
def test_a_ticket_is_nothing_to_the_other_roles(world: World, role: Role) -> None:
    employee, ticket = world.employee(role), world.ticket()
    assert employee.get(f"/v1/tickets/{ticket.number}").status_code == 403
    assert employee.get("/v1/tickets").status_code == 403


# Employees and the log


@pytest.mark.parametrize("role", Role)
def test_employees_are_shown_to_admin_and_auditor_alone(world: World, role: Role) -> None:
    asking, colleague = world.employee(role), world.employee(Role.SUPPORT)
    answer = asking.get(f"/v1/employees/{colleague.number}")
    if level_of("employees", Category.PLAIN, role) == "none":
        assert answer.status_code == 403
    else:
        assert set(answer.json()) >= set(categories(RECORDS["employees"]))
        assert "password" not in answer.text


@pytest.mark.parametrize("role", Role)
def test_the_chain_itself_is_shown_to_the_auditor_alone(world: World, role: Role) -> None:
    employee = world.employee(role)
    row = world.audit("users:read", actor=employee, role=str(role), subject=world.pseudonym(world.person()))
    answer = employee.get(f"/v1/audit/{row}")
    if level_of("audit", Category.PLAIN, role) == "none":
        assert answer.status_code == 403
        return
    whole = answer.json()
    assert whole["action"] == "users:read"
    assert {"prev", "hash"} <= set(whole) or role is not Role.AUDITOR
    assert ("hash" in whole) == (role is Role.AUDITOR)
    assert (whole.get("record") is None) == (role in (Role.AUDITOR, Role.ADMIN))


# Applications

PROFILE_FIELDS = {name for name, kind in categories(RECORDS["pro-applications"]).items() if kind is Category.PROFILE}
PAPERS = {name for name, kind in categories(RECORDS["application-documents"]).items() if kind is Category.DOCUMENT}
LOOK_AT_APPLICATIONS = [Role(name) for name in expected.LEVELS["pro-applications"]["plain"]]


def applied(world: World) -> tuple[Made, Made]:
    """An application in review with one document; nobody has it."""
    application = world.application(world.person(), "in_review")
    return application, world.document(application)


def shows(record: dict[str, Any], names: set[str]) -> dict[str, str]:
    found = dict.fromkeys(set(record) & names, "value")
    assert not set(found) & set(record["masks"])
    return found | dict.fromkeys(set(record["masks"]) & names, "mask")


def wanted(resource: str, category: Category, role: Role, names: set[str]) -> dict[str, str]:
    word = {"full": "value", "reveal": "mask"}.get(level_of(resource, category, role))
    return dict.fromkeys(names, word) if word else {}


@pytest.mark.parametrize("role", LOOK_AT_APPLICATIONS)
def test_an_application_shows_exactly_what_the_role_may_see(world: World, role: Role) -> None:
    """And within it of its documents what the role may see of those: nothing of who has none of them."""
    application, document = applied(world)
    employee = world.employee(role)
    whole = employee.get(f"/v1/pro-applications/{application.number}").json()
    listed = item_of(employee.get("/v1/pro-applications", limit=200, sort="-number"), application.number)
    for record in (whole, listed):
        assert shows(record, PROFILE_FIELDS) == wanted("pro-applications", Category.PROFILE, role, PROFILE_FIELDS)
    within = {paper["number"]: paper for paper in whole["documents"]}
    assert not listed.get("documents")
    if level_of("application-documents", Category.PLAIN, role) == "none":
        assert within == {}
        assert employee.get(f"/v1/application-documents/{document.number}").status_code == 403
        return
    single = employee.get(f"/v1/application-documents/{document.number}").json()
    for paper in (within[document.number], single):
        assert shows(paper, PAPERS) == wanted("application-documents", Category.DOCUMENT, role, PAPERS)
        assert (paper["kind"], paper["complete"]) == ("insurance", True)
        assert not [text for text in document.texts.values() if text in str(paper)]


@pytest.mark.parametrize("role", sorted(set(Role) - set(LOOK_AT_APPLICATIONS)))
def test_applications_are_nothing_to_the_other_roles(world: World, role: Role) -> None:
    application, document = applied(world)
    employee = world.employee(role)
    for path in ("pro-applications", "application-documents"):
        record = {"pro-applications": application, "application-documents": document}[path]
        for answer in (employee.get(f"/v1/{path}"), employee.get(f"/v1/{path}/{record.number}")):
            assert answer.status_code == 403
            assert not [text for text in (*application.texts.values(), *document.texts.values()) if text in answer.text]


def test_documents_open_for_the_manager_who_has_this_application_s_case(world: World) -> None:
    application, document = applied(world)
    other, manager = world.application(world.person(), "in_review"), world.employee(Role.MANAGER)
    wish = {"reason": "application", "resource": "application-documents"}
    for held, status in ((other, 403), (application, 200)):
        manager.case = world.case_of_application(held, manager).id
        revealed = manager.reveal(document, "file_name", "provider", **wish)
        opened = manager.post(
            f"/v1/application-documents/{document.number}/open", {"case": manager.case, "purpose": "save"}
        )
        assert (revealed.status_code, opened.status_code) == (status, status)
    assert revealed.json()["values"] == {name: document.texts[name] for name in ("file_name", "provider")}
    assert opened.content.decode() == document.texts["content"]
    row = world.logged(opened)
    assert row is not None
    assert (row.action, row.outcome, row.ticket, row.details) == ("open", "done", manager.case, '{"purpose":"save"}')
    support = world.employee(Role.SUPPORT)
    support.case = world.case_of_application(application, support).id
    assert support.reveal(document, "file_name", **wish).status_code == 403


@pytest.mark.parametrize("role", expected.APPROVE_PROS)
def test_the_thread_of_an_application_is_as_clear_as_its_ticket_s(world: World, role: str) -> None:
    application, _ = applied(world)
    holder, employee = world.employee(Role.MANAGER), world.employee(Role(role))
    world.case_of_application(application, holder)
    said = f"noted-{application.number.lower()}@canary.example"
    path = f"/v1/pro-applications/{application.number}"
    assert holder.post(f"{path}/note", {"body": said}).status_code == 200
    assert (said in employee.get(path).text) == (role == expected.MANAGER)
    world.case_of_application(application, employee)
    assert said in employee.get(path).text


# Privacy requests


@pytest.mark.parametrize("about_privacy", [False, True], ids=["of others", "of privacy"])
@pytest.mark.parametrize("role", [Role(name) for name in expected.LEVELS["privacy-requests"]["plain"]])
def test_a_privacy_request_shows_exactly_what_the_role_may_see(world: World, role: Role, about_privacy: bool) -> None:
    """What was asked, by whom and from where is masked but for who works on it; and within no list."""
    kinds = categories(RECORDS["privacy-requests"])
    names = {name for name, kind in kinds.items() if kind in (Category.CONTACT, Category.THREAD)} - {"messages"}
    employee = world.employee(role)
    request = world.request(world.person(), "concern", about_privacy=about_privacy)
    path = f"/v1/privacy-requests/{request.number}"
    if role is Role.PRIVACY and about_privacy:
        assert employee.get(path).status_code == 404
        return
    works_on_it = role is (Role.MANAGER if about_privacy else Role.PRIVACY)
    for held in (False, True):
        world.case_of_request(request, employee if held else world.employee(role))
        whole = employee.get(path)
        clear = works_on_it and held
        level = level_of("privacy-requests", Category.THREAD, role)
        word = "value" if clear else "mask" if level != "none" else None
        assert shows(whole.json(), names) == (dict.fromkeys(names, word) if word else {}), (role, held)
        assert [text for text in request.texts.values() if text in whole.text] == (
            list(request.texts.values()) if clear else []
        )
    listed = item_of(employee.get("/v1/privacy-requests", limit=200, sort="-number"), request.number)
    assert shows(listed, names) == {}
    assert not [text for text in request.texts.values() if text in str(listed)]


@pytest.mark.parametrize("role", [Role.ADMIN, Role.SERVICE])
def test_privacy_requests_are_nothing_to_the_other_roles(world: World, role: Role) -> None:
    request, employee = world.request(world.person()), world.employee(role)
    for path in (
        "privacy-requests",
        f"privacy-requests/{request.number}",
        "google-access",
        "policy-versions",
        "policy",
    ):
        answer = employee.get(f"/v1/{path}")
        assert answer.status_code == 403
        assert not [text for text in request.texts.values() if text in answer.text]


def test_values_from_google_open_once_a_second_person_has_allowed_it(world: World) -> None:
    """P8: for who asked, for that case, to nobody else."""
    privacy, manager, person = world.employee(Role.PRIVACY), world.employee(Role.MANAGER), world.person()
    case = world.case(privacy, person)
    assert privacy.reveal(person, "google_email").status_code == 403
    wish = {"person": person.number, "case": case.id, "ground": "legal", "evidence": "the court's order"}
    asked = privacy.post("/v1/google-access", wish)
    assert asked.status_code == 201, asked.text
    path = f"/v1/google-access/{asked.json()['number']}"
    assert privacy.post(f"{path}/allow", version=1).status_code == 403
    assert privacy.reveal(person, "google_email").status_code == 403
    assert manager.post(f"{path}/allow", version=1).status_code == 200
    assert privacy.reveal(person, "google_email").json()["values"] == {"google_email": person.values["google_email"]}
    other = world.employee(Role.PRIVACY)
    world.case(other, person)
    assert other.reveal(person, "google_email").status_code == 403
    with world.clock.forward(days=2):
        privacy.post(f"/v1/tickets/{case.number}/claim")
        assert privacy.reveal(person, "google_email").status_code in (401, 403)
