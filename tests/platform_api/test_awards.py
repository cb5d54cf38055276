"""Prizes that were drawn: who sees the winner and for what, what becomes of it, and that nothing of anybody is left then (P32, P33, P4)."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from console.draw_check import faults_of, verify_file
from console.platform_api import contest_jobs, contest_purge_job
from console.platform_api.database import Database
from console.platform_api.documents import load_json
from console.platform_api.platform import Platform
from console.platform_api.tables import KeptRow, MailRow, TicketMessage, table
from console.records.awards import CONTACT
from console.records.employees import Role
from tests.platform_api.api import Api, employee_id
from tests.platform_api.contests_made import Contests, awards, contest_row, entries, entries_of, key, known_as, rows
from tests.platform_api.people import add_person, log_of
from tests.platform_api.worked import Clock, jobs_left, ledger, worker

LETTER = {"subject": "You have won", "body": "Please answer.", "template": "prize_won"}


@pytest.fixture
def made(api: Api) -> Contests:
    return Contests(api)


@pytest.fixture
def prize(made: Contests) -> str:
    """The first prize of a contest, in the manager's hands."""
    return claimed(made, made.awards(made.drawn())[0]["number"])


def claimed(made: Contests, award: str) -> str:
    answer = made.manager.post(f"/v1/awards/{award}/claim", headers=key())
    assert answer.status_code == 200, answer.text
    return award


def row_of(platform: Platform, award: str) -> Any:
    return rows(platform, awards, awards.c.number == int(award.removeprefix("AW-")))[0]


def entry_of(platform: Platform, award: str) -> Any:
    return rows(platform, entries, entries.c.id == row_of(platform, award).entry)[0]


def reveal(client: httpx.Client, record: str, case: str, reason: str = "notify_winner", *fields: str) -> httpx.Response:
    resource = "awards" if record.startswith("AW") else "contest-entries"
    wish = {"fields": list(fields or ("name", "email")), "case": case, "reason": reason}
    return client.post(f"/v1/{resource}/{record}/reveal", json=wish, headers=key())


def told(made: Contests, award: str) -> None:
    """The winner was written to, and the letter went out."""
    claimed(made, award)
    made.done(award, "notify", LETTER)
    clock = made.platform.clock
    made.platform.clock = lambda: clock() + timedelta(seconds=11)
    made.work()
    made.platform.clock = clock


# Who sees it


def test_the_winner_is_revealed_for_the_award_s_case_and_its_two_purposes(
    made: Contests, platform: Platform, prize: str
) -> None:
    shown = made.read(prize)
    assert set(CONTACT) - {"phone"} == set(shown["masks"])
    external = entry_of(platform, prize).external_id
    assert reveal(made.manager, prize, shown["case"], "security").status_code == 422
    found = reveal(made.manager, prize, shown["case"])
    assert found.json()["values"] == {"name": f"Ada {external}", "email": f"{external}@entry.example"}
    row = log_of(platform, "awards:reveal")[-1]
    assert (json.loads(row.fields), row.reason, row.outcome) == (["name", "email"], "notify_winner", "done")


def test_without_its_own_case_in_hand_nobody_sees_a_winner(api: Api, made: Contests, prize: str) -> None:
    case = made.read(prize)["case"]
    other = claimed(made, made.awards(made.read(prize)["contest"])[1]["number"])
    assert reveal(made.manager, prize, made.read(other)["case"]).status_code == 403
    assert reveal(api.sign_in("manager2"), prize, case).status_code == 403
    made.done(prize, "release")
    assert reveal(made.manager, prize, case).status_code == 403


@pytest.mark.parametrize("role", Role)
def test_contact_that_was_not_drawn_is_refused_to_every_role_with_one_row_on_the_log(api: Api, role: Role) -> None:
    made = Contests(api)
    number = made.drawn()
    award = claimed(made, made.awards(number)[0]["number"])
    case, client = made.read(award)["case"], api.sign_in(str(role))
    undrawn = [row for row in entries_of(made.platform, number) if row.state != "won"]
    for entry in (undrawn[0], next(row for row in undrawn if row.rank)):  # one who lost, and a reserve
        before = len(log_of(made.platform, "contest-entries:reveal"))
        answer = reveal(client, f"CE-{entry.number}", case)
        assert (answer.status_code, entry.external_id in answer.text) == (403, False)
        [row] = log_of(made.platform, "contest-entries:reveal")[before:]
        assert (row.outcome, row.role, row.actor) == ("refused", str(role), employee_id(made.platform, str(role)))


