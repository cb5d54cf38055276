"""Free text without what leads to somebody, however it is written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.platform_api.masked_text import mask_text
from console.platform_api.masks import HIDDEN

DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2212\uff0d_~|*·•/."


@pytest.mark.parametrize(
    "typed",
    [
        "ada@example.com", "ada @ example.com", "ada＠example.com", "ada\u200b@\u200bexample.com", '"ada b"@example.com', "ada@[192.0.2.1]",
        "ada(at)example.com", "ada [AT] example.com", "ada{at}example.com", "{ada}@example.com", "2035550100@example.com",
        "203 5550100x@example.com",
        "a" * 300 + "@example.com",
        "2035550100", "203 555 0100", "+1 (203) 555-0100", "203  -  555  -  0100", "203\n555\n0100", "２０３５５５０１００", "٢٠٣٥٥٥٠١٠٠",
        "2\ufe0f\u20e30\ufe0f\u20e33\ufe0f\u20e35\ufe0f\u20e35\ufe0f\u20e35\ufe0f\u20e30\ufe0f\u20e31\ufe0f\u20e30\ufe0f\u20e30\ufe0f\u20e3",
        "2035550100 2035550101\n2035550102", "1" * 100,
        "2\u03010\u03013\u0301 555 0100", "4242 4242 4242 4242", "4242\u20114242\u20114242\u20114242",
    ],
)  # fmt: skip
def test_an_address_or_a_number_is_masked_whole(typed: str) -> None:
    masked = mask_text(f"Hello {typed} bye")
    assert (masked.startswith("Hello •"), masked.endswith(" bye"), masked.count(HIDDEN)) == (True, True, 1)
    assert not [character for character in masked[5:-3] if character.isalnum()]


@given(st.sampled_from(DASHES), st.sampled_from(DASHES))
def test_whatever_stands_between_the_digits_of_a_phone_number(one: str, other: str) -> None:
    assert mask_text(f"203{one}555{other}0100") == HIDDEN


@pytest.mark.parametrize(
    "typed", ["", "10 of 10", "5 stars, 3 dogs", "Our cat is 12.5 kg", "24/7!", "at home (at 10)", "cafe\u0301"]
)
def test_words_and_small_numbers_stay(typed: str) -> None:
    assert mask_text(typed) == typed


@given(st.text(alphabet='a@. 1-\u2011\u0301\u200b"[](t)', max_size=60))
def test_nothing_like_an_address_is_left(typed: str) -> None:
    masked = mask_text(typed)
    assert "a@a" not in masked and "1" * 7 not in masked
