"""Reminders of privacy requests: one when a limit comes near, another when it was missed, whether anybody looks or not.

Each is on the log with who is told of it, in the thread of the request's case, and in the feed, so that open consoles show it. When a
request was last reminded of is all that is remembered: a limit that moves has its reminders again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, ColumnElement, Row, and_, or_, select, type_coerce

from console.platform_api.buckets import MICROSECOND
from console.platform_api.documents import Value, dump
from console.platform_api.ids import new_id
from console.platform_api.privacy_clocks import RULES, SOON, is_overdue
from console.platform_api.tables import PrivacyRequestRow, TicketMessage, TicketRow, table
from console.platform_api.transaction import Transaction
from console.records.employees import Role
from console.records.privacy_requests import OPEN, RESOURCE, Regime
from console.records.users import Source

requests, _tickets = table(PrivacyRequestRow), table(TicketRow)

AT_ONCE = 200
"""Requests in one transaction; the worst come first."""


def remind(work: Transaction) -> None:
    rows = _to_remind(work)
    cases = _locked_cases(work, [row.ticket for row in rows])
    for row in rows:
        overdue = is_overdue(row.next_due, work.now)
        work.change(RESOURCE, requests, row, reminded=work.now)
        note_in(work, row, cases.get(row.ticket or ""), _sentence(row, overdue))
        entry = work.entry(
            RESOURCE, "remind", person=row.person, record=row.id, told=told(row, overdue=overdue),
            details={"state": row.state, "overdue": overdue, "due": row.next_due.isoformat()},
        )  # fmt: skip
        work.entries.append(entry)


def told(row: Row[Any], *, overdue: bool) -> str:
    """Who is told: those who work on it while it is soon, and the manager of what they missed."""
    return str(Role.MANAGER if overdue or row.about_privacy else Role.PRIVACY)


def _to_remind(work: Transaction) -> Sequence[Row[Any]]:
    """Locked in the order of their numbers, and still to be reminded of then."""
    runs = requests.c.state.in_(sorted(OPEN)), requests.c.next_due <= work.now + SOON, _is_news(work)
    worst = select(requests.c.id).where(*runs).order_by(requests.c.next_due).limit(AT_ONCE)
    ids = work.connection.execute(worst).scalars().all()
    rows = select(requests).where(requests.c.id.in_(ids), *runs).order_by(requests.c.number)
    return work.connection.execute(rows.with_for_update()).all()


def _locked_cases(work: Transaction, tickets: Sequence[str | None]) -> dict[str, Row[Any]]:
    cases = select(_tickets).where(_tickets.c.id.in_([ticket for ticket in tickets if ticket is not None]))
    return {row.id: row for row in work.connection.execute(cases.order_by(_tickets.c.number).with_for_update())}


def _is_news(work: Transaction) -> ColumnElement[bool]:
    """Nobody was reminded of this limit since it is near, or none since it was missed."""
    due, last = (type_coerce(requests.c[name], BigInteger) for name in ("next_due", "reminded"))
    near = last < due - SOON // MICROSECOND
    missed = and_(requests.c.next_due < work.now, last <= due)
    return or_(requests.c.reminded.is_(None), near, missed)


def note_in(work: Transaction, row: Row[Any], case: Row[Any] | None, said: str) -> None:
    """In the thread of a case of the request, if it has one."""
    key = work.platform.vault.keys_of([row.id]).get(row.id)
    if case is None or key is None:
        return
    message, body = new_id(), Value(said, Source.EMPLOYEE, work.now)
    sealed = key.seal("ticket_messages", message, "thread", dump({"body": body}))
    note = TicketMessage(id=message, ticket=case.id, at=work.now, kind="note", owner=row.id, sealed_thread=sealed)
    work.session.add(note)
    work.change("tickets", _tickets, case)


def _sentence(row: Row[Any], overdue: bool) -> str:
    day = row.next_due.astimezone(ZoneInfo(RULES[Regime(row.regime)].zone)).date()
    return f"A limit was missed: it ended with {day}." if overdue else f"A limit is near: it ends with {day}."
