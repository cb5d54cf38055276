"""The console remembers the head of the audit chain, and says loudly when the log no longer holds it."""

from pathlib import Path

import pytest

from screens.parts.witness import Head, Witness, judge

SEEN = Head(40, "aa")


def test_a_log_that_grew_holds():
    assert judge(SEEN, SEEN, Head(50, "bb")).holds
    assert judge(None, None, Head(3, "cc")).holds


@pytest.mark.parametrize(
    ("there_now", "latest"),
    [(Head(40, "xx"), Head(50, "bb")), (None, Head(50, "bb")), (SEEN, Head(39, "bb"))],
)
def test_a_log_that_was_changed_or_cut_does_not(there_now: Head | None, latest: Head):
    verdict = judge(SEEN, there_now, latest)
    assert not verdict.holds
    assert "THE LOG WAS" in verdict.words


def test_heads_are_kept_by_platform(tmp_path: Path):
    Witness("https://one", tmp_path).keep(SEEN)
    Witness("https://two", tmp_path).keep(Head(1, "zz"))
    assert Witness("https://one", tmp_path).seen() == SEEN
    assert Witness("https://two", tmp_path).seen() == Head(1, "zz")
    assert Witness("https://three", tmp_path).seen() is None


@pytest.mark.parametrize("content", ["", "[]", "{", '{"https://one": {"seq": "x"}}', '{"https://one": 3}'])
def test_a_file_that_can_not_be_read_is_no_witness(tmp_path: Path, content: str):
    (tmp_path / "witness.json").write_text(content)
    witness = Witness("https://one", tmp_path)
    assert witness.seen() is None
    witness.keep(SEEN)
    assert witness.seen() == SEEN
