"""The places that know every entity by name know all of them: what is forgotten there fails here, by its name."""

from __future__ import annotations

from console.platform_api import audit_log, ticket_work
from console.platform_api.app import ROUTERS
from console.platform_api.me import SCREENS as TOLD
from console.platform_api.routes import changes
from console.platform_api.routes.offer import ENTITIES, STATES
from console.records import RECORDS
from screens import SCREENS
from screens.parts.head import TABS, WITHIN
from screens.parts.jump import PREFIXES
from screens.tickets import LINKABLE

BY_PSEUDONYM = {"users"}
"""The log names them by their subject."""

CHANGING = {entity.resource for entity in ENTITIES if "version" in entity.table.c}


def test_every_record_is_offered() -> None:
    assert {entity.resource for entity in ENTITIES} == set(RECORDS)
    assert all(entity.record is RECORDS[entity.resource] for entity in ENTITIES)


def test_every_record_is_listed_and_read_by_a_route_of_its_own() -> None:
    paths = {route.path for router in ROUTERS for route in router.routes if hasattr(route, "path")}
    assert {f"/v1/{resource}" for resource in RECORDS} - paths == set()
    assert {f"/v1/{resource}/{{named}}" for resource in RECORDS} - paths == set()


def test_every_state_that_is_offered_is_of_an_entity() -> None:
    states = {entity.resource for entity in ENTITIES if "state" in entity.table.c}
    assert set(STATES) == states


def test_everybody_hears_of_all_that_can_change() -> None:
    assert set(changes._TABLES) == CHANGING


def test_the_log_names_by_its_number_all_that_can_change() -> None:
    assert CHANGING - set(audit_log.NUMBERED) == BY_PSEUDONYM
    prefixes = {entity.resource: entity.prefix for entity in ENTITIES}
    assert {name: prefix for name, (_, prefix) in audit_log.NUMBERED.items() if prefix != prefixes[name]} == {}


def test_what_a_ticket_can_be_linked_to_is_the_same_on_both_sides() -> None:
    assert set(ticket_work.LINKABLE) == set(LINKABLE)


def test_every_screen_that_the_platform_tells_of_is_there_and_can_be_gone_to() -> None:
    assert set(TOLD) == set(SCREENS)
    assert set(SCREENS) - set(TABS) - set(WITHIN) == set()
    assert set(SCREENS) - set(PREFIXES.values()) == set()
