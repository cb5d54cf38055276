"""Bars with their numbers: on one scale, honest about little and about less than nothing, and no wider than there is room."""

from datetime import date, timedelta

import pytest

from screens.parts.chart import Chart, bar, head, layout, period, rows, scale
from screens.parts.money_chart import Bucket, Figures, Sums

FIRST = date(2026, 11, 1)


def sums(*amounts: tuple[int, int, int], currency: str = "USD") -> Chart:
    kinds = ("captured", "refunded", "disputed")
    buckets = [
        Bucket(start=FIRST + timedelta(days=place), **dict(zip(kinds, each, strict=True)))
        for place, each in enumerate(amounts)
    ]
    totals = {kind: sum(each[place] for each in amounts) for place, kind in enumerate(kinds)}
    return Sums(currency=currency, buckets=tuple(buckets), **totals).chart


@pytest.mark.parametrize(
    ("value", "drawn"),
    [(0, ""), (-5, ""), (1, "▏"), (500, "█████"), (1000, "██████████"), (550, "█████▌"), (999, "██████████")],
)
def test_a_bar_is_as_long_as_its_share_in_eighths(value: int, drawn: str):
    assert bar(value, 1000, 10) == drawn.ljust(10)


def test_nothing_at_all_has_no_bars_and_no_scale():
    found = sums((0, 0, 0))
    assert "█" not in rows(found, 80).plain
    assert scale(found, 80) == ""


def test_all_kinds_share_one_scale_and_the_newest_is_on_top():
    found = sums((100_00, 0, 0), (200_00, 50_00, -20_00))
    newest, oldest = rows(found, 80).plain.split("\n")
    assert newest.startswith(" 2 Nov 2026") and oldest.startswith(" 1 Nov 2026")
    assert newest.count("█") > oldest.count("█") > 0
    assert "-20.00" in newest and "–" in oldest
    assert "200.00 USD" in scale(found, 80)


@pytest.mark.parametrize("width", [40, 60, 74, 110, 150])
def test_no_line_is_wider_than_there_is_room_and_numbers_stand_below_each_other(width: int):
    found = sums((123_456_78, 1, 99), (5, 123_456_78, 0), (1, 2, 3))
    lines = [*rows(found, width).plain.split("\n"), head(found, width).plain.split("\n")[1]]
    assert len({len(line.rstrip()) for line in lines}) == 1
    assert layout(found, width).bar == 0 or max(map(len, lines)) <= width


def test_a_currency_without_cents_has_none():
    assert "1,500" in rows(sums((1500, 0, 0), currency="JPY"), 80).plain
    assert "." not in rows(sums((1500, 0, 0), currency="JPY"), 80).plain


def test_a_period_ends_with_its_last_day():
    figures = Figures(by="day", zone="America/New_York", since=FIRST, until=FIRST + timedelta(days=30))
    assert period(figures) == "1 Nov 2026 – 30 Nov 2026, days of America/New_York"
