"""The policy's promises about orders and money, each tried over HTTP. docs/policy.md says which test shows which promise."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any, NamedTuple

import pytest
from sqlalchemy import select

from console.platform_api.disclosures import disclose
from console.platform_api.problems import NotAllowed
from console.platform_api.processors import built_in
from console.platform_api.processors.seam import TOLD, Declined, RefundWish
from console.platform_api.tables import AuditEntry, OrderRow, PaymentRow, RefundRow, table
from console.platform_api.transaction import own_work
from console.platform_api.work import Worker
from console.records.employees import Role
from tests.access.world import Employee, Person, World
from tests.platform_api.orders_made import add_order, add_payment, add_payout, row_of
from tests.telling import telling

TEAM = [Role.SUPPORT, Role.BILLING, Role.MANAGER]
CARD = "4242 4242 4242 4242"
MICROCHIP = "985112004567890"
STREET = "77 Locket Canary Lane"
BOTH_KINDS = pytest.mark.parametrize("kind", ["charge", "fee"])


class Booked(NamedTuple):
    """An order with a captured payment, and whose it is."""

    parent: Person
    pro: Person
    order: str
    payment: str


def booked(world: World, *, kind: str = "charge", amount: int = 9_000, state: str = "captured") -> Booked:
    parent, pro = world.person(), world.person(pro=True)
    order = add_order(world.platform, parent.id, pro.id, street=STREET)
    payment = add_payment(world.platform, order, state, kind=kind, amount=amount)
    token = row_of(world.platform, PaymentRow, payment).processor_reference
    built_in(world.platform).add_payment(token, amount, "USD")
    return Booked(parent, pro, order, payment)


def ordered(world: World, **more: Any) -> dict[str, Any]:
    """An order as the marketplace sends it."""
    mark = uuid.uuid4().hex
    for who in ("parent", "pro"):
        world.person(external_id=f"{who}-{mark}")
    when = ("2026-11-01T09:00:00Z", "2026-11-02T09:00:00Z", "2026-11-02T10:00:00Z")
    found = {
        "external_id": f"order-{mark}", "parent": f"parent-{mark}", "pro": f"pro-{mark}", "state": "placed", "service": "walking",
        "place": "parents_home", "pet": "dog", "items": [{"name": "A walk", "amount": 9_000}], "amount": 9_000, "currency": "USD",
        **dict(zip(("placed", "starts", "ends"), when, strict=True)), **more,
    }  # fmt: skip
    sources = {name: "self" for name in ("pet_name", "care_notes", "items", "address") if name in found}
    return {**found, "sources": sources}


def paid(world: World, found: Booked, **more: Any) -> dict[str, Any]:
    """Another payment of an order, as the marketplace sends it."""
    order, mark = row_of(world.platform, OrderRow, found.order).external_id, uuid.uuid4().hex
    basis = {"external_id": f"payment-{mark}", "order": order, "processor_reference": f"pi_{mark}"}
    return {**basis, "state": "captured", "amount": 9_000, "currency": "USD", **more}


def number(world: World, model: Any, record: str, prefix: str) -> str:
    return f"{prefix}-{row_of(world.platform, model, record).number}"


def order_of(world: World, found: Booked) -> str:
    return f"/v1/orders/{number(world, OrderRow, found.order, 'O')}"


def refund(employee: Employee, found: Booked, amount: int) -> Any:
    return employee.post(f"/v1/payments/{found.payment}/refund", {"amount": amount, "reason": "goodwill"})


def work(world: World) -> None:
    """All that the platform has to do by itself."""
    Worker(world.platform, built_in(world.platform)).run_all()


# P4: the ledger of disclosures


@BOTH_KINDS
def test_p4_every_refund_leaves_its_row(world: World, kind: str) -> None:
    found, billing = booked(world, kind=kind), world.employee(Role.BILLING)
    made = refund(billing, found, 1_500).json()["refund"]
    work(world)
    assert billing.get(f"/v1/refunds/{made}").json()["state"] == "succeeded"
    payer = found.parent if kind == "charge" else found.pro
    rows = world.employee(Role.PRIVACY).get("/v1/disclosures", user=payer.number).json()["items"]
    row = next(row for row in rows if row["purpose"] == "refund")
    assert (row["recipient"], row["about"], row["subject"]) == ("processor", made, world.pseudonym(payer))
    assert set(row["fields"]) == {"token", "amount", "currency", "order", "refund"}


def test_p4_the_row_stands_before_anything_is_told(world: World) -> None:
    """Also when the processor can't be reached, so that nobody knows what it has heard."""
    found, billing = booked(world), world.employee(Role.BILLING)
    token = row_of(world.platform, PaymentRow, found.payment).processor_reference
    built_in(world.platform).script(token, "timeout_after")
    made = refund(billing, found, 1_500).json()["refund"]
    work(world)
    rows = world.employee(Role.AUDITOR).get("/v1/disclosures", user=world.pseudonym(found.parent)).json()["items"]
    assert made in [row["about"] for row in rows]


