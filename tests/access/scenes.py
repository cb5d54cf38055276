"""For one role and one permission: a scene in which all conditions hold, how to ask, and how to break one condition in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Any

import httpx
from sqlalchemy import delete, update

from console import access, conditions
from console.conditions import UNCLAIMED
from console.platform_api.ids import new_id
from console.platform_api.tables import (
    CallerCheck,
    ContestRow,
    DeputyRow,
    FieldChange,
    GoogleAccessRow,
    OrderRow,
    PrivacyPackageRow,
    PrivacyRequestRow,
    ProApplicationRow,
    RefundRow,
    SignIn,
    TicketLink,
    table,
)
from console.records import awards, contests, privacy_requests, pro_applications, surveys, tickets, users
from console.records.employees import Role
from console.records.reasons import REASONS
from console.records.record import Category
from tests.access.world import ABOUT, Employee, Made, Person, Ticket, World

_links, _checks, _sign_ins, _deputies = table(TicketLink), table(CallerCheck), table(SignIn), table(DeputyRow)

FIELDS: Mapping[Category, str] = {
    Category.IDENTITY: "name", Category.CONTACT: "email", Category.LOCALITY: "city", Category.ADDRESS: "street",
    Category.DEMOGRAPHIC: "gender", Category.GOOGLE: "google_email",
}  # fmt: skip
"""A field of each personal category of a user."""

REVEALED = {
    "users": FIELDS, "orders": {Category.ADDRESS: "address"}, "pro-applications": {Category.PROFILE: "experience"},
    "application-documents": {Category.DOCUMENT: "file_name"}, "awards": {Category.ENTRY_CONTACT: "name"},
    "contest-entries": {Category.ENTRY_CONTACT: "name"},
}  # fmt: skip
"""Resource → what a case can open of it; of an entry nothing can."""

REASON = {"awards": "notify_winner"}
"""Resource → what it is revealed for, where not for any reason."""

NEW_VALUES = {
    "name": "Corrected Name", "email": "corrected@canary.example", "city": "Correctville", "street": "1 Correct Road",
    "gender": "other", "google_email": "other@canary.example",
}  # fmt: skip


@dataclass(frozen=True)
class Permission:
    """`category` for reveals and corrections, which are allowed a category at a time."""

    resource: str
    action: str
    category: Category | None = None

    def __str__(self) -> str:
        return f"{self.resource}:{self.action}{f'[{self.category}]' if self.category else ''}"

    @property
    def name(self) -> str:
        return f"{self.resource}:{self.action}"

    def alternatives(self, role: Role) -> list[access.All]:
        """The table's: each a set of conditions that must all hold. Empty when the role lacks the permission."""
        cell = access.TABLE[self.resource].get(role)
        if cell is None:
            return []
        if self.category is None:
            return [cell.act[self.action]] if self.action in cell.act else []
        if self.action == "correct":
            return [cell.correct[self.category]] if self.category in cell.correct else []
        return [g.needs for g in cell.see.get(self.category, ()) if g.level is access.Level.REVEAL]


def permissions() -> list[Permission]:
    """All that any role may do, and reveals and corrections of every personal category that a case opens."""
    found = [
        Permission(resource, action)
        for resource, row in access.TABLE.items()
        for action in dict.fromkeys(name for cell in row.values() for name in cell.act)
    ]
    found += [Permission(resource, "reveal", category) for resource, fields in REVEALED.items() for category in fields]
    return found + [Permission("users", "correct", category) for category in FIELDS]


# Scenes


