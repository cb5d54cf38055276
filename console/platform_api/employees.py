"""The employees entity, and what an admin does with one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, exists, select
from sqlmodel import Session

from console import access
from console.platform_api import deputies, passwords, staff, store
from console.platform_api.entities import Clauses, Entity, Filter, Rows
from console.platform_api.facts import base_facts
from console.platform_api.guard import Ask
from console.platform_api.ids import new_id
from console.platform_api.problems import BadRequest, Conflict
from console.platform_api.tables import EmployeeRole, EmployeeRow, table
from console.records.employees import PREFIX, RESOURCE, Employee, Purpose, Role

employees, employee_roles = table(EmployeeRow), table(EmployeeRole)

ROLES = tuple(str(role) for role in Role)
YES_NO = ("yes", "no")
_PLAIN = ("name", "email", "disabled", "created")


def _with_role(_: Ask, __: Connection, values: Sequence[str]) -> Clauses:
    if set(values) - set(ROLES):
        raise BadRequest(f"A role is one of {', '.join(ROLES)}.")
    held = employee_roles.c.employee == employees.c.id
    return [exists().where(held, employee_roles.c.role.in_(sorted(set(values))))]


def _disabled(_: Ask, __: Connection, values: Sequence[str]) -> Clauses:
    if len(values) != 1 or values[0] not in YES_NO:
        raise BadRequest("disabled is yes or no.")
    return [employees.c.disabled.is_(values[0] == "yes")]


def _dress(ask: Ask, connection: Connection, rows: Rows) -> list[dict[str, Any]]:
    held: dict[str, list[str]] = {row.id: [] for row in rows}
    found = select(employee_roles.c.employee, employee_roles.c.role).where(employee_roles.c.employee.in_(list(held)))
    for employee, role in connection.execute(found.order_by(employee_roles.c.role)):
        held[employee].append(role)
    standing_in = deputies.deputies_of(connection, list(held), ask.now)
    return [
        {**{name: getattr(row, name) for name in _PLAIN}, "roles": held[row.id], "deputy": standing_in.get(row.id, [])}
        for row in rows
    ]


def _facts(_: Connection, __: Row[Any]) -> dict[str, Any]:
    return {}


EMPLOYEES = Entity(
    resource=RESOURCE,
    prefix=PREFIX,
    record=Employee,
    table=employees,
    sorts={"number": employees.c.number},
    filters={"role": Filter(_with_role, ROLES), "disabled": Filter(_disabled, YES_NO)},
    dress=_dress,
    facts=_facts,
    owner=lambda row: str(row.id),
    hinders=deputies.hinders,
)


def create(ask: Ask, email: str, name: str, roles: Sequence[Role], password: str) -> store.Answer:
    store.refuse_unless(access.may(ask.actor.roles, RESOURCE, "create", base_facts(ask.actor, ask.now)))
    staff.check_new(email, name, roles, password)
    employee, stored = new_id(), passwords.hash_password(password)
    ask.platform.vault.create([employee])

    def work(session: Session) -> tuple[str, dict[str, Any]]:
        staff.create(session, employee, email, name, stored, ask.now)
        session.add_all(
            EmployeeRole(employee=employee, role=r, granted_by=ask.actor.id, at=ask.now) for r in set(roles)
        )
        return employee, {"roles": sorted(set(roles))}

    return store.create(ask, EMPLOYEES, work)


def change_role(ask: Ask, named: str, role: Role) -> store.Answer:
    """grant or revoke, as the permission says."""

    def change(write: store.Write) -> None:
        if ask.action == "grant":
            staff.grant(write.session, write.row.id, role, ask.actor.id, ask.now)
        else:
            staff.revoke(write.session, write.row.id, role, ask.now)
        write.changed = {"roles": (None, role) if ask.action == "grant" else (role, None)}
        write.details = {"role": role}

    return store.act(ask, EMPLOYEES, named, change)


def name_deputy(ask: Ask, named: str, purpose: Purpose) -> store.Answer:
    return store.act(ask, EMPLOYEES, named, deputies.name(purpose))


def end_deputy(ask: Ask, named: str, purpose: Purpose) -> store.Answer:
    return store.act(ask, EMPLOYEES, named, deputies.end(purpose))


def disable(ask: Ask, named: str) -> store.Answer:
    return store.act(ask, EMPLOYEES, named, _set_disabled(True))


def enable(ask: Ask, named: str) -> store.Answer:
    return store.act(ask, EMPLOYEES, named, _set_disabled(False))


def _set_disabled(wanted: bool) -> Callable[[store.Write], None]:
    def change(write: store.Write) -> None:
        if write.row.disabled == wanted:
            raise Conflict("They are disabled already." if wanted else "They aren't disabled.")
        write.values = {"disabled": wanted}
        write.changed = {"disabled": (_word(not wanted), _word(wanted))}
        staff.end_sign_ins(write.session, write.row.id, write.ask.now)

    return change


def _word(flag: bool) -> str:
    return "yes" if flag else "no"