def test_nobody_acts_on_a_prize_of_their_own(api: Api, made: Contests, platform: Platform) -> None:
    person = add_person(platform)
    known_as(platform, person, "mine")
    number = made.opened(places=1, reserves=0)
    made.enter(number, "mine", person="mine")
    made.close(number)
    made.draw(number)
    [award] = made.awards(number)
    from console.platform_api.tables import EmployeeRow

    staff = table(EmployeeRow)
    with platform.database.writing() as session:
        mine = staff.c.id == employee_id(platform, "manager")
        session.connection().execute(staff.update().where(mine).values(person=person))
    refused = made.manager.post(f"/v1/awards/{award['number']}/claim", headers=key())
    assert (refused.status_code, refused.json()["because"]) == (403, "Nobody acts on an entry of their own.")
    assert made.manager.post(f"/v1/tickets/{award['case']}/claim", headers=key()).status_code == 403
    assert api.sign_in("manager2").post(f"/v1/awards/{award['number']}/claim", headers=key()).status_code == 200


# Telling, sending, handing over


def test_a_winner_is_written_to_at_the_address_of_the_entry(made: Contests, platform: Platform, prize: str) -> None:
    draft = made.manager.get(f"/v1/awards/{prize}/drafts", params={"template": "prize_won"})
    assert "Twelve groomings" in draft.json()["subject"]
    assert draft.json()["body"].startswith("Hello,\n")
    told(made, prize)
    [mail] = rows_of_mail(platform)
    assert (mail.state, mail.entry, mail.topic) == ("sent", row_of(platform, prize).entry, "prize")
    [file] = (platform.data / "mail").rglob("*.eml")
    external = entry_of(platform, prize).external_id
    assert f"{external}@entry.example" in file.read_text().replace("=\n", "")
    shown = made.read(prize)
    assert shown["state"] == "notified"
    wait = datetime.fromisoformat(shown["due"]) - datetime.fromisoformat(shown["notified"])
    assert wait == timedelta(days=14)


def rows_of_mail(platform: Platform) -> list[Any]:
    with platform.database.reading() as connection:
        return list(connection.execute(select(table(MailRow))))


def test_a_courier_is_told_through_the_ledger_alone(made: Contests, platform: Platform, prize: str) -> None:
    assert made.do(prize, "ship", {"fields": ["street"]}).status_code == 409  # before the winner knows
    made.done(prize, "notify", LETTER)
    assert made.do(prize, "ship", {"fields": ["email"]}).status_code == 422
    assert made.do(prize, "ship", {"fields": ["phone"]}).status_code == 409  # the entry has none
    made.done(prize, "ship", {"fields": ["street", "name"]})
    [row] = ledger(platform)
    assert (row.recipient, row.fields, row.purpose, row.about) == ("courier", ["name", "street"], "prize", prize)
    assert row.ticket == row_of(platform, prize).ticket


def test_an_awarded_prize_ends_the_contact_and_keeps_what_tax_law_asks_for(
    made: Contests, platform: Platform, prize: str
) -> None:
    case, entry = made.read(prize)["case"], row_of(platform, prize).entry
    assert made.do(prize, "award").status_code == 409  # nobody told the winner
    made.done(prize, "notify", LETTER)
    assert reveal(made.manager, prize, case, "award_prize").status_code == 200
    over = made.done(prize, "award")
    assert (over["state"], over["masks"]) == ("awarded", {})
    assert reveal(made.manager, prize, case).status_code == 403
    assert (entry_of(platform, prize).sealed_entry_contact, entry_of(platform, prize).taker) == (None, None)
    with platform.database.reading() as connection:
        [kept] = connection.execute(select(table(KeptRow))).all()
    assert (kept.what, kept.basis, kept.until.year) == ("prize_tax", "tax", platform.clock().year + 8)
    own = platform.vault.keys_of([kept.id])[kept.id]
    values = load_json(own.open("kept", kept.id, "kept", bytes(kept.sealed_kept)))
    assert set(values) == {"name", "street", "city", "postcode", "contest", "value", "currency"}
    clock = Clock(platform)
    clock.forward(minutes=2)
    worker(platform).run_all()
    assert platform.vault.keys_of([entry, kept.id]).keys() == {kept.id}
    assert made.read(prize)["purged"] is not None
    with platform.database.reading() as connection:
        messages = connection.execute(select(table(TicketMessage)).where(table(TicketMessage).c.owner == entry)).all()
    assert {row.sealed_thread for row in messages} == {None}


