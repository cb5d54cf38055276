"""The line of tabs: every one that a role has is there, whatever the width."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from screens.parts.head import SHORT, TABS, fitting


def drawn(names: list[str], room: int) -> str:
    titles, tight = fitting(names, room)
    gap = "" if tight else " "
    return f" {gap.join(f' {TABS[name][0]} {titles[name]} ' for name in names)} "


@given(st.lists(st.sampled_from(list(TABS)), unique=True))
def test_all_tabs_of_any_role_fit_into_eighty_columns(names: list[str]) -> None:
    line = drawn(sorted(names, key=list(TABS).index), 80)
    assert len(line) <= 80
    assert all(f" {TABS[name][0]} " in line for name in names)


def test_titles_are_cut_only_where_they_have_to_be() -> None:
    few = ["tickets", "users", "privacy-requests"]
    assert fitting(few, 80) == ({name: TABS[name][1] for name in few}, False)
    titles, tight = fitting(list(TABS), 80)
    assert tight and titles == {name: SHORT.get(name, title) for name, (_, title) in TABS.items()}
    assert fitting(list(TABS), 120)[0] == {name: title for name, (_, title) in TABS.items()}


def test_the_same_tabs_are_shortened_every_time() -> None:
    """Titles don't jump about between two screens, or two days."""
    manager = [name for name in TABS if name != "employees"]
    titles, _ = fitting(manager, 80)
    shown = " ".join(f"{TABS[name][0]} {titles[name]}" for name in manager)
    assert shown == "1 Tickets 2 Users 3 Pros 4 Orders 5 Priv 6 Surv 7 Audit 9 Pol 0 Pay"
