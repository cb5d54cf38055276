"""What can be counted of the policy's rules now. Nothing is kept for it: today's part of the log, and short runs of indexes.

Who is not to know of a privacy request finds it in no count either (P36).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, case, func, select

from console import access
from console.conditions import FOR_PRIVACY
from console.platform_api.clauses import scope
from console.platform_api.guard import Ask
from console.platform_api.store import asker_of
from console.platform_api.tables import (
    AuditEntry,
    DisclosureRow,
    ErasureRow,
    GoogleAccessRow,
    KeptRow,
    OrderRow,
    PolicyVersionRow,
    PrivacyRequestRow,
    UserRow,
    table,
)
from console.policy.figures import KINDS
from console.records.google_access import GoogleAccessState
from console.records.privacy_requests import OPEN, RESOURCE
from console.records.users import UserState

audit, disclosures, requests = table(AuditEntry), table(DisclosureRow), table(PrivacyRequestRow)
erasures, kept, google = table(ErasureRow), table(KeptRow), table(GoogleAccessRow)
orders, users, versions = table(OrderRow), table(UserRow), table(PolicyVersionRow)

MONTH = timedelta(days=30)

REFUSED, TOLD = "refused", "told"
TODAY: Mapping[str, frozenset[tuple[str, str]]] = {
    "replies_today": frozenset({("tickets", "reply")}),
    "opt_outs_today": frozenset({("users", "opt-out")}),
    "roles_today": frozenset({("employees", "grant"), ("employees", "revoke")}),
    "approved_today": frozenset({("pro-applications", "approve")}),
}
"""Figure → what was done, as the log calls it; reveals are of several resources."""

DOCUMENTS = "application-documents"

Clause = ColumnElement[bool]


def figures(ask: Ask, connection: Connection) -> dict[str, int]:
    """Figure → number; one that this employee is not to know is missing."""
    found = dict.fromkeys(TODAY, 0)
    for part in (_of_the_log, _of_requests, _of_the_rest):
        found.update(part(ask, connection))
    return found


def _count(connection: Connection, of: Table, *which: Clause) -> int:
    return int(connection.execute(select(func.count()).select_from(of).where(*which)).scalar_one())


# Today


def _after_yesterday(ask: Ask, connection: Connection, of: Table, rising: Any) -> Clause:
    """The rows of today, by the column that rises with time: found from the end, as far back as today goes."""
    begins = ask.platform.rules.day_start(ask.now)
    last = connection.execute(select(rising).where(of.c.at < begins).order_by(rising.desc()).limit(1)).scalar()
    found: Clause = rising > (last or 0)
    return found


def _of_the_log(ask: Ask, connection: Connection) -> dict[str, int]:
    told = audit.c.told.is_not(None).label("told")
    what = (audit.c.resource, audit.c.action, audit.c.outcome, told)
    today = _after_yesterday(ask, connection, audit, audit.c.seq)
    found: Counter[str] = Counter()
    for resource, action, outcome, was_told, count in connection.execute(
        select(*what, func.count()).where(today).group_by(*what)
    ):
        for name in _counted(resource, action, outcome, bool(was_told)):
            found[name] += count
    return {"reveals_today": 0, "refusals_today": 0, "told_today": 0, **found}


def _counted(resource: str, action: str, outcome: str, was_told: bool) -> Iterator[str]:
    """The figures that a row of the log counts in."""
    if was_told:
        yield "told_today"
    if outcome == REFUSED:
        yield "refusals_today"
    elif outcome == "done":
        yield from (name for name, deeds in TODAY.items() if (resource, action) in deeds)
        if action == "reveal" or (resource, action) == (DOCUMENTS, "open"):
            yield "reveals_today"


# Requests


def _of_requests(ask: Ask, connection: Connection) -> dict[str, int]:
    """Those whose clock runs, in one walk: there may be many."""
    seen = access.row_scope(ask.actor.roles, RESOURCE)
    rows = scope(seen, asker_of(ask))
    found = {f"{name}_{kind}": 0 for kind in KINDS for name in ("open", "overdue")}
    about_privacy = 0
    for row in connection.execute(_open_ones(ask).where(rows)):
        found[f"open_{row.kind}"] += row.being_open
        found[f"overdue_{row.kind}"] += row.being_overdue
        about_privacy += row.being_open if row.about_privacy else 0
    if seen is not None and not any(FOR_PRIVACY in needs for needs in seen):
        found["about_privacy_open"] = about_privacy
    return {**found, "received_month": _count(connection, requests, rows, requests.c.received >= ask.now - MONTH)}


def _open_ones(ask: Ask) -> Select[Any]:
    kinds = requests.c.kind, requests.c.about_privacy
    overdue = func.sum(case((requests.c.next_due < ask.now, 1), else_=0)).label("being_overdue")
    counted = select(*kinds, func.count().label("being_open"), overdue)
    return counted.where(requests.c.state.in_(sorted(OPEN))).group_by(*kinds)


# The rest


def _of_the_rest(ask: Ask, connection: Connection) -> dict[str, int]:
    counts: Mapping[str, Callable[[], int]] = {
        "disclosures_today": lambda: _count(
            connection, disclosures, _after_yesterday(ask, connection, disclosures, disclosures.c.number)
        ),
        "opted_out": lambda: _count(connection, users, *_opted_out()),
        "orders_in_trouble": lambda: _count(connection, orders, orders.c.trouble.is_(True)),
        "google_allowed": lambda: _count(
            connection, google, google.c.state == GoogleAccessState.ALLOWED, google.c.until > ask.now
        ),
        "erased": lambda: _count(connection, erasures, erasures.c.finished.is_not(None)),
        "kept_too_long": lambda: _count(connection, kept, kept.c.until < ask.now),
        "versions": lambda: _count(connection, versions),
    }
    return {name: count() for name, count in counts.items()}


def _opted_out() -> tuple[Clause, ...]:
    """By the index of facets, which begins with state and pro: all of their values are named."""
    return users.c.state.in_(sorted(UserState)), users.c.pro.in_((False, True)), users.c.opted_out.is_(True)
