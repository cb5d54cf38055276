"""Erasing a person: the plan, the second person's approval, and that of the person nothing opens any more, and of the others all does."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import LargeBinary, make_url, select
from sqlmodel import SQLModel

from console.platform_api import erasing, erasure_job, erasure_keeps, erasure_parts, erasure_texts, jobs
from console.platform_api.cli import main
from console.platform_api.documents import load
from console.platform_api.erasing import Erasure, advance
from console.platform_api.erasure_ledger import ErasureLedger, LedgerError
from console.platform_api.erasure_parts import PARTS
from console.platform_api.erasure_replay import brought_back, replay_all, say_brought_back
from console.platform_api.erasure_texts import KINDS
from console.platform_api.ids import new_id
from console.platform_api.platform import Platform, open_platform
from console.platform_api.tables import ContestRow, EmployeeRow, ErasureRow, KeptRow, PrivacyRequestRow, UserRow, table
from console.platform_api.transaction import Transaction, own_work
from console.platform_api.vault import VaultError, Wrapper
from console.platform_api.vault_tables import DATA_KEY
from tests.platform_api.api import Api
from tests.platform_api.erased import CANARIES, NAME, Scene, approve, approved, lay_out, left, reason_of
from tests.platform_api.orders_made import add_dispute, add_order, add_payment, add_payout, add_refund, row_of
from tests.platform_api.people import add_ticket, log_of, post
from tests.platform_api.privacy_made import add_request
from tests.platform_api.worked import Clock, jobs_left, worker


def of(client: httpx.Client, scene: Scene, action: str, body: Any = None, version: int | None = None) -> httpx.Response:
    path = f"/v1/privacy-requests/{scene.request}"
    at = version or client.get(path).json()["version"]
    return post(client, f"{path}/{action}", body, version=None if action == "plan" else at)


def test_from_the_plan_to_the_receipt(api: Api) -> None:
    scene = lay_out(api.platform)
    privacy, second = api.sign_in("privacy"), api.sign_in("privacy2")
    planned = of(privacy, scene, "plan")
    assert planned.status_code == 200, planned.text
    plan = planned.json()["plan"]
    lines = {(line["effect"], line["what"]): line for line in plan["lines"]}
    assert not plan["stopped"], plan
    assert {what: line["count"] for (effect, what), line in lines.items() if effect == "redacts"} == scene.redacts()
    assert {what for effect, what in lines if effect == "deletes"} == {part.what for part in PARTS} - {
        "mail",
        "staff_link",
    }
    kept = {
        what: (line["basis"], line["key"], line["count"]) for (effect, what), line in lines.items() if effect == "keeps"
    }
    assert kept == {
        "payments": ("accounting", None, 3), "contact": ("dispute_window", "own", 1), "tax_records": ("tax", "own", 1),
        "opt_out_hash": ("opt_out", "hash", 1), "requests": ("records_of_requests", "request", 2),
        "survey_counts": ("nobodys", None, 1), "tombstone": ("stay_erased", None, 1),
        "others_orders": ("legal_hold", None, 1), "others_history": ("append_only", None, 1),
    }  # fmt: skip
    scene.assert_nothing_yet(api.platform)
    submitted = of(privacy, scene, "submit")
    assert (submitted.status_code, submitted.json()["state"]) == (200, "review"), submitted.text
    assert of(privacy, scene, "approve", {"plan": plan["sha256"]}).status_code == 403
    other = of(second, scene, "approve", {"plan": "0" * 64})
    assert (other.status_code, row_of(api.platform, UserRow, scene.person).state) == (409, "active")
    approved = of(second, scene, "approve", {"plan": plan["sha256"]})
    assert (approved.status_code, approved.json()["state"]) == (200, "erasing"), approved.text
    assert row_of(api.platform, UserRow, scene.person).state == "erasing"
    worker(api.platform).run_all()
    scene.assert_erased(api.platform)
    done = privacy.get(f"/v1/privacy-requests/{scene.request}").json()
    assert (done["state"], done["plan"]["done"]) == ("fulfilled", done["plan"]["total"])
    assert done["replied"] is not None
    stays = {each["what"]: (each["basis"], each["key"], each["count"]) for each in done["kept"]}
    assert stays == {what: said for what, said in kept.items() if not what.startswith("others_")}
    assert {each["what"]: each["until"] is not None for each in done["kept"]} == {
        "payments": True, "contact": True, "tax_records": True, "opt_out_hash": False, "requests": True, "survey_counts": False,
        "tombstone": False,
    }  # fmt: skip
    assert not {"id", "person", "key_owner", "sealed_kept"} & {name for each in done["kept"] for name in each}


ELSEWHERE = {
    "field_changes.sealed_change": "only added to: it dies with the key",
    "audit_reasons.sealed_reason": "only added to: it dies with the key, or is removed when it names the person",
    "report_lines.sealed_note": "a clerk's own words: redacted",
    "privacy_requests.sealed_contact": "the record of the request, under its own key",
    "privacy_requests.sealed_thread": "the record of the request, under its own key",
    "kept.sealed_kept": "what is kept, under a key of its own",
    "contests.sealed_seed": "nobody's: what a draw begins with",
    "awards.sealed_entry_contact": "cleared as a prize ends, and erasing who won it ends it",
}
"""Sealed columns that no erasure clears, and why."""


def test_whatever_is_sealed_is_cleared_or_says_why_not() -> None:
    """A new table is forgotten here, by its name."""
    tables = SQLModel.metadata.tables.values()
    sealed = {
        f"{found.name}.{column.name}" for found in tables for column in found.c if column.name.startswith("sealed_")
    }
    cleared = {f"{part.table.name}.{name}" for part in PARTS for name in (part.clear or part.table.c.keys())}
    assert sealed - cleared == set(ELSEWHERE)
    assert {kind.column for kind in KINDS} <= {name.partition(".")[2] for name in sealed}


# What stops it


def test_what_is_going_on_stops_it_and_a_plan_that_changed_is_no_plan(sqlite_api: Api) -> None:
    platform = sqlite_api.platform
    scene = lay_out(platform)
    privacy, second, manager = (sqlite_api.sign_in(name) for name in ("privacy", "privacy2", "manager"))
    assert of(privacy, scene, "submit").status_code == 409  # without a plan
    user = f"/v1/users/{scene.person}"
    held = post(manager, f"{user}/hold", {"reason": "court", "text": "Case 12"}, version=1)
    assert held.status_code == 200, held.text
    assert post(manager, f"{user}/hold", {"reason": "court"}, version=2).status_code == 409
    [hold] = manager.get(user).json()["holds"]
    assert (hold["reason"], hold["lifted"]) == ("court", None) and "Case 12" not in manager.get(user).text
    assert "holds" not in sqlite_api.sign_in("support").get(user).json()
    order = add_order(platform, scene.person, scene.other, state="confirmed")
    payment = add_payment(platform, order, "disputed")
    add_dispute(platform, payment)
    add_refund(platform, add_payment(platform, order))
    add_payment(platform, order, "authorized")
    add_payout(platform, add_order(platform, scene.other, scene.person, state="closed"), state="held")
    add_request(platform, "access", "received", person=scene.person)
    plan = of(privacy, scene, "plan").json()["plan"]
    stops = {line["what"]: line["count"] for line in plan["lines"] if line["effect"] == "stops"}
    assert plan["stopped"]
    assert stops == {
        "legal_hold": 1, "open_orders": 1, "open_payments": 1, "open_disputes": 1, "pending_refunds": 1, "pending_payouts": 1,
        "open_requests": 1,
    }  # fmt: skip
    assert of(privacy, scene, "submit").status_code == 409
    assert post(manager, f"{user}/lift-hold", {}, version=2).status_code == 200
    assert post(manager, f"{user}/lift-hold", {}, version=3).status_code == 409
    [lifted] = privacy.get(user).json()["holds"]
    assert lifted["lifted"] is not None and lifted["lifted_by"] == lifted["placed_by"] == hold["placed_by"]
    again = of(privacy, scene, "plan").json()["plan"]["lines"]
    assert {line["what"] for line in again if line["effect"] == "stops"} == stops.keys() - {"legal_hold"}
    assert row_of(platform, UserRow, scene.person).state == "active"
    assert log_of(platform, "users:hold")[0].reason == "court"
    assert second.get(user).status_code == 200


def test_what_was_approved_is_done_or_nothing_is(sqlite_api: Api) -> None:
    platform = sqlite_api.platform
    scene = lay_out(platform)
    privacy, second = sqlite_api.sign_in("privacy"), sqlite_api.sign_in("privacy2")
    sha256 = of(privacy, scene, "plan").json()["plan"]["sha256"]
    assert of(privacy, scene, "submit").status_code == 200
    add_ticket(platform, person=scene.person, message="One thing more.")
    late = of(second, scene, "approve", {"plan": sha256})
    assert (late.status_code, row_of(platform, UserRow, scene.person).state) == (409, "active")
    back = of(second, scene, "send-back", {"reason": "incomplete", "text": "Something came"})
    assert (back.status_code, back.json()["state"]) == (200, "in_progress"), back.text
    anew = of(privacy, scene, "plan").json()["plan"]["sha256"]
    assert anew != sha256
    assert of(privacy, scene, "submit").status_code == 200
    assert of(second, scene, "approve", {"plan": sha256}).status_code == 409
    assert of(second, scene, "approve", {"plan": anew}).status_code == 200
    assert post(second, f"/v1/users/{scene.person}/hold", {"reason": "court"}, version=2).status_code == 409  # too late


# Cut off


class Killed(BaseException):
    """What no handler holds up."""


def test_cut_off_in_every_transaction_it_is_taken_up_again(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is rolled back once after all that it did, the vault's own commit among it."""
    clock, scene, seen = Clock(platform), approved(platform), set[str]()

    def cut(work: Transaction, erasure: Erasure, step: str) -> str | None:
        after = advance(work, erasure, step)
        if step not in seen:
            seen.add(step)
            raise Killed
        return after

    monkeypatch.setattr(erasure_job, "advance", cut)
    for module in (erasure_parts, erasure_texts):
        monkeypatch.setattr(module, "AT_ONCE", 1)
    while row_of(platform, PrivacyRequestRow, scene.request).state == "erasing":
        try:
            worker(platform).run_all()
        except Killed:
            clock.forward(minutes=3)
    assert {step.partition(":")[0] for step in seen} == set(erasing._STEPS)
    scene.assert_erased(platform)
    assert_books(platform, scene)


