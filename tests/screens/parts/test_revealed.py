"""Values in clear go by themselves."""

from datetime import UTC, datetime, timedelta

from console.raw import Raw
from screens.parts.revealed import RevealedValues

START = datetime(2026, 11, 22, 12, tzinfo=UTC)
HALF_AN_HOUR = timedelta(minutes=30)


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


def test_values_are_there_until_they_expire():
    clock = Clock()
    revealed = RevealedValues(clock)
    revealed.keep("a", {"name": Raw("Maria")}, START + HALF_AN_HOUR)
    revealed.keep("a", {"phone": Raw("1")}, START + HALF_AN_HOUR)
    assert dict(revealed.of("a")) == {"name": Raw("Maria"), "phone": Raw("1")}
    assert revealed.of("b") == {}
    clock.now += HALF_AN_HOUR
    assert revealed.of("a") == {}
    assert revealed.sweep()
    assert not revealed
    assert not revealed.sweep()


def test_clearing_forgets_everything():
    revealed = RevealedValues(Clock())
    revealed.keep("a", {"name": Raw("Maria")}, START + HALF_AN_HOUR)
    assert revealed.clear()
    assert not revealed.clear()
    assert revealed.of("a") == {}


def test_a_correction_changes_what_is_in_clear_and_reveals_nothing_else():
    revealed = RevealedValues(Clock())
    revealed.keep("a", {"name": Raw("Maria")}, START + HALF_AN_HOUR)
    revealed.correct("a", {"name": Raw("Marta"), "phone": Raw("1")})
    revealed.correct("b", {"name": Raw("Nina")})
    assert dict(revealed.of("a")) == {"name": Raw("Marta")}
    assert revealed.of("b") == {}