@dataclass
class Scene:
    """Everything that any condition of the permission asks for holds. Made as far as a question needs it.

    `plan` is the hash of the request's plan, `allowed` what the employee has been allowed of values from Google.
    """

    world: World
    role: Role
    permission: Permission
    plan: str = "0" * 64
    allowed: Made = field(default_factory=lambda: Made("", "", {}))

    @cached_property
    def employee(self) -> Employee:
        """Who asks; about users they have a case in hand, with matched caller checks. Who can be a deputy is one, where that is asked for."""
        found = self.world.employee(self.role)
        if self.role in (Role.SUPPORT, Role.BILLING) and self.permission.resource in STANDS_IN:
            self.world.deputy(found, STANDS_IN[self.permission.resource])
        return found

    @cached_property
    def person(self) -> Person:
        mine = self.permission.resource == "users"
        found = self.world.person(state=_state(users.TRANSITIONS, self.permission, "active") if mine else "active")
        if self.permission == Permission("users", "lift-hold"):
            self.world.hold(found, self.colleague)
        return found

    @cached_property
    def named(self) -> str:
        """How this role names the person: by number, or by pseudonym."""
        return self.world.pseudonym(self.person) if self.role is Role.AUDITOR else self.person.number

    @cached_property
    def case(self) -> Ticket:
        """In hand, about the person, their order, and everything that a case can be about; an award has its own."""
        if self.permission.resource == "awards":
            own = self.world.case_of_award(self.award, self.employee)
            self.employee.case = own.id
            return own
        orders = [self.order] if self.permission.resource == "orders" else []
        applications = [self.application] if self.permission.resource == "application-documents" else []
        found = self.world.case(self.employee, self.person, orders=orders, applications=applications)
        self.world.check(found, self.person, self.employee, "phone", "email", "postcode")
        if self.permission.category is Category.GOOGLE:
            self.allowed = self.world.google_access(self.person, self.employee, found)
        return found

    @cached_property
    def ticket(self) -> Ticket:
        """To be worked on; held by the employee, unless the action is for what nobody holds. Reviews and applications have their own."""
        free = any(UNCLAIMED in needs for needs in self.permission.alternatives(self.role))
        if self.permission.resource == "payment-reviews":
            return self.world.case_of(self.review, None if free else self.employee)
        if self.permission.resource == "pro-applications":
            return self.world.case_of_application(self.application, None if free else self.employee)
        if self.permission.resource == "privacy-requests":
            return self.world.case_of_request(self.request, None if free else self.employee)
        if self.permission.resource == "awards":
            return self.world.case_of_award(self.award, None if free else self.employee)
        mine = self.permission.resource == "tickets"
        state = _state(tickets.TRANSITIONS, self.permission, "open") if mine else "open"
        links = [
            *(("users", person.id) for person in (self.person, self.pro)),
            *((resource, new_id()) for resource in ABOUT),
        ]
        return self.world.ticket(*links, state=state, holder=None if free else self.employee)

    @cached_property
    def pro(self) -> Person:
        return self.world.person(pro=True)

    @cached_property
    def order(self) -> Made:
        """The person's: before its service, and in trouble when the question is how to resolve that."""
        troubled = self.permission == Permission("orders", "resolve")
        trouble = {"trouble": True, "trouble_reason": "incident"} if troubled else {}
        return self.world.order(self.person, self.pro, **trouble)

    @cached_property
    def payment(self) -> Made:
        return self.world.payment(self.order)

    @cached_property
    def refund(self) -> Made:
        """Asked for by somebody else, within what billing may give back."""
        return self.world.refund(self.payment, by=self.colleague)

    @cached_property
    def review(self) -> Made:
        return self.world.review(self.payment)

    @cached_property
    def application(self) -> Made:
        """In review, or as the action needs it; recommended and decided by nobody, unless it was declined."""
        state = _state(pro_applications.TRANSITIONS, self.permission, "in_review")
        decided = {"decided": self.world.clock(), "decided_by": self.colleague.id} if state == "declined" else {}
        complete = self.permission.action == "approve"
        return self.world.application(self.person, state, complete=complete, **decided)

    @cached_property
    def document(self) -> Made:
        return self.world.document(self.application)

    @cached_property
    def request(self) -> Made:
        """Of the kind and in the state that the action needs, with what comes before it; a manager's is about privacy itself."""
        action = self.permission.action
        kind = OF_KIND.get(action, "access")
        about_privacy = self.role is Role.MANAGER and self.permission in ABOUT_PRIVACY
        state = IN_STATE.get(action) or _state(privacy_requests.TRANSITIONS, self.permission, "received")
        by: dict[str, Any] = {"submitted_by": self.colleague.id} if state == "review" else {}
        by |= {"decided_by": self.colleague.id} if state in ("appealed", "denied") else {}
        made = self.world.request(
            self.person,
            "concern" if about_privacy else kind,
            state,
            about_privacy=about_privacy,
            signed_in=action != "release-package" and action != "allow-release",
            agent=False,
            **by,
        )
        if action in ("submit", "approve"):
            self.plan = self.world.plan(made, self.person)
        if action == "release-package":
            self.world.package(made, self.person, allowed_by=self.colleague.id)
        if action == "allow-release":
            self.world.package(made, self.person)
        if action == "apply":
            self.world.proposal(made, self.person, self.employee)
        return made

    @cached_property
    def asked_google(self) -> Made:
        """By somebody else, who waits for it; by the employee, who withdraws it."""
        by = self.employee if self.permission.action == "withdraw" else self.colleague
        return self.world.google_access(self.person, by, self.ticket, "asked")

    @cached_property
    def survey(self) -> Made:
        """As the action needs it; with as many texts as may be told."""
        state = _state(surveys.TRANSITIONS, self.permission, "draft" if self.permission.action == "edit" else "closed")
        return self.world.survey(state, entries=30 if self.permission.action == "texts" else 0)

    @cached_property
    def survey_entry(self) -> Made:
        return self.world.survey_entry(self.person)

    @cached_property
    def contest(self) -> Made:
        """In the state that the action needs, in which entries come in otherwise."""
        mine = self.permission.resource == "contests"
        state = "draft" if self.permission.action == "edit" else "open"
        found = _state(contests.TRANSITIONS, self.permission, state) if mine else "open"
        over = {"closes": self.world.clock()} if mine and self.permission.action == "close" else {}
        return self.world.contest(found, **over)

    @cached_property
    def entry(self) -> Made:
        """The person's."""
        return self.world.entry(self.contest, self.person)

    @cached_property
    def award(self) -> Made:
        """Of the person, in the state that the action needs."""
        mine = self.permission.resource == "awards"
        state = _state(awards.TRANSITIONS, self.permission, "notified") if mine else "drawn"
        return self.world.award(self.contest, self.person, state=state)

    @cached_property
    def payout(self) -> Made:
        return self.world.payout(self.order)

    @cached_property
    def reconciliation(self) -> Made:
        return self.world.reconciliation(self.employee)

    @cached_property
    def disclosure(self) -> Made:
        return self.world.disclosure(self.person)

    @cached_property
    def colleague(self) -> Employee:
        found = self.world.employee(Role.SUPPORT)
        if self.permission.action == "enable":
            self.world.change_employee(found, disabled=True)
        if self.permission.action == "end-deputy":
            self.world.deputy(found, "google")
        return found

    @cached_property
    def row(self) -> int:
        """An entry of the log that the role may see: its own."""
        return self.world.audit("employees:grant", actor=self.employee, role=str(self.role))

    def mend(self, broken: str) -> None:
        """As if it had not been broken: case, ticket and records are made anew, for conditions on the employee everything is."""
        made = set(vars(self)) - {"world", "role", "permission", "plan", "allowed"}
        kept = {"employee", "colleague", "person", "pro", "row"}
        if self.permission.resource == "privacy-requests":
            kept -= {"person"}  # one who asks twice can't be erased for either
        for name in made if broken in OF_EMPLOYEES else made - kept:
            delattr(self, name)
        if self.permission.resource in REVEALED:
            assert self.case.id == self.employee.case


STANDS_IN = {"google-access": "google", "privacy-requests": "erasure"}
"""Resource → what a deputy is named for who decides on it."""

OF_KIND = {
    "begin": "concern", "fulfil": "concern", "confirm": "opt_out", **dict.fromkeys(("plan", "submit", "send-back", "approve"), "delete"),
    **dict.fromkeys(("propose", "withdraw-proposal", "apply", "told"), "correct"),
}  # fmt: skip
"""Action → the kind of request that has it, where not each has."""

IN_STATE = dict.fromkeys(
    ("plan", "build-package", "release-package", "allow-release", "propose", "withdraw-proposal", "apply", "told"),
    "in_progress",
)
"""Action → the state that it is for, and that it doesn't change."""

ABOUT_PRIVACY = {
    Permission("privacy-requests", action)
    for action, needs in access.TABLE["privacy-requests"][Role.MANAGER].act.items()
    if conditions.ABOUT_PRIVACY in needs
}


def _state(transitions: Mapping[str, Any], permission: Permission, otherwise: str) -> str:
    change = transitions.get(permission.action)
    return str(sorted(change.sources)[0]) if change else otherwise


def scene(world: World, role: Role, permission: Permission) -> Scene:
    found = Scene(world, role, permission)
    found.mend("")
    return found


# Asking

Call = Callable[[Scene], httpx.Response]


def perform(scene: Scene, permission: Permission) -> httpx.Response:
    if permission.action == "reveal":
        assert permission.category
        record = REVEALING[permission.resource](scene)
        field = REVEALED[permission.resource][permission.category]
        reason = REASON.get(permission.resource, "answer_ticket")
        return scene.employee.reveal(record, field, resource=permission.resource, reason=reason)
    if permission.action == "correct":
        assert permission.category
        return _correct(scene, FIELDS[permission.category])
    return CALLS[(permission.resource, permission.action)](scene)


REVEALING: Mapping[str, Callable[[Scene], Person | Made]] = {
    "users": lambda scene: scene.person,
    "orders": lambda scene: scene.order,
    "pro-applications": lambda scene: scene.application,
    "application-documents": lambda scene: scene.document,
    "contest-entries": lambda scene: scene.entry,
    "awards": lambda scene: scene.award,
}
"""Resource → the scene's record of it."""


def _correct(scene: Scene, name: str) -> httpx.Response:
    body = {"set": {name: NEW_VALUES[name]}, "source": "self"}
    return scene.employee.ask("PATCH", f"/v1/users/{scene.person.number}", body, version=1)


