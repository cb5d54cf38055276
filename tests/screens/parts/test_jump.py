"""Where `:` leads."""

import pytest

from screens.parts.jump import Place, parse

SCREENS = ("tickets", "users", "pro-applications", "surveys", "audit", "payment-reviews", "reconciliations")


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        (":user 1048233", Place("users", "U-1048233")),
        ("U-1048233", Place("users", "U-1048233")),
        (" u-007 ", Place("users", "U-7")),
        ("ticket T-204", Place("tickets", "T-204")),
        ("log 12", Place("audit", "A-12")),
        ("audit", Place("audit")),
        ("rv-31", Place("payment-reviews", "RV-31")),
        ("review 31", Place("payment-reviews", "RV-31")),
        ("payments", Place("payment-reviews")),
        ("pa-12", Place("pro-applications", "PA-12")),
        ("application 12", Place("pro-applications", "PA-12")),
        ("PD-7", Place("pro-applications", "PD-7")),
        ("RC-2", Place("reconciliations", "RC-2")),
        ("survey 3", Place("surveys", "SV-3")),
        (":contest 2", Place("surveys", "CT-2")),
        ("ct-2", Place("surveys", "CT-2")),
        ("AW-4", Place("surveys", "AW-4")),
        ("CE-9", Place("surveys", "CE-9")),
        ("contests", Place("surveys")),
    ],
)
def test_numbers_words_and_screens_lead_somewhere(typed: str, place: Place):
    assert parse(typed, SCREENS) == place


@pytest.mark.parametrize(
    "typed", ["", ":", "bogus", "order 3", "E-1", "U-", "U-1x", "U-٣", "U-" + "9" * 40, "a b c", "[b]x[/b]", "user -"]
)
def test_what_leads_nowhere_is_answered_with_a_sentence(typed: str):
    assert isinstance(parse(typed, SCREENS), str)
