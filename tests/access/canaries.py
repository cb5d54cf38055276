"""Values found nowhere else, planted in every personal field of a real process, and everything that it answered, stored and printed."""

from __future__ import annotations

import subprocess
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import text

from console.platform_api.database import Database
from console.platform_api.ids import new_id
from console.platform_api.platform import locations, open_platform
from console.records.employees import Role
from tests.access import canary_contests
from tests.access.canary_contests import OF_ENTRIES, OF_PRIZES, OF_WINNERS, Entered
from tests.access.scenes import (
    INCOMING_APPLICATION,
    INCOMING_ORDER,
    INCOMING_PAYMENT,
    INCOMING_PAYOUT,
    Permission,
    Scene,
    perform,
    permissions,
)
from tests.access.world import Employee, Made, Person, Ticket, World
from tests.platform_api.api import Place, prepare
from tests.platform_api.test_serve import arguments

VALUES = {
    "name": "Zoëphine Quoxicanary Vlastimilcanary",
    "email": "quoxi.box-canary@vlast.example",
    "phone": "+12035550188",
    "city": "Cityquoxcanary",
    "postcode": "Q7X-0188",
    "street": "0188 Streetquoxcanary Row",
    "gender": "genderquoxcanary",
    "age_band": "bandquoxcanary",
    "google_email": "google-quoxcanary@vlast.example",
}
PIECES = (
    "Quoxicanary", "Vlastimilcanary", "Zoëphine", "quoxi.box-canary", "2035550188", "Cityquoxcanary", "Q7X-0188", "Streetquoxcanary",
    "genderquoxcanary", "bandquoxcanary", "google-quoxcanary",
)  # fmt: skip
"""What tells a value: no two fields share one."""

SAID = (
    f"{VALUES['name']} writes from {VALUES['street']}, {VALUES['city']}: "
    f"mail {VALUES['email']}, ring (203) 555-0188, {VALUES['google_email']}"
)
TEXTS = {
    "subject": f"subjectquoxcanary {SAID}", "reference": f"referencequoxcanary {SAID}", "in": f"incomingquoxcanary {SAID}",
    "note": f"notequoxcanary {SAID}",
}  # fmt: skip
OF_THREADS = (
    "subjectquoxcanary",
    "referencequoxcanary",
    "incomingquoxcanary",
    "notequoxcanary",
    "openedquoxcanary",
    "addedquoxcanary",
)
TYPED = ("reasonquoxcanary", "Correctedquoxcanary", "saidquoxcanary", "soughtquoxcanary", "wrongquoxcanary")
"""Typed by employees where it must not come out again: reasons, corrections, callers' words, search terms, mistakes."""

OF_ORDERS = ("Petquoxcanary", "Carequoxcanary", "Itemquoxcanary", "Remarkquoxcanary", "Troublequoxcanary")
"""What was ordered, and what happened to it: for those who open the order."""
OF_REFUNDS = ("Refundedquoxcanary",)
OF_REVIEWS = ("Lookedquoxcanary",)
INSTRUMENTS = ("Brandquoxcanary", "Bankquoxcanary", '"7391"', '"7392"', '"7393"')
"""What was paid with, and where payouts go, the last fours as JSON has them."""
WHERE = ("Meetingquoxcanary",)
"""Where an order takes place."""

PROFILE = {
    "business_name": "Businessquoxcanary", "area": "Areaquoxcanary", "postcode": "Q9X-0177", "experience": "Experiencequoxcanary",
    "rates": "Ratesquoxcanary", "answers": [{"question": "Questionquoxcanary", "answer": "Answerquoxcanary"}],
}  # fmt: skip
OF_PROFILES = (
    "Businessquoxcanary",
    "Areaquoxcanary",
    "Q9X-0177",
    "Experiencequoxcanary",
    "Ratesquoxcanary",
    "Questionquoxcanary",
    "Answerquoxcanary",
)
"""What an applicant says of themselves."""
OF_DOCUMENTS = ("Filequoxcanary", "Providerquoxcanary", "Resultquoxcanary", "Contentquoxcanary")
OF_LETTERS = ("Letterheadquoxcanary", "Letterquoxcanary", "Appliedquoxcanary")
"""What was written to the applicant, and noted about them."""
OF_REQUESTS = (
    "Askerquoxcanary",
    "replyquoxcanary",
    "Wordsquoxcanary",
    "Authorityquoxcanary",
    "Officerquoxcanary",
    "Answerheadquoxcanary",
)
"""What was asked of privacy, by whom, what was noted on it and answered."""

