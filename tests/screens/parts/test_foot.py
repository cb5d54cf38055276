"""Which keys the foot shows where there is no room for all."""

from screens.parts.foot import fitting

LIST = [("enter", "open"), ("space", "mark"), ("/", "filter"), ("x", "actions"), ("esc", "back"), ("s", "sort")]
OWN = [("t", "take in hand"), ("a", "next step"), ("m", "letter")]
KEYS = [*LIST, *OWN, (":", "jump")]


def drawn(room: int, keys: list[tuple[str, str]] = KEYS) -> list[str]:
    return fitting(keys, room).plain.split("  ")


def test_all_are_shown_in_their_order_where_there_is_room():
    assert drawn(120) == [f"{key} {does}" for key, does in KEYS]


def test_what_is_the_same_on_every_list_gives_way_to_what_a_screen_does():
    own = "/ filter  x actions  t take in hand  a next step  m letter"
    assert "  ".join(drawn(len(own))) == own
    assert "  ".join(drawn(len(own) + len("enter open  "))) == f"enter open  {own}"
    assert "m letter" not in drawn(len(own) - 1)


def test_room_that_is_left_is_used():
    assert drawn(len("/ filter  s sort"), [*LIST[2:], ("w", "what is rather long")]) == ["/ filter", "s sort"]


def test_none_is_cut_and_the_order_stays():
    words = [f"{key} {does}" for key, does in KEYS]
    for room in range(120):
        shown = [each for each in drawn(room) if each]
        assert len("  ".join(shown)) <= room
        assert [each for each in words if each in shown] == shown