def _user(action: str, body: Any = None, version: int | None = 1) -> Call:
    return lambda scene: scene.employee.post(f"/v1/users/{scene.named}/{action}", body, version=version)


def _ticket_action(action: str, body: Any = None, version: int | None = 1) -> Call:
    return lambda scene: scene.employee.post(f"/v1/tickets/{scene.ticket.number}/{action}", body, version=version)


def _employee(action: str, body: Any = None) -> Call:
    def call(scene: Scene) -> httpx.Response:
        version = scene.world.version("employees", scene.colleague.id)
        return scene.employee.post(f"/v1/employees/{scene.colleague.number}/{action}", body, version=version)

    return call


def _link(scene: Scene) -> httpx.Response:
    target = {"resource": "users", "id": scene.world.person().id}
    return scene.employee.post(f"/v1/tickets/{scene.ticket.number}/link", target, version=1)


def _unlink(scene: Scene) -> httpx.Response:
    target = {"resource": "users", "id": scene.person.id}
    return scene.employee.post(f"/v1/tickets/{scene.ticket.number}/unlink", target, version=1)


def _create(scene: Scene) -> httpx.Response:
    person = {"email": f"{new_id()}@petworks.example", "name": "New", "password": "a long new password"}
    return scene.employee.post("/v1/employees", {**person, "roles": ["billing"]})


def _order(action: str, body: Any = None, version: int | None = 1) -> Call:
    return lambda scene: scene.employee.post(f"/v1/orders/{scene.order.number}/{action}", body, version=version)


def _refund(action: str, body: Any = None) -> Call:
    return lambda scene: scene.employee.post(f"/v1/refunds/{scene.refund.number}/{action}", body, version=1)


def _review(action: str, body: Any = None, version: int | None = 1) -> Call:
    def call(scene: Scene) -> httpx.Response:
        assert scene.ticket  # held, or not
        return scene.employee.post(f"/v1/payment-reviews/{scene.review.number}/{action}", body, version=version)

    return call


def _application(action: str, body: Any = None, *, versioned: bool = True) -> Call:
    def call(scene: Scene) -> httpx.Response:
        assert scene.ticket  # held, or not
        version = scene.world.version("pro-applications", scene.application.id) if versioned else None
        return scene.employee.post(f"/v1/pro-applications/{scene.application.number}/{action}", body, version=version)

    return call


def _request(action: str, body: Any = None, *, versioned: bool = True) -> Call:
    def call(scene: Scene) -> httpx.Response:
        free = scene.permission.action in ("withdraw", "approve", "send-back", "appeal", "create", "allow-release")
        assert free or scene.ticket  # held, or not
        version = scene.world.version("privacy-requests", scene.request.id) if versioned else None
        return scene.employee.post(f"/v1/privacy-requests/{scene.request.number}/{action}", body, version=version)

    return call


def _approve_erasure(scene: Scene) -> httpx.Response:
    assert scene.request  # with its plan
    return _request("approve", {"plan": scene.plan})(scene)


def _appeal(scene: Scene) -> httpx.Response:
    assert scene.request  # it is asked for before it is appealed
    now = scene.world.clock().isoformat()
    return _request("appeal", {"reason": "disagrees", "channel": "email", "received": now})(scene)


def _take_in(scene: Scene) -> httpx.Response:
    wish = {"kind": "access", "channel": "phone", "received": RECEIVED, "person": scene.person.number}
    return scene.employee.post("/v1/privacy-requests", wish)


def _ingest_request(scene: Scene) -> httpx.Response:
    item = {"external_id": new_id(), "kind": "concern", "channel": "web", "received_at": RECEIVED, "words": "a word"}
    return scene.employee.post("/v1/ingest/privacy-requests", {"items": [item]})


def _ask_google(scene: Scene) -> httpx.Response:
    wish = {"person": scene.person.number, "case": scene.case.id, "ground": "consent", "evidence": "their letter"}
    return scene.employee.post("/v1/google-access", wish)


def _google(action: str, body: Any = None) -> Call:
    return lambda scene: scene.employee.post(f"/v1/google-access/{scene.asked_google.number}/{action}", body, version=1)


def _survey(action: str, body: Any = None) -> Call:
    return lambda scene: scene.employee.post(f"/v1/surveys/{scene.survey.number}/{action}", body, version=1)


NEW_SURVEY: Mapping[str, Any] = {
    "title": "A survey", "questions": [{"kind": "nps", "text": "Would you recommend us?"}],
    "opens": "2026-03-01T10:00:00Z", "closes": "2026-12-31T10:00:00Z",
}  # fmt: skip


def _dated(scene: Scene) -> dict[str, Any]:
    now = scene.world.clock()
    return {**NEW_SURVEY, "opens": now.isoformat(), "closes": (now + timedelta(days=9)).isoformat()}


def _ingest_survey_entry(scene: Scene) -> httpx.Response:
    survey = scene.world.survey("open")
    item = {
        "external_id": new_id(), "survey": survey.number, "person": scene.world.external(scene.person),
        "submitted_at": scene.world.clock().isoformat(), "answers": [{"question": "q1", "answer": 9}],
    }  # fmt: skip
    return scene.employee.post("/v1/ingest/survey-entries", {"items": [item]})


def _ingest_start(scene: Scene) -> httpx.Response:
    item = {"survey": scene.world.survey("open").number, "started": 12}
    return scene.employee.post("/v1/ingest/surveys", {"items": [item]})


def _post_policy(scene: Scene) -> httpx.Response:
    """In force long after these tests, which cite the first."""
    wish = {"label": new_id(), "text": f"A policy of {new_id()}", "effective": "2199-01-01T00:00:00Z"}
    return scene.employee.post("/v1/policy-versions", wish)


RECEIVED = "2026-03-01T10:00:00Z"
_ANSWER: Mapping[str, Any] = {
    "message": {"subject": "Your request", "body": "Hello,\n\nthis is our answer."},
    "policy_version": "1",
}


def _declined(action: str, **more: Any) -> Mapping[str, Any]:
    return {**_ANSWER, "reason": next(iter(REASONS[action])), **more}


def _of_message(action: str, state: str) -> Call:
    def call(scene: Scene) -> httpx.Response:
        message = scene.world.mail(scene.ticket, scene.person, state)
        return scene.employee.post(f"/v1/tickets/{scene.ticket.number}/{action}", {"message": message})

    return call


def _of_letter(action: str, state: str) -> Call:
    """Of the request, written by the employee."""

    def call(scene: Scene) -> httpx.Response:
        columns = {"request": scene.request.id, "author": scene.employee.id, "effects": {}}
        message = scene.world.mail(scene.world.case_of_request(scene.request), scene.person, state, **columns)
        return scene.employee.post(f"/v1/privacy-requests/{scene.request.number}/{action}", {"message": message})

    return call


def _open(scene: Scene) -> httpx.Response:
    wish = {"case": scene.employee.case or scene.ticket.id, "purpose": "view"}
    return scene.employee.post(f"/v1/application-documents/{scene.document.number}/open", wish)


