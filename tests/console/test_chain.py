"""Whatever is done to a log, verifying it names the first row that isn't what was written."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from console import chain
from console.chain import GENESIS, Checkpoint, Fault, Head, Row, verify

KEY, OTHER_KEY = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
PUBLIC = [KEY.public_key()]
AT = datetime(2026, 11, 22, 14, tzinfo=UTC)

texts = st.none() | st.text(max_size=9)
columns = st.builds(lambda actor, told: dict.fromkeys(chain.COLUMNS) | {"actor": actor, "told": told}, texts, texts)
logs = st.lists(columns, min_size=3, max_size=7)


def written(contents: list[dict[str, Any]], after: Head | None = None) -> list[Row]:
    """A log as the platform writes it."""
    rows: list[Row] = []
    head = after or Head(0, GENESIS)
    for content in contents:
        text = chain.canonical(content)
        row = Row(head.seq + 1, head.hash, chain.row_hash(head.hash, head.seq + 1, text), text)
        rows, head = [*rows, row], Head(row.seq, row.hash)
    return rows


def head_of(rows: list[Row]) -> Head:
    return Head(rows[-1].seq, rows[-1].hash)


def signed(row: Row) -> Checkpoint:
    return chain.sign(KEY, Head(row.seq, row.hash), AT)


def fault(rows: list[Row], **held_against: Any) -> Fault | None:
    return verify(rows, keys=PUBLIC, **held_against).fault


def fault_at(rows: list[Row], **held_against: Any) -> int:
    found = fault(rows, **held_against)
    assert found is not None
    return found.seq


@given(logs)
def test_what_was_written_is_whole(contents: list[dict[str, Any]]) -> None:
    rows = written(contents)
    verdict = verify(rows, checkpoints=[signed(rows[1]), signed(rows[-1])], keys=PUBLIC, witness=[head_of(rows)])
    assert verdict == chain.Verdict(len(rows), head_of(rows), checkpoints=2, witnessed=1, fault=None)


@given(logs, columns, st.data())
def test_an_edited_row_is_named(contents: list[dict[str, Any]], other: dict[str, Any], data: st.DataObject) -> None:
    rows = written(contents)
    place = data.draw(st.integers(0, len(rows) - 1))
    edited = rows[place]._replace(content=chain.canonical(other) + b" ")
    assert fault_at([*rows[:place], edited, *rows[place + 1 :]]) == place + 1


@given(logs, columns, st.data())
def test_so_is_one_replaced_with_its_hash(
    contents: list[dict[str, Any]], other: dict[str, Any], data: st.DataObject
) -> None:
    rows = written(contents)
    place = data.draw(st.integers(0, len(rows) - 2))
    content = chain.canonical({**other, "actor": "somebody else"})
    rows[place] = rows[place]._replace(content=content, hash=chain.row_hash(rows[place].prev, rows[place].seq, content))
    assert fault_at(rows) == place + 1


@given(logs, st.data())
def test_a_deleted_row_is_named(contents: list[dict[str, Any]], data: st.DataObject) -> None:
    rows = written(contents)
    place = data.draw(st.integers(0, len(rows) - 2))
    assert fault(rows[:place] + rows[place + 1 :]) == Fault(place + 1, f"missing: row {place + 2} stands in its place")


@given(logs, st.data())
def test_so_is_one_whose_place_the_next_ones_took(contents: list[dict[str, Any]], data: st.DataObject) -> None:
    rows = written(contents)
    place = data.draw(st.integers(0, len(rows) - 2))
    moved_up = [row._replace(seq=row.seq - 1) for row in rows[place + 1 :]]
    assert fault_at(rows[:place] + moved_up) == place + 1


@given(logs, st.data())
def test_rows_in_another_order_are_named(contents: list[dict[str, Any]], data: st.DataObject) -> None:
    rows = written(contents)
    first, second = sorted(data.draw(st.sets(st.integers(0, len(rows) - 1), min_size=2, max_size=2)))
    swapped = list(rows)
    swapped[first], swapped[second] = rows[second], rows[first]
    assert fault_at(swapped) == first + 1
    renumbered = [row._replace(seq=number) for number, row in enumerate(swapped, 1)]
    assert fault_at(renumbered) == first + 1


@given(logs, st.data())
def test_a_row_twice_is_named(contents: list[dict[str, Any]], data: st.DataObject) -> None:
    rows = written(contents)
    place = data.draw(st.integers(0, len(rows) - 1))
    assert fault_at([*rows[: place + 1], *rows[place:]]) == place + 1


@given(logs, st.data())
def test_a_cut_tail_shows_against_a_checkpoint_and_a_witness(
    contents: list[dict[str, Any]], data: st.DataObject
) -> None:
    rows = written(contents)
    kept = data.draw(st.integers(0, len(rows) - 1))
    assert fault(rows[:kept]) is None, "the chain alone can't know"
    assert fault_at(rows[:kept], checkpoints=[signed(rows[-1])]) == kept + 1
    assert fault_at(rows[:kept], witness=[head_of(rows)]) == kept + 1


@given(logs, st.data())
def test_a_log_written_anew_shows_against_a_checkpoint_and_a_witness(
    contents: list[dict[str, Any]], data: st.DataObject
) -> None:
    rows = written(contents)
    place = data.draw(st.integers(0, len(rows) - 1))
    before = Head(place, rows[place].prev)
    anew = rows[:place] + written([{**one, "actor": "somebody else!"} for one in contents[place:]], before)
    assert anew != rows
    assert fault(anew) is None, "the chain alone can't know"
    assert fault_at(anew, checkpoints=[signed(rows[-1])]) == len(rows)
    assert fault_at(anew, witness=[head_of(rows)]) == len(rows)


def test_it_says_since_when_the_log_may_have_been_written_anew() -> None:
    rows = written([dict.fromkeys(chain.COLUMNS)] * 9)
    anew = rows[:4] + written([dict.fromkeys(chain.COLUMNS, "x")] * 5, Head(4, rows[3].hash))
    assert str(fault(anew, checkpoints=[signed(rows[2]), signed(rows[6])])) == (
        "row 7: not the row that was signed at 2026-11-22T14:00:00Z: the log was written anew somewhere after row 3"
    )


def test_a_checkpoint_counts_only_with_the_platform_s_signature() -> None:
    rows = written([dict.fromkeys(chain.COLUMNS)] * 4)
    genuine = signed(rows[3])
    for forged in (
        chain.sign(OTHER_KEY, Head(3, rows[2].hash), AT),
        Checkpoint(3, rows[2].hash, genuine.at, genuine.signature),
        Checkpoint(4, rows[3].hash, "2027-01-01T00:00:00Z", genuine.signature),
    ):
        assert fault(rows, checkpoints=[genuine, forged]) == Fault(
            forged.seq, f"its checkpoint of {forged.at} isn't signed by the platform's key"
        )


def test_checkpoints_of_an_earlier_key_still_count() -> None:
    rows = written([dict.fromkeys(chain.COLUMNS)] * 4)
    earlier = chain.sign(OTHER_KEY, Head(2, rows[1].hash), AT)
    verdict = verify(rows, checkpoints=[earlier, signed(rows[3])], keys=[KEY.public_key(), OTHER_KEY.public_key()])
    assert (verdict.checkpoints, verdict.fault) == (2, None)


@given(logs, st.data())
def test_a_part_of_a_log_may_have_gaps_but_no_changed_rows(contents: list[dict[str, Any]], data: st.DataObject) -> None:
    rows = written(contents)
    kept = sorted(data.draw(st.sets(st.integers(0, len(rows) - 1), min_size=1)))
    part = [rows[place] for place in kept]
    assert fault(part, part=True, witness=[head_of(rows)]) is None
    changed = data.draw(st.integers(0, len(part) - 1))
    part[changed] = part[changed]._replace(content=b"{}")
    assert fault_at(part, part=True) == kept[changed] + 1


@given(columns)
def test_an_exported_row_is_the_row(content: dict[str, Any]) -> None:
    row = written([content])[0]
    line = chain.export_line(Head(row.seq, row.hash), row.prev, content)
    assert "\n" not in line
    assert chain.exported_row(line) == row


@pytest.mark.parametrize("spoil", [
    lambda line: line[:-5],
    lambda line: "[]",
    lambda line: "[" * 100_000,
    lambda line: line.replace('"seq": 1', '"seq": -1'),
    lambda line: line.replace('"seq": 1', '"seq": "1"'),
    lambda line: line.replace('"seq": 1', '"seq": 99999999999999999999'),
    lambda line: line.replace('{"seq"', '{"actor": "somebody else", "seq"'),
    lambda line: line.replace('"actor"', '"nobody"'),
])  # fmt: skip
def test_a_line_that_is_no_row_is_refused(spoil: Any) -> None:
    row = written([dict.fromkeys(chain.COLUMNS)])[0]
    with pytest.raises(ValueError, match=r".*"):
        chain.exported_row(spoil(chain.export_line(Head(1, row.hash), row.prev, dict.fromkeys(chain.COLUMNS))))


def test_checkpoints_and_heads_read_back() -> None:
    rows = written([dict.fromkeys(chain.COLUMNS)] * 2)
    checkpoints = [signed(row) for row in rows]
    assert chain.read_checkpoints([chain.checkpoint_line(one) + "\n" for one in checkpoints]) == checkpoints
    assert chain.read_heads([chain.head_line(head_of(rows)), ""]) == [head_of(rows)]
    assert chain.read_heads([chain.checkpoint_line(checkpoints[1])]) == [head_of(rows)], "a copy is a witness too"


@pytest.mark.parametrize("line", ["{", "[]", "{}", '{"seq": true, "hash": ""}', '{"seq": 1, "hash": "xy"}'])
def test_an_unreadable_head_is_named_by_its_line(line: str) -> None:
    with pytest.raises(ValueError, match="line 2 can't be read"):
        chain.read_heads([chain.head_line(Head(1, GENESIS)), line])


def test_the_hash_is_the_documented_one() -> None:
    """So that others can verify without this code."""
    content = dict.fromkeys(chain.COLUMNS) | {"actor": "Zoë", "fields": '["email"]'}
    text = json.dumps(content, sort_keys=True, separators=(",", ":")).encode()
    assert chain.canonical(content | {"seq": 5}) == text
    assert chain.row_hash(GENESIS, 1, b"{}").hex() == (
        "aa0135beb8833816cc06461d5e337cc53c2967999aa818d91ac6837f4c4a9bea"
    )


def test_the_console_loads_the_chain_without_cryptography() -> None:
    loaded = "import sys, console.chain; sys.exit('cryptography' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", loaded], check=False).returncode == 0
