"""How long a claim lasts, in words that are true after its end too."""

from datetime import UTC, datetime, timedelta

import pytest

from screens.parts.case_words import yours

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (None, "yours"),
        (timedelta(minutes=29, seconds=30), "yours for 29 min"),
        (timedelta(seconds=30), "yours for less than a minute"),
        (timedelta(0), "yours no more: the claim has run out"),
        (-timedelta(minutes=5), "yours no more: the claim has run out"),
    ],
)
def test_what_is_left_of_a_claim(left: timedelta | None, said: str):
    assert yours(None if left is None else NOW + left, NOW) == said
