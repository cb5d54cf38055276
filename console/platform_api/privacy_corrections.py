"""What a person asks to have corrected: proposed beside what stands there, applied in one go, and who had the old value is told (P11)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, select, update

from console import access
from console.platform_api import corrections, masks, projection
from console.platform_api.documents import Value, dump, load
from console.platform_api.facts import load_case
from console.platform_api.guard import Ask
from console.platform_api.history import keep_change
from console.platform_api.ids import new_id
from console.platform_api.numbers import numbers_of
from console.platform_api.privacy_recipients import tell_recipients
from console.platform_api.privacy_request_work import worked_on
from console.platform_api.privacy_requests import REQUESTS
from console.platform_api.privacy_verification import ever_proven_by
from console.platform_api.problems import Conflict, Invalid, NotFound
from console.platform_api.reveal import held_grant
from console.platform_api.store import Answer, Write, act, find, refuse_unless
from console.platform_api.tables import EmployeeRow, ProposalRow, UserRow, table
from console.platform_api.user_values import checked
from console.platform_api.users import USERS
from console.platform_api.vault import OwnerKey
from console.records.record import categories
from console.records.users import Source, User

_proposals, _users, _employees = table(ProposalRow), table(UserRow), table(EmployeeRow)

PROPOSED, APPLIED, REPLACED, WITHDRAWN = "proposed", "applied", "replaced", "withdrawn"
ERASED = "The person's values are erased: there is nothing to correct."


def propose(ask: Ask, named: str, field: str, value: str) -> Answer:
    """A newer proposal for the same field takes the place of an older one."""
    corrections.refuse_other_fields([field])
    good = checked({field: value})[field]

    def change(write: Write) -> None:
        person = _person(write)
        _case(write)
        _may_correct(write, person, [field])
        if field in ever_proven_by(write.connection, write.row.id, person.id):
            raise Conflict(f"The {field} proved who asks: what is corrected can't be the proof of it.")
        stood = _stands(write.ask, person, field)
        if stood == good:
            raise Invalid("It is stored like that.", errors=[{"where": "value", "what": "is what is stored already"}])
        _put(write, person.id, field, {"before": stood, "after": good})
        write.details = {"field": field}

    return act(ask, REQUESTS, named, change)


def withdraw(ask: Ask, named: str, proposal: str) -> Answer:
    """Before it is applied; what stands there stays."""

    def change(write: Write) -> None:
        worked_on(write)
        found = [row for row in _open(write.connection, write.row.id) if row.id == proposal]
        if not found:
            raise NotFound("There is no such proposal that isn't applied.")
        _mark(write.connection, [proposal], WITHDRAWN)
        write.details = {"field": found[0].field}

    return act(ask, REQUESTS, named, change)


def apply(ask: Ask, named: str) -> Answer:
    """All that is proposed, in one transaction, with the same notices as any correction. Beside the record: who is to be told."""

    def change(write: Write) -> None:
        person = _person(write)
        case = _case(write)
        rows = _open(write.connection, write.row.id)
        if not rows:
            raise Conflict("Nothing is proposed.")
        _may_correct(write, person, [row.field for row in rows])
        values = {row.field: _still(write, person, row) for row in rows}
        _correct(write, person, values)
        _mark(write.connection, [row.id for row in rows], APPLIED)
        told = tell_recipients(write, person.id, case, sorted(values))
        write.details |= {"fields": sorted(values), "recipients": told}
        write.beside = {"recipients": told}

    return act(ask, REQUESTS, named, change)


async def proposals(ask: Ask, named: str) -> Answer:
    """Side by side, for who may correct. What stands there is clear only while it is revealed for this case."""
    with ask.platform.database.reading() as connection:
        row = find(ask, connection, REQUESTS, named)
        facts = projection.facts_of(ask, connection, REQUESTS, row, load_case(connection, row.ticket))
        refuse_unless(access.may(ask.actor.roles, REQUESTS.resource, "propose", facts))
        ask.case, ask.subject = row.ticket, row.person
        clear = row.person is not None and held_grant(connection, ask, row.person) is not None
        found = select(_proposals).where(_proposals.c.request == row.id).order_by(_proposals.c.at, _proposals.c.id)
        rows = connection.execute(found).all()
        items = _items(ask, connection, rows, clear=clear)
    fields = tuple(dict.fromkeys(item["field"] for item in items))
    await ask.platform.recorder.record(ask.entry(fields=fields, details={"clear": clear}))
    return Answer({"items": items})


def _items(ask: Ask, connection: Connection, rows: Sequence[Row[Any]], *, clear: bool) -> list[dict[str, Any]]:
    keys = ask.platform.vault.keys_of({row.person for row in rows}) if rows else {}
    names = numbers_of(connection, _employees, "E", [row.by for row in rows])
    return [
        {
            "id": row.id, "field": row.field, "state": row.state, "at": row.at, "by": names.get(row.by),
            **_sides(row, keys.get(row.person), clear=clear),
        }
        for row in rows
    ]  # fmt: skip


def _sides(row: Row[Any], key: OwnerKey | None, *, clear: bool) -> dict[str, str | None]:
    if key is None:
        return {"before": None, "after": None}
    both = _opened(row, key)
    before = both.get("before")
    if clear or before is None:
        return {"before": before, "after": both["after"]}
    return {"before": None, "before_mask": masks.mask(row.field, before), "after": both["after"]}


# Parts


def _person(write: Write) -> Row[Any]:
    """Locked, before the case is."""
    row = write.others.lock(_users, write.row.person) if write.row.person is not None else None
    if row is None:
        raise Conflict("Say first who it is: nobody is found yet.")
    return row


def _case(write: Write) -> Row[Any]:
    """The request's own case is the one in hand, whatever else the employee has open."""
    case = worked_on(write)
    write.ask.case = write.others.ticket = case.id
    return case


