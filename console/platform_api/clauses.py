"""Each condition of the access table as SQL, for row scopes and set-wise checks. A property test holds clause and predicate together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    Text,
    and_,
    case,
    cast,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.orm import aliased

from console.conditions import FRESH, RECENT, Condition
from console.platform_api.facts import PARTIES
from console.platform_api.tables import (
    AuditEntry,
    AwardRow,
    CallerCheck,
    ContestEntryRow,
    ContestRow,
    DeputyRow,
    EmployeeRow,
    FieldChange,
    GoogleAccessRow,
    NamedInRequest,
    OrderRow,
    PrivacyPackageRow,
    PrivacyRequestRow,
    ProApplicationRow,
    RefundRow,
    TicketLink,
    TicketRow,
    UserRow,
)
from console.records.employees import Purpose
from console.records.orders import BEFORE_SERVICE
from console.records.privacy_requests import ENDED, RESOURCE
from console.records.tickets import WORKABLE

Clause = ColumnElement[bool]


@dataclass(frozen=True)
class Asker:
    """What a clause knows of who asks: the employee, who they are as a person, when the password was given, the case in hand."""

    employee: str
    now: datetime
    signed_in: datetime
    own_person: str | None = None
    ticket: str | None = None
    asked_pseudonym: str | None = None
    changing: frozenset[str] = frozenset()
    limits: Mapping[str, int] = field(default_factory=dict)
    """Currency → what the employee may still refund by themself, in minor units."""
    own_taker: int | None = None
    """The employee's own token among those who entered contests."""


def _c(column: Any) -> Any:
    """SQLModel types columns as values; this says that they are columns."""
    return column


def _leased(table: Any, asker: Asker) -> Clause:
    return and_(table.assignee == asker.employee, table.lease_until > asker.now)


def _case(asker: Asker, *more: Callable[[Any], Clause]) -> Clause:
    if asker.ticket is None:
        return false()
    ticket = aliased(TicketRow)
    held = and_(_c(ticket.id) == asker.ticket, _c(ticket.state).in_(sorted(WORKABLE)), _leased(ticket, asker))
    return exists().where(held, *(clause(ticket) for clause in more))


def _person_linked(ticket: Any) -> Clause:
    link = aliased(TicketLink)
    mine = _c(link.ticket) == ticket.id, _c(link.resource) == "users", _c(link.record) == UserRow.id
    return exists().where(*mine).correlate(ticket, UserRow)  # two queries out: by itself it would mean any user


def _about_person(asker: Asker, *more: Callable[[Any], Clause]) -> Clause:
    return _case(asker, _person_linked, lambda ticket: _not_about(ticket, asker.own_person), *more)


def _not_about(ticket: Any, person: str | None) -> Clause:
    if person is None:
        return true()
    link = aliased(TicketLink)
    mine = _c(link.ticket) == ticket.id, _c(link.resource) == "users", _c(link.record) == person
    return ~exists().where(*mine).correlate(ticket)


def _order_linked(ticket: Any) -> Clause:
    link = aliased(TicketLink)
    return exists().where(_c(link.ticket) == ticket.id, _c(link.resource) == "orders")


def _concerns(*resources: str) -> Callable[[Any], Clause]:
    """The ticket is linked to a record of these kinds that the user has a part in."""

    def clause(ticket: Any) -> Clause:
        return or_(false(), *(_has_part(ticket, resource) for resource in resources if resource in PARTIES))

    return clause


def _has_part(ticket: Any, resource: str) -> Clause:
    link, (found_in, columns) = aliased(TicketLink), PARTIES[resource]
    record = found_in.alias()
    part = or_(*(record.c[name] == UserRow.id for name in columns))
    linked = _c(link.ticket) == ticket.id, _c(link.resource) == resource, _c(link.record) == record.c.id
    return exists().where(*linked, part).correlate(ticket, UserRow)


def _this_order(ticket: Any) -> Clause:
    link = aliased(TicketLink)
    mine = _c(link.ticket) == ticket.id, _c(link.resource) == "orders", _c(link.record) == OrderRow.id
    return exists().where(*mine).correlate(ticket, OrderRow)