OF_SURVEYS = ("Typedquoxcanary",)
"""What the person answered in a survey."""

EVERYTHING = (
    *PIECES, *OF_THREADS, *TYPED, *OF_ORDERS, *OF_REFUNDS, *OF_REVIEWS, *INSTRUMENTS[:2], *WHERE, *OF_PROFILES, *OF_DOCUMENTS, *OF_LETTERS,
    *OF_REQUESTS, *OF_SURVEYS, *OF_ENTRIES, *OF_WINNERS, *OF_PRIZES,
)  # fmt: skip
PLANTING = "the planting agent"
"""Whose answers hold what they wrote themselves, with the claim on their ticket."""

CONTROL = "control-quox@petworks.example"
"""An employee's address, which stands in clear: proof that the scans find what is there."""


@dataclass(frozen=True)
class Planted:
    """What everything is asked about."""

    person: Person
    ticket: Ticket
    order: Made
    payment: Made
    refund: Made
    payout: Made
    review: Made
    application: Made
    document: Made
    letters: str
    """The number of the application's case."""
    request: str
    """The number of a privacy request, and of its case."""
    request_case: str
    survey: str
    entry: str
    """Numbers of a survey that is open, and of the person's entry."""
    entered: Entered


@dataclass(frozen=True)
class Answered:
    role: str
    request: str
    status: int
    content: str

    @property
    def path(self) -> str:
        return self.request.split()[1]

    @cached_property
    def folded(self) -> str:
        return self.content.casefold()

    def holds(self, canaries: tuple[str, ...]) -> list[str]:
        return [canary for canary in canaries if canary.casefold() in self.folded]


@dataclass
class Crawl:
    """`stored`: name of a file or table → its content; `printed`: what the process wrote to its output."""

    answers: list[Answered] = field(default_factory=list)
    revealed: list[Answered] = field(default_factory=list)
    stored: dict[str, bytes] = field(default_factory=dict)
    printed: str = ""
    modes: dict[str, int] = field(default_factory=dict)


class Recording(httpx.Client):
    """A client that keeps every answer."""

    def __init__(self, url: str, crawl: Crawl) -> None:
        super().__init__(base_url=url, timeout=60, trust_env=False)
        self.crawl = crawl
        self.role = PLANTING

    def request(self, method: str, url: Any, **options: Any) -> httpx.Response:
        answer = super().request(method, url, **options)
        content = f"{dict(answer.headers)}\n{answer.text}"
        kept = self.crawl.revealed if str(url).endswith("/reveal") and answer.status_code == 200 else self.crawl.answers
        kept.append(
            Answered(self.role, f"{method} {answer.request.url.raw_path.decode()}", answer.status_code, content)
        )
        return answer


def crawl(place: Place, output: Path) -> Crawl:
    """Plants, asks for everything as every role, and looks at what the process left behind while it still runs."""
    found = Crawl()
    prepare(place)
    with _process(place, output) as url, Recording(url, found) as http:
        platform = open_platform(place.data, place.url)
        world = World(platform, http)
        planted = _plant(world)
        for role in [*Role, None]:
            http.role = str(role or "no role")
            _ask_everything(world, role, planted)
        http.role = "nobody"
        _ask_publicly(http)
        platform.close()
        found.stored = {**_files(place.data), **_tables(place)}
        found.modes = {path.name: path.stat().st_mode & 0o777 for path in (place.data, *place.data.rglob("*"))}
    found.printed = output.read_text()
    return found


