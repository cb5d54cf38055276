"""A key that is held down is not a key that is pressed."""

from screens.parts.held_key import HeldKey


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_the_repeats_of_a_held_key_are_told_from_presses():
    clock = Clock()
    held = HeldKey(clock)
    held.pressed("enter")
    assert not held.repeats
    for _ in range(3):
        clock.now += 0.03
        held.pressed("enter")
        assert held.repeats
    clock.now += 0.5
    held.pressed("enter")
    assert not held.repeats


def test_another_key_right_after_is_a_press():
    clock = Clock()
    held = HeldKey(clock)
    held.pressed("tab")
    clock.now += 0.03
    held.pressed("enter")
    assert not held.repeats
