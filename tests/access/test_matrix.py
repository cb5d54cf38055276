"""Every role × permission × condition of the access table, tried over HTTP (P18)."""

from __future__ import annotations

import pytest

from console import access, conditions
from console.platform_api.app import ROUTERS
from console.records.employees import Role
from tests.access.scenes import BREAKS, CALLS, OF_ROWS, Permission, Scene, perform, permissions, scene
from tests.access.world import World

ALLOWED = {200, 201}
UNLOGGED = {Permission("audit", "head")}
"""The end of the chain says nothing of anybody, and witnesses fetch it all the time."""

HELD = [(role, permission) for permission in permissions() for role in Role if permission.alternatives(role)]
CONDITIONAL = [(role, permission) for role, permission in HELD if any(permission.alternatives(role))]
UNCONDITIONAL = [found for found in HELD if found not in CONDITIONAL]


def assert_allowed(tried: Scene) -> None:
    """And on the log."""
    answer = perform(tried, tried.permission)
    assert answer.status_code in ALLOWED, answer.text
    if tried.permission not in UNLOGGED:
        row = tried.world.logged(answer)
        assert row is not None
        assert (f"{row.resource}:{row.action}", row.outcome) == (tried.permission.name, "done")


@pytest.mark.parametrize(("role", "permission"), UNCONDITIONAL, ids=str)
def test_who_has_it_is_allowed(world: World, role: Role, permission: Permission) -> None:
    assert_allowed(scene(world, role, permission))


@pytest.mark.parametrize("role", Role)
def test_who_lacks_it_is_refused_and_the_refusal_is_on_the_log(world: World, role: Role) -> None:
    """All that a role lacks, in one scene: a refusal changes nothing."""
    lacked = [permission for permission in permissions() if not permission.alternatives(role)]
    refused = scene(world, role, Permission("users", "read"))
    answers = {permission: perform(refused, permission) for permission in lacked}
    assert {str(p): answer.status_code for p, answer in answers.items()} == {str(p): 403 for p in lacked}
    rows = [world.logged(answer) for answer in answers.values()]
    assert {(row.actor, row.role, row.outcome) if row else None for row in rows} == {
        (refused.employee.id, role, "refused")
    }


@pytest.mark.parametrize(("role", "permission"), CONDITIONAL, ids=str)
def test_who_has_it_is_refused_when_one_condition_fails_and_allowed_when_all_hold(
    world: World, role: Role, permission: Permission
) -> None:
    tried = scene(world, role, permission)
    conditions = dict.fromkeys(condition.name for needs in permission.alternatives(role) for condition in needs)
    for condition, way in [(name, way) for name in conditions for way in BREAKS[name]]:
        BREAKS[condition][way](tried)
        answer = perform(tried, permission)
        fresh = condition in ("fresh_sign_in", "recent_sign_in")
        expected = (401, "fresh-sign-in") if fresh else (403, "not-allowed")
        assert (answer.status_code, answer.json()["type"]) == expected, f"{condition}, {way}: {answer.text}"
        row = world.logged(answer)
        assert row is not None
        assert (row.actor, row.outcome) == (tried.employee.id, "refused")
        tried.mend(condition)
    assert_allowed(tried)


def test_the_refusal_names_the_condition(world: World) -> None:
    permission = Permission("users", "lock")
    broken = scene(world, Role.SUPPORT, permission)
    BREAKS["not_self"]["their own"](broken)
    assert perform(broken, permission).json()["because"] == conditions.NOT_SELF.sentence


def test_every_condition_can_be_broken_here() -> None:
    assert set(BREAKS) | OF_ROWS == set(conditions.CONDITIONS)


def test_every_permission_can_be_asked_for_and_every_route_s_permission_is_in_the_table() -> None:
    """A permission without a route promises what nobody can do; a route that the table doesn't know is for nobody."""
    table = {
        (resource, action) for resource, row in access.TABLE.items() for cell in row.values() for action in cell.act
    }
    guarded = {
        dependency.dependency.permission
        for router in ROUTERS
        for route in router.routes
        for dependency in route.dependencies
        if dependency.dependency.permission is not None
    }
    revealed = ("users", "orders", "pro-applications", "application-documents", "awards", "contest-entries")
    by_level = {("users", "correct"), *((resource, "reveal") for resource in revealed)}
    within_search = {("users", "search-name"), ("orders", "search-card")}
    assert set(CALLS) == table
    assert guarded == table - within_search | by_level