def assert_books(platform: Platform, scene: Scene) -> None:
    """What is kept is kept once, and one receipt is on its way."""
    with platform.database.reading() as connection:
        kept = {row.what: row for row in connection.execute(select(table(KeptRow)))}
        [erasure] = connection.execute(select(table(ErasureRow))).all()
    assert set(kept) == {"payments", "contact", "tax_records", "opt_out_hash", "requests", "survey_counts", "tombstone"}
    assert {row.person for row in kept.values()} == {scene.person}
    contact = kept["contact"]
    opened = platform.vault.keys_of([contact.key_owner])[contact.key_owner].open(
        "kept", contact.id, "kept", bytes(contact.sealed_kept)
    )
    assert b"quoxi.box-canary@vlast.example" in opened
    assert (erasure.person, erasure.finished is not None) == (scene.person, True)
    request = row_of(platform, PrivacyRequestRow, scene.request)
    assert (request.state, request.replied is not None) == ("fulfilled", True)
    assert list(ErasureLedger(platform.data).persons()) == [scene.person]
    assert {owner for owner, *_ in wrapped(platform)} - everyone(platform) == {
        row.key_owner for row in kept.values()
    } - {None}


def everyone(platform: Platform) -> set[str]:
    """Whoever has a key but for what is kept; a contest has one for its seed."""
    with platform.database.reading() as connection:
        tables = [table(model) for model in (UserRow, EmployeeRow, PrivacyRequestRow, ContestRow)]
        return {record for found in tables for record in connection.execute(select(found.c.id)).scalars()}