@contextmanager
def _process(place: Place, output: Path) -> Iterator[str]:
    with output.open("wb") as out, subprocess.Popen(arguments(place), stdout=out, stderr=out) as process:
        try:
            yield _url(process, output)
        finally:
            process.terminate()


def _url(process: subprocess.Popen[bytes], output: Path) -> str:
    while process.poll() is None:
        line = output.read_text().partition("\n")
        if line[1]:
            return line[0].removeprefix("listening on ").strip()
    raise RuntimeError(output.read_text())


# Planting


def _plant(world: World) -> Planted:
    """Over the API as far as it goes, so that the process has every value in its hands."""
    service, support = world.employee(Role.SERVICE), world.employee(Role.SUPPORT)
    world.change_employee(world.employee(Role.SUPPORT), email=CONTROL)
    sources = {name: "google" if name == "google_email" else "self" for name in VALUES}
    external = new_id()
    item = {"external_id": external, "registered": "2026-01-02T03:04:05Z", **VALUES, "sources": sources}
    fed = service.post("/v1/ingest/users", {"items": [item]})
    assert fed.status_code == 200, fed.text
    [result] = fed.json()["results"]
    person = Person(result["id"], result["number"], VALUES)
    ticket = world.case(support, person, texts=TEXTS)
    _work(support, person, ticket)
    return _plant_order(world, person, ticket, external)


def _plant_order(world: World, person: Person, ticket: Ticket, parent: str) -> Planted:
    """An order in trouble, its money, a refund that waits, and a review that somebody works on."""
    service, support, billing = (world.employee(role) for role in (Role.SERVICE, Role.SUPPORT, Role.BILLING))
    pro, ids = world.external(world.person(pro=True)), [new_id() for _ in range(4)]
    feeds: dict[str, dict[str, Any]] = {
        "orders": {
            **INCOMING_ORDER, "external_id": ids[0], "parent": parent, "pro": pro, "pet_name": "Petquoxcanary",
            "care_notes": "Carequoxcanary", "items": [{"name": "Itemquoxcanary", "amount": 1_000}], "address": "1 Meetingquoxcanary",
            "sources": dict.fromkeys(("pet_name", "care_notes", "items", "address"), "self"),
        },
        "payments": {**INCOMING_PAYMENT, "external_id": ids[1], "order": ids[0], "brand": "Brandquoxcanary", "last_four": "7391"},
        "payouts": {**INCOMING_PAYOUT, "external_id": ids[2], "pro": pro, "order": ids[0], "bank": "Bankquoxcanary", "last_four": "7392"},
        "payout-changes": {"external_id": ids[3], "pro": pro, "asked": "2026-11-20T10:00:00Z", "new_last_four": "7393"},
    }  # fmt: skip
    fed = {name: _fed(service, name, item) for name, item in feeds.items()}
    order, payment = fed["orders"], fed["payments"]
    answers = [
        support.post(f"/v1/orders/{order.number}/note", {"body": "Remarkquoxcanary"}),
        support.post(
            f"/v1/orders/{order.number}/trouble",
            {"reason": "incident", "text": "Troublequoxcanary"},
            version=world.version("orders", order.id),
        ),
        support.post(
            f"/v1/payments/{payment.number}/refund",
            {"amount": 500, "reason": "goodwill", "text": "Refundedquoxcanary"},
        ),
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 200], [answer.text for answer in answers]
    refund = answers[-1].json()["refund"]
    review = next(
        item
        for item in billing.get("/v1/payment-reviews", kind="refund").json()["items"]
        if item["person"] == person.number
    )
    case = world.case(support, person, orders=[order])
    for answer in (
        billing.post(f"/v1/payment-reviews/{review['number']}/claim"),
        billing.post(f"/v1/payment-reviews/{review['number']}/note", {"body": "Lookedquoxcanary"}),
        billing.get("/v1/payment-reviews", kind="payout_change"),
    ):
        assert answer.status_code == 200, answer.text
    seen = support.reveal(order, "address", resource="orders")
    assert (seen.status_code, case.id) == (200, support.case), seen.text
    applied = _plant_application(world, person, parent)
    for_privacy = _plant_request(world, person)
    return Planted(
        person, ticket, order, payment, Made("", refund, {}), fed["payouts"], Made(review["id"], review["number"], {}), *applied, *for_privacy,
        *_plant_entry(world, parent), canary_contests.plant(world, person, parent),
    )  # fmt: skip