@pytest.mark.parametrize(
    ("worth", "currency", "kept"), [(199_999, "USD", 0), (200_000, "USD", 1), (1, "EUR", 1), (0, "EUR", 0)]
)
def test_what_tax_law_asks_for_is_kept_from_a_prize_s_value_on(
    made: Contests, platform: Platform, worth: int, currency: str, kept: int
) -> None:
    award = claimed(made, made.awards(made.drawn(prize_value=worth, currency=currency))[0]["number"])
    made.done(award, "notify", LETTER)
    made.done(award, "award")
    with platform.database.reading() as connection:
        assert len(connection.execute(select(table(KeptRow))).all()) == kept
    assert (row_of(platform, award).taker is not None) == bool(kept)


# Forfeiting, and drawing again


def test_a_forfeited_prize_goes_to_the_next_reserve(made: Contests, platform: Platform, prize: str) -> None:
    number = made.read(prize)["contest"]
    over = made.rule_out(prize)
    assert (over["state"], over["drawn_again"]) == ("forfeited", "AW-3")
    third = made.read("AW-3")
    assert (third["place"], third["rank"], third["state"]) == (1, 3, "drawn")
    assert entry_of(platform, prize).state == "lost"
    assert list(faults_of(made.record(number))) == []


def test_nobody_forfeits_for_not_answering_what_was_not_sent_or_before_their_time_is_over(
    made: Contests, platform: Platform, prize: str
) -> None:
    for reason in ("whim", "declined"):
        assert made.do(prize, "forfeit", {"reason": reason}).status_code == 422
    for reason in ("no_answer", "unreachable"):
        refused = made.do(prize, "forfeit", {"reason": reason})
        assert (refused.status_code, "Write to the winner" in refused.text) == (409, True)
    assert made.read(prize)["forfeit_reasons"] == []
    told(made, prize)
    for reason in ("no_answer", "unreachable"):
        refused = made.do(prize, "forfeit", {"reason": reason})
        assert (refused.status_code, refused.json()["because"]) == (409, "The winner still has time to answer.")
    assert may(made.read(prize), "forfeit") == (False, "The winner still has time to answer.")
    clock = Clock(platform)
    clock.forward(days=14, minutes=1)
    made = Contests(made.api)
    claimed(made, prize)
    assert (made.read(prize)["forfeit_reasons"], may(made.read(prize), "forfeit")[0]) == (["no_answer"], True)
    lie = made.do(prize, "forfeit", {"reason": "unreachable"})
    assert (lie.status_code, lie.json()["because"]) == (409, "A letter went out to the winner.")
    made.done(prize, "forfeit", {"reason": "no_answer"})
    assert made.read(prize)["forfeit_reasons"] == []


def may(record: dict[str, Any], name: str) -> tuple[bool, str]:
    return next((each["allowed"], each["because"]) for each in record["actions"] if each["name"] == name)


def test_that_a_winner_declined_is_said_by_another_manager_once_they_were_written_to(
    api: Api, made: Contests, platform: Platform, prize: str
) -> None:
    """Their answer went to nobody but who says so: with that alone, who drew would pass the prize on to the next reserve."""
    number, other = made.read(prize)["contest"], api.sign_in("manager2")
    made.done(prize, "release")
    assert other.post(f"/v1/awards/{prize}/claim", headers=key()).status_code == 200
    early = made.do(prize, "decline", by=other)
    assert (early.status_code, early.json()["because"]) == (409, "Write to the winner first: no letter went out yet.")
    assert other.post(f"/v1/awards/{prize}/release", headers=at(made, prize)).status_code == 200
    told(made, prize)
    refused = made.do(prize, "decline")
    assert (refused.status_code, refused.json()["conditions"]) == (403, ["not_drawer"])
    assert may(made.read(prize), "decline") == (False, "You drew this contest: another manager does it.")
    assert row_of(platform, prize).state == "notified"
    made.done(prize, "release")
    assert other.post(f"/v1/awards/{prize}/claim", headers=key()).status_code == 200
    over = made.done(prize, "decline", by=other)
    assert (over["state"], over["reason"], over["drawn_again"]) == ("forfeited", "declined", "AW-3")
    record = made.record(number)
    assert record["awards"][0]["reason"] == "declined" and list(faults_of(record)) == []