# Copies


@dataclass(frozen=True)
class Copy:
    """Both databases as they were, and the data folder without them."""

    data: Path
    records: str
    vault: str


Copying = Callable[[Platform], Copy]


@pytest.fixture
def copy(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Copying]:
    """What backups would hold; a test takes one."""
    server, name = request.getfixturevalue("postgresql"), f"petworks_{secrets.token_hex(4)}"

    def take(platform: Platform) -> Copy:
        assert erasure_job.settle(platform)
        data = Path(shutil.copytree(platform.data, tmp_path / "backup"))
        if platform.database.sqlite:
            return Copy(data, f"sqlite:///{data / 'petworks.sqlite'}", f"sqlite:///{data / 'vault.sqlite'}")
        for database, suffix in ((platform.database, ""), (platform.vault.database, "_vault")):
            database.dispose()  # what is copied has nobody connected to it
            server.copy(str(make_url(database.url).database), name + suffix)
        return Copy(data, server.url(name), f"{server.url(name)}".replace(name, f"{name}_vault"))

    yield take
    server.drop(name)


def test_old_data_with_the_vault_of_today_open_all_but_the_erased(platform: Platform, copy: Copying) -> None:
    """And once the ledger's file is replayed they hold nothing of them, nor texts that name them."""
    scene = lay_out(platform)
    backup, everybody = copy(platform), everyone(platform)
    approve(platform, scene)
    worker(platform).run_all()
    old = open_platform(platform.data, backup.records, platform.vault.database.url)
    assert left(old, scene.person)
    assert set(old.vault.keys_of(everybody)) == everybody - {scene.person}
    assert set(opened(old)) == {scene.other, *(text.owner for text in scene.kept)}
    scene.assert_nothing_yet(old)
    assert [it.person for it in brought_back(old)] == [scene.person]
    assert (replay_all(old), replay_all(old)) == (1, 0)
    assert (left(old, scene.person), row_of(old, UserRow, scene.person).state) == ({}, "erased")
    assert {text.read(old) for text in scene.others} == {"•••"}
    assert [text.read(old) for text in scene.kept] == [text.before for text in scene.kept]
    assert reason_of(old, scene.reason) == b""
    assert row_of(old, PrivacyRequestRow, scene.request).state == "fulfilled"
    old.close()