@pytest.mark.parametrize(
    ("recipient", "fields"),
    [("courier", {"token"}), ("", set()), ("processor", {"token", "email"}), ("pro", {"street"})],
)
def test_p4_nobody_else_is_told_and_nothing_else(world: World, recipient: str, fields: set[str]) -> None:
    with pytest.raises(NotAllowed) as refused, own_work(world.platform) as work:
        disclose(work, recipient, fields, "refund", None, "RF-1")
    assert refused.value.status == 403


# P16: card numbers


class Typed(NamedTuple):
    """A text that an employee can type: a field of a request."""

    method: str
    path: str
    field: str


NOT_TYPED = re.compile(r"/v1/(auth|ingest|webhooks|audit)\b|/(search|export)$")
"""Signing in, machines, and what is only looked for: none of it is kept."""

A_HASH = "^[0-9a-f]{64}$"
SHORTEST_TEXT = 41
"""Codes have up to 40 characters."""


def typed_texts(world: World) -> Iterator[Typed]:
    """Every text of every request, as the platform itself describes them."""
    schema = world.http.get("/openapi.json").json()
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
            if body and not NOT_TYPED.search(path):
                named = next((one["$ref"] for one in (body, *body.get("anyOf", ())) if "$ref" in one), "")
                model = schema["components"]["schemas"].get(named.rpartition("/")[2], body)
                for field, kind in model.get("properties", {}).items():
                    if field != "password" and is_text(kind):
                        yield Typed(method.upper(), path, field)


def is_text(kind: Mapping[str, Any]) -> bool:
    inner = [one for one in (kind, *kind.get("anyOf", ())) if one.get("type") == "string" and "enum" not in one]
    typed = [one for one in inner if one.get("format") != "date-time" and one.get("pattern") != A_HASH]
    return any(one.get("maxLength", SHORTEST_TEXT) >= SHORTEST_TEXT for one in typed)


def complaints(answer: Any) -> list[str]:
    return [error["where"] for error in answer.json().get("errors", ()) if "card number" in error["what"]]


def test_p16_a_card_number_that_is_typed_is_refused_everywhere(world: World, capfd: Any) -> None:
    employees = [world.employee(role) for role in Role]
    texts = list(typed_texts(world))
    assert len({typed.path for typed in texts}) > 10
    for typed in texts:
        path = typed.path.replace("{named}", "1")
        answers = [one.ask(typed.method, path, {typed.field: f"It is {CARD}, thanks"}, version=1) for one in employees]
        refused = [answer for answer in answers if answer.status_code == 422]
        assert refused, typed
        assert all(any(typed.field in place for place in complaints(answer)) for answer in refused), typed
        assert {answer.status_code for answer in answers} <= {422, 403}, typed
        harmless = [one.ask(typed.method, path, {typed.field: MICROCHIP}, version=1) for one in employees]
        assert not any(complaints(answer) for answer in harmless), typed
    correction = {"set": {"name": CARD}, "source": "self"}
    answer = world.employee(Role.SUPPORT).ask("PATCH", f"/v1/users/{world.person().number}", correction, version=1)
    assert (answer.status_code, len(complaints(answer))) == (422, 1)
    said = "".join(capfd.readouterr())
    assert not [text for text in (CARD, CARD.replace(" ", "")) if text in log_of(world) + said + answer.text]