LETTER: Mapping[str, Any] = {"subject": "About your application", "body": "Hello,\n\nplease send us your licence."}
INCOMING_APPLICATION: Mapping[str, Any] = {
    "services": ["walking"], "business_name": "Fed In", "area": "Here", "postcode": "06604", "experience": "Years", "rates": "20",
    "answers": [{"question": "Do you have a car?", "answer": "Yes"}], "submitted_at": "2026-03-01T10:00:00Z",
}  # fmt: skip


def _ingest_application(scene: Scene) -> httpx.Response:
    item = {**INCOMING_APPLICATION, "external_id": new_id(), "person": scene.world.external(scene.person)}
    return scene.employee.post("/v1/ingest/pro-applications", {"items": [item]})


def _ingest_document(scene: Scene) -> httpx.Response:
    item = {
        "external_id": new_id(),
        "application": scene.world.external(scene.application),
        "kind": "insurance",
        "expires": "2040-01-01T00:00:00Z",
        "content": "QSBwb2xpY3k=",
    }
    return scene.employee.post("/v1/ingest/application-documents", {"items": [item]})


INCOMING_ORDER: Mapping[str, Any] = {
    "service": "walking", "place": "elsewhere", "pet": "dog", "placed": "2026-03-01T10:00:00Z", "starts": "2026-03-02T12:00:00Z",
    "ends": "2026-03-02T13:00:00Z", "amount": 1_000, "currency": "USD", "items": [{"name": "Walk", "amount": 1_000}],
    "sources": {"items": "self"},
}  # fmt: skip
INCOMING_PAYMENT: Mapping[str, Any] = {"state": "captured", "amount": 1_000, "currency": "USD"}
INCOMING_PAYOUT: Mapping[str, Any] = {"state": "paid", "amount": 1_000, "currency": "USD"}


def _ingest_order(scene: Scene) -> httpx.Response:
    parent, pro = (scene.world.external(person) for person in (scene.person, scene.pro))
    item = {**INCOMING_ORDER, "external_id": new_id(), "parent": parent, "pro": pro}
    return scene.employee.post("/v1/ingest/orders", {"items": [item]})


TERMS: Mapping[str, Any] = {
    "title": "A contest", "rules": "One entry each", "prize": "A prize", "prize_value": 100, "opens": "2026-01-01T00:00:00Z",
    "closes": "2199-01-01T00:00:00Z",
}  # fmt: skip


def _contest(action: str, body: Any = None) -> Call:
    def call(scene: Scene) -> httpx.Response:
        wish = {"word": scene.contest.number} if action == "draw" else body
        version = scene.world.version("contests", scene.contest.id)
        return scene.employee.post(f"/v1/contests/{scene.contest.number}/{action}", wish, version=version)

    return call


def _look_at_contest(part: str) -> Call:
    return lambda scene: scene.employee.get(f"/v1/contests/{scene.contest.number}{part}")


def _award(action: str, body: Any = None, *, versioned: bool = True) -> Call:
    def call(scene: Scene) -> httpx.Response:
        assert scene.ticket  # held, or not
        version = scene.world.version("awards", scene.award.id) if versioned else None
        return scene.employee.post(f"/v1/awards/{scene.award.number}/{action}", body, version=version)

    return call


def _undo_award_letter(scene: Scene) -> httpx.Response:
    """Written by the employee."""
    columns = {"author": scene.employee.id, "effects": {}}
    message = scene.world.mail(scene.ticket, scene.person, "waiting", **columns)
    return scene.employee.post(f"/v1/awards/{scene.award.number}/undo-letter", {"message": message})


def _forfeit(scene: Scene) -> httpx.Response:
    """The winner was written to in vain."""
    scene.world.mail(scene.ticket, scene.person, "failed")
    return _award("forfeit", {"reason": "unreachable"})(scene)


def _decline(scene: Scene) -> httpx.Response:
    """The winner was written to."""
    scene.world.mail(scene.ticket, scene.person, "sent")
    return _award("decline")(scene)


def _disqualify(scene: Scene) -> httpx.Response:
    version = scene.world.version("contest-entries", scene.entry.id)
    path = f"/v1/contest-entries/{scene.entry.number}/disqualify"
    return scene.employee.post(path, {"reason": "rules"}, version=version)


def _ingest_entry(scene: Scene) -> httpx.Response:
    item = {
        "external_id": new_id(), "contest": scene.contest.number, "entered_at": scene.world.clock().isoformat(), "of_age": True,
        "name": "Fed In", "email": "fed@in.example",
    }  # fmt: skip
    return scene.employee.post("/v1/ingest/contest-entries", {"items": [item]})


def _import(scene: Scene) -> httpx.Response:
    row = f"txn_{new_id()[:8]},2026-11-20 10:00:00,usd,10.00,charge,ch_{new_id()[:8]}"
    head = "balance_transaction_id,created_utc,currency,gross,reporting_category,source_id"
    return scene.employee.ask("POST", "/v1/reconciliations", content=f"{head}\n{row}\n".encode(), media="text/csv")


def _ingest(scene: Scene) -> httpx.Response:
    item = {"external_id": new_id(), "name": "Fed In", "sources": {"name": "self"}}
    return scene.employee.post("/v1/ingest/users", {"items": [item]})


