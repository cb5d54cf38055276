"""Employees and their roles: for the admin, and for the auditor to read."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field
from starlette.responses import Response

from console.platform_api import employees
from console.platform_api.guard import Asking, permits
from console.platform_api.routes import models
from console.platform_api.routes.collection import add_read, collection, to_response
from console.records.employees import Purpose, Role

router = collection(employees.EMPLOYEES)


def _role(value: object) -> object:
    """A role by its name: JSON has no enumerations, and strict models take nothing else."""
    return Role(value) if isinstance(value, str) and value in tuple(Role) else value


def _purpose(value: object) -> object:
    return Purpose(value) if isinstance(value, str) and value in tuple(Purpose) else value


RoleName = Annotated[Role, BeforeValidator(_role)]


class NewEmployee(models.Request):
    email: Annotated[str, Field(max_length=254), models.NoCard]
    name: Annotated[str, Field(max_length=200), models.NoCard]
    roles: list[RoleName] = Field(max_length=len(Role))
    password: str = Field(max_length=256)


class StandingIn(models.Request):
    purpose: Annotated[Purpose, BeforeValidator(_purpose)]


class OneRole(models.Request):
    role: RoleName


@router.post("", dependencies=[permits("employees", "create")], status_code=201)
def employee_create(ask: Asking, body: NewEmployee) -> Response:
    return to_response(employees.create(ask, body.email, body.name, body.roles, body.password))


@router.post("/{named}/grant", dependencies=[permits("employees", "grant")])
def employee_grant(named: str, ask: Asking, body: OneRole) -> Response:
    return to_response(employees.change_role(ask, named, body.role))


@router.post("/{named}/revoke", dependencies=[permits("employees", "revoke")])
def employee_revoke(named: str, ask: Asking, body: OneRole) -> Response:
    return to_response(employees.change_role(ask, named, body.role))


@router.post("/{named}/name-deputy", dependencies=[permits("employees", "name-deputy")])
def employee_name_deputy(named: str, ask: Asking, body: StandingIn) -> Response:
    return to_response(employees.name_deputy(ask, named, body.purpose))


@router.post("/{named}/end-deputy", dependencies=[permits("employees", "end-deputy")])
def employee_end_deputy(named: str, ask: Asking, body: StandingIn) -> Response:
    return to_response(employees.end_deputy(ask, named, body.purpose))


@router.post("/{named}/disable", dependencies=[permits("employees", "disable")])
def employee_disable(named: str, ask: Asking) -> Response:
    return to_response(employees.disable(ask, named))


@router.post("/{named}/enable", dependencies=[permits("employees", "enable")])
def employee_enable(named: str, ask: Asking) -> Response:
    return to_response(employees.enable(ask, named))


add_read(router, employees.EMPLOYEES)
