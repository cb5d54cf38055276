"""The audit log as an entity: whose rows a role sees, and what it sees of them. Values are never there to be seen."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, select

from console import access, chain
from console.chain import Head
from console.platform_api.audit import current_head
from console.platform_api.clauses import scope
from console.platform_api.columns import EPOCH
from console.platform_api.entities import Clauses, Entity, Filter, Rows
from console.platform_api.facts import base_facts, concern_facts
from console.platform_api.guard import Ask
from console.platform_api.lookup import find_row
from console.platform_api.problems import BadRequest
from console.platform_api.store import asker_of, refuse_unless
from console.platform_api.tables import (
    ApplicationDocumentRow,
    AuditEntry,
    AwardRow,
    ContestEntryRow,
    ContestRow,
    EmployeeRow,
    GoogleAccessRow,
    OrderRow,
    PaymentReviewRow,
    PaymentRow,
    PayoutRow,
    PolicyVersionRow,
    PrivacyRequestRow,
    ProApplicationRow,
    ReconciliationRow,
    RefundRow,
    SurveyEntryRow,
    SurveyRow,
    TicketRow,
    UserRow,
    table,
)
from console.records.audit import PREFIX, RESOURCE, AuditRow
from console.records.employees import Role

audit = table(AuditEntry)
_employees, _users, _tickets = table(EmployeeRow), table(UserRow), table(TicketRow)

NUMBERED: Mapping[str, tuple[Any, str]] = {
    "tickets": (_tickets, "T"), "employees": (_employees, "E"), "orders": (table(OrderRow), "O"), "payments": (table(PaymentRow), "P"),
    "refunds": (table(RefundRow), "RF"), "payouts": (table(PayoutRow), "PO"), "payment-reviews": (table(PaymentReviewRow), "RV"),
    "reconciliations": (table(ReconciliationRow), "RC"), "pro-applications": (table(ProApplicationRow), "PA"),
    "application-documents": (table(ApplicationDocumentRow), "PD"),
    "privacy-requests": (table(PrivacyRequestRow), "PR"), "policy-versions": (table(PolicyVersionRow), "PV"),
    "google-access": (table(GoogleAccessRow), "GA"), "surveys": (table(SurveyRow), "SV"),
    "survey-entries": (table(SurveyEntryRow), "SE"),
    "contests": (table(ContestRow), "CT"),
    "contest-entries": (table(ContestEntryRow), "CE"), "awards": (table(AwardRow), "AW"),
}  # fmt: skip
"""Resources whose rows name a record: its table and prefix."""

OUTCOMES = ("done", "refused", "failed")
BATCH = 1_000

Params = Mapping[str, str]


def _one(name: str, values: Sequence[str]) -> str:
    if len(values) != 1:
        raise BadRequest(f"{name} can be given once.")
    return values[0]


def _actor(ask: Ask, connection: Connection, values: Sequence[str]) -> Clauses:
    named = _one("actor", values)
    row = None if named == "me" else find_row(connection, _employees, "E", named)
    return [audit.c.actor == (ask.actor.id if named == "me" else row.id if row else ask.request_id)]


def _subject(ask: Ask, connection: Connection, values: Sequence[str]) -> Clauses:
    pseudonym = subject_of(ask, connection, _one("subject", values))
    return [audit.c.subject == (pseudonym or "")]


def subject_of(ask: Ask, connection: Connection, named: str) -> str | None:
    """The pseudonym of the person asked about: by id or number, or as itself for those who see nothing else."""
    if access.by_pseudonym(ask.actor.roles, "users"):
        return named
    row = find_row(connection, _users, "U", named)
    return ask.platform.vault.pseudonyms([row.id]).get(row.id) if row else None


def _equal(name: str) -> Filter:
    def clauses(_: Ask, __: Connection, values: Sequence[str]) -> Clauses:
        return [audit.c[name] == _one(name, values)]

    return Filter(clauses)


def _time(name: str) -> Filter:
    def clauses(_: Ask, __: Connection, values: Sequence[str]) -> Clauses:
        try:
            moment = datetime.fromisoformat(_one(name, values))
        except ValueError:
            raise BadRequest(f"{name} is a date or time, as 2026-11-22.") from None
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return [audit.c.at >= moment if name == "since" else audit.c.at < moment]

    return Filter(clauses)


def _dress(ask: Ask, connection: Connection, rows: Rows) -> list[dict[str, Any]]:
    actors = _numbers(connection, _employees, "E", {row.actor for row in rows if row.actor})
    cases = _numbers(connection, _tickets, "T", {row.ticket for row in rows if row.ticket})
    records = dict(cases)
    for resource, (found_in, prefix) in NUMBERED.items():
        named = {row.record for row in rows if row.resource == resource and row.record}
        records |= _numbers(connection, found_in, prefix, named)
    persons = _persons(ask, connection, {row.subject for row in rows if row.subject})
    return [_plain(ask, row, actors, cases, {**records, **persons}) for row in rows]


def _plain(
    ask: Ask, row: Row[Any], actors: dict[str, str], cases: dict[str, str], records: dict[str, str]
) -> dict[str, Any]:
    whole = Role.AUDITOR in ask.actor.roles
    details = json.loads(row.details)
    plain = {
        "seq": row.seq, "at": row.at, "actor": actors.get(row.actor or ""), "role": row.role, "action": f"{row.resource}:{row.action}",
        "outcome": row.outcome, "subject": row.subject, "record": records.get(row.record or "") or records.get(row.subject or ""),
        "case": cases.get(row.ticket or ""), "fields": json.loads(row.fields), "reason": row.reason, "told": row.told, "details": details,
    }  # fmt: skip
    return {**plain, "prev": row.prev.hex(), "hash": row.hash.hex()} if whole else plain


def _numbers(connection: Connection, found_in: Any, prefix: str, ids: set[str]) -> dict[str, str]:
    if not ids:
        return {}
    rows = connection.execute(select(found_in.c.id, found_in.c.number).where(found_in.c.id.in_(ids)))
    return {record: f"{prefix}-{number}" for record, number in rows}


def _persons(ask: Ask, connection: Connection, pseudonyms: set[str]) -> dict[str, str]:
    """Pseudonym → user number, for roles that may know it; an erased person's stays a pseudonym for ever."""
    if (
        not pseudonyms
        or not access.has(ask.actor.roles, "users", "read")
        or access.by_pseudonym(ask.actor.roles, "users")
    ):
        return {}
    owners = ask.platform.vault.owners_of(pseudonyms)
    numbers = _numbers(connection, _users, "U", set(owners.values()))
    return {pseudonym: numbers[owner] for pseudonym, owner in owners.items() if owner in numbers}


