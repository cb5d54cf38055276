"""The access table itself, without a platform: what stands in it, and how it is asked."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console import access, conditions
from console.access import TABLE, Grant, Level
from console.conditions import CONDITIONS, Case, Facts
from console.platform_api.app import ROUTERS
from console.records import RECORDS
from console.records.employees import Purpose, Role, compatible
from console.records.record import SEALED, Category, categories
from tests.access import expected

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SETS = [frozenset(found) for size in (1, 2, 3, 4) for found in combinations(Role, size) if compatible(frozenset(found))]


WITHOUT_RECORDS = {"policy"}
"""What is asked for as a whole: its permissions are on no record."""


def word(grants: tuple[Grant, ...]) -> str:
    """A cell's grants as people say them."""
    known: dict[tuple[Grant, ...], str] = {
        (access.FULL): "full", (access.MASK): "mask", (access.PSEUDONYM): "pseudonym",
        **{
            (Grant(Level.FULL, needs), Grant(Level.MASK)): f"mask, full if {' and '.join(need.name for need in needs)}"
            for needs in (
                (conditions.ASSIGNED,), (conditions.NOT_SELF,), (conditions.NOT_PARTY,), (conditions.ASSIGNED, conditions.ABOUT_PRIVACY),
                (conditions.ASSIGNED, conditions.NOT_OWN_ENTRY),
            )
        },
    }  # fmt: skip
    return "reveal" if {grant.level for grant in grants} == {Level.REVEAL} else known[grants]


def names(needs: access.All) -> set[str]:
    return {condition.name for condition in needs}


# By hand


@pytest.mark.parametrize("resource", TABLE)
def test_levels_are_those_of_the_house(resource: str) -> None:
    found = {
        str(c): {str(r): word(cell.see[c]) for r, cell in TABLE[resource].items() if c in cell.see} for c in Category
    }
    assert {c: roles for c, roles in found.items() if roles} == {
        c: roles for c, roles in expected.LEVELS[resource].items() if roles
    }


def test_reveals_need_the_case_that_the_role_works_on() -> None:
    always = {"not_self", "linked_case"}
    found = {
        (resource, str(role), str(category)): names(grant.needs)
        for resource, row in TABLE.items()
        for role, cell in row.items()
        for category, grants in cell.see.items()
        for grant in grants
        if grant.level is Level.REVEAL
    }
    assert found == {
        (resource, role, category): expected.KINDS[kind] | (set() if kind in expected.OF_NO_USER else always)
        for resource, roles in expected.CASES.items()
        for role, kinds in roles.items()
        for category, kind in kinds.items()
    }


def test_corrections_need_a_linked_case() -> None:
    always = {"not_self", "linked_case"}
    found = {
        (str(role), str(category)): names(needs)
        for row in TABLE.values()
        for role, cell in row.items()
        for category, needs in cell.correct.items()
    }
    assert found == {
        (role, category): always | more for role, kinds in expected.CORRECTS.items() for category, more in kinds.items()
    }


@pytest.mark.parametrize("resource", TABLE)
def test_actions_are_those_of_the_house(resource: str) -> None:
    found = {
        str(role): {name: names(needs) for name, needs in cell.act.items()} for role, cell in TABLE[resource].items()
    }
    assert found == expected.ACTIONS[resource]


def test_rows_are_those_of_the_house() -> None:
    found = {
        (resource, str(role)): {" and ".join(need.name for need in needs) for needs in cell.rows}
        for resource, row in TABLE.items()
        for role, cell in row.items()
        if cell.rows
    }
    assert found == expected.ROWS


@pytest.mark.parametrize("roles", [frozenset(pair) for pair in combinations(Role, 2)], ids=sorted)
def test_roles_that_stand_alone_exclude_every_other(roles: frozenset[Role]) -> None:
    assert compatible(roles) == (not {str(role) for role in roles} & expected.ALONE)


# What isn't listed


def test_every_field_of_every_record_has_a_category() -> None:
    assert all(categories(record) for record in RECORDS.values())
    assert set(TABLE) == set(RECORDS) | WITHOUT_RECORDS


def test_a_category_that_the_table_does_not_list_is_withheld_from_everyone() -> None:
    facts = all_hold()
    for resource, record in RECORDS.items():
        for category in Category:
            listed = expected.LEVELS[resource].get(str(category), {})
            for role in set(Role) - {Role(name) for name in listed}:
                assert access.level(frozenset({role}), resource, category, facts) is Level.NONE
                assert not access.may_reveal(frozenset({role}), resource, category, facts).allowed
        assert not access.has(frozenset(Role), resource, "nothing-of-the-kind")
        assert record