def log_of(world: World) -> str:
    found = table(AuditEntry)
    with world.platform.database.reading() as connection:
        return "\n".join(
            str(row) for row in connection.execute(select(found.c.details, found.c.fields, found.c.record))
        )


def test_p16_what_comes_in_is_kept_without_the_number(world: World) -> None:
    order = ordered(world, care_notes=f"Chip {MICROCHIP}. Charge {CARD} for the taxi")
    answer = world.employee(Role.SERVICE).post("/v1/ingest/orders", {"items": [order]})
    assert answer.status_code == 200, answer.text
    found = world.employee(Role.SUPPORT).get(f"/v1/orders/{answer.json()['results'][0]['number']}").json()
    assert MICROCHIP in found["care_notes"] and "for the taxi" in found["care_notes"]
    assert "4242" not in found["care_notes"]


def test_p16_a_payment_comes_with_brand_and_last_four_alone(world: World) -> None:
    marketplace, found = world.employee(Role.SERVICE), booked(world)
    item = paid(world, found, brand="visa", last_four="4242")
    bare = CARD.replace(" ", "")
    for more in ({"card_number": CARD}, {"security_code": "123"}, {"last_four": bare}, {"processor_reference": bare}):
        answer = marketplace.post("/v1/ingest/payments", {"items": [{**item, **more}]})
        assert (answer.status_code, answer.json()["type"]) == (422, "invalid"), more
        assert "4242" not in telling(answer.text)
    taken = marketplace.post("/v1/ingest/payments", {"items": [{**item, "brand": f"visa {CARD}"}]})
    assert taken.status_code == 200, taken.text
    payment = world.employee(Role.BILLING).get(f"/v1/payments/{taken.json()['results'][0]['number']}").json()
    assert (payment["brand"].split()[0], payment["last_four"]) == ("visa", "4242")
    assert "4242" not in payment["brand"]


# P25: a street address


@pytest.mark.parametrize("role", [*TEAM, Role.PRIVACY])
def test_p25_no_order_is_found_by_its_street_and_none_shows_it(world: World, role: Role) -> None:
    found, employee = booked(world), world.employee(role)
    for terms in ({"address": STREET}, {"street": STREET}, {"number": "O-1", "street": STREET}):
        answer = employee.post("/v1/orders/search", terms)
        assert (answer.status_code, answer.json()["type"]) == (400, "bad-request")
    assert employee.get("/v1/orders", address=STREET).status_code == 400
    shown = employee.get(order_of(world, found)).text + employee.get("/v1/orders").text
    assert "Canary" not in shown


@pytest.mark.parametrize("role", TEAM)
def test_p25_the_street_opens_for_a_case_about_this_very_order(world: World, role: Role) -> None:
    found, other, employee = booked(world), booked(world), world.employee(role)
    assert street(world, employee, found).status_code in (403, 404)
    world.case(employee, found.parent, about=())
    assert street(world, employee, found).status_code == 403
    case = claimed_trouble(world, employee, other)
    assert street(world, employee, found).status_code == 403, "it is about another order"
    assert street(world, employee, other).json()["values"] == {"address": STREET}
    assert case


def street(world: World, employee: Employee, found: Booked) -> Any:
    wish = {"fields": ["address"], "case": employee.case or "T-0", "reason": "order_trouble"}
    return employee.post(f"{order_of(world, found)}/reveal", wish)


# P26: an order in trouble


def claimed_trouble(world: World, employee: Employee, found: Booked) -> str:
    """Reports trouble, and takes its ticket in hand; the ticket's number."""
    place = order_of(world, found)
    version = row_of(world.platform, OrderRow, found.order).version
    raised = employee.post(f"{place}/trouble", {"reason": "incident"}, version=version)
    assert raised.status_code == 200, raised.text
    ticket = raised.json()["trouble_ticket"]
    claimed = employee.post(f"/v1/tickets/{ticket}/claim")
    assert claimed.status_code == 200, claimed.text
    employee.case = claimed.json()["id"]
    return str(ticket)


