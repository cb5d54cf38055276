"""A condition's predicate, on facts loaded from a database, and its SQL clause say the same of every row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import ColumnElement, Connection, insert, select

from console import access, conditions
from console.conditions import CONDITIONS, Facts
from console.platform_api.actor import Actor
from console.platform_api.audit_log import AUDIT
from console.platform_api.awards import AWARDS
from console.platform_api.clauses import Asker, clause, scope
from console.platform_api.contest_entries import ENTRIES
from console.platform_api.contests import CONTESTS
from console.platform_api.employees import EMPLOYEES
from console.platform_api.entities import Entity
from console.platform_api.facts import base_facts, load_case
from console.platform_api.google_access import GOOGLE_ACCESS
from console.platform_api.guard import Ask
from console.platform_api.keys import Keys
from console.platform_api.orders import ORDERS
from console.platform_api.privacy_requests import REQUESTS
from console.platform_api.pro_applications import APPLICATIONS
from console.platform_api.refunds import REFUNDS
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
    PaymentRow,
    PayoutChangeRow,
    PrivacyPackageRow,
    PrivacyRequestRow,
    ProApplicationRow,
    RefundRow,
    TicketLink,
    TicketRow,
    UserRow,
    table,
)
from console.platform_api.takers import contest_taker
from console.platform_api.tickets import TICKETS
from console.platform_api.users import USERS
from console.records.employees import Purpose, Role
from tests.access.test_table import SETS
from tests.access.world import World

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TICK = timedelta(microseconds=1)
"""The smallest step that the databases know."""

ENTITIES = {
    entity.resource: entity
    for entity in (
        USERS,
        TICKETS,
        ORDERS,
        REFUNDS,
        APPLICATIONS,
        REQUESTS,
        GOOGLE_ACCESS,
        CONTESTS,
        ENTRIES,
        AWARDS,
        AUDIT,
        EMPLOYEES,
    )
}
ABOUT = {
    **dict.fromkeys(("case_in_hand", "linked_case", "order_case", "payment_case", "decision_case", "asked", "two_checks", "not_self"), "users"),
    "google_allowed": "users",
    **dict.fromkeys(("assigned", "assigned_or_done", "unclaimed", "order_linked", "peoples_case", "not_privacys"), "tickets"),
    **dict.fromkeys(("ticket_not_named", "ticket_for_privacy"), "tickets"),
    **dict.fromkeys(("this_order", "not_party", "before_service"), "orders"),
    **dict.fromkeys(("not_requester", "requester", "within_limit"), "refunds"),
    **dict.fromkeys(("this_application", "not_recommender", "not_decider"), "pro-applications"),
    **dict.fromkeys(("not_named", "for_privacy", "about_privacy", "deputy_erasure", "not_involved", "second_allowed"), "privacy-requests"),
    "assigned_or_ended": "privacy-requests",
    "deputy_google": "google-access",
    "not_own_entry": "contest-entries",
    "this_award": "awards",
    **dict.fromkeys(("not_disqualifier", "not_drawer"), "contests"),
    **dict.fromkeys(("own_entries", "team_entries", "one_person", "grant_entries", "entry_not_named", "entry_for_privacy"), "audit"),
    **dict.fromkeys(("not_own_account", "fresh_sign_in", "recent_sign_in"), "employees"),
}  # fmt: skip
"""Condition → the resource whose rows it is about."""


def ident(kind: int, number: int) -> str:
    return str(UUID(int=kind << 64 | number))


EMPLOYEE_IDS = [ident(1, n) for n in range(2)]
USER_IDS = [ident(2, n) for n in range(3)]
TICKET_IDS = [ident(3, n) for n in range(2)]
OTHER_IDS = [ident(4, n) for n in range(2)]
ORDER_IDS = APPLICATION_IDS = OTHER_IDS
"""What tickets are linked to as orders and applications."""

PAYMENT_ID = ident(6, 0)
REQUEST_IDS = [ident(8, n) for n in range(2)]
REFUND_IDS = [ident(7, n) for n in range(2)]
PSEUDONYMS = [f"{n:032x}" for n in range(3)]

AWARD_IDS = CONTEST_IDS = OTHER_IDS
ENTRY_IDS = [ident(10, n) for n in range(2)]

KINDS = ("orders", "payments", "payouts", "pro-applications", "contests", "awards")

employee_ids, user_ids, ticket_ids = (
    st.sampled_from(EMPLOYEE_IDS),
    st.sampled_from(USER_IDS),
    st.sampled_from(TICKET_IDS),
)
around_now = st.sampled_from([NOW - timedelta(hours=1), NOW - TICK, NOW, NOW + TICK, NOW + timedelta(hours=1)])
roles_texts = st.sampled_from(
    [
        None,
        "",
        "support",
        "billing",
        "billing+support",
        "manager",
        "manager+support",
        "supporter",
        "unsupport",
        "privacy",
    ]
)


@dataclass(frozen=True)
class Rows:
    """What stands in the database: all employees, users and tickets are there, in these states."""

    tickets: list[dict[str, Any]]
    links: set[tuple[str, str, str]]
    checks: list[dict[str, Any]]
    audit: list[dict[str, Any]]
    orders: list[dict[str, Any]]
    refunds: list[dict[str, Any]]
    applications: list[dict[str, Any]]
    requests: list[dict[str, Any]]
    named: set[tuple[str, str]]
    google: list[dict[str, Any]]
    deputies: list[dict[str, Any]]
    packages: list[dict[str, Any] | None]
    takers: list[str | None]
    """Whose the entries of a contest are."""
    takers_out: list[str | None]
    """Who took these out of it."""
    drawers: list[str | None]
    edits: list[dict[str, Any]]
    """Changes of requests and of others."""


@dataclass(frozen=True)
class Asking:
    """Who asks, with what in hand."""

    employee: str
    signed_in: datetime
    own_person: str | None
    ticket: str | None
    asked: str | None
    changing: frozenset[str] = field(default_factory=frozenset)
    limits: Mapping[str, int] = field(default_factory=dict)

    def asker(self, keys: Keys) -> Asker:
        own = self.own_person, self.ticket, self.asked
        taker = contest_taker(keys, self.own_person) if self.own_person is not None else None
        return Asker(self.employee, NOW, self.signed_in, *own, self.changing, self.limits, taker)

    @property
    def actor(self) -> Actor:
        return Actor(self.employee, 1, "", "", frozenset(), self.own_person, "", self.signed_in)


ticket_rows = st.fixed_dictionaries(
    {
        "state": st.sampled_from(["open", "open", "pending", "solved", "closed"]),
        "opened_by": st.none() | employee_ids,
        "backed": st.booleans(),
        "about": st.sampled_from(["person", "order", "review", "application", "privacy", "award"]),
        "assignee": employee_ids | st.none(),
        "lease_until": st.just(NOW + TICK) | st.none() | around_now,
    }
)
link_rows = st.tuples(ticket_ids, st.just("users"), user_ids) | st.tuples(
    ticket_ids, st.sampled_from(KINDS), st.sampled_from(OTHER_IDS)
)
link_rows |= st.tuples(ticket_ids, st.just("privacy-requests"), st.sampled_from(REQUEST_IDS))
check_rows = st.fixed_dictionaries(
    {
        "ticket": ticket_ids,
        "person": user_ids,
        "employee": employee_ids,
        "field": st.sampled_from(["phone", "email", "postcode"]),
        "matched": st.booleans(),
    }
)
audit_rows = st.fixed_dictionaries(
    {
        "actor": st.none() | employee_ids,
        "role": roles_texts,
        "resource": st.sampled_from(["users", "employees", "sign-ins"]),
        "subject": st.none() | st.sampled_from(PSEUDONYMS),
        "told": st.sampled_from([None, "manager", "privacy"]),
        "record": st.none() | ticket_ids | st.sampled_from(REQUEST_IDS),
        "ticket": st.none() | ticket_ids,
    }
)
order_rows = st.fixed_dictionaries(
    {
        "parent": user_ids,
        "pro": user_ids,
        "state": st.sampled_from(["placed", "confirmed", "in_service", "completed", "closed", "cancelled"]),
    }
)
refund_rows = st.fixed_dictionaries(
    {
        "requested_by": employee_ids,
        "order_id": st.sampled_from(ORDER_IDS),
        "amount": st.sampled_from([1, 499, 500, 501]),
        "currency": st.sampled_from(["USD", "EUR"]),
    }
)

application_rows = st.fixed_dictionaries(
    {"person": user_ids, "recommended_by": st.none() | employee_ids, "decided_by": st.none() | employee_ids}
)
request_rows = st.fixed_dictionaries(
    {
        "about_privacy": st.booleans(),
        "state": st.sampled_from(["received", "appealed", "fulfilled", "denied"]),
        "person": st.none() | user_ids,
        "created_by": st.none() | employee_ids,
        "verifier": st.none() | employee_ids,
        "ticket": st.none() | ticket_ids,
        "source": st.none() | ticket_ids,
    }
)
edit_rows = st.fixed_dictionaries(
    {
        "record": st.sampled_from(REQUEST_IDS),
        "employee": employee_ids,
        "fields": st.sampled_from([["reply_to"], ["asker", "reply_to", "state"], ["asker"], []]),
        "resource": st.sampled_from(["privacy-requests", "users"]),
    }
)
package_rows = st.none() | st.fixed_dictionaries(
    {"second": st.none() | st.just("address"), "allowed_by": st.none() | employee_ids}
)
named_rows = st.tuples(st.sampled_from(REQUEST_IDS), employee_ids)
google_rows = st.fixed_dictionaries(
    {
        "person": user_ids,
        "asked_by": employee_ids,
        "ticket": ticket_ids,
        "state": st.sampled_from(["asked", "allowed", "allowed", "refused"]),
        "until": st.just(NOW + TICK) | around_now,
    }
)

deputy_rows = st.fixed_dictionaries(
    {"employee": employee_ids, "purpose": st.sampled_from(list(Purpose)), "until": st.just(NOW + TICK) | around_now}
)


def make_world(
    tickets: list[dict[str, Any]],
    links: set[tuple[str, str, str]],
    checks: list[dict[str, Any]],
    audit: list[dict[str, Any]],
    orders: list[dict[str, Any]],
    refunds: list[dict[str, Any]],
    applications: list[dict[str, Any]],
    requests: list[dict[str, Any]],
    named: set[tuple[str, str]],
    google: list[dict[str, Any]],
    deputies: list[dict[str, Any]],
    takers: list[str | None],
    takers_out: list[str | None],
    drawers: list[str | None],
    packages: list[dict[str, Any] | None],
    edits: list[dict[str, Any]],
    held_about: frozenset[str] | None,
) -> Rows:
    """Left to chance, few worlds have a case that counts: with `held_about` the first ticket is one, about the first user."""
    if held_about is not None:
        first = {"state": "open", "assignee": EMPLOYEE_IDS[0], "lease_until": NOW + TICK}
        tickets = [tickets[0] | first, *tickets[1:]]
        case = TICKET_IDS[0]
        links = links | {(case, "users", USER_IDS[0])} | {(case, kind, OTHER_IDS[0]) for kind in held_about}
        known = {"ticket": case, "person": USER_IDS[0], "employee": EMPLOYEE_IDS[0], "matched": True}
        checks = [*checks, known | {"field": "phone"}, known | {"field": "postcode"}]
        orders = [orders[0] | {"parent": USER_IDS[0]}, *orders[1:]]
        applications = [applications[0] | {"person": USER_IDS[0]}, *applications[1:]]
        allowed = {
            "person": USER_IDS[0],
            "asked_by": EMPLOYEE_IDS[0],
            "ticket": case,
            "state": "allowed",
            "until": NOW + TICK,
        }
        google = [*google, allowed]
    return Rows(
        tickets,
        links,
        checks,
        audit,
        orders,
        refunds,
        applications,
        requests,
        named,
        google,
        deputies,
        packages,
        takers,
        takers_out,
        drawers,
        edits,
    )


worlds = st.builds(
    make_world,
    tickets=st.lists(ticket_rows, min_size=2, max_size=2),
    links=st.sets(link_rows, max_size=5),
    checks=st.lists(check_rows, max_size=5),
    audit=st.lists(audit_rows, max_size=4),
    orders=st.lists(order_rows, min_size=2, max_size=2),
    refunds=st.lists(refund_rows, min_size=2, max_size=2),
    applications=st.lists(application_rows, min_size=2, max_size=2),
    requests=st.lists(request_rows, min_size=2, max_size=2),
    named=st.sets(named_rows, max_size=3),
    google=st.lists(google_rows, max_size=3),
    deputies=st.lists(deputy_rows, max_size=3),
    takers=st.lists(st.none() | user_ids, min_size=2, max_size=2),
    takers_out=st.lists(st.none() | employee_ids, min_size=2, max_size=2),
    drawers=st.lists(st.none() | employee_ids, min_size=2, max_size=2),
    edits=st.lists(edit_rows, max_size=3),
    packages=st.lists(package_rows, min_size=2, max_size=2),
    held_about=st.none()
    | st.sampled_from([frozenset({"orders"}), frozenset({"pro-applications"}), frozenset({"awards"})])
    | st.frozensets(st.sampled_from(KINDS), max_size=2),
)
askings = st.builds(
    Asking,
    employee=employee_ids,
    signed_in=st.sampled_from(
        [
            NOW,
            *(
                NOW - life + step
                for life in (conditions.FRESH, conditions.RECENT)
                for step in (TICK, timedelta(), -TICK)
            ),
        ]
    ),
    own_person=st.none() | user_ids,
    ticket=ticket_ids | st.none() | st.just(OTHER_IDS[0]),
    asked=st.none() | st.sampled_from(PSEUDONYMS),
    changing=st.frozensets(st.sampled_from(["phone", "email", "postcode", "name"]), max_size=2),
    limits=st.dictionaries(st.sampled_from(["USD", "EUR"]), st.sampled_from([0, 499, 500])),
)


@contextmanager
def written(world: World, rows: Rows) -> Iterator[Connection]:
    """A connection that sees these rows; they go with it."""
    with world.platform.database.engine.connect() as connection, connection.begin() as transaction:
        _write(connection, rows, world.platform.keys)
        yield connection
        transaction.rollback()


def _write(connection: Connection, rows: Rows, keys: Keys) -> None:
    employees = [
        {
            "id": e,
            "email": e,
            "name": e,
            "password_hash": "",
            "version": 1,
            "disabled": False,
            "created": NOW,
            "failures": 0,
        }
        for e in EMPLOYEE_IDS
    ]
    users = [{**USER, "id": user} for user in USER_IDS]
    tickets = [{**TICKET, **row, "id": t} for t, row in zip(TICKET_IDS, rows.tickets, strict=True)]
    links = [{"ticket": t, "resource": r, "record": i} for t, r, i in sorted(rows.links)]
    checks = [{**row, "id": ident(5, n), "at": NOW} for n, row in enumerate(rows.checks)]
    audit = [{**ENTRY, **row, "seq": 2**40 + n} for n, row in enumerate(rows.audit)]
    orders = [{**ORDER, **row, "id": i} for i, row in zip(ORDER_IDS, rows.orders, strict=True)]
    payments = [{**PAYMENT, "id": i, "payer": user} for i, user in zip(OTHER_IDS, USER_IDS, strict=False)]
    changes = [{**CHANGE, "id": i, "pro": user} for i, user in zip(OTHER_IDS, USER_IDS, strict=False)]
    refunds = [{**REFUND, **row, "id": i} for i, row in zip(REFUND_IDS, rows.refunds, strict=True)]
    applications = [{**APPLICATION, **row, "id": i} for i, row in zip(APPLICATION_IDS, rows.applications, strict=True)]
    requests = [{**REQUEST, **row, "id": i} for i, row in zip(REQUEST_IDS, rows.requests, strict=True)]
    edits = [{**EDIT, **row, "id": ident(11, n)} for n, row in enumerate(rows.edits)]
    named = [{"request": request, "employee": employee} for request, employee in sorted(rows.named)]
    google = [{**GOOGLE, **row, "id": ident(9, n)} for n, row in enumerate(rows.google)]
    packages = [
        {**PACKAGE, **row, "request": i} for i, row in zip(REQUEST_IDS, rows.packages, strict=True) if row is not None
    ]
    standing_in = [
        {**row, "id": ident(10, n), "named": NOW, "named_by": OTHER_IDS[0]} for n, row in enumerate(rows.deputies)
    ]
    tokens = [contest_taker(keys, taker) if taker is not None else None for taker in rows.takers]
    contests = [{**CONTEST, "id": i, "drawn_by": by} for i, by in zip(CONTEST_IDS, rows.drawers, strict=True)]
    entries = [
        {**ENTERED, "id": i, "leaf": i.encode(), "taker": taker, "taken_out_by": by}
        for i, taker, by in zip(ENTRY_IDS, tokens, rows.takers_out, strict=True)
    ]
    awards = [{**AWARDED, "id": i, "entry": entry} for i, entry in zip(AWARD_IDS, ENTRY_IDS, strict=True)]
    for model, found in (
        (ContestRow, contests), (ContestEntryRow, entries), (AwardRow, awards),
        (OrderRow, orders), (PaymentRow, [PAYMENT, *payments]), (PayoutChangeRow, changes), (RefundRow, refunds),
        (ProApplicationRow, applications), (PrivacyRequestRow, requests), (NamedInRequest, named), (GoogleAccessRow, google),
        (PrivacyPackageRow, packages), (FieldChange, edits),
        (DeputyRow, standing_in),
        (EmployeeRow, employees), (UserRow, users), (TicketRow, tickets), (TicketLink, links), (CallerCheck, checks), (AuditEntry, audit),
    ):  # fmt: skip
        if found:
            connection.execute(insert(table(model)), found)


USER = {
    "version": 1, "state": "active", "pro": False, "registered": NOW, "opted_out": False, "specials": True, "products": True,
    "policy_news": True, "interests": [],
}  # fmt: skip
TICKET = {"version": 1, "channel": "email", "opened": NOW, "owner": USER_IDS[0]}
ENTRY = {"prev": b"", "hash": b"", "at": NOW, "action": "read", "outcome": "done", "fields": "[]", "details": "{}"}
ORDER = {
    "version": 1, "trouble": False, "service": "walking", "place": "elsewhere", "pet": "dog", "placed": NOW, "starts": NOW, "ends": NOW,
    "amount": 500, "currency": "USD", "payment_state": "captured",
}  # fmt: skip
PAYMENT = {
    "id": PAYMENT_ID, "version": 1, "state": "captured", "kind": "charge", "order_id": ORDER_IDS[0], "payer": USER_IDS[0], "created": NOW,
    "amount": 500, "captured": 500, "refunded": 0, "reserved": 0, "lost": 0, "currency": "USD",
}  # fmt: skip
CHANGE = {"state": "waiting", "asked": NOW, "takes_effect": NOW}
REFUND = {
    "version": 1, "state": "requested", "payment": PAYMENT_ID, "payer": USER_IDS[0], "lines": {}, "reason": "goodwill",
    "requested_role": "support", "requested": NOW,
}  # fmt: skip
APPLICATION = {"version": 1, "state": "in_review", "received": NOW, "due": NOW}
REQUEST = {
    "version": 1, "kind": "concern", "state": "received", "channel": "email", "regime": "policy", "rule_version": "1", "received": NOW,
    "created": NOW, "next_due": NOW, "signed_in": False, "agent": False, "points": 0, "topics": [], "disputed": [],
}  # fmt: skip
ENTERED = {"version": 1, "late": False, "contest": OTHER_IDS[0], "state": "entered", "entered": NOW}
CONTEST = {
    "version": 1, "state": "closed", "title": "a", "rules": "b", "prize": "c", "prize_value": 1, "currency": "USD", "places": 1, "reserves": 1,
    "of_age": True, "regions": [], "answer_days": 14, "opens": NOW, "closes": NOW, "created": NOW, "purged_entries": 0, "entries": 2,
    "excluded": 0, "gone": 0, "done": 0, "total": 0,
}  # fmt: skip
AWARDED = {
    "version": 1,
    "contest": OTHER_IDS[0],
    "state": "drawn",
    "place": 1,
    "rank": 1,
    "drawn": NOW,
    "due": NOW,
    "ticket": TICKET_IDS[1],
}
EDIT = {"version": 1, "at": NOW, "role": "privacy"}
PACKAGE = {"state": "built", "done": 0, "total": 0, "counts": {}, "tries": 0}
GOOGLE = {"version": 1, "ground": "consent", "asked": NOW}
MINE = {
    "google-access": table(GoogleAccessRow).c.id.in_([ident(9, n) for n in range(4)]),
    "contests": table(ContestRow).c.id.in_(CONTEST_IDS),
    "contest-entries": table(ContestEntryRow).c.id.in_(ENTRY_IDS),
    "awards": table(AwardRow).c.id.in_(AWARD_IDS),
    "privacy-requests": table(PrivacyRequestRow).c.id.in_(REQUEST_IDS),
    "pro-applications": table(ProApplicationRow).c.id.in_(APPLICATION_IDS),
    "orders": table(OrderRow).c.id.in_(ORDER_IDS),
    "refunds": table(RefundRow).c.id.in_(REFUND_IDS),
    "users": table(UserRow).c.id.in_(USER_IDS),
    "tickets": table(TicketRow).c.id.in_(TICKET_IDS),
    "audit": table(AuditEntry).c.seq >= 2**40,
    "employees": table(EmployeeRow).c.id.in_(EMPLOYEE_IDS),
}
"""The rows of this example: the database has others."""


def facts_by_row(connection: Connection, entity: Entity, asking: Asking, keys: Keys) -> dict[str, Facts]:
    """Row → the facts that the platform loads for it."""
    case = load_case(connection, asking.ticket)
    more = {"changing": asking.changing, "asked_person": asking.asked}
    return {
        entity.name_of(row): base_facts(
            asking.actor,
            NOW,
            case,
            record=entity.id_of(row),
            limit=asking.limits.get(getattr(row, "currency", "")),
            **more,
            **entity.facts(connection, row),
            **_asked_facts(_ask(asking, keys), connection, entity, row),
        )
        for row in connection.execute(select(entity.table).where(MINE[entity.resource]))
    }


def _asked_facts(ask: Ask, connection: Connection, entity: Entity, row: Any) -> dict[str, Any]:
    known = entity.asked_facts and entity not in (REFUNDS, TICKETS)
    return entity.asked_facts(ask, connection, row) if entity.asked_facts and known else {}


def _ask(asking: Asking, keys: Keys) -> Ask:
    """As much of a request as is looked at to say what was allowed to whoever asks, and whose an entry is."""
    known = SimpleNamespace(keys=keys)
    return cast("Ask", SimpleNamespace(case=asking.ticket, actor=asking.actor, now=NOW, platform=known))


def chosen(connection: Connection, entity: Entity, clauses: Mapping[str, ColumnElement[bool]]) -> dict[str, set[str]]:
    """Clause → the rows for which it is true, all in one query."""
    columns = [found.label(f"clause_{name}") for name, found in clauses.items()]
    rows = connection.execute(select(entity.table, *columns).where(MINE[entity.resource])).all()
    return {name: {entity.name_of(row) for row in rows if getattr(row, f"clause_{name}")} for name in clauses}


QUICK = (Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink)
"""Explaining a failure takes minutes with a database behind it."""

agree = settings(max_examples=80, phases=QUICK, suppress_health_check=[HealthCheck.function_scoped_fixture])


@agree
@given(rows=worlds, asking=askings, roles=st.sampled_from(SETS))
def test_predicate_and_clause_agree(world: World, rows: Rows, asking: Asking, roles: frozenset[Role]) -> None:
    """Every condition, and the rows of every resource that exist for some roles."""
    with written(world, rows) as connection:
        for resource, entity in ENTITIES.items():
            loaded = facts_by_row(connection, entity, asking, world.platform.keys)
            asker = asking.asker(world.platform.keys)
            conditions = {name: CONDITIONS[name] for name, about in ABOUT.items() if about == resource}
            alternatives = access.row_scope(roles, resource)
            found = chosen(
                connection,
                entity,
                {
                    **{name: clause(condition, asker) for name, condition in conditions.items()},
                    "scope": scope(alternatives, asker),
                },
            )
            assert found == {
                **{name: holding(loaded, ((condition,),)) for name, condition in conditions.items()},
                "scope": set()
                if alternatives is None
                else holding(loaded, alternatives)
                if alternatives
                else set(loaded),
            }


def holding(loaded: Mapping[str, Facts], alternatives: tuple[access.All, ...]) -> set[str]:
    return {
        row for row, facts in loaded.items() if any(all(need.holds(facts) for need in needs) for needs in alternatives)
    }


def test_the_worlds_are_varied(sqlite_world: World) -> None:
    """Every condition holds in some of them and fails in others: two that never hold would agree, too."""
    held: dict[str, set[bool]] = {name: set() for name in CONDITIONS}

    @settings(agree, max_examples=400, derandomize=True)
    @given(rows=worlds, asking=askings)
    def look(rows: Rows, asking: Asking) -> None:
        if all(len(seen) == 2 for seen in held.values()):
            return
        with written(sqlite_world, rows) as connection:
            for resource, entity in ENTITIES.items():
                for facts in facts_by_row(connection, entity, asking, sqlite_world.platform.keys).values():
                    for name, about in ABOUT.items():
                        if about == resource:
                            held[name].add(CONDITIONS[name].holds(facts))

    look()
    assert {name for name, seen in held.items() if len(seen) < 2} == set()


def test_every_condition_is_about_some_resource() -> None:
    assert set(ABOUT) == set(CONDITIONS)