CALLS: Mapping[tuple[str, str], Call] = {
    ("users", "list"): lambda s: s.employee.get("/v1/users"),
    ("users", "read"): lambda s: s.employee.get(f"/v1/users/{s.named}"),
    ("users", "history"): lambda s: s.employee.get(f"/v1/users/{s.named}/history"),
    ("users", "search"): lambda s: s.employee.post("/v1/users/search", {"number": s.person.number}),
    ("users", "search-name"): lambda s: s.employee.post("/v1/users/search", {"name": s.person.values["name"]}),
    ("users", "caller-check"): lambda s: s.employee.post(
        f"/v1/users/{s.named}/caller-check", {"case": s.employee.case, "field": "phone", "said": "203"}
    ),
    ("users", "contact"): lambda s: s.employee.get(f"/v1/users/{s.named}/contact", topic="answer"),
    ("users", "opt-out"): _user("opt-out", {"topics": ["specials"], "channel": "phone"}),
    ("users", "opt-in"): _user("opt-in", {"topics": ["specials"]}),
    **{("users", name): _user(name, {"reason": next(iter(REASONS[name]))}) for name in users.TRANSITIONS},
    ("users", "ingest"): _ingest,
    ("tickets", "list"): lambda s: s.employee.get("/v1/tickets"),
    ("tickets", "read"): lambda s: s.employee.get(f"/v1/tickets/{s.ticket.number}"),
    ("tickets", "open"): lambda s: s.employee.post(
        "/v1/tickets", {"subject": "s", "channel": "phone", "reference": ""}
    ),
    ("tickets", "claim"): _ticket_action("claim", version=None),
    ("tickets", "renew"): _ticket_action("renew", version=None),
    ("tickets", "release"): _ticket_action("release"),
    ("tickets", "note"): _ticket_action("note", {"body": "a note"}, version=None),
    ("tickets", "link"): _link,
    ("tickets", "unlink"): _unlink,
    **{("tickets", name): _ticket_action(name) for name in tickets.TRANSITIONS},
    ("tickets", "reply"): _ticket_action("reply", LETTER, version=None),
    ("tickets", "undo-reply"): _of_message("undo-reply", "waiting"),
    ("tickets", "resend"): _of_message("resend", "failed"),
    ("orders", "list"): lambda s: s.employee.get("/v1/orders"),
    ("orders", "read"): lambda s: s.employee.get(f"/v1/orders/{s.order.number}"),
    ("orders", "history"): lambda s: s.employee.get(f"/v1/orders/{s.order.number}/history"),
    ("orders", "search"): lambda s: s.employee.post("/v1/orders/search", {"number": s.order.number}),
    ("orders", "search-card"): lambda s: s.employee.post("/v1/orders/search", {"last_four": "4242"}),
    ("orders", "note"): _order("note", {"body": "a note"}, version=None),
    ("orders", "trouble"): _order("trouble", {"reason": "incident"}),
    ("orders", "resolve"): _order("resolve", {"text": "all is well"}),
    ("orders", "cancel"): _order("cancel", {"reason": "parent_asked"}),
    ("orders", "figures"): lambda s: s.employee.get(
        "/v1/orders/figures", by="day", since="2026-11-01", until="2026-11-08"
    ),
    ("orders", "export"): lambda s: s.employee.post("/v1/orders/export", {"filters": {"state": "in_service"}}),
    ("orders", "ingest"): _ingest_order,
    ("payments", "list"): lambda s: s.employee.get("/v1/payments"),
    ("payments", "read"): lambda s: s.employee.get(f"/v1/payments/{s.payment.number}"),
    ("payments", "refund"): lambda s: s.employee.post(
        f"/v1/payments/{s.payment.number}/refund", {"amount": 1_000, "reason": "goodwill"}
    ),
    ("payments", "ingest"): lambda s: s.employee.post(
        "/v1/ingest/payments",
        {"items": [{**INCOMING_PAYMENT, "external_id": new_id(), "order": s.world.external(s.order)}]},
    ),
    ("refunds", "list"): lambda s: s.employee.get("/v1/refunds"),
    ("refunds", "read"): lambda s: s.employee.get(f"/v1/refunds/{s.refund.number}"),
    ("refunds", "approve"): _refund("approve"),
    ("refunds", "reject"): _refund("reject", {"reason": "not_due"}),
    ("payouts", "list"): lambda s: s.employee.get("/v1/payouts"),
    ("payouts", "read"): lambda s: s.employee.get(f"/v1/payouts/{s.payout.number}"),
    ("payouts", "ingest"): lambda s: s.employee.post(
        "/v1/ingest/payouts", {"items": [{**INCOMING_PAYOUT, "external_id": new_id(), "pro": s.world.external(s.pro)}]}
    ),
    ("payment-reviews", "list"): lambda s: s.employee.get("/v1/payment-reviews"),
    ("payment-reviews", "read"): lambda s: s.employee.get(f"/v1/payment-reviews/{s.review.number}"),
    ("payment-reviews", "claim"): _review("claim", version=None),
    ("payment-reviews", "release"): _review("release"),
    ("payment-reviews", "note"): _review("note", {"body": "a note"}, version=None),
    ("payment-reviews", "settle"): _review("settle", {"outcome": "in_order"}),
    ("pro-applications", "list"): lambda s: s.employee.get("/v1/pro-applications"),
    ("pro-applications", "read"): lambda s: s.employee.get(f"/v1/pro-applications/{s.application.number}"),
    ("pro-applications", "history"): lambda s: s.employee.get(f"/v1/pro-applications/{s.application.number}/history"),
    ("pro-applications", "claim"): _application("claim", versioned=False),
    ("pro-applications", "release"): _application("release"),
    ("pro-applications", "note"): _application("note", {"body": "a note"}, versioned=False),
    ("pro-applications", "recommend"): _application("recommend", {"recommendation": "approve"}),
    ("pro-applications", "ask"): _application("ask", LETTER),
    ("pro-applications", "approve"): _application("approve", {}),
    **{
        ("pro-applications", name): _application(name, {"reason": next(iter(REASONS[name]))})
        for name in ("answered", "decline", "reopen", "withdraw")
    },
    ("pro-applications", "figures"): lambda s: s.employee.get(
        "/v1/pro-applications/figures", by="day", since="2026-11-01", until="2026-11-08"
    ),
    ("pro-applications", "ingest"): _ingest_application,
    ("application-documents", "list"): lambda s: s.employee.get("/v1/application-documents"),
    ("application-documents", "read"): lambda s: s.employee.get(f"/v1/application-documents/{s.document.number}"),
    ("application-documents", "open"): _open,
    ("application-documents", "ingest"): _ingest_document,
    ("users", "hold"): _user("hold", {"reason": "court"}),
    ("users", "lift-hold"): _user("lift-hold", {}),
    ("privacy-requests", "list"): lambda s: s.employee.get("/v1/privacy-requests"),
    ("privacy-requests", "read"): lambda s: s.employee.get(f"/v1/privacy-requests/{s.request.number}"),
    ("privacy-requests", "history"): lambda s: s.employee.get(f"/v1/privacy-requests/{s.request.number}/history"),
    ("privacy-requests", "create"): _take_in,
    ("privacy-requests", "claim"): _request("claim", versioned=False),
    ("privacy-requests", "note"): _request("note", {"body": "a note"}, versioned=False),
    ("privacy-requests", "message"): _request("message", _ANSWER["message"]),
    **{
        ("privacy-requests", name): _request(name)
        for name in ("release", "begin", "build-package", "allow-release", "submit", "apply")
    },
    ("privacy-requests", "plan"): _request("plan", versioned=False),
    **{
        ("privacy-requests", name): _request(name, {"message": _ANSWER["message"]})
        for name in ("acknowledge", "ask-proof", "confirm", "release-package")
    },
    ("privacy-requests", "undo-letter"): _of_letter("undo-letter", "waiting"),
    ("privacy-requests", "posted"): _of_letter("posted", "to_post"),
    ("privacy-requests", "identify"): lambda s: _request("identify", {"person": s.person.number})(s),
    ("privacy-requests", "set-regime"): _request("set-regime", {"regime": "gdpr", "reason": "residence"}),
    ("privacy-requests", "amend"): _request("amend", {"reply_to": "another@mail.example", "reason": "typo"}),
    ("privacy-requests", "verify"): _request("verify", {"method": "signed_in"}),
    ("privacy-requests", "unverifiable"): _request("unverifiable", _declined("unverifiable")),
    ("privacy-requests", "deny"): _request("deny", _declined("deny", basis="section 4")),
    ("privacy-requests", "fulfil-partly"): _request("fulfil-partly", _declined("fulfil_partly", basis="section 4")),
    ("privacy-requests", "fulfil"): _request("fulfil", _ANSWER),
    ("privacy-requests", "extend"): _request("extend", {"reason": "complex", "message": _ANSWER["message"]}),
    ("privacy-requests", "withdraw"): _request("withdraw", {"reason": "asker_asked"}),
    ("privacy-requests", "appeal"): _appeal,
    ("privacy-requests", "uphold"): _request(
        "uphold", {"message": {"subject": "s", "body": "Turn to the Attorney General."}, "policy_version": "1"}
    ),
    ("privacy-requests", "reverse"): _request("reverse", _ANSWER),
    ("privacy-requests", "send-back"): _request("send-back", {"reason": "incomplete"}),
    ("privacy-requests", "approve"): _approve_erasure,
    ("privacy-requests", "told"): lambda s: _request(
        "told", {"telling": s.world.telling(s.request), "how": "phone", "told": s.world.clock().isoformat()}
    )(s),
    ("privacy-requests", "withdraw-proposal"): lambda s: _request(
        "withdraw-proposal", {"proposal": s.world.proposal(s.request, s.person, s.employee)}
    )(s),
    ("privacy-requests", "propose"): _request("propose", {"field": "city", "value": "Correctville"}),
    ("privacy-requests", "figures"): lambda s: s.employee.get(
        "/v1/privacy-requests/figures", by="day", since="2026-11-01", until="2026-11-08"
    ),
    ("privacy-requests", "export"): lambda s: s.employee.post(
        "/v1/privacy-requests/export", {"filters": {"state": "received"}}
    ),
    ("privacy-requests", "ingest"): _ingest_request,
    ("google-access", "list"): lambda s: s.employee.get("/v1/google-access"),
    ("google-access", "read"): lambda s: s.employee.get(f"/v1/google-access/{s.asked_google.number}"),
    ("google-access", "create"): _ask_google,
    ("google-access", "allow"): _google("allow"),
    ("google-access", "withdraw"): _google("withdraw"),
    ("google-access", "refuse"): _google("refuse", {}),
    ("campaigns", "list"): lambda s: s.employee.get("/v1/campaigns"),
    ("campaigns", "read"): lambda s: s.employee.get(f"/v1/campaigns/{s.survey.number}"),
    ("surveys", "list"): lambda s: s.employee.get("/v1/surveys"),
    ("surveys", "read"): lambda s: s.employee.get(f"/v1/surveys/{s.survey.number}"),
    ("surveys", "create"): lambda s: s.employee.post("/v1/surveys", _dated(s)),
    ("surveys", "edit"): lambda s: _survey("edit", _dated(s))(s),
    ("surveys", "open"): _survey("open"),
    ("surveys", "close"): _survey("close"),
    ("surveys", "figures"): lambda s: s.employee.get(f"/v1/surveys/{s.survey.number}/figures"),
    ("surveys", "texts"): lambda s: s.employee.get(f"/v1/surveys/{s.survey.number}/texts", question="q4"),
    ("surveys", "export"): _survey("export"),
    ("surveys", "ingest"): _ingest_start,
    ("survey-entries", "list"): lambda s: s.employee.get("/v1/survey-entries"),
    ("survey-entries", "read"): lambda s: s.employee.get(f"/v1/survey-entries/{s.survey_entry.number}"),
    ("survey-entries", "ingest"): _ingest_survey_entry,
    ("contests", "list"): lambda s: s.employee.get("/v1/contests"),
    ("contests", "create"): lambda s: s.employee.post("/v1/contests", TERMS),
    ("contests", "edit"): _contest("edit", {"prize": "Another prize"}),
    **{("contests", name): _contest(name) for name in contests.TRANSITIONS},
    ("contests", "read"): _look_at_contest(""),
    **{("contests", name): _look_at_contest(f"/{name}") for name in ("history", "record", "figures")},
    ("contest-entries", "list"): lambda s: s.employee.get("/v1/contest-entries"),
    ("contest-entries", "read"): lambda s: s.employee.get(f"/v1/contest-entries/{s.entry.number}"),
    ("contest-entries", "history"): lambda s: s.employee.get(f"/v1/contest-entries/{s.entry.number}/history"),
    ("contest-entries", "disqualify"): _disqualify,
    ("contest-entries", "ingest"): _ingest_entry,
    ("awards", "claim"): _award("claim", versioned=False),
    ("awards", "release"): _award("release"),
    ("awards", "note"): _award("note", {"body": "a note"}, versioned=False),
    ("awards", "notify"): _award("notify", LETTER),
    ("awards", "ship"): _award("ship", {"fields": ["name", "street"]}),
    ("awards", "award"): _award("award"),
    ("awards", "forfeit"): _forfeit,
    ("awards", "decline"): _decline,
    ("awards", "rule-out"): _award("rule-out"),
    ("awards", "undo-letter"): _undo_award_letter,
    ("awards", "list"): lambda s: s.employee.get("/v1/awards"),
    ("awards", "read"): lambda s: s.employee.get(f"/v1/awards/{s.award.number}"),
    ("awards", "history"): lambda s: s.employee.get(f"/v1/awards/{s.award.number}/history"),
    ("policy-versions", "list"): lambda s: s.employee.get("/v1/policy-versions"),
    ("policy-versions", "read"): lambda s: s.employee.get("/v1/policy-versions/PV-1"),
    ("policy-versions", "create"): _post_policy,
    ("policy", "list"): lambda s: s.employee.get("/v1/policy"),
    ("reconciliations", "list"): lambda s: s.employee.get("/v1/reconciliations"),
    ("reconciliations", "read"): lambda s: s.employee.get(f"/v1/reconciliations/{s.reconciliation.number}"),
    ("reconciliations", "import"): _import,
    ("reconciliations", "resolve"): lambda s: s.employee.post(
        f"/v1/reconciliations/{s.reconciliation.number}/resolve", {"line": 1, "text": "paid by hand"}, version=1
    ),
    ("disclosures", "list"): lambda s: s.employee.get("/v1/disclosures"),
    ("disclosures", "read"): lambda s: s.employee.get(f"/v1/disclosures/{s.disclosure.number}"),
    ("audit", "list"): lambda s: s.employee.get("/v1/audit"),
    ("audit", "read"): lambda s: s.employee.get(f"/v1/audit/{s.row}"),
    ("audit", "head"): lambda s: s.employee.get("/v1/audit/head"),
    ("audit", "export"): lambda s: s.employee.post("/v1/audit/export"),
    ("employees", "list"): lambda s: s.employee.get("/v1/employees"),
    ("employees", "read"): lambda s: s.employee.get(f"/v1/employees/{s.colleague.number}"),
    ("employees", "create"): _create,
    ("employees", "grant"): _employee("grant", {"role": "billing"}),
    ("employees", "revoke"): _employee("revoke", {"role": "support"}),
    **{("employees", name): _employee(name, {"purpose": "google"}) for name in ("name-deputy", "end-deputy")},
    ("employees", "disable"): _employee("disable"),
    ("employees", "enable"): _employee("enable"),
}
"""How each action is asked for."""