def _plant_application(world: World, person: Person, external: str) -> tuple[Made, Made, str]:
    """An application that support asked about by mail; a manager has opened its document. With the number of its case."""
    service, support, manager = (world.employee(role) for role in (Role.SERVICE, Role.SUPPORT, Role.MANAGER))
    ids = new_id(), new_id()
    application = _fed(
        service, "pro-applications", {**INCOMING_APPLICATION, **PROFILE, "external_id": ids[0], "person": external}
    )
    paper = {
        "external_id": ids[1], "application": ids[0], "kind": "background_check", "provider": "Providerquoxcanary",
        "result": "Resultquoxcanary", "file_name": "Filequoxcanary.txt", "content": b64encode(b"Contentquoxcanary").decode(),
    }  # fmt: skip
    document = _fed(service, "application-documents", paper)
    path = f"/v1/pro-applications/{application.number}"

    def act(by: Employee, action: str, body: Any = None) -> httpx.Response:
        return by.post(f"{path}/{action}", body, version=world.version("pro-applications", application.id))

    answers = [
        act(support, "claim"),
        act(support, "note", {"body": "Appliedquoxcanary"}),
        act(support, "recommend", {"recommendation": "approve", "text": "Appliedquoxcanary"}),
        act(support, "release"),
        act(manager, "claim"),
    ]
    case = answers[0].json()["case"]
    manager.case = manager.get(f"/v1/tickets/{case}").json()["id"]
    answers += [
        manager.reveal(
            document, "file_name", "provider", "result", reason="application", resource="application-documents"
        ),
        manager.post(f"/v1/application-documents/{document.number}/open", {"case": manager.case, "purpose": "view"}),
        act(manager, "ask", {"subject": "Letterheadquoxcanary", "body": "Letterquoxcanary"}),
    ]
    assert [answer.status_code for answer in answers] == [200] * 8, [answer.text for answer in answers]
    return application, document, case


def _plant_request(world: World, person: Person) -> tuple[str, str]:
    """An agent asks for the person; privacy works on it. The numbers of the request and of its case."""
    support, privacy = world.employee(Role.SUPPORT), world.employee(Role.PRIVACY)
    wish = {
        "kind": "access", "channel": "letter", "received": "2026-03-01T10:00:00Z", "person": person.number, "agent": True,
        "asker": "Askerquoxcanary", "reply_to": "replyquoxcanary@vlast.example", "words": "Wordsquoxcanary", "authority": "Authorityquoxcanary",
    }  # fmt: skip
    made = support.post("/v1/privacy-requests", wish)
    assert made.status_code == 201, made.text
    number, request = made.json()["number"], made.json()["id"]
    path = f"/v1/privacy-requests/{number}"
    answers = [privacy.post(f"{path}/claim"), privacy.post(f"{path}/note", {"body": "Officerquoxcanary"})]
    letter = {"message": {"subject": "Answerheadquoxcanary", "body": "Hello"}}
    answers.append(privacy.post(f"{path}/acknowledge", letter, version=world.version("privacy-requests", request)))
    assert [answer.status_code for answer in answers] == [200] * 3, [answer.text for answer in answers]
    return number, answers[0].json()["case"]


def _plant_entry(world: World, external: str) -> tuple[str, str]:
    """The person answers in words, and says how old they are."""
    survey = world.survey("open").number
    item = {
        "external_id": new_id(), "survey": survey, "person": external, "submitted_at": world.clock().isoformat(),
        "answers": [{"question": "q1", "answer": 2}, {"question": "q4", "answer": f"Typedquoxcanary {SAID}"}],
        "demographics": {"age_band": "65+"},
    }  # fmt: skip
    return survey, _fed(world.employee(Role.SERVICE), "survey-entries", item).number


