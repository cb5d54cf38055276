"""What is exported opens safely elsewhere, keeps every value, and is nobody else's to read."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.errors import PetworksError
from console.export import FileInTheWay, created, csv_head, csv_record, csv_row, json_line

TRIGGERS = "=+-@\t\r\n\0＝＋－＠"
SPACES = " \u00a0\u3000\u2003\ufeff"


def cells(row: bytes) -> list[str]:
    [found] = csv.reader(io.StringIO(row.decode(), newline=""), strict=True)
    return found


@given(st.text(SPACES, max_size=3), st.sampled_from(TRIGGERS), st.text(max_size=20))
def test_text_that_begins_like_a_formula_gets_an_apostrophe(spaces: str, trigger: str, rest: str) -> None:
    text = spaces + trigger + rest
    assert csv_row([text]).decode("utf-8", "replace").startswith("\"'")


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters=TRIGGERS + SPACES)), min_size=1))
def test_other_text_stays_as_it_is(values: list[str]) -> None:
    assert cells(csv_row(values)) == [
        value if not value.startswith(("﹢", "﹣", "﹦", "﹫", "−")) else "'" + value for value in values
    ]


def test_every_field_is_quoted_and_lines_end_as_the_standard_says() -> None:
    assert (
        csv_row(["a", 'say "no"', -5, None, True, "-5", ["x"]])
        == b'"a","say ""no""","-5","","true","\'-5","[""x""]"\r\n'
    )


def test_columns_keep_their_order_and_nothing_unknown_is_dropped() -> None:
    assert cells(csv_head(["seq", "at"])) == ["seq", "at", "more"]
    assert cells(csv_record(["seq", "at"], {"new": "=1", "seq": 1})) == ["1", "", '{"new": "=1"}']


@given(st.dictionaries(st.text(), st.text() | st.integers()))
def test_json_lines_are_one_line_of_visible_characters_each(record: dict[str, object]) -> None:
    line = json_line(record)
    assert line.count(b"\n") == 1
    assert line[:-1].decode().isprintable()
    assert json.loads(line) == record


def test_a_file_is_its_owner_s_alone(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    with created(path) as file:
        file.write(b"x")
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_bytes() == b"x"


def test_no_file_is_written_over_and_no_link_followed(tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.write_text("keep")
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "target")
    for path in (there, link):
        with pytest.raises(FileInTheWay), created(path):
            pytest.fail("opened")
    assert there.read_text() == "keep"
    assert not (tmp_path / "target").exists()


def test_half_an_export_is_none(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    with pytest.raises(KeyboardInterrupt), created(path):
        raise KeyboardInterrupt
    assert not path.exists()


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(PetworksError, match="No such file"), created(tmp_path / "no" / "log.csv"):
        pytest.fail("opened")
