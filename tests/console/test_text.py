"""What a widget takes: names as content without markup, amounts, times and phones as people write them."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.segment import Segment
from rich.style import Style
from textual.color import Color

from console.raw import Raw
from console.text import SafeLines, ago, amount, block, exact, line, money, parse_money, phone

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
BLACK = Color(0, 0, 0)
ANYTHING = st.text(st.characters(exclude_categories=[]))
CONTROLS = {
    *map(chr, range(0x20)),
    *map(chr, range(0x7F, 0xA0)),
    *"\u200e\u200f\u061c",
    *map(chr, range(0x2028, 0x202F)),
    *map(chr, range(0x2066, 0x206A)),
}


@given(ANYTHING | st.sampled_from(["[b]x", "[@click=app.quit]x[/]", "[link=http://x]y[/]", "]", "\\["]))
def test_nothing_typed_becomes_markup(typed: str) -> None:
    for content in (line(Raw(typed)), block(Raw(typed))):
        assert not content.spans
    assert line(Raw("[@click=app.quit]x[/]")).plain == "[@click=app.quit]x[/]"


@given(ANYTHING)
def test_the_line_filter_lets_no_control_through(typed: str) -> None:
    [segment] = SafeLines().apply([Segment(typed, Style(bold=True))], BLACK)
    assert segment.text == "".join(character for character in typed if character not in CONTROLS)
    assert segment.style == Style(bold=True)


def test_the_line_filter_takes_hyperlinks_away_and_keeps_the_look() -> None:
    [segment] = SafeLines().apply([Segment("click", Style(bold=True, link="http://evil.example"))], BLACK)
    assert segment.style is not None
    assert (segment.style.link, segment.style.bold) == (None, True)


def test_nothing_is_an_empty_line() -> None:
    assert line(None).plain == block(None).plain == phone(None).plain == ""


@pytest.mark.parametrize(
    ("minor", "currency", "shown"),
    [
        (8400, "USD", "84.00 USD"),
        (120450, "USD", "1,204.50 USD"),
        (-5, "USD", "-0.05 USD"),
        (500, "JPY", "500 JPY"),
        (1500, "KWD", "1.500 KWD"),
        (0, "EUR", "0.00 EUR"),
    ],
)
def test_money_has_its_currency_s_digits(minor: int, currency: str, shown: str) -> None:
    assert money(minor, currency) == shown


@given(st.integers(-(10**15), 10**15))
def test_money_loses_no_cent(minor: int) -> None:
    digits = money(minor, "USD").removesuffix(" USD").replace(",", "").replace(".", "")
    assert int(digits) == minor


@given(st.integers(0, 10**15), st.sampled_from(["USD", "EUR", "JPY", "KWD", "CAD"]))
def test_what_money_writes_is_read_back(minor: int, currency: str) -> None:
    assert parse_money(money(minor, currency), currency) == minor
    assert parse_money(amount(minor, currency), currency) == minor


@pytest.mark.parametrize(
    ("typed", "currency", "minor"),
    [
        ("64", "USD", 6_400),
        (" 64.00 ", "USD", 6_400),
        ("1,204.50", "USD", 120_450),
        ("1204.50USD", "USD", 120_450),
        ("0", "USD", 0),
        ("500", "JPY", 500),
        ("1.234", "KWD", 1_234),
    ],
)
def test_amounts_as_people_write_them(typed: str, currency: str, minor: int) -> None:
    assert parse_money(typed, currency) == minor


@pytest.mark.parametrize(
    ("typed", "currency"),
    [
        ("", "USD"), ("USD", "USD"), ("64.5", "USD"), ("64.", "USD"), (".50", "USD"), ("64.000", "USD"), ("-1.00", "USD"), ("+1", "USD"),
        ("1.204,50", "USD"), ("12,50", "USD"), ("1,20,000", "USD"), ("1 000", "USD"), ("1e3", "USD"), ("NaN", "USD"), ("٦٤", "USD"),
        ("64.00 EUR", "USD"), ("500.00", "JPY"), ("9" * 16, "USD"), ("9" * 10_000, "USD"), ("6\x1b[31m4", "USD"), ("[b]64", "USD"),
    ],
)  # fmt: skip
def test_what_is_no_amount_is_answered_with_a_sentence_that_does_not_quote_it(typed: str, currency: str) -> None:
    said = parse_money(typed, currency)
    assert isinstance(said, str)
    assert said.endswith(".")
    assert "\x1b" not in said
    assert len(said) < 80


@pytest.mark.parametrize(
    ("before", "shown"),
    [
        (timedelta(seconds=59), "now"),
        (timedelta(minutes=2), "2 min"),
        (timedelta(minutes=59, seconds=59), "59 min"),
        (timedelta(hours=5), "5 h"),
        (timedelta(days=1), "1 d"),
        (timedelta(days=6, hours=23), "6 d"),
        (timedelta(days=-2, hours=-3), "in 2 d"),
        (timedelta(minutes=-100), "in 1 h"),
    ],
)
def test_times_in_lists_are_relative(before: timedelta, shown: str) -> None:
    assert ago(NOW - before, NOW) == shown


def test_old_times_in_lists_are_dates() -> None:
    assert ago(datetime(2024, 3, 3, 12, tzinfo=UTC), NOW) == "3 Mar 2024"


def test_times_in_details_name_their_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        assert exact(datetime(2026, 7, 1, 3, 5, tzinfo=UTC)) == "30 Jun 2026 23:05 EDT"
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("+12035550117", "+1 203-555-0117"),
        ("+442071838750", "+44 20 7183 8750"),
        ("555 0117", "555 0117"),
        ("+12035550117 or ask Bob\x1b", "+12035550117 or ask Bob␛"),
    ],
)
def test_phones_read_as_in_their_country_and_hide_nothing(typed: str, shown: str) -> None:
    assert phone(Raw(typed)).plain == shown


def test_the_start_loads_neither_babel_nor_phonenumbers() -> None:
    told = subprocess.run(
        [sys.executable, "-c", "import sys, console.text; print({'babel', 'phonenumbers'} & set(sys.modules))"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout == "set()\n"
