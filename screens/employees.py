"""Employees and their roles: the admin's screen, for the auditor to read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, cast

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets.option_list import Option

from console.client import new_key
from console.errors import FreshSignIn, Invalid, OutcomeUnknown
from console.records.employees import Employee
from console.records.record import Record
from console.text import line
from screens.parts import employee_view
from screens.parts.confirm import Confirm
from screens.parts.deed import Deed
from screens.parts.detail import Section
from screens.parts.filtered import FilteredScreen
from screens.parts.fresh import FreshScreen
from screens.parts.new_employee import NOTHING, NewEmployee, NewEmployeeDialog
from screens.parts.pick import Pick
from screens.parts.problems import Notice
from screens.parts.record_table import Column
from screens.parts.shell import Draft

ENDS = "Their sessions end at once: what is on their screen is wiped, and they sign in again."

DEEDS = {
    "grant": Deed("Grant a role", "granted."),
    "revoke": Deed("Revoke a role", "revoked."),
    "disable": Deed(
        "Disable",
        "disabled.",
        effect="{number} can't sign in until somebody enables them. Their sessions end at once. "
        "What they did stays on the log.",
    ),
    "name-deputy": Deed("Name as deputy", "stands in as a second person."),
    "end-deputy": Deed("End as deputy", "no longer stands in."),
    "enable": Deed(
        "Enable", "enabled.", effect="{number} can sign in again, with the roles and the password of before."
    ),
}
"""The actions of an employee; which role it is about, `_change_role` asks."""

NEW = "new employee"
"""Where the draft of one is kept."""


class EmployeesScreen(FilteredScreen, FreshScreen):
    """The list with its filters, beside one employee with their roles."""

    NAME = "employees"
    COLLECTION = "employees"
    HINT = "esc shows all employees"
    NOTHING = "Put the cursor on an employee."
    DEEDS = DEEDS
    ONCE = ("disabled",)
    EXAMPLES = ("disabled:yes", "role:admin,auditor")

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "new", "new", id="new-employee"),
        Binding("plus", "do('grant')", "grant", key_display="+", id="grant"),
        Binding("minus", "do('revoke')", "revoke", key_display="-", id="revoke"),
    ]

    def columns(self) -> Sequence[Column]:
        return employee_view.columns(self.shell.clock)

    def heading(self, record: Record) -> Content:
        return employee_view.heading(cast(Employee, record))

    def sections(self, record: Record) -> Sequence[Section]:
        return employee_view.sections(cast(Employee, record))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        may = self.session.me.may.get("employees", ())
        if action == "new":
            return "create" in may
        if action == "do":
            return parameters[0] in may
        return super().check_action(action, parameters)

    # Roles and accounts

    def action_do(self, name: str) -> None:
        self.do(name)

    async def _perform(self, record: Record, name: str, deed: Deed) -> None:
        if name in ("grant", "revoke"):
            await self._change_role(cast(Employee, record), name)
        elif name in ("name-deputy", "end-deputy"):
            await self._change_deputy(cast(Employee, record), name)
        else:
            await super()._perform(record, name, deed)

    async def _change_role(self, employee: Employee, name: str) -> None:
        role = await self._choose_role(employee, name)
        if role is None:
            return
        asked = _question(employee, name, role)
        if await self.app.push_screen_wait(asked) is None:
            return
        done = await self.send(employee, name, {"role": role})
        said = f"has the role {role} now." if name == "grant" else f"no longer has the role {role}."
        self.post_message(self.Arrived(done, line(f"{done.number} {said}").plain))

    async def _change_deputy(self, employee: Employee, name: str) -> None:
        """What for is asked first; whether they may stand in is the platform's to say."""
        held = [each.purpose for each in employee.deputy]
        offered = held if name == "end-deputy" else [each for each in employee_view.PURPOSES if each not in held]
        if not offered:
            said = "stands in for nothing." if name == "end-deputy" else "stands in for everything already."
            self.post_message(self.Refused(Notice("said", f"{employee.number} {said}")))
            return
        title = Content(f"{DEEDS[name].words}, {employee.number}: what for")
        options = [Option(Content(employee_view.purpose(each)), id=each) for each in offered]
        chosen = await self.app.push_screen_wait(Pick(title, options))
        if chosen is None or await self.app.push_screen_wait(_deputy_question(employee, name, chosen)) is None:
            return
        done = await self.send(employee, name, {"purpose": chosen})
        words = (
            f"{employee_view.purpose(chosen)}, for a day."
            if name == "name-deputy"
            else employee_view.purpose(chosen) + "."
        )
        self.post_message(self.Arrived(done, line(f"{done.number} {DEEDS[name].done.rstrip('.')} {words}").plain))

    async def _choose_role(self, employee: Employee, name: str) -> str | None:
        """One that they have, or one that they haven't; whether it goes with the others is the platform's to say."""
        roles = list(employee.roles) if name == "revoke" else [r for r in self._roles() if r not in employee.roles]
        if not roles:
            what = "no role to revoke." if name == "revoke" else "every role."
            self.post_message(self.Refused(Notice("said", f"{employee.number} has {what}")))
            return None
        title = Content(f"{DEEDS_OF_ROLES[name]} {employee.number}: which role")
        return await self.app.push_screen_wait(Pick(title, [Option(line(role), id=role) for role in roles]))

    def _roles(self) -> list[str]:
        offered = self.shell.offered("roles")
        return [str(role) for role in offered] if isinstance(offered, list) else []

    async def send(self, record: Record, name: str, body: Mapping[str, Any], *, versioned: bool = True) -> Record:
        """As every list sends; the password is asked for in between where the platform wants it fresh."""
        doing = f"{name} {record.number}"
        send = super().send
        return await self.freshly(doing, lambda: send(record, name, body, versioned=versioned))

    # A new employee

    def action_new(self) -> None:
        self.work(self._new(), "add the employee")

    async def _new(self) -> None:
        me, draft = self.session.me.id, self.shell.drafts.get(NEW)
        kept = draft.values if draft and draft.owner == me else {}
        typed: NewEmployee | None = NewEmployee(kept.get("name", NOTHING), kept.get("email", NOTHING))
        errors: dict[str, str] = {}
        while typed is not None:
            typed = await self.app.push_screen_wait(NewEmployeeDialog(self._roles(), typed, errors))
            if typed is None:
                return
            self.shell.drafts[NEW] = Draft(me, {"name": typed.name, "email": typed.email})
            try:
                await self._create(typed)
            except Invalid as error:
                errors = dict(error.errors)
                if not errors:
                    raise
            else:
                return

    async def _create(self, typed: NewEmployee) -> None:
        """Sent again with the same text, it is the same intent: nobody is added twice."""
        body = typed.body()
        intent = ("create", hashlib.sha256(json.dumps(body).encode()).hexdigest())
        key = self._intents.setdefault(intent, new_key())
        try:
            made = await self.freshly("add an employee", lambda: self.client.post("/v1/employees", body, key=key))
        except (OutcomeUnknown, FreshSignIn):
            raise
        except Exception:
            self._intents.pop(intent)
            raise
        self._intents.pop(intent)
        self.shell.drafts.pop(NEW, None)
        employee = cast(Employee, await self.client.record("employees", str(made.body["id"])))
        self.post_message(self.Arrived(employee, f"{employee.number} is added, and can sign in."))


DEEDS_OF_ROLES = {"grant": "Grant", "revoke": "Revoke from"}


def _deputy_question(employee: Employee, name: str, purpose: str) -> Confirm:
    who = Content.assemble((employee.number, "bold"), " ", line(employee.name))
    words = employee_view.purpose(purpose)
    if name == "name-deputy":
        effect = f" decides as the second person {words} for 24 hours, beside managers and privacy officers, and gets to see no value by it."
    else:
        effect = f" can no longer decide {words}. What they decided stands."
    said = Content.assemble(who, effect, " It is on the log, and the auditor is told.")
    return Confirm(f"{DEEDS[name].words} {employee.number}", said, DEEDS[name].words)


def _question(employee: Employee, name: str, role: str) -> Confirm:
    who = Content.assemble((employee.number, "bold"), " ", line(employee.name))
    if name == "grant":
        effect = Content.assemble(who, f" can do what {role} can, from the next sign-in on. {ENDS}")
        return Confirm(f"Grant {role} to {employee.number}", effect, "Grant")
    effect = Content.assemble(who, f" can no longer do what only {role} can. {ENDS}")
    return Confirm(f"Revoke {role} from {employee.number}", effect, "Revoke")
