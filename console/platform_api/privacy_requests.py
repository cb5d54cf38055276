"""The privacy requests entity: what people ask of what is stored about them, next due first. Its case is opened by the first claim."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, and_, select

from console.platform_api import (
    deputies,
    masks,
    privacy_amended,
    privacy_hinders,
    privacy_letter_hinders,
    privacy_whole,
)
from console.platform_api.claims import UNCLAIMED, by_assignee, claim_facts, claims_of
from console.platform_api.entities import Clauses, Entity, Filter, Rows
from console.platform_api.guard import Ask
from console.platform_api.lookup import find_row
from console.platform_api.numbers import numbers_of
from console.platform_api.problems import BadRequest, NotFound
from console.platform_api.tables import (
    CallerCheck,
    EmployeeRow,
    MailRow,
    NamedInRequest,
    PrivacyPackageRow,
    PrivacyRequestRow,
    TicketLink,
    TicketRow,
    UserRow,
    table,
)
from console.records.privacy_requests import (
    ENDED,
    ONLY_IN,
    OPEN,
    PREFIX,
    RESOURCE,
    TRANSITIONS,
    Kind,
    PrivacyRequest,
    Regime,
    RequestState,
    Unsent,
)
from console.records.record import Category
from console.records.tickets import UNSENT

requests = table(PrivacyRequestRow)
_users, _employees, _tickets, _named = table(UserRow), table(EmployeeRow), table(TicketRow), table(NamedInRequest)
_links, _checks = table(TicketLink), table(CallerCheck)
_packages, _mails = table(PrivacyPackageRow), table(MailRow)

STATES = tuple(str(state) for state in RequestState)
KINDS = tuple(str(kind) for kind in Kind)
REGIMES = tuple(str(regime) for regime in Regime)

_PLAIN = (
    "kind", "state", "channel", "regime", "regime_reason", "rule_version", "received", "created", "signed_in", "agent", "about_privacy",
    "topics", "disputed", "acknowledge_due", "due", "appeal_due", "acknowledged", "verified", "verified_by", "points", "extended", "replied",
    "decided", "reason", "policy_version", "purged",
)  # fmt: skip
_PEOPLE = ("created_by", "verifier", "submitted_by", "approved_by", "decided_by")

# Filters


def _one_of(name: str, known: tuple[str, ...], span: str = "") -> Filter:
    def clauses(_: Ask, __: Connection, values: Sequence[str]) -> Clauses:
        if set(values) - set(known):
            raise BadRequest(f"{name} is one of {', '.join(known)}.")
        return [requests.c[name] == value for value in dict.fromkeys(values)]

    return Filter(clauses, known, span=span)


def _overdue(ask: Ask, _: Connection, values: Sequence[str]) -> Clauses:
    """One run for each state in which a clock runs: most of the past is over, and its limits with it."""
    if _single("overdue", values) != "yes":
        raise BadRequest("overdue is yes.")
    return [and_(requests.c.state == state, requests.c.next_due < ask.now) for state in sorted(OPEN)]


def _open(_: Ask, __: Connection, values: Sequence[str]) -> Clauses:
    """Whatever a clock runs for; one run for each such state."""
    if _single("open", values) != "yes":
        raise BadRequest("open is yes.")
    return [requests.c.state == state for state in sorted(OPEN)]


def _unsent(_: Ask, __: Connection, values: Sequence[str]) -> Clauses:
    if _single("unsent", values) != "yes":
        raise BadRequest("unsent is yes.")
    return [
        requests.c.id.in_(select(_mails.c.request).where(_mails.c.request.is_not(None), _mails.c.state.in_(UNSENT)))
    ]


def _user(_: Ask, connection: Connection, values: Sequence[str]) -> Clauses:
    row = find_row(connection, _users, "U", _single("user", values))
    if row is None:
        raise NotFound()
    return [requests.c.person == row.id]


def _single(name: str, values: Sequence[str]) -> str:
    if len(values) != 1:
        raise BadRequest(f"{name} can be given once.")
    return values[0]


# Fields


def _dress(ask: Ask, connection: Connection, rows: Rows) -> list[dict[str, Any]]:
    persons = numbers_of(connection, _users, "U", [row.person for row in rows])
    employees = numbers_of(connection, _employees, "E", [getattr(row, name) for row in rows for name in _PEOPLE])
    sources = numbers_of(connection, _tickets, "T", [row.source for row in rows])
    claims = claims_of(ask, connection, [row.ticket for row in rows])
    unsent = _unsent_of(connection, [row.id for row in rows])
    return [
        {
            **{name: getattr(row, name) for name in _PLAIN},
            **{name: employees.get(getattr(row, name) or "") for name in _PEOPLE},
            "person": persons.get(row.person or ""),
            "ticket": sources.get(row.source or ""),
            "next_due": None if row.state in ENDED else row.next_due,
            "overdue": row.state in OPEN and row.next_due < ask.now,
            "unsent": unsent.get(row.id, []),
            **claims.get(row.ticket, UNCLAIMED),
        }
        for row in rows
    ]


def _unsent_of(connection: Connection, ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """Request → its letters that have reached nobody."""
    wanted = select(_mails).where(_mails.c.request.in_(ids), _mails.c.state.in_(UNSENT)).order_by(_mails.c.id)
    found: dict[str, list[dict[str, Any]]] = {}
    for letter in connection.execute(wanted):
        one = {name: getattr(letter, name) for name in Unsent.model_fields}
        found.setdefault(letter.request, []).append(one)
    return found


def _facts(connection: Connection, row: Row[Any]) -> dict[str, Any]:
    named = connection.execute(select(_named.c.employee).where(_named.c.request == row.id)).scalars()
    return {
        "person": row.person,
        "parties": frozenset({row.person} if row.person else ()),
        "state": row.state,
        "requester": row.submitted_by,
        "decider": row.decided_by,
        "named": frozenset(named),
        "about_privacy": row.about_privacy,
        "involved": frozenset(_involved(connection, row) - {None}),
        **_package_facts(connection, row),
        **claim_facts(connection, row.ticket),
    }


def _involved(connection: Connection, row: Row[Any]) -> set[str | None]:
    provers, amenders = _provers(connection, row), privacy_amended.readdressers(connection, row.id)
    return {row.created_by, row.verifier, *provers, *amenders}


def _provers(connection: Connection, row: Row[Any]) -> Sequence[str]:
    """Who compared what was said and found that it matches, in any of its cases: they know the values."""
    cases = select(_links.c.ticket).where(_links.c.resource == RESOURCE, _links.c.record == row.id)
    matched = select(_checks.c.employee).where(_checks.c.ticket.in_(cases), _checks.c.matched)
    return connection.execute(matched.distinct()).scalars().all()


def _package_facts(connection: Connection, row: Row[Any]) -> dict[str, Any]:
    found = select(_packages.c.second, _packages.c.allowed_by).where(_packages.c.request == row.id)
    package = connection.execute(found).first()
    return {} if package is None else {"second": package.second, "allowed_by": package.allowed_by}


def _mask(_: Ask, __: Connection, ___: Rows) -> Callable[[Row[Any], str, str], str]:
    known = {"asker": masks.mask_name, "reply_to": _mask_address}
    return lambda _row, field, value: known.get(field, _hidden)(value)


def _mask_address(value: str) -> str:
    return masks.mask_email(value) if "@" in value else masks.mask_phone(value)


def _hidden(_: str) -> str:
    return masks.HIDDEN


REQUESTS = Entity(
    resource=RESOURCE,
    prefix=PREFIX,
    record=PrivacyRequest,
    table=requests,
    sorts={"due": requests.c.next_due, "number": requests.c.number},
    first_sort="due",
    filters={
        "state": _one_of("state", STATES),
        "kind": _one_of("kind", KINDS, span="kind"),
        "regime": _one_of("regime", REGIMES, span="regime"),
        "overdue": Filter(_overdue, ("yes",)),
        "open": Filter(_open, ("yes",)),
        "assignee": by_assignee(requests.c.ticket, "privacy"),
        "unsent": Filter(_unsent, ("yes",)),
        "user": Filter(_user, span="user", rare=True),
    },
    facets=("state",),
    alone=frozenset({"state"}),
    dress=_dress,
    facts=_facts,
    owner=lambda row: str(row.id),
    listed=frozenset(Category) - {Category.CONTACT, Category.THREAD},
    transitions=TRANSITIONS,
    only_in=ONLY_IN,
    mask=_mask,
    hinders=privacy_hinders.hinders,
    nothing_for=privacy_letter_hinders.nothing_for,
    more=privacy_whole.more,
    asked_facts=deputies.asked_facts,
)