def at(made: Contests, award: str) -> dict[str, str]:
    return {**key(), "If-Match": f'"{made.read(award)["version"]}"'}


def test_a_reserve_who_left_is_passed_over(made: Contests, platform: Platform, prize: str) -> None:
    number = made.read(prize)["contest"]
    third = next(row for row in entries_of(platform, number) if row.rank == 3)
    assert made.send({"external_id": third.external_id, "state": "withdrawn"}).status_code == 200
    made.rule_out(prize)
    assert made.read("AW-3")["rank"] == 4
    record = made.record(number)
    assert [one["left"] for one in record["drawn_leaves"]] == [False, False, True, False]
    assert list(faults_of(record)) == []


def test_a_winner_who_withdraws_has_forfeited(made: Contests, platform: Platform, prize: str) -> None:
    entry = entry_of(platform, prize)
    assert made.send({"external_id": entry.external_id, "state": "withdrawn"}).status_code == 200
    assert [(one["state"], one["rank"]) for one in made.awards(made.read(prize)["contest"])] == [
        ("forfeited", 1), ("drawn", 2), ("drawn", 3),
    ]  # fmt: skip


def test_who_drew_it_or_took_entries_out_of_it_rules_no_winner_out(
    api: Api, made: Contests, platform: Platform
) -> None:
    """Nobody needs to be written to for that, and the next reserve is known: one manager alone would go through the list."""
    number = made.opened()
    made.enter(number, *"abcdef")
    made.close(number)
    out = api.sign_in("manager2")
    assert made.disqualify(entries_of(platform, number)[0].number, by=out).status_code == 200
    made.draw(number)
    award = claimed(made, made.awards(number)[0]["number"])
    for action in ("rule-out", "decline"):
        refused = made.do(award, action)
        assert (refused.status_code, refused.json()["conditions"]) == (403, ["not_drawer"])
    assert made.do(award, "forfeit", {"reason": "not_eligible"}).status_code == 422
    made.done(award, "release")
    assert out.post(f"/v1/awards/{award}/claim", headers=key()).status_code == 200
    for action in ("rule-out", "decline"):
        refused = made.do(award, action, by=out)
        assert (refused.status_code, refused.json()["conditions"]) == (403, ["not_disqualifier"])


def test_a_record_says_of_a_winner_who_left_not_how(made: Contests, platform: Platform, prize: str) -> None:
    number, entry = made.read(prize)["contest"], entry_of(platform, prize)
    assert made.send({"external_id": entry.external_id, "state": "withdrawn"}).status_code == 200
    record = made.record(number)
    assert record["awards"][0]["reason"] == "left"
    assert not [word for word in ("withdrawn", "erased") if word in json.dumps(record)]


# The end of it all


def test_once_the_last_prize_is_settled_everybody_s_contact_goes(
    made: Contests, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contest_jobs, "AT_ONCE", 4)
    canaries = ("Winnercanary", "Streetcanary", "canary-mail", "Citycanary")
    number = made.opened(places=1, reserves=1)
    made.enter(
        number,
        *(f"x{n}" for n in range(10)),
        name="Winnercanary",
        street="Streetcanary",
        email="canary-mail@vlast.example",
        city="Citycanary",
    )
    made.close(number)
    made.draw(number)
    ids = [row.id for row in entries_of(platform, number)]
    award = claimed(made, made.awards(number)[0]["number"])
    told(made, award)
    made.done(award, "award")
    assert made.read(number)["state"] == "awarded"
    clock = Clock(platform)
    clock.forward(minutes=2)
    worker(platform).run_all()
    made = Contests(made.api)
    over = made.read(number)
    assert (over["state"], over["purged_entries"], over["purged"] is not None, over["work"]) == (
        "purged",
        10,
        True,
        None,
    )
    assert {(row.state, row.taker, row.salt, row.sealed_entry_contact) for row in entries_of(platform, number)} == {
        ("purged", None, None, None)
    }
    assert platform.vault.keys_of(ids) == {}
    [said] = log_of(platform, "contests:purged")
    assert json.loads(said.details)["entries"] == 10
    assert found_anywhere(platform, canaries) == []
    assert (jobs_left(platform)[0].kind, len(jobs_left(platform))) == ("rewrap", 1)
    assert list(faults_of(made.record(number))) == []


