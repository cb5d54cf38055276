"""For one role and one permission: a scene in which all conditions hold, how to ask, and how to break one condition in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

import httpx
from sqlalchemy import delete, update

from console import access
from console.access import UNCLAIMED
from console.platform_api.ids import new_id
from console.platform_api.tables import CallerCheck, SignIn, TicketLink, table
from console.records import tickets, users
from console.records.employees import Role
from console.records.reasons import REASONS
from console.records.record import Category
from tests.access.world import ABOUT, Employee, Person, Ticket, World

_links, _checks, _sign_ins = table(TicketLink), table(CallerCheck), table(SignIn)

FIELDS: Mapping[Category, str] = {
    Category.IDENTITY: "name", Category.CONTACT: "email", Category.LOCALITY: "city", Category.ADDRESS: "street",
    Category.DEMOGRAPHIC: "gender", Category.GOOGLE: "google_email",
}  # fmt: skip
"""A field of each personal category of a user."""

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
    """All that any role may do, and reveals and corrections of every personal category."""
    found = [
        Permission(resource, action)
        for resource, row in access.TABLE.items()
        for action in dict.fromkeys(name for cell in row.values() for name in cell.act)
    ]
    return found + [Permission("users", action, category) for action in ("reveal", "correct") for category in FIELDS]


# Scenes


@dataclass
class Scene:
    """Everything that any condition of the permission asks for holds. Made as far as a question needs it."""

    world: World
    role: Role
    permission: Permission

    @cached_property
    def employee(self) -> Employee:
        """Who asks; about users they have a case in hand, with matched caller checks."""
        return self.world.employee(self.role)

    @cached_property
    def person(self) -> Person:
        return self.world.person(state=_state(users.TRANSITIONS, self.permission, "active"))

    @cached_property
    def named(self) -> str:
        """How this role names the person: by number, or by pseudonym."""
        return self.world.pseudonym(self.person) if self.role is Role.AUDITOR else self.person.number

    @cached_property
    def case(self) -> Ticket:
        """In hand, about the person and about everything that a case can be about."""
        found = self.world.case(self.employee, self.person)
        self.world.check(found, self.person, self.employee, "phone", "email", "postcode")
        return found

    @cached_property
    def ticket(self) -> Ticket:
        """To be worked on; held by the employee, unless the action is for tickets that nobody holds."""
        free = any(UNCLAIMED in needs for needs in self.permission.alternatives(self.role))
        mine = self.permission.resource == "tickets"
        state = _state(tickets.TRANSITIONS, self.permission, "open") if mine else "open"
        links = [("users", self.person.id), *((resource, new_id()) for resource in ABOUT)]
        return self.world.ticket(*links, state=state, holder=None if free else self.employee)

    @cached_property
    def colleague(self) -> Employee:
        found = self.world.employee(Role.SUPPORT)
        if self.permission.action == "enable":
            self.world.change_employee(found, disabled=True)
        return found

    @cached_property
    def row(self) -> int:
        """An entry of the log that the role may see: its own."""
        return self.world.audit("employees:grant", actor=self.employee, role=str(self.role))

    def mend(self, broken: str) -> None:
        """As if it had not been broken: a case or ticket is made anew, for conditions on the employee everything is."""
        remade = {"case", "ticket"} if broken not in OF_EMPLOYEES else set(vars(self)) - {"world", "role", "permission"}
        for name in remade & set(vars(self)):
            delattr(self, name)
        if self.permission.resource == "users":
            assert self.case.id == self.employee.case


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
        return scene.employee.reveal(scene.person, FIELDS[permission.category])
    if permission.action == "correct":
        assert permission.category
        return _correct(scene, FIELDS[permission.category])
    return CALLS[(permission.resource, permission.action)](scene)


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
    ("audit", "list"): lambda s: s.employee.get("/v1/audit"),
    ("audit", "read"): lambda s: s.employee.get(f"/v1/audit/{s.row}"),
    ("audit", "head"): lambda s: s.employee.get("/v1/audit/head"),
    ("audit", "export"): lambda s: s.employee.post("/v1/audit/export"),
    ("employees", "list"): lambda s: s.employee.get("/v1/employees"),
    ("employees", "read"): lambda s: s.employee.get(f"/v1/employees/{s.colleague.number}"),
    ("employees", "create"): _create,
    ("employees", "grant"): _employee("grant", {"role": "billing"}),
    ("employees", "revoke"): _employee("revoke", {"role": "support"}),
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


def _drop_links(*resources: str) -> Break:
    def broken(scene: Scene) -> None:
        with scene.world.platform.database.writing() as session:
            session.execute(delete(_links).where(_links.c.ticket == scene.case.id, _links.c.resource.in_(resources)))

    return broken


def _about_another_person(scene: Scene) -> None:
    with scene.world.platform.database.writing() as session:
        mine = _links.c.ticket == scene.case.id, _links.c.resource == "users"
        session.execute(update(_links).where(*mine).values(record=scene.world.person().id))


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


def _signed_in_long_ago(scene: Scene) -> None:
    long_ago = scene.world.clock() - access.FRESH - timedelta(seconds=1)
    with scene.world.platform.database.writing() as session:
        session.execute(update(_sign_ins).where(_sign_ins.c.id == scene.employee.sign_in).values(signed_in=long_ago))


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
    "linked_case": {**_NO_CASE, "about nobody": _drop_links("users"), "about another": _about_another_person},
    "order_case": {"no order": _drop_links("orders")},
    "payment_case": {"no payment": _drop_links("orders", "payments")},
    "decision_case": {"nothing to decide": _drop_links("pro-applications", "orders", "contests")},
    "two_checks": {
        "too few": _checks_become(matched=False), "of one value": _checks_become(field="phone"),
        "of another person": _checks_of_another_person, "of another case": _checks_of_another_case,
        "of the value itself": _checks_become(field="email"),
    },
    "asked": {"opened alone": _opened_alone},
    "not_self": {"their own": _is_the_person},
    "assigned": {"another's": _ticket_of_another, "lapsed": _ticket_lapses, "nobody's": _ticket_becomes(assignee=None)},
    "unclaimed": {"another's": _ticket_of_another},
    "not_own_account": {"their own": _own_account},
    "fresh_sign_in": {"long ago": _signed_in_long_ago},
}  # fmt: skip
"""Condition → the ways in which it alone can fail (with it, those that it is part of)."""

OF_EMPLOYEES = {"not_self", "not_own_account", "fresh_sign_in"}
OF_ROWS = {"order_linked", "own_entries", "team_entries", "one_person", "grant_entries"}
"""Conditions that decide which rows exist for a role: `test_rows` has them."""
