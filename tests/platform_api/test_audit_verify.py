"""Whatever somebody does to the database behind the platform's back, verifying the log names the first bad row."""

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, text

from console import chain
from console.platform_api import audit_verify
from console.platform_api.audit import append, current_head, exported
from console.platform_api.tables import AuditEntry, table
from tests.platform_api.api import Place
from tests.platform_api.appending import entry
from tests.platform_api.logs import Logged

ROWS = 30


@pytest.fixture
def log(place: Place) -> Iterator[Logged]:
    """Thirty rows, the last checkpoint at the twentieth."""
    logged = Logged(place.data, place.url)
    logged.recorder.record_now(*(entry() for _ in range(20)))
    logged.recorder.close()
    with logged.database.writing() as session:
        append(session, [entry(details={"version": number}) for number in range(10)])
    yield logged
    logged.close()


def witness_of(log: Logged, path: Path) -> Path:
    """What an auditor keeps: the head that they saw."""
    with log.database.reading() as connection:
        path.write_text(chain.head_line(current_head(connection)) + "\n")
    return path


def test_an_untouched_log_is_whole(log: Logged, tmp_path: Path) -> None:
    code, said = log.verify(witness_of(log, tmp_path / "seen"))
    assert (code, said.split(", head ")[0]) == (0, "30 rows")
    assert said.endswith(", 1 checkpoint, 1 witnessed head: the log is whole")


@pytest.mark.parametrize(
    "change",
    [
        "actor = NULL",
        "outcome = 'refused'",
        "fields = '[]'",
        "details = '[2]'",
        "fields = fields || ' '",
        "at = at + 1",
        "at = 9000000000000000000",
        "ticket = actor",
        "reason_hash = 'c0ffee'",
        "request = NULL",
        "hash = prev",
        "prev = hash",
    ],
)
def test_an_edited_row_is_named(log: Logged, change: str) -> None:
    log.tamper(f"UPDATE audit SET {change} WHERE seq = 13")
    assert log.verify() == (1, "row 13: edited or replaced: its hash isn't that of its content")


def test_a_value_of_another_kind_is_named_too(tmp_path: Path, sqlite_url: str) -> None:
    """SQLite keeps anything in any column."""
    log = Logged(tmp_path / "data", sqlite_url)
    log.recorder.record_now(*(entry() for _ in range(5)))
    log.recorder.close()
    for change in ("at = 'now'", "actor = x'00'", "role = CAST(x'ff' AS TEXT)", "role = x'ff'", "hash = 'text'"):
        log.tamper("CREATE TABLE put_aside AS SELECT * FROM audit", f"UPDATE audit SET {change} WHERE seq = 3")
        assert log.verify() == (1, "row 3: edited or replaced: its hash isn't that of its content")
        log.tamper("DELETE FROM audit", "INSERT INTO audit SELECT * FROM put_aside", "DROP TABLE put_aside")
    assert log.verify()[0] == 0
    log.close()


def test_a_deleted_row_is_named(log: Logged) -> None:
    log.tamper("DELETE FROM audit WHERE seq = 13")
    assert log.verify() == (1, "row 13: missing: row 14 stands in its place")


def test_a_deleted_row_whose_place_the_next_ones_took_is_named(log: Logged) -> None:
    log.tamper(
        "DELETE FROM audit WHERE seq = 13",
        "UPDATE audit SET seq = -seq WHERE seq > 13",
        "UPDATE audit SET seq = -seq - 1 WHERE seq < 0",
    )
    assert log.verify() == (1, "row 13: edited or replaced: its hash isn't that of its content")


def test_rows_in_another_order_are_named(log: Logged) -> None:
    log.tamper(
        "UPDATE audit SET seq = -13 WHERE seq = 13",
        "UPDATE audit SET seq = 13 WHERE seq = 17",
        "UPDATE audit SET seq = 17 WHERE seq = -13",
    )
    assert log.verify()[1].startswith("row 13: ")


def test_a_row_replaced_with_its_hash_is_named(log: Logged) -> None:
    replace(log, 13)
    assert log.verify() == (1, "row 13: edited or replaced: row 14, sound in itself, follows another row")