def opened(platform: Platform) -> dict[str, str]:
    """User → name, of all whose sealed name opens with the vault that is there."""
    users = table(UserRow)
    with platform.database.reading() as connection:
        rows = connection.execute(select(users.c.id, users.c.sealed_identity)).all()
    keys = platform.vault.keys_of([row.id for row in rows])
    return {
        row.id: load(keys[row.id].open("users", row.id, "identity", bytes(row.sealed_identity)))["name"].value
        for row in rows
        if row.id in keys
    }


def test_a_restore_of_both_databases_is_undone_by_the_command(
    platform: Platform, copy: Copying, caplog: pytest.LogCaptureFixture
) -> None:
    """With the vault of before the person is whole again, until the command has run."""
    scene = lay_out(platform)
    backup = copy(platform)
    approve(platform, scene)
    worker(platform).run_all()
    shutil.copy(platform.data / "erasures.log", backup.data)
    old = open_platform(backup.data, backup.records, backup.vault)
    say_brought_back(old)
    assert "1 who were erased are there again" in caplog.text
    assert set(old.vault.keys_of([scene.person])) == {scene.person}
    assert opened(old)[scene.person] == NAME
    places = ["--data", str(backup.data), "--database", backup.records, "--vault-database", backup.vault]
    assert main(["replay-erasures", *places]) == 0
    scene.assert_erased(old)
    assert_books(old, scene)
    assert brought_back(old) == []
    old.close()