def _this_application(ticket: Any) -> Clause:
    link = aliased(TicketLink)
    mine = (
        _c(link.ticket) == ticket.id,
        _c(link.resource) == "pro-applications",
        _c(link.record) == ProApplicationRow.id,
    )
    return exists().where(*mine).correlate(ticket, ProApplicationRow)


def _this_award(ticket: Any) -> Clause:
    link = aliased(TicketLink)
    mine = _c(link.ticket) == ticket.id, _c(link.resource) == "awards", _c(link.record) == AwardRow.id
    return exists().where(*mine).correlate(ticket, AwardRow)


def _not_own_entry(asker: Asker) -> Clause:
    taker = _c(ContestEntryRow.taker)
    return true() if asker.own_taker is None else or_(taker.is_(None), taker != asker.own_taker)


def _not_disqualifier(asker: Asker) -> Clause:
    entry = aliased(ContestEntryRow)
    mine = _c(entry.contest) == ContestRow.id, _c(entry.taken_out_by) == asker.employee
    return ~exists().where(*mine).correlate(ContestRow)


def _nobody_or_other(column: Any, asker: Asker) -> Clause:
    return or_(_c(column).is_(None), _c(column) != asker.employee)


def _not_party(asker: Asker) -> Clause:
    if asker.own_person is None:
        return true()
    return and_(_c(OrderRow.parent) != asker.own_person, _c(OrderRow.pro) != asker.own_person)


def _within_limit(asker: Asker) -> Clause:
    return or_(
        false(),
        *(
            and_(_c(RefundRow.currency) == currency, _c(RefundRow.amount) <= most)
            for currency, most in asker.limits.items()
        ),
    )


def _not_self_opened(ticket: Any) -> Clause:
    return or_(ticket.opened_by.is_(None), ticket.backed)


def _two_checks(asker: Asker) -> Clause:
    check = aliased(CallerCheck)
    proven = select(func.count(func.distinct(check.field))).where(
        _c(check.ticket) == asker.ticket,
        _c(check.person) == UserRow.id,
        _c(check.matched),
        _c(check.field).not_in(sorted(asker.changing)),
    )
    return proven.scalar_subquery() >= 2


def _not_self(asker: Asker) -> Clause:
    return true() if asker.own_person is None else _c(UserRow.id) != asker.own_person


def _unclaimed(asker: Asker) -> Clause:
    row = _c(TicketRow)
    free = or_(row.assignee.is_(None), row.lease_until.is_(None), row.lease_until <= asker.now)
    return or_(row.assignee == asker.employee, free)


def _not_named(asker: Asker) -> Clause:
    """Few requests name anybody: they are looked up once, and not for each row of a long list."""
    found: Clause = _c(PrivacyRequestRow.id).not_in(_naming(asker))
    return found


def _naming(asker: Asker) -> Select[Any]:
    named = aliased(NamedInRequest)
    return select(_c(named.request)).where(_c(named.employee) == asker.employee)


def _not_privacys(asker: Asker) -> Select[Any]:
    """Requests that are nothing to privacy: what is about it, and what names the employee."""
    request = aliased(PrivacyRequestRow)
    return select(_c(request.id)).where(or_(_c(request.about_privacy), _c(request.id).in_(_naming(asker))))


Requests = Callable[[Asker], Select[Any]]


def _tickets_of(requests: Select[Any]) -> CompoundSelect[Any]:
    """The tickets that these requests came from, and their cases."""
    request, link = aliased(PrivacyRequestRow), aliased(TicketLink)
    sources = select(_c(request.source)).where(_c(request.id).in_(requests), _c(request.source).is_not(None))
    mine = _c(link.resource) == "privacy-requests", _c(link.record).in_(requests)
    return sources.union_all(select(_c(link.ticket)).where(*mine))