# Breaking conditions

Break = Callable[[Scene], None]


def _case_becomes(**columns: Any) -> Break:
    return lambda scene: scene.world.change_ticket(scene.case, **columns)


def _case_of_another(scene: Scene) -> None:
    scene.world.change_ticket(scene.case, assignee=scene.colleague.id)


def _case_lapses(scene: Scene) -> None:
    scene.world.change_ticket(scene.case, lease_until=scene.world.clock() - timedelta(seconds=1))


def _of_others(scene: Scene) -> None:
    """What the case is linked to is real, and the person has no part in it."""
    for resource in ("orders", "payments", "pro-applications"):
        mine = _links.c.ticket == scene.case.id, _links.c.resource == resource
        others = scene.world.concerning(resource, scene.world.person())
        with scene.world.platform.database.writing() as session:
            session.execute(update(_links).where(*mine).values(record=others))


def _drop_links(*resources: str) -> Break:
    def broken(scene: Scene) -> None:
        with scene.world.platform.database.writing() as session:
            session.execute(delete(_links).where(_links.c.ticket == scene.case.id, _links.c.resource.in_(resources)))

    return broken


def _about_another_person(scene: Scene) -> None:
    with scene.world.platform.database.writing() as session:
        mine = _links.c.ticket == scene.case.id, _links.c.resource == "users"
        session.execute(update(_links).where(*mine).values(record=scene.world.person().id))