def test_the_old_vault_opens_nobody_once_its_epoch_is_destroyed(platform: Platform, copy: Copying) -> None:
    """Which the worker does by itself, within 30 days of the erasure; with nobody but the erased lost."""
    clock, scene = Clock(platform), approved(platform)
    backup, before, everybody = copy(platform), wrapped(platform), everyone(platform)
    worker(platform).run_all()
    begun, after = clock.now, len(wrapped(platform))
    clock.forward(days=7, seconds=1)
    worker(platform).run_all()
    clock.forward(hours=1, seconds=1)
    worker(platform).run_all()
    assert clock.now - begun < timedelta(days=30)
    assert platform.vault.epoch == 2
    assert [epoch for _, epoch, _ in wrapped(platform)] == [2] * after
    assert set(platform.vault.keys_of(everybody)) == everybody - {scene.person}
    scene.assert_erased(platform)
    wrapper = Wrapper(platform.keys.load(platform.data))
    for owner, epoch, key in before:
        with pytest.raises(VaultError):
            wrapper.unwrap(owner, epoch, key)
    for records in (platform.database.url, backup.records):
        old = open_platform(platform.data, records, backup.vault)
        for person in everybody:
            with pytest.raises(VaultError):
                old.vault.keys_of([person])
        old.close()


def wrapped(platform: Platform) -> list[tuple[str, int, bytes]]:
    """All keys of the vault, as a backup of it holds them."""
    with platform.vault.database.reading() as connection:
        return [
            tuple(row) for row in connection.execute(select(DATA_KEY.c.owner, DATA_KEY.c.epoch, DATA_KEY.c.wrapped))
        ]


def test_who_is_erased_already_is_erased_for_another_request_and_the_others_keep_their_texts(
    sqlite_platform: Platform,
) -> None:
    """The name is out of them: nothing of theirs is hidden for somebody who isn't in it any more."""
    scene = approved(sqlite_platform)
    again = replace(scene, request=add_request(sqlite_platform, "delete", "in_progress", person=scene.person))
    worker(sqlite_platform).run_all()
    approve(sqlite_platform, again)
    worker(sqlite_platform).run_all()
    scene.assert_erased(sqlite_platform)
    assert row_of(sqlite_platform, PrivacyRequestRow, again.request).state == "fulfilled"


def test_a_replay_in_the_middle_of_an_erasure_hides_no_more_of_others(sqlite_platform: Platform) -> None:
    """The worker was stopped when the key was gone already, and an operator runs the command."""
    scene = approved(sqlite_platform)
    erasure, step = Erasure(scene.person, scene.request), "begin"
    while step != "finish":
        with own_work(sqlite_platform) as work:
            step = str(advance(work, erasure, step))
    assert replay_all(sqlite_platform) == 1
    scene.assert_erased(sqlite_platform)


def test_nothing_of_the_person_lies_in_the_live_files(sqlite_platform: Platform) -> None:
    """Neither a value in clear nor what was sealed, nor the key that it was sealed with."""
    platform = sqlite_platform
    scene = approved(platform)
    with platform.vault.database.reading() as connection:
        owner = bytes.fromhex(scene.person.replace("-", ""))
        key = bytes(connection.exec_driver_sql("SELECT wrapped FROM data_key WHERE owner = ?", (owner,)).scalar_one())
    lay = [key, *sealed_of(platform, scene.person)]
    assert erasure_job.settle(platform)
    assert [piece for piece in lay if piece not in everything(platform.data)] == []
    worker(platform).run_all()
    found = everything(platform.data)
    assert [piece for piece in lay if piece in found] == []
    assert [canary for canary in CANARIES if canary.encode() in found] == []


def sealed_of(platform: Platform, person: str) -> list[bytes]:
    """All that is sealed of the person in the rows that an erasure clears; the beginning of what is too long for a page."""
    pieces = []
    with platform.database.reading() as connection:
        for part in PARTS:
            columns = [
                part.table.c[name]
                for name in (part.clear or ["sealed_content"] if "sealed_content" in part.table.c else part.clear)
            ]
            columns = [column for column in columns if isinstance(column.type, LargeBinary)]
            for row in (
                connection.execute(select(*columns).where(part.left(part.who(platform.keys, person))))
                if columns
                else ()
            ):
                pieces += [bytes(value)[:200] for value in row if value is not None and len(value) > 28]
    assert len(pieces) > 15
    return pieces


def everything(data: Path) -> bytes:
    """But the letters that went out as files."""
    return b"\n".join(path.read_bytes() for path in sorted(data.iterdir()) if path.is_file())


# What is kept