def found_anywhere(platform: Platform, canaries: tuple[str, ...]) -> list[str]:
    """Canaries in any file of the data folder, or in any row of either database."""
    content = [path.read_bytes() for path in platform.data.rglob("*") if path.is_file()]
    if not platform.database.sqlite:
        content += list(_dumped(platform))
    spelt = {spelling for canary in canaries for spelling in (canary.encode(), canary.encode().hex().encode())}
    return [spelling.decode() for spelling in spelt if any(spelling in one for one in content)]


def _dumped(platform: Platform) -> Any:
    from sqlalchemy import text

    for url in (platform.database.url, platform.vault.database.url):
        owner = Database(url, as_runtime=False)
        with owner.reading() as connection:
            names = (
                connection.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).scalars().all()
            )
            for name in names:
                yield "\n".join(connection.execute(text(f'SELECT t::text FROM "{name}" AS t')).scalars()).encode()
        owner.dispose()


def test_a_purge_that_was_killed_goes_on(made: Contests, platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contest_jobs, "AT_ONCE", 3)
    number = made.opened(places=1, reserves=0)
    made.enter(number, *"abcdefgh")
    made.close(number)
    made.draw(number)
    award = claimed(made, made.awards(number)[0]["number"])
    made.rule_out(award)
    clock = Clock(platform)
    clock.forward(minutes=2)
    worker(platform).one_job()  # the winner's own
    steps, purge = iter([None, RuntimeError("killed")]), contest_purge_job._purge_some

    def dying(*arguments: Any) -> int | None:
        if (error := next(steps, None)) is not None:
            raise error
        return purge(*arguments)

    with monkeypatch.context() as patched:
        patched.setattr(contest_purge_job, "_purge_some", dying)
        worker(platform).one_job()
    states = sorted(row.state for row in entries_of(platform, number))
    assert states.count("purged") == 3
    clock.forward(minutes=5)
    worker(platform).run_all()
    assert contest_row(platform, number).purged_entries == 8


# Verifying


def test_the_record_verifies_on_the_command_line_and_names_what_was_changed(
    made: Contests, tmp_path: Path, capsys: Any
) -> None:
    number = made.drawn()
    record, file = made.record(number), tmp_path / "record.json"
    file.write_text(json.dumps(record))
    from console.__main__ import main

    assert main(["contest", "verify", str(file)]) == 0
    assert "all of it holds: 12 entries" in capsys.readouterr().out
    file.write_text(json.dumps({**record, "seed": "00" * 32}))
    assert main(["contest", "verify", str(file)]) == 1
    said = capsys.readouterr().out
    assert "seed: not the one that was committed to" in said
    assert "draw: the seed and the list draw others" in said


def test_a_record_holds_nothing_of_anybody_and_none_of_the_seed_before_the_draw(made: Contests, tmp_path: Path) -> None:
    number = made.opened()
    made.enter(number, "secretive")
    earlier = made.record(number)
    assert (earlier["leaves"], earlier["seed"]) == ([], None)
    made.close(number)
    (tmp_path / "closed.json").write_text(json.dumps(made.record(number)))
    made.draw(number)
    record = made.record(number)
    assert "secretive" not in json.dumps(record)
    assert "CE-" not in json.dumps(record)
    (tmp_path / "drawn.json").write_text(json.dumps(record))
    with (tmp_path / "out").open("w") as out:
        assert verify_file(tmp_path / "drawn.json", out, earlier=tmp_path / "closed.json") == 0