def _fed(service: Employee, name: str, item: dict[str, Any]) -> Made:
    answer = service.post(f"/v1/ingest/{name}", {"items": [item]})
    assert answer.status_code == 200, answer.text
    [result] = answer.json()["results"]
    return Made(result.get("id", ""), result.get("number", ""), {})


def _work(support: Employee, person: Person, ticket: Ticket) -> None:
    user = f"/v1/users/{person.number}"
    opening = {"subject": f"openedquoxcanary {SAID}", "reference": SAID, "channel": "phone"}
    note = {"body": f"addedquoxcanary {SAID}"}
    answers = [
        support.post("/v1/tickets", opening),
        support.post(f"/v1/tickets/{ticket.number}/note", note),
        support.post(f"{user}/lock", {"reason": "fraud", "text": f"reasonquoxcanary {SAID}"}, version=1),
        support.post(
            f"{user}/caller-check", {"case": ticket.id, "field": "email", "said": "saidquoxcanary@vlast.example"}
        ),
        support.post(f"{user}/caller-check", {"case": ticket.id, "field": "phone", "said": VALUES["phone"]}),
        support.ask("PATCH", user, {"set": {"city": "Correctedquoxcanary"}, "source": "self"}, version=2),
        support.ask("PATCH", user, {"set": {"city": VALUES["city"]}, "source": "self"}, version=3),
        support.reveal(person, "name", "email", "phone", "city", "street"),
    ]
    assert {answer.status_code for answer in answers} <= {200, 201}, [answer.text for answer in answers]


# Asking


def _ask_everything(world: World, role: Role | None, planted: Planted) -> None:
    person, ticket = planted.person, planted.ticket
    scene = Scene(world, role or Role.SUPPORT, Permission("users", "read"))
    scene.__dict__ |= {
        "employee": world.employee(*([role] if role else [])),
        "person": person,
        "ticket": ticket,
        "named": world.pseudonym(person) if role is Role.AUDITOR else person.number,
    }
    if role is Role.SUPPORT:
        _look_around(scene.employee, scene.named, person, ticket)
    assert scene.case  # from now on one is in hand
    _look_around(scene.employee, scene.named, person, ticket)
    _look_at_orders(scene.employee, planted)
    _look_at_applications(scene.employee, planted)
    _look_at_requests(scene.employee, planted)
    _look_at_surveys(scene.employee, planted)
    canary_contests.look_at(scene.employee, planted.entered)
    for permission in permissions():
        if permission.action not in ("reveal", "solved", "closed"):
            perform(scene, permission)
    _search(scene.employee)
    if role in (Role.SUPPORT, Role.ADMIN, Role.SERVICE):  # between them they have every route that takes a body
        _make_mistakes(scene.employee, scene.named, ticket)
    if role in (Role.SUPPORT, Role.MANAGER, Role.SERVICE):
        _apply_wrongly(scene.employee, planted)


def _look_around(employee: Employee, named: str, person: Person, ticket: Ticket) -> None:
    lists = {
        "users": ("number", "-registered", "state"), "tickets": ("number", "-opened"), "audit": ("number",), "employees": ("number",),
    }  # fmt: skip
    for resource, sorts in lists.items():
        for sort in sorts:
            employee.get(f"/v1/{resource}", sort=sort, limit=200)
        employee.get(f"/v1/{resource}", end="true")
        employee.get(f"/v1/{resource}", limit=1, fraction=0.5)
    employee.get("/v1/users", state="locked", opted_out="no", pro="no")
    employee.get("/v1/users", around=named)
    employee.get("/v1/tickets", user=person.number)
    employee.get("/v1/audit", subject=person.number)
    for path in (
        f"users/{named}",
        f"users/{person.id}",
        f"users/{named}/history",
        f"tickets/{ticket.number}",
        f"tickets/{ticket.id}",
    ):
        employee.get(f"/v1/{path}")
    employee.get(f"/v1/users/{named}/contact", topic="specials")
    for path in ("me", "changes?after=0", "intents/none", "audit/head", "audit/1", "audit/5"):
        employee.get(f"/v1/{path}")