def test_what_was_kept_goes_with_its_key_when_its_time_is_over(sqlite_platform: Platform) -> None:
    platform = sqlite_platform
    clock = Clock(platform)
    approved(platform)
    worker(platform).run_all()
    kept = table(KeptRow)
    with platform.database.reading() as connection:
        owner = connection.execute(select(kept.c.key_owner).where(kept.c.what == "contact")).scalar_one()
    assert set(platform.vault.keys_of([owner])) == {owner}
    clock.forward(days=100)
    worker(platform).run_all()
    with platform.database.reading() as connection:
        assert "contact" not in connection.execute(select(kept.c.what)).scalars().all()
    assert platform.vault.keys_of([owner]) == {}


def test_the_key_of_what_was_kept_is_gone_from_copies_too(sqlite_platform: Platform) -> None:
    """It goes long after the erasure's own epoch was destroyed, so it asks for the next."""
    platform = sqlite_platform
    approved(platform)
    worker(platform).run_all()
    with platform.database.writing() as session:
        session.connection().execute(jobs.jobs.delete())
        session.connection().execute(table(KeptRow).update().values(until=platform.clock() - timedelta(days=1)))
    with own_work(platform) as work:
        erasure_keeps.expire(work)
    assert [job.kind for job in jobs_left(platform)] == ["rewrap"]


def test_who_was_suspended_when_it_was_approved_is_known_again(sqlite_platform: Platform) -> None:
    """The ban stays as a hash: the account is no more in the state that said so when the step comes to it."""
    platform, scene = sqlite_platform, lay_out(sqlite_platform)
    users = table(UserRow)
    with platform.database.writing() as session:
        session.connection().execute(users.update().where(users.c.id == scene.person).values(state="suspended"))
    approve(platform, scene)
    worker(platform).run_all()
    kept = table(KeptRow)
    with platform.database.reading() as connection:
        [ban] = connection.execute(select(kept).where(kept.c.what == "ban_hash")).all()
    assert (ban.basis, ban.sealed_kept, set(platform.vault.keys_of([ban.key_owner]))) == ("ban", None, {ban.key_owner})


def test_who_comes_again_with_the_same_address_is_still_not_written_to(sqlite_api: Api) -> None:
    """Whatever the case of the letters; nobody else is."""
    platform = sqlite_api.platform
    approved(platform)
    worker(platform).run_all()
    sources = dict.fromkeys(("name", "email"), "self")
    again = {"external_id": "again", "name": "Zed Anew", "email": "Quoxi.Box-Canary@vlast.example", "sources": sources}
    fed = sqlite_api.sign_in("service").post(
        "/v1/ingest/users", json={"items": [again, {**again, "external_id": "other", "email": "zed@example.net"}]}
    )
    assert fed.status_code == 200, fed.text
    rows = [row_of(platform, UserRow, result["id"]) for result in fed.json()["results"]]
    assert [(row.opted_out, row.specials, row.products, row.policy_news) for row in rows] == [
        (True, False, False, False), (False, True, True, True),
    ]  # fmt: skip


# The ledger's file


def test_the_ledger_remembers_whoever_was_begun_and_no_line_that_was_cut_off(
    tmp_path: Path, sqlite_platform: Platform
) -> None:
    ledger, persons, now = ErasureLedger(tmp_path), [new_id() for _ in range(3)], sqlite_platform.clock()
    assert ledger.persons() == {}
    ledger.add(persons[0], None, now)
    with ledger.path.open("ab") as file:
        file.write(b'{"at": "2026-')
    ledger.add(persons[1], persons[2], now)
    ledger.add(persons[1], persons[2], now)
    ledger.add_redacted(persons[0], "messages", [[persons[2]]])
    ledger.add_redacted(persons[0], "messages", [])
    assert ledger.persons() == {persons[0]: None, persons[1]: persons[2]}
    assert ledger.redacted(persons[0]) == {"messages": [[persons[2]]]}
    assert ledger.path.stat().st_mode & 0o777 == 0o600
    with ledger.path.open("ab") as file:
        file.write(b'{"person": "nobody"}\n')
    with pytest.raises(LedgerError):
        ledger.persons()
