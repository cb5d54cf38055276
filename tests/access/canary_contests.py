"""The canaries of contests: an entry that nobody has drawn, and a prize that a manager works on."""

from __future__ import annotations

from dataclasses import dataclass

from console.platform_api.ids import new_id
from console.records.employees import Role
from tests.access.world import Employee, Made, Person, World
from tests.platform_api.contests_made import add_contest, add_won

ENTERED = {
    "name": "Entrantquoxcanary Enteredquoxcanary", "email": "entrantbox-quoxcanary@vlast.example", "phone": "+12035550177",
    "street": "0177 Entryquoxcanary Row", "city": "Entrycityquoxcanary", "postcode": "Q5X-0177",
}  # fmt: skip
WON = {
    "name": "Winnerquoxcanary Wonquoxcanary", "email": "winnerbox-quoxcanary@vlast.example", "phone": "+12035550166",
    "street": "0166 Prizequoxcanary Row", "city": "Prizecityquoxcanary", "postcode": "Q6X-0166",
}  # fmt: skip
OF_ENTRIES = (
    "Entrantquoxcanary", "Enteredquoxcanary", "entrantbox-quoxcanary", "2035550177", "Entryquoxcanary", "Entrycityquoxcanary", "Q5X-0177",
)  # fmt: skip
"""How an entrant is reached: sealed for everybody until it is drawn (P32)."""
OF_WINNERS = (
    "Winnerquoxcanary", "Wonquoxcanary", "winnerbox-quoxcanary", "2035550166", "Prizequoxcanary", "Prizecityquoxcanary", "Q6X-0166",
)  # fmt: skip
"""And a winner: revealed to who works on the prize, and nowhere else."""
OF_PRIZES = ("Prizenotequoxcanary", "Prizeheadquoxcanary", "Prizeletterquoxcanary")
"""What was noted on a prize, and written to who won it."""


@dataclass(frozen=True)
class Entered:
    contest: Made
    entry: Made
    award: Made


def plant(world: World, person: Person, external: str) -> Entered:
    contest = world.contest("open")
    item = {
        "external_id": new_id(), "contest": contest.number, "entered_at": world.clock().isoformat(), "of_age": True, "person": external,
        **ENTERED,
    }  # fmt: skip
    fed = world.employee(Role.SERVICE).post("/v1/ingest/contest-entries", {"items": [item]})
    assert fed.status_code == 200, fed.text
    [entry] = fed.json()["results"]
    return Entered(contest, Made(entry["id"], entry["number"], {}), _won(world, person))


def _won(world: World, person: Person) -> Made:
    """The manager looks at who won, tells them and has it sent."""
    manager = world.employee(Role.MANAGER)
    award = world.award_made(add_won(world.platform, add_contest(world.platform, "drawn"), WON, person=person.id))
    path = f"/v1/awards/{award.number}"
    claimed = manager.post(f"{path}/claim")
    assert claimed.status_code == 200, claimed.text
    case, manager.case = manager.case, world.case_of_award(award).id
    letter = {"subject": "Prizeheadquoxcanary", "body": "Prizeletterquoxcanary"}
    answers = [
        manager.reveal(award, "name", "street", reason="notify_winner", resource="awards"),
        manager.post(f"{path}/note", {"body": "Prizenotequoxcanary"}),
        manager.post(f"{path}/notify", letter, version=world.version("awards", award.id)),
    ]
    answers.append(
        manager.post(f"{path}/ship", {"fields": ["name", "street"]}, version=world.version("awards", award.id))
    )
    assert [answer.status_code for answer in answers] == [200] * 4, [answer.text for answer in answers]
    manager.case = case
    return award


def look_at(employee: Employee, entered: Entered) -> None:
    contest, award = f"/v1/contests/{entered.contest.number}", f"/v1/awards/{entered.award.number}"
    entry = f"/v1/contest-entries/{entered.entry.number}"
    for resource in ("contests", "contest-entries", "awards"):
        for turn in ({"limit": 200}, {"end": "true"}, {"limit": 1, "fraction": 0.5}):
            employee.get(f"/v1/{resource}", **turn)
        for path in (contest, entry, award):
            employee.get(path)
            employee.get(f"{path}/history")
    for path in (f"{contest}/record", f"{contest}/figures", f"{award}/drafts?template=notify"):
        employee.get(path)
    for name in ("contest", "state", "user"):
        employee.get("/v1/contest-entries", **{name: entered.contest.number})
    _ask_for_contact(employee, entry, award)
    _make_mistakes(employee, contest, entry, award)


def _ask_for_contact(employee: Employee, entry: str, award: str) -> None:
    for path in (entry, award):
        for reason in ("notify_winner", "award_prize", "answer_ticket"):
            employee.post(f"{path}/reveal", {"fields": list(ENTERED), "case": employee.case, "reason": reason})


def _make_mistakes(employee: Employee, contest: str, entry: str, award: str) -> None:
    for wrong in ("wrongquoxcanary", {"wrongquoxcanary": 1}, ["wrongquoxcanary"]):
        terms = {"title": wrong, "rules": wrong, "prize": wrong, "prize_value": wrong, "opens": wrong, "closes": wrong}
        letter = {"subject": wrong, "body": wrong, "template": wrong}
        employee.post("/v1/contests", terms)
        employee.post(f"{contest}/edit", terms, version=1)
        employee.post(f"{contest}/draw", {"word": wrong}, version=1)
        employee.post(f"{entry}/disqualify", {"reason": wrong}, version=1)
        employee.post(f"{award}/notify", letter, version=1)
        employee.post(f"{award}/ship", {"fields": [wrong]}, version=1)
        employee.post(f"{award}/forfeit", {"reason": wrong}, version=1)
        sent = {
            "external_id": "x",
            "contest": wrong,
            "entered_at": wrong,
            "of_age": wrong,
            **dict.fromkeys(ENTERED, wrong),
        }
        employee.post("/v1/ingest/contest-entries", {"items": [sent]})