def test_so_is_the_last_row(log: Logged) -> None:
    replace(log, 30)
    assert log.verify() == (1, "row 30: edited or replaced: the log's end names another row")


def replace(log: Logged, seq: int) -> None:
    """As INSERT OR REPLACE does: another content, chained as it should be."""
    found = json.loads(export(log)[seq - 1])
    hash_ = chain.row_hash(bytes.fromhex(found["prev"]), seq, chain.canonical({**found, "outcome": "refused"}))
    wanted = f"x'{hash_.hex()}'" if log.database.sqlite else f"'\\x{hash_.hex()}'"
    log.tamper(f"UPDATE audit SET outcome = 'refused', hash = {wanted} WHERE seq = {seq}")


def test_replace_itself_is_refused_while_the_triggers_are_there(tmp_path: Path, sqlite_url: str) -> None:
    log = Logged(tmp_path / "data", sqlite_url)
    log.recorder.record_now(entry(), entry())
    replaced = "REPLACE INTO audit SELECT seq, prev, hash, at, NULL, role, resource, action, outcome, subject, record, "
    with pytest.raises(Exception, match="never changed"), log.database.writing() as session:
        session.connection().execute(
            text(f"{replaced} ticket, fields, reason, reason_hash, told, details, request FROM audit WHERE seq = 1")
        )
    assert log.verify()[0] == 0
    log.close()


# A cut tail, and a log written anew


CUT = "UPDATE audit_head SET seq = {0}, hash = (SELECT hash FROM audit WHERE seq = {0})"


def test_a_cut_tail_shows_against_the_log_s_end(log: Logged) -> None:
    log.tamper("DELETE FROM audit WHERE seq > 25")
    assert log.verify() == (1, "row 26: missing: the log goes up to row 30, says its end")


def test_a_tail_cut_with_its_end_shows_against_a_checkpoint(log: Logged) -> None:
    log.tamper("DELETE FROM audit WHERE seq > 15", CUT.format(15))
    code, said = log.verify()
    assert (code, said.split(" at ")[0]) == (1, "row 16: missing: the log ends before it, but row 20 was signed")


def test_behind_the_last_checkpoint_it_shows_against_a_witness(log: Logged, tmp_path: Path) -> None:
    witness = witness_of(log, tmp_path / "seen")
    log.tamper("DELETE FROM audit WHERE seq > 25", CUT.format(25))
    assert log.verify()[0] == 0
    missing = "row 26: missing: the log ends before it, but row 30 was seen by the witness"
    assert log.verify(witness) == (1, missing)


def test_an_emptied_log_shows_against_a_checkpoint(log: Logged) -> None:
    genesis = f"x'{'00' * 32}'" if log.database.sqlite else f"'\\x{'00' * 32}'"
    log.tamper("DELETE FROM audit", f"UPDATE audit_head SET seq = 0, hash = {genesis}")
    assert log.verify()[1].startswith("row 1: missing: ")


def test_a_log_written_anew_shows_against_checkpoint_and_witness(log: Logged, tmp_path: Path) -> None:
    witness = witness_of(log, tmp_path / "seen")
    log.tamper("DELETE FROM audit WHERE seq > 15", CUT.format(15))
    with log.database.writing() as session:
        append(session, [entry(outcome="refused") for _ in range(15)])
    code, said = log.verify()
    assert (code, said.split(" at ")[0]) == (1, "row 20: not the row that was signed")
    assert said.endswith("the log was written anew somewhere after row 0")
    (log.data / "checkpoints.jsonl").unlink()
    assert log.verify()[0] == 0
    seen = "row 30: not the row that was seen by the witness: the log was written anew somewhere after row 0"
    assert log.verify(witness) == (1, seen)


def test_a_row_behind_the_end_is_named(log: Logged) -> None:
    log.tamper(CUT.format(29))
    assert log.verify() == (1, "row 30: stands behind the log's end, which is row 29")


def test_a_missing_end_is_no_whole_log(log: Logged) -> None:
    log.tamper("DELETE FROM audit_head")
    assert log.verify()[0] == 1


# Checkpoints and keys