def _look_at_orders(employee: Employee, planted: Planted) -> None:
    for resource in ("orders", "payments", "refunds", "payouts", "payment-reviews", "reconciliations", "disclosures"):
        for turn in ({"limit": 200}, {"end": "true"}, {"limit": 1, "fraction": 0.5}):
            employee.get(f"/v1/{resource}", **turn)
    employee.get("/v1/orders", sort="-amount", trouble="yes")
    employee.get("/v1/orders", user=planted.person.number)
    employee.get("/v1/payment-reviews", kind="payout_change")
    for path in ("orders", "payments", "refunds", "payouts"):
        record = {
            "orders": planted.order,
            "payments": planted.payment,
            "refunds": planted.refund,
            "payouts": planted.payout,
        }[path]
        employee.get(f"/v1/{path}/{record.number}")
    employee.get(f"/v1/orders/{planted.order.number}/history")
    employee.get(f"/v1/payment-reviews/{planted.review.number}")
    employee.get("/v1/orders/figures", by="day", since="2026-11-01", until="2026-11-30", user=planted.person.number)
    for terms in ({"number": planted.order.number}, {"last_four": "7391"}, {"address": "Meetingquoxcanary"}):
        employee.post("/v1/orders/search", terms)
    employee.post("/v1/orders/export", {"filters": {"user": planted.person.number}})
    employee.post(f"/v1/payments/{planted.payment.number}/refund-preview", {"amount": 1})
    for wrong in ("wrongquoxcanary", {"wrongquoxcanary": 1}):
        employee.post(f"/v1/orders/{planted.order.number}/trouble", {"reason": wrong, "text": wrong}, version=1)
        employee.post(
            f"/v1/payments/{planted.payment.number}/refund", {"amount": wrong, "reason": wrong, "text": wrong}
        )
        employee.get("/v1/orders", since=wrong)
    reviews = employee.get("/v1/payment-reviews", kind="payout_change")
    for item in reviews.json().get("items", ()):
        employee.get(f"/v1/payment-reviews/{item['number']}")


def _look_at_applications(employee: Employee, planted: Planted) -> None:
    application, paper = f"/v1/pro-applications/{planted.application.number}", planted.document.number
    for resource in ("pro-applications", "application-documents"):
        for turn in ({"limit": 200}, {"end": "true"}, {"limit": 1, "fraction": 0.5}):
            employee.get(f"/v1/{resource}", **turn)
    for filters in (
        {"state": "info_requested"}, {"service": "walking"}, {"missing": "insurance"}, {"postcode": PROFILE["postcode"]},
        {"assignee": "none"}, {"user": planted.person.number}, {"recommended": "approve"}, {"sort": "number"},
    ):  # fmt: skip
        employee.get("/v1/pro-applications", **filters)
    employee.get("/v1/application-documents", application=planted.application.number)
    for path in (
        application,
        f"{application}/history",
        f"/v1/application-documents/{paper}",
        f"/v1/tickets/{planted.letters}",
    ):
        employee.get(path)
    employee.get("/v1/pro-applications/figures", by="day", since="2026-11-01", until="2026-11-30")
    employee.get(f"/v1/tickets/{planted.letters}/drafts", template="ask")
    employee.get(f"/v1/users/{planted.person.number}/suspension")