@pytest.mark.parametrize("role", TEAM)
def test_p26_trouble_opens_contact_and_its_end_closes_it(world: World, role: Role) -> None:
    found, employee = booked(world), world.employee(role)
    ticket = claimed_trouble(world, employee, found)
    for person in (found.parent, found.pro):
        shown = employee.reveal(person, "name", "phone", reason="order_trouble").json()
        assert shown["values"] == {name: person.values[name] for name in ("name", "phone")}
    order = employee.get(order_of(world, found)).json()
    assert employee.get(f"/v1/tickets/{ticket}").json()["state"] == "open"
    resolved = employee.post(f"{order_of(world, found)}/resolve", {"text": "All is well"}, version=order["version"])
    assert resolved.status_code == 200, resolved.text
    assert resolved.json()["trouble"] is False
    for person in (found.parent, found.pro):
        assert employee.reveal(person, "phone", reason="order_trouble").status_code == 403
    assert street(world, employee, found).status_code == 403
    assert world.employee(Role.MANAGER).get(f"/v1/tickets/{ticket}").json()["state"] == "solved"


@pytest.mark.parametrize("role", TEAM)
def test_p26_without_trouble_an_order_opens_nobody(world: World, role: Role) -> None:
    found, employee = booked(world), world.employee(role)
    assert employee.get(order_of(world, found)).status_code == 200
    assert employee.reveal(found.parent, "phone", reason="order_trouble").status_code in (403, 422)


# P27: payment instruments

SEEN = {Role.BILLING: "full", Role.MANAGER: "mask", Role.SUPPORT: "absent"}


@pytest.mark.parametrize("role", Role)
@BOTH_KINDS
def test_p27_instruments_are_billing_s_masked_for_managers_and_absent_for_others(
    world: World, role: Role, kind: str
) -> None:
    found, employee = booked(world, kind=kind), world.employee(role)
    answers = [employee.get(f"/v1/payments/{found.payment}"), employee.get("/v1/payments", order=found.order)]
    if role not in SEEN:
        assert [answer.status_code for answer in answers] == [403, 403]
        return
    for record in (answers[0].json(), answers[1].json()["items"][0]):
        assert {name for name in ("brand", "last_four") if name in record} == keys(SEEN[role] == "full")
        assert {name for name in ("brand", "last_four") if name in record["masks"]} == keys(SEEN[role] == "mask")
    if SEEN[role] != "full":
        assert not [answer for answer in answers if '"4242"' in answer.text]


def keys(there: bool) -> set[str]:
    return {"brand", "last_four"} if there else set()


@pytest.mark.parametrize("role", Role)
def test_p27_an_order_shows_no_more_of_its_payments_than_they_do(world: World, role: Role) -> None:
    found, employee = booked(world), world.employee(role)
    payout = add_payout(world.platform, found.order)
    answer = employee.get(order_of(world, found))
    shown = employee.get(f"/v1/payouts/{payout}")
    if role is not Role.BILLING:
        assert '"4242"' not in answer.text and "9012" not in telling(answer.text + shown.text)
    else:
        assert answer.json()["payments"][0]["last_four"] == "4242"
        assert shown.json()["payout_last_four"] == "9012"


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.BILLING])
def test_p27_nobody_else_searches_by_card(world: World, role: Role) -> None:
    booked(world)
    answer = world.employee(role).post("/v1/orders/search", {"last_four": "4242"})
    assert (answer.status_code, answer.json()["type"]) == (403, "not-allowed")
    assert world.employee(Role.BILLING).post("/v1/orders/search", {"last_four": "4242"}).json()["items"]


# P28: pros' payments


@BOTH_KINDS
def test_p28_the_same_limits_and_second_persons(world: World, kind: str) -> None:
    found, billing = booked(world, kind=kind, amount=50_000), world.employee(Role.BILLING)
    most = world.platform.rules.each["billing"]["USD"]
    within = billing.post(f"/v1/payments/{found.payment}/refund-preview", {"amount": most}).json()
    above = billing.post(f"/v1/payments/{found.payment}/refund-preview", {"amount": most + 1}).json()
    assert (within["goes"], above["goes"], above["approver"]) == ("at_once", "approval", "manager")
    asked = refund(billing, found, most + 1).json()["refund"]
    state = billing.get(f"/v1/refunds/{asked}").json()
    assert (state["state"], state["needs"]) == ("requested", "manager")
    assert billing.post(f"/v1/refunds/{asked}/approve", version=state["version"]).status_code == 403
    manager = world.employee(Role.MANAGER)
    assert manager.post(f"/v1/refunds/{asked}/approve", version=state["version"]).json()["state"] == "approved"


