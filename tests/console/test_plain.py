"""What people typed, as a plain string: nothing moves the cursor, hides or stacks up; what is safe stays as it is."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.plain import BLOCK_CAP, ELLIPSIS, LINE_CAP, MARK, safe_block, safe_line
from console.raw import Raw

HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
JOINERS, FILLERS = "\u200c\u200d", "\u115f\u1160\u3164\uffa0"
ANYTHING = st.text(st.characters(exclude_categories=[])) | st.text("a李\u0301\u200d\u200c\u202e\x1b\x9b\n\r\u3164[]")


def undrawable(text: str) -> set[str]:
    hidden = {character for character in text if unicodedata.category(character) in HIDDEN} - set(JOINERS)
    return hidden | (set(text) & set(FILLERS))


def longest_stack(text: str) -> int:
    longest = stack = 0
    for character in text:
        stack = stack + 1 if unicodedata.category(character)[0] == "M" or character in "\u200c\u200d" else 0
        longest = max(longest, stack)
    return longest


@given(ANYTHING)
def test_a_line_holds_nothing_that_is_hidden_or_stacks(typed: str) -> None:
    drawn = safe_line(Raw(typed))
    assert not undrawable(drawn)
    assert longest_stack(drawn) <= 4


@given(ANYTHING)
def test_a_block_holds_nothing_hidden_but_its_line_breaks(typed: str) -> None:
    drawn = safe_block(Raw(typed))
    assert undrawable(drawn) <= {"\n"}
    assert longest_stack(drawn) <= 4


@given(ANYTHING)
def test_a_joiner_follows_only_letters_beyond_ascii(typed: str) -> None:
    drawn = safe_line(typed)
    for before, character in zip("a" + drawn, drawn, strict=False):
        assert character not in "\u200c\u200d" or ord(before) > 0x7F


@given(ANYTHING, st.integers(2, 20))
def test_making_safe_twice_changes_nothing(typed: str, cap: int) -> None:
    once = safe_line(typed, cap)
    assert safe_line(once, cap) == once
    once = safe_block(typed, cap)
    assert safe_block(once, cap) == once


@given(ANYTHING, st.integers(2, 20))
def test_the_cap_holds_and_a_cut_shows(typed: str, cap: int) -> None:
    drawn = safe_line(typed, cap)
    assert len(drawn) <= cap
    assert len(typed) <= cap or drawn.endswith(ELLIPSIS)


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"], exclude_characters=FILLERS), max_size=100))
def test_what_is_safe_stays_as_it_is(typed: str) -> None:
    assert safe_line(typed) == safe_block(typed) == typed


NAMES = [
    "Zoë Nuñez",
    "李小龍",
    "Nguyễn Thị Hà",
    "شهرزاد",
    "प्रिया",
    "לאה",
    "👩\u200d👩\u200d👧",
    "می\u200cخواهم",
    "e\u0301",
]


@pytest.mark.parametrize("name", NAMES)
def test_names_of_the_real_world_stay_as_they_are(name: str) -> None:
    assert safe_line(Raw(name)) == name


def test_controls_show_as_their_pictures() -> None:
    assert safe_line("\x1b]52;c;eA==\x07\x7f") == "␛]52;c;eA==␇␡"
    assert safe_line("a\u202eb\x9bc\ufeff") == f"a{MARK}b{MARK}c{MARK}"


def test_a_line_break_is_a_mark_in_a_line_and_a_break_in_a_block() -> None:
    assert safe_line("a\nb") == "a␊b"
    assert safe_block("a\r\nb\nc\rd") == "a\nb\nc␍d"


def test_stacked_accents_become_one_mark() -> None:
    assert safe_line("a" + "\u0301" * 900 + "b", 2000) == "a" + "\u0301" * 4 + MARK + "b"


def test_an_accent_without_a_letter_sits_on_a_circle_of_its_own() -> None:
    assert safe_line("\u0301a") == "◌\u0301a"


def test_a_text_without_end_is_cut_before_it_is_looked_at() -> None:
    assert len(safe_line("\u0301" * 3_000_000)) <= LINE_CAP
    assert len(safe_block("\r\n" * 3_000_000)) == BLOCK_CAP