def _about_the_employee(scene: Scene) -> None:
    """Their own person is a party to the case, though another is asked for."""
    own = scene.world.person().id
    scene.world.change_employee(scene.employee, person=own)
    with scene.world.platform.database.writing() as session:
        session.add(TicketLink(ticket=scene.case.id, resource="users", record=own))


def _checks_become(**columns: Any) -> Break:
    """But for one of them, which alone is too few."""

    def broken(scene: Scene) -> None:
        with scene.world.platform.database.writing() as session:
            mine = _checks.c.ticket == scene.case.id, _checks.c.field != "phone"
            session.execute(update(_checks).where(*mine).values(**columns))

    return broken


def _checks_of_another_case(scene: Scene) -> None:
    _checks_become(ticket=scene.ticket.id)(scene)


def _checks_of_another_person(scene: Scene) -> None:
    _checks_become(person=scene.world.person().id)(scene)


def _is_the_person(scene: Scene) -> None:
    scene.world.change_employee(scene.employee, person=scene.person.id)


def _ticket_becomes(**columns: Any) -> Break:
    return lambda scene: scene.world.change_ticket(scene.ticket, **columns)


def _ticket_of_another(scene: Scene) -> None:
    later = scene.world.clock() + timedelta(minutes=5)
    scene.world.change_ticket(scene.ticket, assignee=scene.colleague.id, lease_until=later)


def _ticket_lapses(scene: Scene) -> None:
    scene.world.change_ticket(scene.ticket, lease_until=scene.world.clock() - timedelta(seconds=1))


def _signed_in(ago: timedelta) -> Break:
    def broken(scene: Scene) -> None:
        long_ago = scene.world.clock() - ago - timedelta(seconds=1)
        mine = _sign_ins.c.id == scene.employee.sign_in
        with scene.world.platform.database.writing() as session:
            session.execute(update(_sign_ins).where(mine).values(signed_in=long_ago))

    return broken


def _is_the_pro(scene: Scene) -> None:
    scene.world.change_employee(scene.employee, person=scene.pro.id)


def _about_another_order(scene: Scene) -> None:
    with scene.world.platform.database.writing() as session:
        mine = _links.c.ticket == scene.case.id, _links.c.record == scene.order.id
        session.execute(update(_links).where(*mine).values(record=scene.world.order().id))


def _about_another_application(scene: Scene) -> None:
    other = scene.world.application(scene.person)
    with scene.world.platform.database.writing() as session:
        mine = _links.c.ticket == scene.case.id, _links.c.record == scene.application.id
        session.execute(update(_links).where(*mine).values(record=other.id))


def _took_an_entry_out(scene: Scene) -> None:
    scene.world.entry(scene.contest, taken_out_by=scene.employee.id)


def _drew_it(scene: Scene) -> None:
    scene.world.change(ContestRow, scene.contest.id, drawn_by=scene.employee.id)


def _about_another_award(scene: Scene) -> None:
    other = scene.world.award(scene.contest, scene.person)
    with scene.world.platform.database.writing() as session:
        mine = _links.c.ticket == scene.case.id, _links.c.record == scene.award.id
        session.execute(update(_links).where(*mine).values(record=other.id))


def _application_by(*names: str) -> Break:
    """What somebody else would have had to do is the employee's own."""
    return lambda scene: scene.world.change(
        ProApplicationRow, scene.application.id, **dict.fromkeys(names, scene.employee.id)
    )


def _order_becomes(**columns: Any) -> Break:
    return lambda scene: scene.world.change(OrderRow, scene.order.id, **columns)


def _refund_becomes(**columns: Any) -> Break:
    return lambda scene: scene.world.change(RefundRow, scene.refund.id, **columns)


def _asked_for_it(scene: Scene) -> None:
    """The refund, the erasure, or the values from Google."""
    resource, mine = scene.permission.resource, scene.employee.id
    if resource == "privacy-requests":
        scene.world.change(PrivacyRequestRow, scene.request.id, submitted_by=mine)
    elif resource == "google-access":
        scene.world.change(GoogleAccessRow, scene.asked_google.id, asked_by=mine)
    else:
        scene.world.change(RefundRow, scene.refund.id, requested_by=mine)


def _another_asked(scene: Scene) -> None:
    scene.world.change(GoogleAccessRow, scene.asked_google.id, asked_by=scene.colleague.id)


def _decided_it(scene: Scene) -> None:
    """The application, or what is appealed now."""
    if scene.permission.resource == "privacy-requests":
        scene.world.change(PrivacyRequestRow, scene.request.id, decided_by=scene.employee.id)
    else:
        _application_by("decided_by")(scene)


def _request_becomes(**columns: Any) -> Break:
    return lambda scene: scene.world.change(PrivacyRequestRow, scene.request.id, **columns)


def _package_becomes(**columns: Any) -> Break:
    def broken(scene: Scene) -> None:
        found = table(PrivacyPackageRow)
        with scene.world.platform.database.writing() as session:
            session.execute(update(found).where(found.c.request == scene.request.id).values(**columns))

    return broken


def _allowed_it(scene: Scene) -> None:
    _package_becomes(allowed_by=scene.employee.id)(scene)


def _takes_part(*names: str) -> Break:
    return lambda scene: scene.world.change(
        PrivacyRequestRow, scene.request.id, **dict.fromkeys(names, scene.employee.id)
    )


def _compared(scene: Scene) -> None:
    case = scene.world.case_of_request(scene.request)
    scene.world.check(case, scene.person, scene.employee, "postcode")