@BOTH_KINDS
def test_p28_the_same_reservation(world: World, kind: str) -> None:
    found, support = booked(world, kind=kind, amount=9_000), world.employee(Role.SUPPORT)
    assert refund(support, found, 6_000).status_code == 200
    assert refund(support, found, 6_000).status_code == 422
    assert support.get(f"/v1/payments/{found.payment}").json()["left"] == 3_000


@BOTH_KINDS
def test_p28_nobody_acts_on_a_payment_of_their_own(world: World, kind: str) -> None:
    found = booked(world, kind=kind)
    for person in (found.parent, found.pro):
        for role in TEAM:
            answer = refund(world.employee(role, person=person), found, 100)
            assert (answer.status_code, answer.json()["type"]) == (403, "not-allowed")


@BOTH_KINDS
def test_p28_the_same_rules_for_what_is_reviewed(world: World, kind: str) -> None:
    found, marketplace = booked(world, kind=kind), world.employee(Role.SERVICE)
    large = paid(world, found, kind=kind, amount=world.platform.rules.large["USD"])
    answer = marketplace.post("/v1/ingest/payments", {"items": [large]})
    assert answer.status_code == 200, answer.text
    reviews = world.employee(Role.BILLING).get("/v1/payment-reviews", kind="large", limit=200).json()["items"]
    payment = answer.json()["results"][0]["number"]
    seen = [world.employee(Role.BILLING).get(f"/v1/payment-reviews/{one['number']}").json() for one in reviews]
    assert payment in [one["payment"]["number"] for one in seen]


# P29: what the processor is told


@pytest.mark.parametrize("more", ["name", "email", "street", "last_four", "note", "user", "metadata"])
def test_p29_the_processor_s_side_rejects_any_other_key(world: World, more: str) -> None:
    found = booked(world)
    token = row_of(world.platform, PaymentRow, found.payment).processor_reference
    wish = asdict(RefundWish(token, 100, "USD", "O-1", f"RF-{found.payment}"))
    processor = built_in(world.platform)
    with pytest.raises(Declined, match="unknown_field"):
        processor.take({**wish, more: "x"})
    assert processor.find_refund(wish["refund"], token) is None
    assert processor.take(wish).amount == 100


def test_p29_there_is_no_other_key_to_send() -> None:
    assert set(TOLD) == {"token", "amount", "currency", "order", "refund"}


def test_p29_what_is_sent_names_no_person(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The wish that goes out, as it goes out."""
    found, billing = booked(world), world.employee(Role.BILLING)
    processor = built_in(world.platform)
    sent: list[dict[str, Any]] = []
    take = processor.take

    def overheard(wish: Mapping[str, Any]) -> Any:
        sent.append(dict(wish))
        return take(wish)

    monkeypatch.setattr(processor, "take", overheard)
    text = f"{found.parent.values['name']} was not at home"
    wish = {"amount": 1_200, "reason": "not_given", "text": text}
    made = billing.post(f"/v1/payments/{found.payment}/refund", wish).json()["refund"]
    Worker(world.platform, processor).run_all()
    told = next(one for one in sent if one["refund"] == made)
    row = row_of(world.platform, PaymentRow, found.payment)
    assert told == {
        "token": row.processor_reference, "amount": 1_200, "currency": "USD",
        "order": number(world, OrderRow, found.order, "O"), "refund": made,
    }  # fmt: skip
    assert row_of(world.platform, RefundRow, refund_id(world, made)).state == "succeeded"


def refund_id(world: World, made: str) -> str:
    found = table(RefundRow)
    with world.platform.database.reading() as connection:
        return str(connection.execute(select(found.c.id).where(found.c.number == int(made[3:]))).scalar_one())