def _may_correct(write: Write, person: Row[Any], fields: Sequence[str]) -> None:
    """The access table says it of the person's own values, as for any correction."""
    ask, kinds = write.ask, categories(User)
    facts = projection.facts_of(ask, write.connection, USERS, person, load_case(write.connection, ask.case))
    for name in fields:
        refuse_unless(access.may_correct(ask.actor.roles, USERS.resource, kinds[name], facts))


def _stands(ask: Ask, person: Row[Any], field: str) -> str | None:
    """What came from Google is not shown, so it counts as nothing (P8)."""
    key = _key(ask, person.id)
    value = projection.open_document(USERS, person, categories(User)[field], key).get(field)
    return value.value if value is not None and value.source is not Source.GOOGLE else None


def _key(ask: Ask, person: str) -> OwnerKey:
    key = ask.platform.vault.keys_of([person]).get(person)
    if key is None:
        raise Conflict(ERASED)
    return key


def _put(write: Write, person: str, field: str, sides: dict[str, str | None]) -> None:
    older = [row.id for row in _open(write.connection, write.row.id) if row.field == field]
    _mark(write.connection, older, REPLACED)
    proposal, now = new_id(), write.ask.now
    content = dump({name: Value(text, Source.EMPLOYEE, now) for name, text in sides.items() if text is not None})
    sealed = _key(write.ask, person).seal("proposals", proposal, "change", content)
    write.session.add(
        ProposalRow(
            id=proposal, request=write.row.id, person=person, field=field, at=now, by=write.ask.actor.id, sealed_change=sealed
        )
    )  # fmt: skip


def _open(connection: Connection, request: str) -> Sequence[Row[Any]]:
    mine = _proposals.c.request == request, _proposals.c.state == PROPOSED
    return connection.execute(select(_proposals).where(*mine).order_by(_proposals.c.field)).all()


def _mark(connection: Connection, ids: Sequence[str], state: str) -> None:
    if ids:
        connection.execute(update(_proposals).where(_proposals.c.id.in_(ids)).values(state=state))


def _opened(row: Row[Any], key: OwnerKey) -> dict[str, str]:
    content = key.open("proposals", row.id, "change", bytes(row.sealed_change))
    return {name: value.value for name, value in load(content).items()}


def _still(write: Write, person: Row[Any], row: Row[Any]) -> str:
    """The new value, if what it was set beside still stands there."""
    sides = _opened(row, _key(write.ask, person.id))
    if _stands(write.ask, person, row.field) != sides.get("before"):
        raise Conflict(f"The {row.field} has changed since it was proposed: look again, and propose it anew.")
    return sides["after"]


def _correct(write: Write, person: Row[Any], values: dict[str, str]) -> None:
    """As any correction of a person's values, with the source that an employee writes on the person's request."""
    ask, work = write.ask, write.others
    facts = projection.facts_of(ask, write.connection, USERS, person, load_case(write.connection, ask.case))
    inner = Write(ask, write.session, USERS, person, facts)
    inner.others = work
    corrections.write_values(inner, values, Source.EMPLOYEE)
    work.change("users", _users, person, **inner.values)
    keep_change(inner, work.touched[("users", person.id)])
    write.after_commit += inner.after_commit
    details = {**inner.details, "request": REQUESTS.name_of(write.row)}
    work.entries.append(work.entry("users", "correct", person=person.id, fields=tuple(inner.changed), details=details))
