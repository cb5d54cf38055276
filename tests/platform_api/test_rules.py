"""What a company decides for itself: what platform.toml may say, and what is said of a file that can't be taken."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from console.errors import SettingsError
from console.platform_api.platform import open_platform
from console.platform_api.rules import FILE, Rules, load_rules
from tests.platform_api.api import Place

WHOLE = """
zone = "Europe/Berlin"

[refunds]
while_disputed = true

[refunds.each.billing]
USD = 5_000
EUR = 4_000

[refunds.daily.billing]
USD = 20_000

[reviews]
times_usual = 7
repeated_count = 4
repeated_hours = 48
payout_change_hours = 96
answer_hours = 8

[contests]
draw_days = 7
lapse_days = 90

[contests.tax_from]
EUR = 1_000

[reviews.large]
JPY = 90_000

[processor]
kind = "stripe"
"""


def rules_of(folder: Path, text: str) -> Rules:
    (folder / FILE).write_text(text, encoding="utf-8")
    return load_rules(folder)


def test_without_a_file_the_rules_stand_as_they_come(tmp_path: Path):
    rules = load_rules(tmp_path)
    assert (rules.zone, rules.payout_change_hours, rules.refund_while_disputed) == ("America/New_York", 72, False)
    assert rules.each["billing"]["USD"] <= rules.daily["billing"]["USD"] and rules.processor == "built-in"


def test_all_that_can_be_said(tmp_path: Path):
    assert rules_of(tmp_path, WHOLE) == Rules(
        zone="Europe/Berlin", refund_while_disputed=True, each={"billing": {"USD": 5_000, "EUR": 4_000}},
        daily={"billing": {"USD": 20_000}}, large={"JPY": 90_000}, times_usual=7, repeated_count=4, repeated_hours=48,
        payout_change_hours=96, answer_hours=8, draw_days=7, lapse_days=90, tax_from={"EUR": 1_000}, processor="stripe",
    )  # fmt: skip


def test_what_is_not_said_stands(tmp_path: Path):
    rules = rules_of(tmp_path, "[reviews]\ntimes_usual = 9\n")
    assert rules.times_usual == 9 and rules.each == Rules().each


@pytest.mark.parametrize(
    ("text", "line", "key"),
    [
        ('zone = "Mars/Olympus"', 1, "zone"),
        ("zone = 5", 1, "zone"),
        ('zone = "../../etc/passwd"', 1, "zone"),
        ("\n[refunds]\nwhile_disputed = 1", 3, "refunds.while_disputed"),
        ("[refunds]\nonce = 5", 2, "refunds.once"),
        ("[refunds.each.billing]\nUSD = 10.5", 2, "refunds.each.billing.USD"),
        ("[refunds.each.billing]\nEUR = 1\nUSD = -1", 3, "refunds.each.billing.USD"),
        ("[refunds.each.billing]\nUSD = true", 2, "refunds.each.billing.USD"),
        ("[refunds.each.billing]\nusd = 5", 2, "refunds.each.billing.usd"),
        ("[refunds.daily.billing]\nUSD = 10000000000000", 2, "refunds.daily.billing.USD"),
        ("[refunds.each.manager]\nUSD = 5", 1, "refunds.each.manager"),
        ("[refunds]\neach = 5", 2, "refunds.each"),
        ("[reviews]\nrepeated_count = 1", 2, "reviews.repeated_count"),
        ("[reviews]\nrepeated_hours = 0", 2, "reviews.repeated_hours"),
        ('[reviews]\ntimes_usual = "5"', 2, "reviews.times_usual"),
        ('[reviews.large]\nUSD = "5"', 2, "reviews.large.USD"),
        ('[processor]\nkind = "paypal"', 2, "processor.kind"),
        ("[procesor]", 1, "procesor"),
        ("limit = 5", 1, "limit"),
    ],
)
def test_what_can_not_be_taken_is_named_by_file_line_and_key(tmp_path: Path, text: str, line: int, key: str):
    with pytest.raises(SettingsError) as raised:
        rules_of(tmp_path, text)
    assert str(raised.value).startswith(f"{tmp_path / FILE}, line {line}: {key} ")


def test_what_is_no_toml_is_named_with_its_line(tmp_path: Path):
    with pytest.raises(SettingsError, match=r"platform\.toml.*line 2"):
        rules_of(tmp_path, 'zone = "UTC"\nzone =\n')


def test_a_file_that_is_no_text_or_no_file(tmp_path: Path):
    (tmp_path / FILE).write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match="can't be read"):
        load_rules(tmp_path)
    (tmp_path / FILE).unlink()
    (tmp_path / FILE).mkdir()
    with pytest.raises(SettingsError, match="can't be read"):
        load_rules(tmp_path)


def test_a_platform_opens_with_its_rules_and_not_without(sqlite_place: Place):
    (sqlite_place.data / FILE).write_text("[reviews]\nanswer_hours = 5\n")
    platform = open_platform(sqlite_place.data, sqlite_place.url)
    assert platform.rules.answer_hours == 5
    platform.close()
    (sqlite_place.data / FILE).write_text("[reviews]\nanswer_hour = 5\n")
    with pytest.raises(SettingsError, match=r"line 2: reviews\.answer_hour is not known"):
        open_platform(sqlite_place.data, sqlite_place.url)


@pytest.mark.parametrize(
    ("now", "start"),
    [
        (datetime(2026, 11, 22, 4, 59, tzinfo=UTC), datetime(2026, 11, 21, 5, tzinfo=UTC)),
        (datetime(2026, 11, 22, 5, 0, tzinfo=UTC), datetime(2026, 11, 22, 5, tzinfo=UTC)),
        (datetime(2026, 7, 1, 12, tzinfo=UTC), datetime(2026, 7, 1, 4, tzinfo=UTC)),
        (datetime(2026, 11, 1, 20, tzinfo=UTC), datetime(2026, 11, 1, 4, tzinfo=UTC)),  # the clocks went back at 6:00
        (datetime(2026, 3, 8, 20, tzinfo=UTC), datetime(2026, 3, 8, 5, tzinfo=UTC)),  # and forward at 7:00
    ],
)
def test_a_day_begins_at_the_companys_own_midnight(now: datetime, start: datetime):
    assert Rules().day_start(now) == start
