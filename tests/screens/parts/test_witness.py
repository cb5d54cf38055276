"""The console remembers the head of the audit chain, and says loudly when the log no longer holds it."""

from pathlib import Path

import pytest

from console.chain import Head, read_heads
from console.settings import Settings
from screens.parts.witness import KEPT, Unreadable, Witness, judge, known_as

SEEN = Head(40, b"\xaa" * 32)


def test_a_log_that_grew_holds():
    assert judge(SEEN, SEEN, Head(50, b"\xbb" * 32)).holds
    assert judge(None, None, Head(3, b"\xcc" * 32)).holds


@pytest.mark.parametrize(
    ("there_now", "latest"),
    [(Head(40, b"\xdd" * 32), Head(50, b"\xbb" * 32)), (None, Head(50, b"\xbb" * 32)), (SEEN, Head(39, b"\xbb" * 32))],
)
def test_a_log_that_was_changed_or_cut_does_not(there_now: Head | None, latest: Head):
    verdict = judge(SEEN, there_now, latest)
    assert not verdict.holds
    assert "THE LOG WAS" in verdict.words


def test_heads_are_kept_by_platform(tmp_path: Path):
    Witness("one", tmp_path).keep(SEEN)
    Witness("two", tmp_path).keep(Head(1, bytes(32)))
    assert Witness("one", tmp_path).seen() == SEEN
    assert Witness("two", tmp_path).seen() == Head(1, bytes(32))
    assert Witness("three", tmp_path).seen() is None


def test_a_platform_is_known_by_profile_and_host_and_the_demo_whatever_its_port():
    here = Settings(profile="production", url="https://platform.example.com:8443/base")
    assert known_as(here, demo=False) == "production-platform.example.com"
    assert {known_as(Settings(url=f"http://127.0.0.1:{port}"), demo=True) for port in (1024, 9999)} == {"demo"}


def test_the_file_is_the_owners_alone_and_verify_can_read_it(tmp_path: Path):
    witness = Witness("one", tmp_path)
    heads = [Head(seq, bytes([seq]) * 32) for seq in (1, 2, 2, 5)]
    for head in heads:
        witness.keep(head)
    assert witness.file.stat().st_mode & 0o777 == 0o600
    assert read_heads(witness.file.read_text().splitlines()) == [heads[0], heads[1], heads[3]]
    assert witness.file.read_text().endswith("\n")


def test_a_name_of_a_platform_leads_nowhere_else(tmp_path: Path):
    assert Witness("../../etc/passwd", tmp_path).file.parent == tmp_path
    assert Witness("a/../b", tmp_path).file.parent == tmp_path


def test_the_newest_heads_stay(tmp_path: Path):
    witness = Witness("one", tmp_path)
    witness.file.write_text("".join(f'{{"seq": {seq}, "hash": "{"ab" * 32}"}}\n' for seq in range(1, KEPT + 1)))
    witness.keep(Head(KEPT + 1, bytes(32)))
    kept = read_heads(witness.file.read_text().splitlines())
    assert (len(kept), kept[0].seq, kept[-1].seq) == (KEPT, 2, KEPT + 1)


@pytest.mark.parametrize("content", ["[]\n", "{\n", '{"seq": "x", "hash": "aa"}\n', '{"seq": 3}\n', "é\n"])
def test_a_file_that_can_not_be_read_is_said_and_left_as_it_is(tmp_path: Path, content: str):
    witness = Witness("one", tmp_path)
    witness.file.write_text(content)
    with pytest.raises(Unreadable, match="witness-one"):
        witness.seen()
    with pytest.raises(Unreadable):
        witness.keep(SEEN)
    assert witness.file.read_text() == content


def test_what_is_forgotten_begins_anew(tmp_path: Path):
    witness = Witness("one", tmp_path)
    witness.forget()
    witness.keep(SEEN)
    witness.forget()
    assert witness.seen() is None