@pytest.mark.parametrize("roles", SETS, ids=sorted)
def test_an_action_or_a_resource_that_the_table_does_not_list_is_denied(roles: frozenset[Role]) -> None:
    facts = all_hold()
    assert not access.may(roles, "nothing-of-the-kind", "list", facts).allowed
    assert not access.may(roles, "users", "erase", facts).allowed
    assert not access.may(roles, "policy", "read", facts).allowed
    assert access.row_scope(roles, "nothing-of-the-kind") is None
    assert access.level(roles, "nothing-of-the-kind", Category.PLAIN, facts) is Level.NONE
    assert not access.has(roles, "nothing-of-the-kind", "reveal")


def test_no_role_at_all_is_nothing_at_all() -> None:
    nobody: frozenset[Role] = frozenset()
    for resource in TABLE:
        assert access.actions(nobody, resource) == ()
        assert access.row_scope(nobody, resource) is None
        assert {access.level(nobody, resource, category, all_hold()) for category in Category} == {Level.NONE}


def test_nobody_sees_a_sealed_category_in_full_but_what_they_work_with() -> None:
    """Threads, what was ordered, applied with or asked of privacy, and billing what was paid with."""
    full = {
        (resource, str(c), str(role))
        for resource, row in TABLE.items()
        for role, cell in row.items()
        for c, grants in cell.see.items()
        for g in grants
        if g.level is Level.FULL and c in SEALED
    }
    threads = {("tickets", "thread", role) for role in expected.STAFF}
    threads |= {("payment-reviews", "thread", role) for role in expected.BOOKS}
    threads |= {("pro-applications", "thread", role) for role in expected.APPROVE_PROS} | {
        ("awards", "thread", "manager")
    }
    asked = {("privacy-requests", kind, role) for kind in ("thread", "contact") for role in ("privacy", "manager")}
    asked |= {("google-access", "thread", role) for role in ("privacy", "manager")}
    applied = {("pro-applications", "profile", role) for role in expected.APPROVE_PROS}
    ordered = {("orders", "service", role) for role in expected.STAFF}
    ordered |= {("refunds", "service", role) for role in expected.HANDLE_MONEY}
    assert full == threads | asked | applied | ordered | {
        (resource, "instrument", "billing") for resource in ("payments", "payouts")
    }


def test_every_route_says_who_may_use_it() -> None:
    for router in ROUTERS:
        for route in router.routes:
            assert [d for d in route.dependencies if hasattr(d.dependency, "permission")], route


# Asking


def all_hold(about_privacy: bool = True) -> Facts:
    """Facts for which every condition holds, but what is privacy's if it is about privacy. One's own claim is no obstacle to claiming, and
    makes one involved; who asked for something is another."""
    links = frozenset(
        {
            ("users", "p"),
            ("orders", "r"),
            ("payments", "q"),
            ("contests", "c"),
            ("pro-applications", "a"),
            ("awards", "r"),
        }
    )
    matched = frozenset({("p", "phone"), ("p", "postcode")})
    soon = NOW + conditions.FRESH
    return Facts(
        employee="e", now=NOW, signed_in=NOW, own_person="someone", record="r", person="p", assignee="e", lease_until=soon,
        links=links, actor="e", actor_role="support", about="employees", asked_person="p", parties=frozenset({"p", "q"}), state="confirmed",
        requester="another", application="a", recommender="another", decider="another", amount=500, limit=500,
        drawer="another", disqualifiers=frozenset({"another"}), about_privacy=about_privacy, google_allowed=True, second="address",
        allowed_by="another", involved=frozenset({"another"}), deputy_for=frozenset(Purpose),
        case=Case("t", "open", "e", soon, False, links, matched, frozenset({("orders", "p")})),
    )  # fmt: skip


def test_all_hold_holds_all() -> None:
    failing = [
        {name for name, condition in CONDITIONS.items() if not condition.holds(all_hold(about_privacy))}
        for about_privacy in (False, True)
    ]
    assert failing == [
        {"about_privacy", "not_involved", "requester"},
        {"for_privacy", "ticket_for_privacy", "entry_for_privacy", "not_involved", "requester"},
    ]