def _facts(connection: Connection, row: Row[Any]) -> dict[str, Any]:
    return {
        "actor": row.actor, "actor_role": row.role, "told": row.told, "about": row.resource, "person": row.subject,
        **concern_facts(connection, row.record, row.ticket),
    }  # fmt: skip


AUDIT = Entity(
    resource=RESOURCE,
    prefix=PREFIX,
    record=AuditRow,
    table=audit,
    sorts={"number": audit.c.seq},
    filters={
        "actor": Filter(_actor, ("me",)),
        "subject": Filter(_subject),
        "resource": _equal("resource"),
        "action": _equal("action"),
        "outcome": Filter(_equal("outcome").clauses, OUTCOMES),
        "told": _equal("told"),
        "since": _time("since"),
        "until": _time("until"),
    },
    dress=_dress,
    facts=_facts,
    owner=lambda _: None,
    key="seq",
)


async def head(ask: Ask) -> dict[str, Any]:
    """The end of the chain, for a witness to keep."""
    with ask.platform.database.reading() as connection:
        end = current_head(connection)
    return {"seq": end.seq, "hash": end.hash.hex()}


async def export_lines(ask: Ask, params: Params) -> Iterator[bytes]:
    """The log, oldest first, as JSON lines that `petworks audit verify --file` takes; narrowed by filters, `--part` takes it. So it does
    for an auditor whom a concern names: the rows about that aren't there for them (P36).

    Who exported what is on the log before. Rows written after that are not in it. Fetched a batch at a time, so that an export
    neither holds the log in memory nor a reader open. BadRequest for a filter that there is none of.
    """
    refuse_unless(access.may(ask.actor.roles, RESOURCE, "export", base_facts(ask.actor, ask.now)))
    if set(params) - set(AUDIT.filters):
        raise BadRequest(f"An export takes {', '.join(AUDIT.filters)}.")
    with ask.platform.database.reading() as connection:
        clauses = [and_(*AUDIT.filters[name].clauses(ask, connection, [value])) for name, value in params.items()]
    clauses.append(scope(access.row_scope(ask.actor.roles, RESOURCE), asker_of(ask)))
    last = (await head(ask))["seq"]
    await ask.platform.recorder.record(ask.entry(details={"last": last, "filters": sorted(params)}))
    return _lines(ask, clauses, last)


def _lines(ask: Ask, clauses: Sequence[ColumnElement[bool]], last: int) -> Iterator[bytes]:
    after = 0
    while after < last:
        with ask.platform.database.reading() as connection:
            rows = connection.execute(
                select(audit)
                .where(audit.c.seq > after, audit.c.seq <= last, *clauses)
                .order_by(audit.c.seq)
                .limit(BATCH)
            ).all()
        if not rows:
            return
        yield "".join(
            chain.export_line(Head(row.seq, row.hash), row.prev, _columns(row)) + "\n" for row in rows
        ).encode()
        after = rows[-1].seq


def _columns(row: Row[Any]) -> dict[str, Any]:
    found = {name: getattr(row, name) for name in chain.COLUMNS}
    return {**found, "at": chain.moment_text((row.at - EPOCH) // timedelta(microseconds=1))}