def _ticket_of_others(hidden: Requests) -> Callable[[Asker], Clause]:
    def clause(asker: Asker) -> Clause:
        found: Clause = _c(TicketRow.id).not_in(_tickets_of(hidden(asker)))
        return found

    return clause


def _entry_of_others(hidden: Requests) -> Callable[[Asker], Clause]:
    """Neither about such a request, nor about its tickets, nor done for one of them."""

    def clause(asker: Asker) -> Clause:
        record, ticket, requests = _c(AuditEntry.record), _c(AuditEntry.ticket), hidden(asker)
        tickets = _tickets_of(requests)
        return and_(
            or_(record.is_(None), and_(record.not_in(requests), record.not_in(tickets))),
            or_(ticket.is_(None), ticket.not_in(tickets)),
        )

    return clause


def _not_about_privacy() -> Clause:
    """Nearly all: looked at row by row, as an index that finds the few would have a long list sorted."""
    found: Clause = case((_c(PrivacyRequestRow.about_privacy), 1), else_=0) == 0
    return found


def _deputy(purpose: Purpose) -> Callable[[Asker], Clause]:
    def clause(asker: Asker) -> Clause:
        named = aliased(DeputyRow)
        mine = _c(named.employee) == asker.employee, _c(named.purpose) == str(purpose), _c(named.until) > asker.now
        return exists(select(_c(named.id)).where(*mine))

    return clause


def _works(asker: Asker) -> Clause:
    """Whether they have claimed the request."""
    ticket = aliased(TicketRow)
    return (
        exists().where(_c(ticket.id) == PrivacyRequestRow.ticket, _leased(ticket, asker)).correlate(PrivacyRequestRow)
    )


def _readdressed(asker: Asker) -> Clause:
    """Whether they changed where the request is answered to."""
    change = aliased(FieldChange)
    mine = (
        _c(change.resource) == RESOURCE,
        _c(change.record) == PrivacyRequestRow.id,
        _c(change.employee) == asker.employee,
    )
    named = cast(_c(change.fields), Text).like('%"reply_to"%')
    return exists().where(*mine, named).correlate(PrivacyRequestRow)


def _not_involved(asker: Asker) -> Clause:
    others = (_nobody_or_other(column, asker) for column in (PrivacyRequestRow.created_by, PrivacyRequestRow.verifier))
    link, check = aliased(TicketLink), aliased(CallerCheck)
    about = _c(link.resource) == RESOURCE, _c(link.record) == PrivacyRequestRow.id
    compared = _c(check.ticket) == link.ticket, _c(check.employee) == asker.employee, _c(check.matched)
    matched = exists().where(*about, *compared).correlate(PrivacyRequestRow)
    return and_(*others, ~_works(asker), ~matched, ~_readdressed(asker))


def _second_allowed(asker: Asker) -> Clause:
    package = aliased(PrivacyPackageRow)
    mine = _c(package.request) == PrivacyRequestRow.id, _c(package.second).is_not(None)
    lacking = or_(_c(package.allowed_by).is_(None), _c(package.allowed_by) == asker.employee)
    return ~exists().where(*mine, lacking).correlate(PrivacyRequestRow)


def _google_allowed(asker: Asker) -> Clause:
    if asker.ticket is None:
        return false()
    access = aliased(GoogleAccessRow)
    theirs = _c(access.person) == UserRow.id, _c(access.asked_by) == asker.employee, _c(access.ticket) == asker.ticket
    holds = _c(access.state) == "allowed", _c(access.until) > asker.now
    return exists().where(*theirs, *holds).correlate(UserRow)


def _team(_: Asker) -> Clause:
    role, told = _c(AuditEntry.role), func.coalesce(_c(AuditEntry.told), "") == "manager"
    return or_(told, *(("+" + func.coalesce(role, "") + "+").like(f"%+{name}+%") for name in ("support", "billing")))


def _one_person(asker: Asker) -> Clause:
    return false() if asker.asked_pseudonym is None else _c(AuditEntry.subject) == asker.asked_pseudonym


def _fresh(asker: Asker) -> Clause:
    return literal(asker.signed_in + FRESH > asker.now)