facts_strategy = st.builds(
    Facts,
    employee=st.just("e"),
    now=st.just(NOW),
    signed_in=st.sampled_from([NOW, NOW - conditions.FRESH, NOW - conditions.RECENT]),
    own_person=st.sampled_from([None, "p", "q"]),
    record=st.sampled_from(["e", "r"]),
    person=st.sampled_from([None, "p"]),
    assignee=st.sampled_from([None, "e", "f"]),
    lease_until=st.sampled_from([None, NOW, NOW + conditions.FRESH]),
    links=st.frozensets(st.sampled_from([("users", "p"), ("orders", "o")])),
    actor=st.sampled_from(["e", "f"]),
    actor_role=st.sampled_from([None, "support", "manager", "billing+support"]),
    told=st.sampled_from([None, "manager", "privacy"]),
    about=st.sampled_from(["users", "employees", "review", "privacy"]),
    named=st.frozensets(st.sampled_from(["e", "f"])),
    about_privacy=st.booleans(),
    google_allowed=st.booleans(),
    second=st.sampled_from([None, "address"]),
    allowed_by=st.sampled_from([None, "e", "f"]),
    involved=st.frozensets(st.sampled_from(["e", "f"])),
    deputy_for=st.frozensets(st.sampled_from(list(Purpose))),
    own_entry=st.booleans(),
    drawer=st.sampled_from([None, "e", "f"]),
    disqualifiers=st.frozensets(st.sampled_from(["e", "f"])),
    parties=st.frozensets(st.sampled_from(["p", "q", "s"])),
    state=st.sampled_from([None, "placed", "in_service"]),
    requester=st.sampled_from([None, "e", "f"]),
    application=st.sampled_from([None, "a", "r"]),
    recommender=st.sampled_from([None, "e", "f"]),
    decider=st.sampled_from([None, "e", "f"]),
    amount=st.sampled_from([None, 1, 500]),
    limit=st.sampled_from([None, 0, 500]),
    asked_person=st.sampled_from([None, "p"]),
    changing=st.frozensets(st.sampled_from(["email", "phone"])),
    case=st.none()
    | st.builds(
        Case,
        id=st.just("t"),
        state=st.sampled_from(["open", "solved"]),
        assignee=st.sampled_from(["e", "f"]),
        lease_until=st.sampled_from([NOW, NOW + conditions.FRESH]),
        self_opened=st.booleans(),
        links=st.frozensets(
            st.sampled_from([("users", "p"), ("orders", "r"), ("payments", "q"), ("pro-applications", "a")])
        ),
        matched=st.frozensets(st.sampled_from([("p", "phone"), ("p", "email"), ("p", "postcode"), ("q", "phone")])),
        concerns=st.frozensets(st.sampled_from([("orders", "p"), ("orders", "q"), ("payments", "p")])),
    ),
)


@given(facts_strategy, st.sampled_from(SETS), st.sampled_from(SETS))
def test_more_roles_are_never_less(facts: Facts, some: frozenset[Role], others: frozenset[Role]) -> None:
    more = some | others
    for resource in TABLE:
        for action in access.actions(some, resource):
            assert access.has(more, resource, action)
            assert (
                access.may(more, resource, action, facts).allowed >= access.may(some, resource, action, facts).allowed
            )
        for category in Category:
            assert access.level(more, resource, category, facts) >= access.level(some, resource, category, facts)
            for decide in (access.may_reveal, access.may_correct):
                assert (
                    decide(more, resource, category, facts).allowed >= decide(some, resource, category, facts).allowed
                )
        assert exists(more, resource, facts) >= exists(some, resource, facts)


def exists(roles: frozenset[Role], resource: str, facts: Facts) -> bool:
    """Whether a row with these facts exists for the roles."""
    scope = access.row_scope(roles, resource)
    return scope is not None and (
        not scope or any(all(condition.holds(facts) for condition in needs) for needs in scope)
    )


@given(facts_strategy, st.sampled_from(SETS))
def test_what_is_refused_says_why(facts: Facts, roles: frozenset[Role]) -> None:
    for resource in TABLE:
        for action in access.actions(roles, resource):
            decision = access.may(roles, resource, action, facts)
            assert decision.allowed != bool(decision.because)
            assert decision.allowed != bool(decision.failed)
            assert not any(condition.holds(facts) for condition in decision.failed)