def _look_at_requests(employee: Employee, planted: Planted) -> None:
    request = f"/v1/privacy-requests/{planted.request}"
    for resource in ("privacy-requests", "google-access", "policy-versions"):
        for turn in ({"limit": 200}, {"end": "true"}, {"limit": 1, "fraction": 0.5}):
            employee.get(f"/v1/{resource}", **turn)
    for filters in (
        {"open": "yes"},
        {"overdue": "yes"},
        {"user": planted.person.number},
        {"kind": "access", "sort": "number"},
    ):
        employee.get("/v1/privacy-requests", **filters)
    for path in (
        request,
        f"{request}/history",
        f"{request}/proposals",
        f"/v1/tickets/{planted.request_case}",
        "/v1/policy",
    ):
        employee.get(path)
    employee.get(f"{request}/drafts", template="acknowledge")
    employee.get("/v1/privacy-requests/figures", by="day", since="2026-02-01", until="2026-03-30")
    employee.post("/v1/privacy-requests/export", {"filters": {"user": planted.person.number}})
    employee.post(
        "/v1/privacy-requests/alike", {"person": planted.person.number, "reply_to": "replyquoxcanary@vlast.example"}
    )
    for wrong in ("wrongquoxcanary", {"wrongquoxcanary": 1}):
        body = {
            "kind": wrong,
            "channel": wrong,
            "received": wrong,
            "words": wrong,
            "reason": wrong,
            "message": wrong,
            "points": [wrong],
        }
        employee.post("/v1/privacy-requests", body)
        for action in ("deny", "verify", "propose", "identify", "release-package", "approve"):
            employee.post(f"{request}/{action}", body, version=1)
        employee.get("/v1/privacy-requests", state=wrong)


def _look_at_surveys(employee: Employee, planted: Planted) -> None:
    survey = f"/v1/surveys/{planted.survey}"
    for resource in ("campaigns", "surveys", "survey-entries"):
        for turn in ({"limit": 200}, {"end": "true"}, {"limit": 1, "fraction": 0.5}):
            employee.get(f"/v1/{resource}", **turn)
    for path in (survey, f"{survey}/figures", f"{survey}/figures?by=age_band", f"{survey}/texts?question=q4"):
        employee.get(path)
    employee.get("/v1/survey-entries", survey=planted.survey)
    employee.get("/v1/survey-entries", user=planted.person.number)
    employee.get(f"/v1/survey-entries/{planted.entry}")
    employee.post(f"{survey}/export")
    for wrong in ("wrongquoxcanary", {"wrongquoxcanary": 1}, ["wrongquoxcanary"]):
        body = {"title": wrong, "opens": wrong, "closes": wrong, "questions": [{"kind": wrong, "text": wrong}]}
        employee.post("/v1/surveys", body)
        employee.post(f"{survey}/edit", body, version=1)
        entry = {
            "external_id": "x",
            "survey": wrong,
            "submitted_at": wrong,
            "answers": [{"question": wrong, "answer": wrong}],
        }
        employee.post("/v1/ingest/survey-entries", {"items": [entry]})
        for name in ("survey", "state"):
            employee.get("/v1/survey-entries", **{name: str(wrong)})


def _apply_wrongly(employee: Employee, planted: Planted) -> None:
    application, paper = f"/v1/pro-applications/{planted.application.number}", planted.document.number
    for wrong in ("wrongquoxcanary", {"wrongquoxcanary": 1}, ["wrongquoxcanary"]):
        for action in ("recommend", "ask", "answered", "decline", "reopen", "withdraw"):
            body = {"reason": wrong, "text": wrong, "subject": wrong, "body": wrong, "recommendation": wrong}
            employee.post(f"{application}/{action}", body, version=1)
        employee.post(f"/v1/application-documents/{paper}/open", {"case": wrong, "purpose": wrong})
        employee.post(f"/v1/tickets/{planted.letters}/reply", {"subject": wrong, "body": wrong, "template": wrong})
        employee.post("/v1/ingest/pro-applications", {"items": [{"external_id": "x", "business_name": wrong}]})
        paper_sent = {"external_id": wrong, "application": wrong, "kind": "other", "file_name": wrong, "content": wrong}
        employee.post("/v1/ingest/application-documents", {"items": [paper_sent]})
    for name in ("state", "service", "missing", "postcode", "assignee", "user", "recommended"):
        employee.get("/v1/pro-applications", **{name: "wrongquoxcanary"})


def _search(employee: Employee) -> None:
    for kind in ("email", "phone", "name"):
        employee.post("/v1/users/search", {kind: VALUES[kind]})
    employee.post("/v1/users/search", {"name": "soughtquoxcanary"})
    employee.post("/v1/users/search", {"name": "Quoxicanary", "city": VALUES["city"], "postcode": VALUES["postcode"]})
    employee.post("/v1/users/search", {"street": VALUES["street"]})
    employee.post("/v1/users/search", {"google_email": VALUES["google_email"]})