_CLAUSES: dict[str, Callable[[Asker], Clause]] = {
    "case_in_hand": lambda asker: _case(asker),
    "linked_case": lambda asker: _about_person(asker),
    "order_case": lambda asker: _about_person(asker, _concerns("orders"), _not_self_opened),
    "payment_case": lambda asker: _about_person(asker, _concerns("orders", "payments", "payouts")),
    "decision_case": lambda asker: _about_person(asker, _concerns("pro-applications", "orders", "contests")),
    "asked": lambda asker: _about_person(asker, _not_self_opened),
    "two_checks": _two_checks,
    "not_self": _not_self,
    "assigned": lambda asker: _leased(_c(TicketRow), asker),
    "assigned_or_done": lambda asker: or_(_leased(_c(TicketRow), asker), _c(TicketRow.state).not_in(sorted(WORKABLE))),
    "assigned_or_ended": lambda asker: or_(_works(asker), _c(PrivacyRequestRow.state).in_(sorted(ENDED))),
    "unclaimed": _unclaimed,
    "order_linked": lambda _: _order_linked(TicketRow),
    "own_entries": lambda asker: _c(AuditEntry.actor) == asker.employee,
    "team_entries": _team,
    "one_person": _one_person,
    "grant_entries": lambda _: _c(AuditEntry.resource) == "employees",
    "not_own_account": lambda asker: _c(EmployeeRow.id) != asker.employee,
    "fresh_sign_in": _fresh,
    "recent_sign_in": lambda asker: literal(asker.signed_in + RECENT > asker.now),
    "peoples_case": lambda _: _c(TicketRow.about).not_in(("award", "review", "privacy")),
    "not_privacys": lambda _: _c(TicketRow.about) != "privacy",
    "not_named": lambda asker: _not_named(asker),
    "for_privacy": lambda asker: and_(_not_named(asker), _not_about_privacy()),
    "ticket_not_named": _ticket_of_others(_naming),
    "ticket_for_privacy": _ticket_of_others(_not_privacys),
    "entry_not_named": _entry_of_others(_naming),
    "entry_for_privacy": _entry_of_others(_not_privacys),
    "about_privacy": lambda _: _c(PrivacyRequestRow.about_privacy),
    "deputy_erasure": _deputy(Purpose.ERASURE),
    "deputy_google": _deputy(Purpose.GOOGLE),
    "google_allowed": lambda asker: _google_allowed(asker),
    "this_order": lambda asker: _case(asker, _this_order, _not_self_opened),
    "not_party": _not_party,
    "before_service": lambda _: _c(OrderRow.state).in_(sorted(BEFORE_SERVICE)),
    "not_requester": lambda asker: _c(RefundRow.requested_by) != asker.employee,
    "requester": lambda asker: _c(RefundRow.requested_by) == asker.employee,
    "within_limit": _within_limit,
    "this_application": lambda asker: _case(asker, _this_application, _not_self_opened),
    "this_award": lambda asker: _case(asker, _this_award, _not_self_opened),
    "not_own_entry": _not_own_entry,
    "not_disqualifier": _not_disqualifier,
    "not_drawer": lambda asker: _nobody_or_other(ContestRow.drawn_by, asker),
    "not_recommender": lambda asker: _nobody_or_other(ProApplicationRow.recommended_by, asker),
    "not_involved": _not_involved,
    "second_allowed": _second_allowed,
    "not_decider": lambda asker: _nobody_or_other(ProApplicationRow.decided_by, asker),
}


def clause(condition: Condition, asker: Asker) -> Clause:
    """The condition as SQL over the tables that it is about."""
    return _CLAUSES[condition.name](asker)


def scope(alternatives: tuple[tuple[Condition, ...], ...] | None, asker: Asker) -> Clause:
    """The rows that exist for these roles: see `access.row_scope`."""
    if alternatives is None:
        return false()
    if not alternatives:
        return true()
    return or_(*(and_(*(clause(condition, asker) for condition in needs)) for needs in alternatives))
