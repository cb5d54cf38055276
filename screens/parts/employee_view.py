"""What the list and the detail show of an employee."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime

from textual.content import Content

from console.records.employees import Employee
from console.text import ago, exact, line
from screens.parts.detail import Row, Section
from screens.parts.money_view import word
from screens.parts.record_table import Column

PURPOSES: Mapping[str, str] = {"erasure": "for erasures", "google": "for values from Google"}
"""What an employee can stand in for as the second person → its words."""


def purpose(name: str) -> str:
    return PURPOSES.get(name) or f"for {word(name)}"


def columns(clock: Callable[[], datetime]) -> Sequence[Column]:
    """The list's columns; name and roles stay however narrow it gets."""

    def created(employee: Employee) -> Content:
        return Content(ago(employee.created, clock()) if employee.created else "")

    return [
        Column("Number", 6, lambda employee: line(employee.number), sort="number"),
        Column("Name", None, lambda employee: line(employee.name), narrowest=14),
        Column("E-mail", 26, lambda employee: line(employee.email), priority=2),
        Column("Roles", 16, roles),
        Column("Created", 11, created, "right", priority=3),
    ]


def roles(employee: Employee) -> Content:
    """What they may do; first that they can do nothing, if that is so."""
    held = line(", ".join((*employee.roles, *(["deputy"] if employee.deputy else []))) or "none")
    return Content.assemble("disabled · ", held.stylize("dim")) if employee.disabled else held


def heading(employee: Employee) -> Content:
    said = "disabled: can't sign in" if employee.disabled else "can sign in"
    return Content.assemble((employee.number, "bold"), "  ", line(employee.name).stylize("bold"), "\n", (said, "dim"))


def sections(employee: Employee) -> Sequence[Section]:
    """The account and the roles, with the keys for those who may do something about them."""
    may = {action.name for action in employee.actions}
    hint = " · ".join([key for name, key in (("grant", "+ grant"), ("revoke", "- revoke")) if name in may])
    listed = [Content.assemble("· ", line(role)) for role in employee.roles] or [Content("none").stylize("dim")]
    account = (Row("email", "E-mail"), Row("created", "Created"), Row("disabled", "Disabled"))
    return [
        Section("Roles", hint=hint, text=listed),
        *_deputy(employee, may),
        Section("Account", account, hint="x disable, enable" if "disable" in may else ""),
    ]


def _deputy(employee: Employee, may: Collection[str]) -> Iterator[Section]:
    """What they stand in for as the second person, and until when; nothing of who can't and doesn't."""
    can = employee.find_action("name-deputy").allowed
    if employee.deputy or can:
        lines = [Content(f"! {purpose(each.purpose)}, until {exact(each.until)}") for each in employee.deputy]
        hint = "x name, end" if "name-deputy" in may else ""
        yield Section("Deputy", hint=hint, text=lines or [Content("stands in for nobody").stylize("dim")])
