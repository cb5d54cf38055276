"""The privacy policy's promises about contests, each tried over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from console.platform_api.ids import new_id
from console.records.employees import Role
from tests.access.world import World
from tests.policy.test_survey_rules import seen


def test_p31_an_entry_in_a_contest_changes_nothing_elsewhere(world: World) -> None:
    """Whoever takes part, wins or not, is served as anybody is."""
    person = world.person()
    payment = world.payment(world.order(person)).number
    external, contest = world.external(person), world.contest()
    employees = {role: world.employee(role) for role in (Role.SUPPORT, Role.BILLING, Role.PRIVACY)}
    before = seen(world, employees, person, payment)
    item = {
        "external_id": new_id(), "contest": contest.number, "person": external, "entered_at": world.clock().isoformat(),
        "of_age": True, "name": "Somebody", "email": "some@body.example",
    }  # fmt: skip
    answer = world.employee(Role.SERVICE).post("/v1/ingest/contest-entries", {"items": [item]})
    assert answer.status_code == 200, answer.text
    assert seen(world, employees, person, payment) == before


@pytest.mark.parametrize("role", Role)
def test_p32_contact_that_was_not_drawn_is_refused_and_the_refusal_is_on_the_log(world: World, role: Role) -> None:
    contest = world.contest()
    entry, employee = world.entry(contest), world.employee(role)
    award = world.award(contest)
    employee.case = world.case_of_award(award, employee).id
    answer = employee.reveal(entry, "name", "email", reason="notify_winner", resource="contest-entries")
    assert answer.status_code == 403
    row: Any = world.logged(answer)
    assert (row.resource, row.action, row.outcome, row.role) == ("contest-entries", "reveal", "refused", str(role))
    for path in (
        f"/v1/contest-entries/{entry.number}",
        "/v1/contest-entries?limit=200",
        f"/v1/contests/{contest.number}/record",
    ):
        shown = employee.get(path)
        assert not [text for text in entry.texts.values() if text in shown.text]


def test_p33_a_winner_is_revealed_to_notify_and_award_until_the_prize_is_settled(world: World) -> None:
    award, manager = world.award(world.contest("drawn"), state="notified"), world.employee(Role.MANAGER)
    manager.case = world.case_of_award(award, manager).id
    for reason, status in (("security", 422), ("notify_winner", 200)):
        assert manager.reveal(award, "email", reason=reason, resource="awards").status_code == status
    over = manager.post(f"/v1/awards/{award.number}/award", version=world.version("awards", award.id))
    assert over.status_code == 200, over.text
    after = manager.reveal(award, "email", reason="award_prize", resource="awards")
    assert (after.status_code, award.texts["email"] in after.text) == (403, False)


def test_p4_a_prize_that_is_sent_leaves_its_row_and_no_value(world: World) -> None:
    award, manager = world.award(world.contest("drawn"), state="notified"), world.employee(Role.MANAGER)
    manager.case = world.case_of_award(award, manager).id
    for fields, status in ((["name", "street"], 200), (["email"], 422)):
        wish, version = {"fields": fields}, world.version("awards", award.id)
        assert manager.post(f"/v1/awards/{award.number}/ship", wish, version=version).status_code == status
    [row] = [
        row
        for row in world.employee(Role.PRIVACY).get("/v1/disclosures", recipient="courier").json()["items"]
        if row["about"] == award.number
    ]
    assert (row["fields"], row["purpose"]) == (["name", "street"], "prize")
    assert not [text for text in award.texts.values() if text in str(row)]