def test_a_changed_checkpoint_is_named(log: Logged) -> None:
    file = log.data / "checkpoints.jsonl"
    found = json.loads(file.read_text())
    file.write_text(json.dumps({**found, "seq": 19, "hash": "00" * 32}) + "\n")
    assert log.verify()[1].startswith("row 19: its checkpoint of ")


def test_an_unreadable_checkpoint_is_named(log: Logged) -> None:
    (log.data / "checkpoints.jsonl").write_text("{}\n")
    assert log.verify() == (1, "the log can't be verified: checkpoints.jsonl: line 1 can't be read")


def test_without_the_public_key_no_checkpoint_counts(log: Logged, tmp_path: Path) -> None:
    kept = shutil.copy(log.data / "audit.pub", tmp_path / "kept.pub")
    (log.data / "audit.pub").unlink()
    assert log.verify()[0] == 1
    assert log.verify(public_key=Path(kept))[0] == 0


# Files, copies, and the command


def test_an_export_verifies_without_the_database(log: Logged, tmp_path: Path) -> None:
    lines = export(log)
    file = tmp_path / "export.jsonl"
    file.write_text("".join(lines))
    assert log.verify(file=file)[0] == 0
    file.write_text("".join(lines[:12] + lines[13:]))
    assert log.verify(file=file) == (1, "row 13: missing: row 14 stands in its place")
    assert log.verify(file=file, part=True)[0] == 0
    file.write_text("".join(lines).replace('"version\\":4', '"version\\":5'))
    assert log.verify(file=file) == (1, "row 25: edited or replaced: its hash isn't that of its content")
    file.write_text("".join([*lines[:3], "{}\n"]))
    assert log.verify(file=file) == (1, f"the log can't be verified: {file}, line 4: not a row of an audit log")


def export(log: Logged) -> list[str]:
    """As `POST /v1/audit/export` sends it."""
    with log.database.reading() as connection:
        rows = connection.execute(select(table(AuditEntry)).order_by(text("seq"))).all()
    return [exported(row) for row in rows]


def test_a_copy_on_a_medium_that_cannot_be_written_to_verifies(tmp_path: Path, sqlite_url: str) -> None:
    log = Logged(tmp_path / "data", sqlite_url)
    log.recorder.record_now(entry())
    log.close()
    copy = tmp_path / "copy"
    copy.mkdir()
    shutil.copy(sqlite_url.removeprefix("sqlite:///"), copy / "petworks.sqlite")
    before = {path.name: path.stat().st_mtime_ns for path in copy.iterdir()}
    for mode in (0o755, 0o555):
        copy.chmod(mode)
        (copy / "petworks.sqlite").chmod(0o444)
        assert audit_verify.verify_log(copy, None, None, sys.stdout) == 0
    copy.chmod(0o755)
    assert {path.name: path.stat().st_mtime_ns for path in copy.iterdir()} == before


def test_a_running_platform_s_log_verifies(log: Logged) -> None:
    log.recorder = log.start()
    log.recorder.record_now(entry())
    command = [sys.executable, "-m", "tests.platform_api.appending", str(log.data), log.url, "200"]
    with subprocess.Popen(command) as process:
        codes = {log.verify()[0] for _ in iter(process.poll, 0)}
    assert codes | {log.verify()[0]} == {0}


def test_what_is_no_log_is_said(tmp_path: Path) -> None:
    (tmp_path / "petworks.sqlite").write_bytes(os.urandom(5000))
    for data in (tmp_path, tmp_path / "nowhere"):
        assert audit_verify.verify_log(data, None, None, sys.stdout) == 1
    parser = argparse.ArgumentParser()
    audit_verify.add_arguments(parser)
    assert audit_verify.run(parser.parse_args(["--data", str(tmp_path)])) == 1
    assert audit_verify.run(parser.parse_args([])) == 2
    assert audit_verify.run(parser.parse_args(["--file", str(tmp_path / "nowhere")])) == 1


def test_no_server_is_said(log: Logged) -> None:
    if log.database.sqlite:
        assert audit_verify.verify_log(None, "sqlite:////nowhere/at/all", None, sys.stdout) == 1
    else:
        assert audit_verify.verify_log(None, f"{log.url}&port=1", None, sys.stdout) == 1
