"""The privacy policy's promises about those who would like to be pros, each tried over HTTP or on what the console would draw."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

import pytest

from console.platform_api.ids import new_id
from console.platform_api.seed_application_texts import ANSWERS, EXPERIENCE, LINKS, RARE_NAMES, RATES, REPLIES
from console.platform_api.seed_files import FILES
from console.records.employees import Role
from console.text import block, line
from tests.access.scenes import INCOMING_APPLICATION
from tests.access.world import Employee, Made, World

# P24: becoming a pro


def held(world: World, role: Role, state: str = "in_review") -> tuple[Employee, Made]:
    """An application with all that it needs, in the employee's hand."""
    employee, application = world.employee(role), world.application(world.person(), state, complete=True)
    world.case_of_application(application, employee)
    return employee, application


def is_pro(world: World, application: Made) -> bool:
    manager = world.employee(Role.MANAGER)
    person = manager.get(f"/v1/pro-applications/{application.number}").json()["person"]
    return bool(manager.get(f"/v1/users/{person}").json()["pro"])


def decide(employee: Employee, application: Made, action: str, **body: str) -> int:
    version = employee.world.version("pro-applications", application.id)
    path = f"/v1/pro-applications/{application.number}/{action}"
    return employee.post(path, body, version=version).status_code


def test_p24_approval_alone_makes_somebody_a_pro(world: World) -> None:
    manager, application = held(world, Role.MANAGER)
    assert not is_pro(world, application)
    assert decide(manager, application, "approve") == 200
    assert is_pro(world, application)


@pytest.mark.parametrize(
    ("action", "body", "state"),
    [
        ("recommend", {"recommendation": "approve"}, "in_review"),
        ("release", {}, "in_review"),
        ("decline", {"reason": "area"}, "in_review"),
        ("withdraw", {"reason": "twice"}, "in_review"),
        ("answered", {"reason": "by_mail"}, "info_requested"),
    ],
)
def test_p24_nothing_else_that_is_done_with_an_application_does(
    world: World, action: str, body: dict[str, str], state: str
) -> None:
    employee, application = held(world, Role.SUPPORT if action == "recommend" else Role.MANAGER, state)
    assert decide(employee, application, action, **body) == 200
    assert not is_pro(world, application)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.MANAGER}))
def test_p24_only_a_manager_approves(world: World, role: Role) -> None:
    employee, application = held(world, role)
    assert decide(employee, application, "approve") == 403
    assert not is_pro(world, application)


def test_p24_whoever_recommended_or_decided_before_is_another_person(world: World) -> None:
    for column in ("recommended_by", "decided_by"):
        manager, application = held(world, Role.MANAGER)
        world.change_application(application, **{column: manager.id})
        assert decide(manager, application, "approve") == 403
        assert not is_pro(world, application)


def test_p24_the_marketplace_makes_nobody_a_pro(world: World) -> None:
    service, person = world.employee(Role.SERVICE), world.person()
    external = world.external(person)
    user = {"external_id": external, "name": "New Name", "sources": {"name": "self"}}
    assert service.post("/v1/ingest/users", {"items": [{**user, "pro": True}]}).status_code == 422
    application = {**INCOMING_APPLICATION, "external_id": new_id(), "person": external}
    for more in ({"state": "approved"}, {"pro": True}, {"decided_by": "E-1"}):
        assert service.post("/v1/ingest/pro-applications", {"items": [{**application, **more}]}).status_code == 422
    assert service.post("/v1/ingest/pro-applications", {"items": [application]}).status_code == 200
    assert world.employee(Role.SUPPORT).get(f"/v1/users/{person.number}").json()["pro"] is False


# P37: links that people typed


def typed() -> Iterator[str]:
    """What applicants of the sample data type: links of every scheme, escape sequences, markup."""
    yield from LINKS
    for pattern in (*RARE_NAMES, *EXPERIENCE, *RATES, *REPLIES, *(text for texts in ANSWERS for text in texts)):
        yield pattern.format(name="Bo", family="Bo", city="Hartford", one="Happy", two="Paws", link=LINKS[0])
    yield from (file.content.decode() for files in FILES.values() for file in files if file.media_type == "text/plain")


def test_p37_what_applicants_type_is_drawn_as_it_stands() -> None:
    """No escape sequence is left to start a hyperlink with, no markup becomes one, and the address can be read."""
    texts = list(typed())
    assert sum("\x1b]8" in text for text in texts) >= 2
    for text in texts:
        for drawn in (line(text, 2_000), block(text, 2_000)):
            assert drawn.spans == []
            assert not [c for c in drawn.plain if unicodedata.category(c) == "Cc" and c != "\n"], text
    for link in LINKS:
        assert line(link).plain == link


def test_p37_a_typed_link_comes_and_goes_as_text(world: World) -> None:
    """The platform fetches nothing, and makes nothing else of it."""
    service, person = world.employee(Role.SERVICE), world.person()
    said = f"See {' or '.join(LINKS)} \x1b]8;;https://evil.example\x1b\\here\x1b]8;;\x1b\\"
    item = {**INCOMING_APPLICATION, "experience": said, "external_id": new_id(), "person": world.external(person)}
    [made] = service.post("/v1/ingest/pro-applications", {"items": [item]}).json()["results"]
    answer = world.employee(Role.MANAGER).get(f"/v1/pro-applications/{made['number']}")
    assert answer.json()["experience"] == said
    assert "\x1b" not in answer.text