def _make_mistakes(employee: Employee, named: str, ticket: Ticket) -> None:
    """Whatever is wrong with a request, its answer repeats nothing of it."""
    wrong, user = "wrongquoxcanary", f"/v1/users/{named}"
    bodies: list[Any] = [
        {"set": {"phone": wrong}, "source": "self"}, {"set": {wrong: wrong}, "source": "self"}, {"set": {"name": wrong}, "source": wrong},
        {"set": {"name": wrong * 1000}, "source": "self"}, {"set": {"email": f"{wrong}\n"}, "source": "self"}, {wrong: wrong}, [wrong], wrong,
    ]  # fmt: skip
    for body in bodies:
        employee.ask("PATCH", user, body, version=1)
        employee.post(f"{user}/lock", body, version=1)
        employee.post(f"{user}/reveal", body)
        employee.post(f"/v1/tickets/{ticket.number}/note", body)
        employee.post("/v1/users/search", body)
        employee.post("/v1/employees", body)
        employee.post("/v1/ingest/users", {"items": [body]})
    for content in (
        f'{{"{wrong}": ',
        f'{{"a": "{wrong}", "a": 1}}',
        f'"\\ud800{wrong}"',
        f'{{"n": NaN, "x": "{wrong}"}}',
    ):
        employee.post("/v1/users/search", content=content.encode())
    employee.get(f"/v1/users/{wrong}")
    employee.get("/v1/users", email=VALUES["email"], **{wrong: wrong})
    employee.get("/v1/users", cursor=wrong)
    employee.get("/v1/users", state=wrong)
    employee.get("/v1/audit", since=wrong)
    employee.get(f"{user}/contact", topic=wrong, service=wrong)
    employee.post(f"{user}/caller-check", {"case": wrong, "field": wrong, "said": wrong})
    employee.post(f"{user}/opt-out", {"topics": [wrong], "channel": wrong}, version=1)
    employee.post(f"/v1/tickets/{ticket.number}/link", {"resource": wrong, "id": wrong}, version=1)


def _ask_publicly(http: Recording) -> None:
    for path in ("/v1", "/health", "/openapi.json", "/v1/users", "/v1/wrongquoxcanary", "/docs"):
        http.get(path)
    wrong = {"grant_type": "password", "email": "wrongquoxcanary@vlast.example", "password": "wrongquoxcanary"}
    http.post("/v1/auth/token", json=wrong)
    http.post("/v1/auth/token", json={**wrong, "wrongquoxcanary": 1})
    http.get("/v1/users", headers={"Authorization": "Bearer wrongquoxcanary"})


# What is left behind


def _files(data: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in data.rglob("*") if path.is_file()}


def _tables(place: Place) -> dict[str, bytes]:
    """All rows of all tables of both databases, bytes in hexadecimal; nothing for SQLite, whose files say it all."""
    if place.url is None:
        return {}
    found = {}
    for url in locations(place.data, place.url, None):
        owner = Database(url, as_runtime=False)
        with owner.reading() as connection:
            names = (
                connection.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).scalars().all()
            )
            for name in names:
                rows = connection.execute(text(f'SELECT t::text FROM "{name}" AS t')).scalars()
                found[f"{url.rpartition('/')[2]} {name}"] = "\n".join(rows).encode()
        owner.dispose()
    return found


def forms(canary: str) -> set[bytes]:
    """How a value may lie in a file: as it is, folded, as UTF-16, escaped, in hexadecimal."""
    spelt = {canary, canary.casefold(), canary.upper()}
    escaped = {spelling.encode("unicode_escape") for spelling in spelt}
    return (
        {spelling.encode() for spelling in spelt}
        | {spelling.encode("utf-16-le") for spelling in spelt}
        | escaped
        | {spelling.encode().hex().encode() for spelling in spelt}
    )