def _changed_the_address(scene: Scene) -> None:
    change = FieldChange(
        id=new_id(), resource="privacy-requests", record=scene.request.id, version=1, at=scene.world.clock(), employee=scene.employee.id,
        role=str(scene.role), fields=["reply_to"],
    )  # fmt: skip
    with scene.world.platform.database.writing() as session:
        session.add(change)


def _works_on_it(scene: Scene) -> None:
    scene.world.case_of_request(scene.request, scene.employee)


def _allowed_becomes(**columns: Any) -> Break:
    """The access to values from Google that the employee has for their case."""

    def broken(scene: Scene) -> None:
        assert scene.case
        scene.world.change(GoogleAccessRow, scene.allowed.id, **columns)

    return broken


def _allowed_to_another(scene: Scene) -> None:
    _allowed_becomes(asked_by=scene.colleague.id)(scene)


def _allowed_for_another_case(scene: Scene) -> None:
    _allowed_becomes(ticket=scene.world.ticket(("users", scene.person.id), holder=scene.employee).id)(scene)


def _allowed_is_over(scene: Scene) -> None:
    _allowed_becomes(until=scene.world.clock() - timedelta(seconds=1))(scene)


def _allowed_of_another_person(scene: Scene) -> None:
    _allowed_becomes(person=scene.world.person().id)(scene)


def _deputy_becomes(**columns: Any) -> Break:
    def broken(scene: Scene) -> None:
        mine = _deputies.c.employee == scene.employee.id
        with scene.world.platform.database.writing() as session:
            session.execute(update(_deputies).where(mine).values(**columns))

    return broken


def _deputy_is_over(scene: Scene) -> None:
    _deputy_becomes(until=scene.world.clock() - timedelta(seconds=1))(scene)


def _deputy_is_another(scene: Scene) -> None:
    _deputy_becomes(employee=scene.colleague.id)(scene)


def _gave_back_much_today(scene: Scene) -> None:
    """All of the day's limit, in refunds that are small enough each."""
    for _ in range(5):
        given = scene.world.refund(scene.world.payment(scene.order), scene.colleague, 10_000, "approved")
        scene.world.change(RefundRow, given.id, decided_by=scene.employee.id)


def _opened_alone(scene: Scene) -> None:
    scene.world.change_ticket(scene.case, opened_by=scene.employee.id, backed=False)


def _own_account(scene: Scene) -> None:
    scene.colleague = scene.employee


_NO_CASE: dict[str, Break] = {
    "solved": _case_becomes(state="solved"),
    "closed": _case_becomes(state="closed"),
    "lapsed": _case_lapses,
    "another's": _case_of_another,
    "nobody's": _case_becomes(assignee=None, lease_until=None),
}

BREAKS: Mapping[str, Mapping[str, Break]] = {
    "case_in_hand": _NO_CASE,
    "linked_case": {
        **_NO_CASE, "about nobody": _drop_links("users"), "about another": _about_another_person,
        "about the employee too": _about_the_employee,
    },
    "order_case": {"no order": _drop_links("orders"), "an order of others": _of_others, "opened alone": _opened_alone},
    "payment_case": {"no payment": _drop_links("orders", "payments"), "a payment of others": _of_others},
    "decision_case": {"nothing to decide": _drop_links("pro-applications", "orders", "contests"), "others' records": _of_others},
    "two_checks": {
        "too few": _checks_become(matched=False), "of one value": _checks_become(field="phone"),
        "of another person": _checks_of_another_person, "of another case": _checks_of_another_case,
        "of the value itself": _checks_become(field="email"),
    },
    "asked": {"opened alone": _opened_alone},
    "not_self": {"their own": _is_the_person},
    "assigned": {"another's": _ticket_of_another, "lapsed": _ticket_lapses, "nobody's": _ticket_becomes(assignee=None)},
    "assigned_or_done": {
        "another's": _ticket_of_another, "lapsed": _ticket_lapses, "nobody's": _ticket_becomes(assignee=None),
    },
    "assigned_or_ended": {
        "another's": _ticket_of_another, "lapsed": _ticket_lapses, "nobody's": _ticket_becomes(assignee=None),
    },
    "unclaimed": {"another's": _ticket_of_another},
    "not_own_account": {"their own": _own_account},
    "fresh_sign_in": {"long ago": _signed_in(conditions.FRESH)},
    "recent_sign_in": {"long ago": _signed_in(conditions.RECENT)},
    "this_order": {**_NO_CASE, "another order": _about_another_order, "opened alone": _opened_alone},
    "this_application": {**_NO_CASE, "another application": _about_another_application, "opened alone": _opened_alone},
    "this_award": {**_NO_CASE, "another award": _about_another_award, "opened alone": _opened_alone},
    "not_own_entry": {"their own": _is_the_person},
    "not_disqualifier": {"took an entry out": _took_an_entry_out},
    "not_drawer": {"drew it": _drew_it},
    "not_recommender": {"recommended it": _application_by("recommended_by")},
    "not_involved": {
        "took it in": _takes_part("created_by"), "found it proven": _takes_part("verifier"), "compared": _compared,
        "works on it": _works_on_it, "changed the address": _changed_the_address,
    },
    "second_allowed": {"nobody allowed it": _package_becomes(allowed_by=None), "allowed it": _allowed_it},
    "not_decider": {"decided it": _decided_it},
    "about_privacy": {"about others": _request_becomes(about_privacy=False)},
    "deputy_erasure": {"over": _deputy_is_over, "another": _deputy_is_another, "for another purpose": _deputy_becomes(purpose="google")},
    "google_allowed": {
        "only asked for": _allowed_becomes(state="asked"), "refused": _allowed_becomes(state="refused"), "another's": _allowed_to_another,
        "for another case": _allowed_for_another_case, "over": _allowed_is_over, "of another person": _allowed_of_another_person,
    },
    "not_party": {"the pro": _is_the_pro, "the parent": _is_the_person},
    "before_service": {"has begun": _order_becomes(state="in_service"), "is over": _order_becomes(state="completed")},
    "requester": {"another asked for it": _another_asked},
    "not_requester": {"asked for it": _asked_for_it},
    "within_limit": {
        "too large": _refund_becomes(amount=10_001), "of a currency without a limit": _refund_becomes(currency="CHF"),
        "the day's limit is used up": _gave_back_much_today,
    },
}  # fmt: skip
"""Condition → the ways in which it alone can fail (with it, those that it is part of)."""

OF_EMPLOYEES = {
    "not_self",
    "not_party",
    "deputy_erasure",
    "not_own_entry",
    "not_own_account",
    "fresh_sign_in",
    "recent_sign_in",
    "within_limit",
}
OF_ROWS = {
    "order_linked", "peoples_case", "not_privacys", "not_named", "for_privacy", "own_entries", "team_entries", "one_person", "grant_entries",
    "deputy_google", "ticket_not_named", "ticket_for_privacy", "entry_not_named", "entry_for_privacy",
}  # fmt: skip
"""Conditions that decide which rows exist for a role: `test_rows` has them."""
