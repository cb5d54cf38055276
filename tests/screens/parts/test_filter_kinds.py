"""Values that people type and the platform is asked for: how long ago, and amounts of money."""

from datetime import UTC, datetime

import pytest

from screens.parts.filter_kinds import exact_moment, minor_span, moment, money_span

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("3d", "2026-11-19T12:00:00Z"),
        ("<3d", "2026-11-19T12:00:00Z"),
        ("+2w", "2026-12-06T12:00:00Z"),
        ("5h", "2026-11-22T07:00:00Z"),
        ("2026-11-01", "2026-11-01"),
        ("2026-11-01T14:30", "2026-11-01T14:30"),
    ],
)
def test_moments_near_and_exact(typed: str, asked: str):
    assert moment().fits(typed)
    assert exact_moment(typed, NOW) == asked


@pytest.mark.parametrize(
    "typed", ["", "d", "3", "3y", "-3d", "<-3d", "++3d", "12345d", "٣d", "yesterday", "2026-13-01"]
)
def test_what_is_no_moment(typed: str):
    assert not moment().fits(typed)


@pytest.mark.parametrize(
    ("typed", "asked"),
    [("50", "5000"), ("20..99.50", "2000..9950"), ("100..", "10000.."), ("..0.05", "..5"), ("12.34", "1234")],
)
def test_amounts_become_minor_units(typed: str, asked: str):
    assert minor_span(typed) == asked


@pytest.mark.parametrize("typed", ["", "..", "12.3", "12.345", "1,000", "-5", "5...6", "a", "٣", "1..2..3", "9" * 13])
def test_what_is_no_amount(typed: str):
    assert not money_span().fits(typed)
