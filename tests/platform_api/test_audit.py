"""Rows are durable before anything leaves, in whatever transaction they were added; without a log nothing leaves."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from console import chain
from console.platform_api import recorder
from console.platform_api.audit import SealedReason, append, current_head
from console.platform_api.problems import AuditUnavailable
from console.platform_api.tables import AuditEntry
from tests.platform_api.api import Place
from tests.platform_api.appending import entry
from tests.platform_api.logs import Logged


@pytest.fixture
def log(place: Place) -> Iterator[Logged]:
    logged = Logged(place.data, place.url)
    yield logged
    logged.close()


def many(log: Logged, number: int, **more: Any) -> list[BaseException | None]:
    """That many requests at once; what became of each."""

    async def ask() -> list[BaseException | None]:
        return await asyncio.gather(
            *(log.recorder.record(entry(**more)) for _ in range(number)), return_exceptions=True
        )

    return asyncio.run(ask())


def test_every_column_but_the_chain_s_own_is_hashed() -> None:
    assert set(chain.COLUMNS) | {"seq", "prev", "hash"} == set(AuditEntry.model_fields)


def test_a_row_reads_back_as_it_was_hashed(log: Logged) -> None:
    log.recorder.record_now(
        entry(
            at=datetime(2026, 11, 22, 14, 1, 2, 3, tzinfo=UTC),
            told="manager",
            reason="caller",
            fields=("name", "Ünïcode"),
            details={"b": [1, None, {"ü": "\x00\ud800"}], "a": 0.1},
        )
    )
    log.recorder.record_now(entry(actor=None, role=None, subject=None, record=None, ticket=None, request=None))
    assert log.verify() == (0, f"2 rows, head 2 {head(log).hash.hex()}, 0 checkpoints: the log is whole")


def head(log: Logged) -> chain.Head:
    with log.database.reading() as connection:
        return current_head(connection)


def test_rows_of_concurrent_requests_go_in_groups(log: Logged) -> None:
    with log.counted_commits() as commits:
        assert many(log, 200) == [None] * 200
    assert log.rows() == 200
    assert len(commits) <= 4
    assert log.verify()[0] == 0


def test_a_request_s_row_is_there_when_it_goes_on(log: Logged) -> None:
    async def ask() -> list[int]:
        seen = []
        for _ in range(3):
            await log.recorder.record(entry())
            seen.append(log.rows())
        return seen

    assert asyncio.run(ask()) == [1, 2, 3]


def test_a_request_that_was_given_up_disturbs_nobody(log: Logged) -> None:
    async def ask() -> None:
        given_up = asyncio.ensure_future(log.recorder.record(entry()))
        stays = asyncio.ensure_future(log.recorder.record(entry()))
        await asyncio.sleep(0)
        given_up.cancel()
        await stays

    asyncio.run(ask())
    assert log.rows() == 2


def test_a_write_appends_in_its_own_transaction(log: Logged) -> None:
    with log.database.writing() as session:
        assert append(session, [entry(), entry()]) == [1, 2]
        assert append(session, [entry()]) == [3]
    assert many(log, 1) == [None]
    assert (log.rows(), log.verify()[0]) == (4, 0)


def test_a_write_that_fails_leaves_no_row_and_no_gap(log: Logged) -> None:
    def write() -> None:
        with log.database.writing() as session:
            append(session, [entry()])
            raise LookupError

    with pytest.raises(LookupError):
        write()
    log.recorder.record_now(entry())
    assert (head(log).seq, log.verify()[0]) == (1, 0)


def test_a_reason_s_text_stands_beside_the_chain(log: Logged) -> None:
    owner = "01900000-0000-7000-8000-000000000000"
    log.recorder.record_now(entry(), entry(reason_text=SealedReason(owner, b"sealed", "c0ffee")))
    with log.database.reading() as connection:
        assert connection.execute(text("SELECT seq, sealed_reason FROM audit_reasons")).one()[0] == 2
        assert connection.execute(text("SELECT reason_hash FROM audit WHERE seq = 2")).scalar() == "c0ffee"


def test_eight_processes_append_at_once(log: Logged) -> None:
    command = [sys.executable, "-m", "tests.platform_api.appending", str(log.data), log.url, "40"]
    processes = [subprocess.Popen(command) for _ in range(8)]
    assert [process.wait() for process in processes] == [0] * 8
    assert log.rows() == 8 * 40
    assert log.verify()[0] == 0


# Without a log


@pytest.mark.parametrize("hidden", ["audit", "audit_head"])
def test_without_a_log_nothing_leaves_and_it_recovers_by_itself(log: Logged, hidden: str) -> None:
    log.recorder.record_now(entry())
    with log.as_owner() as connection:
        connection.execute(text(f"ALTER TABLE {hidden} RENAME TO hidden"))
    refused = many(log, 20)
    assert [type(one) for one in refused] == [AuditUnavailable] * 20
    with pytest.raises(AuditUnavailable):
        log.recorder.record_now(entry())
    with log.as_owner() as connection:
        connection.execute(text(f"ALTER TABLE hidden RENAME TO {hidden}"))
    assert many(log, 5) == [None] * 5
    assert (log.rows(), log.verify()[0]) == (6, 0)


def test_a_missing_end_of_the_chain_is_no_new_beginning(log: Logged) -> None:
    log.tamper("DELETE FROM audit_head")
    with pytest.raises(AuditUnavailable), log.database.writing() as session:
        append(session, [entry()])


def test_when_somebody_else_holds_the_chain_the_answer_is_refused(log: Logged, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "WAIT_SECONDS", 0.2)
    with log.database.writing() as session:
        append(session, [entry()])
        assert [type(one) for one in many(log, 3)] == [AuditUnavailable] * 3
        with pytest.raises(AuditUnavailable):
            log.recorder.record_now(entry())
    monkeypatch.undo()
    assert many(log, 1) == [None]
    assert log.verify()[0] == 0


def test_a_full_disk_refuses_and_recovers(tmp_path: Path, sqlite_url: str) -> None:
    """In a process whose files may not grow, so that the disk seems full."""
    logged = Logged(tmp_path / "data", sqlite_url)
    logged.close()
    command = [sys.executable, "-m", "tests.platform_api.full_disk", str(logged.data), sqlite_url]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    assert told == ["written", "refused", "refused", "written"]
    assert logged.verify()[0] == 0


@pytest.mark.parametrize(
    "bad", [{"role": "nul\0"}, {"request": "\ud800"}, {"actor": "nobody"}, {"details": {"a": float("nan")}}]
)
def test_an_entry_that_no_row_can_hold_stops_only_itself(log: Logged, bad: dict[str, Any]) -> None:
    async def ask() -> list[BaseException | None]:
        good = [log.recorder.record(entry()) for _ in range(3)]
        return await asyncio.gather(log.recorder.record(entry(**bad)), *good, return_exceptions=True)

    refused, *rest = asyncio.run(ask())
    assert (isinstance(refused, ValueError), rest) == (True, [None] * 3)


def test_a_closed_log_refuses(log: Logged) -> None:
    log.recorder.close()
    log.recorder.close()
    assert [type(one) for one in many(log, 2)] == [AuditUnavailable] * 2
    with pytest.raises(AuditUnavailable):
        log.recorder.record_now(entry())
    assert log.rows() == 0


def test_closing_writes_what_was_asked_for_before(log: Logged) -> None:
    async def ask() -> list[BaseException | None]:
        asked = [asyncio.ensure_future(log.recorder.record(entry())) for _ in range(50)]
        await asyncio.sleep(0)  # the requests hand over their rows
        await asyncio.sleep(0)  # the batch goes to the writer
        log.recorder.close()
        return await asyncio.gather(*asked, return_exceptions=True)

    assert asyncio.run(ask()) == [None] * 50
    assert log.rows() == 50


# Checkpoints


def checkpoints(log: Logged) -> list[int]:
    file = log.data / "checkpoints.jsonl"
    return [one.seq for one in chain.read_checkpoints(file.read_text().splitlines())] if file.exists() else []


def test_a_checkpoint_is_signed_every_thousand_rows_and_at_the_end(log: Logged) -> None:
    for _ in range(3):
        log.recorder.record_now(*(entry() for _ in range(700)))
    with log.database.writing() as session:
        append(session, [entry() for _ in range(950)])
    log.recorder.close()
    signed = checkpoints(log)
    assert signed[:2] == [1400, 2100]
    assert signed[-1] == 3050
    assert log.verify()[1].endswith(f"{len(signed)} checkpoints: the log is whole")
    assert (log.data / "checkpoints.jsonl").stat().st_mode & 0o777 == 0o600


def test_without_new_rows_there_is_no_new_checkpoint(log: Logged) -> None:
    log.recorder.close()
    assert checkpoints(log) == []
    for _ in range(2):
        log.recorder = log.start()
        if not log.rows():
            log.recorder.record_now(entry())
        log.recorder.close()
    assert checkpoints(log) == [1]


def test_time_too_makes_a_checkpoint(log: Logged) -> None:
    log.recorder.record_now(entry())
    log.recorder._sign({recorder._Signal.TIME})
    assert checkpoints(log) == [1]
    log.recorder.record_now(entry())
    log.recorder._sign({recorder._Signal.TIME})
    assert checkpoints(log) == [1], "another process has just signed one"


def test_a_log_goes_on_when_no_checkpoint_can_be_written(log: Logged) -> None:
    (log.data / "checkpoints.jsonl").mkdir()
    log.recorder.record_now(*(entry() for _ in range(1100)))
    log.recorder.record_now(entry())
    (log.data / "checkpoints.jsonl").rmdir()
    log.recorder.close()
    assert checkpoints(log) == [1101]


def test_an_unfinished_checkpoint_goes_at_the_next_start(log: Logged) -> None:
    log.recorder.record_now(entry())
    log.recorder.close()
    with (log.data / "checkpoints.jsonl").open("a") as file:
        file.write('{"seq": 2, "ha')
    log.recorder = log.start()
    log.recorder.record_now(entry())
    log.recorder.close()
    assert checkpoints(log) == [1, 2]
