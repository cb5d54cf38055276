"""The window of rows: whatever moves are made, each row it shows is the list's, and it stays small."""

import asyncio
from collections.abc import Sequence

from hypothesis import example, given, settings
from hypothesis import strategies as st

from screens.parts.record_table.plan import first_row, page_size, plan
from screens.parts.record_table.source import Ask
from screens.parts.record_table.window import PAGES_KEPT, Window
from tests.screens.listed import Listed

HEIGHT = 20

moves = st.lists(
    st.one_of(
        st.tuples(st.just("scroll"), st.floats(0, 1)),
        st.tuples(st.just("step"), st.integers(-60, 60)),
        st.tuples(st.just("around"), st.floats(0, 1)),
        st.tuples(st.just("end"), st.none()),
    ),
    max_size=25,
)


class View:
    """A view over a list without a screen: where it is, and what it has."""

    def __init__(self, source: Listed) -> None:
        self.source = source
        self.window = Window()
        self.top = 0
        self.answer(Ask("show"))

    def answer(self, ask: Ask) -> None:
        page = asyncio.run(ask.of(self.source, page_size(HEIGHT)))
        if ask.purpose == "next":
            self.top += self.window.append(page)
        elif ask.purpose == "previous":
            self.top += self.window.prepend(page)
        else:
            self.window.open(page, first_row(ask, page, HEIGHT))
        self.top = max(0, min(self.top, self.window.total - HEIGHT))

    def settle(self, travel: int) -> None:
        """Load until nothing more is wanted."""
        for _ in range(20):
            ask = plan(self.window, self.top, HEIGHT, travel)
            if ask is None:
                return
            self.answer(ask)
        raise AssertionError("the view never had enough")

    def move(self, kind: str, how: float | int | None) -> None:
        before = self.top
        if kind == "scroll":
            self.top = int((how or 0) * max(0, self.window.total - HEIGHT))
        elif kind == "step":
            self.top = max(0, min(self.top + int(how or 0), self.window.total - HEIGHT))
        elif kind == "around":
            number = self.source.numbers[int((how or 0) * (len(self.source.numbers) - 1))]
            self.answer(Ask("go", around=f"U-{number}"))
            self.top = max(0, (self.window.row_of(f"U-{number}") or 0) - HEIGHT // 2)
        else:
            self.answer(Ask("go", end=True))
            self.top = max(0, self.window.total - HEIGHT)
        self.settle(1 if self.top >= before else -1)


def numbers_shown(window: Window, rows: Sequence[int]) -> list[int]:
    return [int(record.number[2:]) for row in rows if (record := window.record(row)) is not None]


@settings(max_examples=50, deadline=None)
@given(count=st.integers(1, 3000), moves=moves)
def test_every_row_is_the_one_of_its_place_when_places_are_exact(count: int, moves: list[tuple[str, float | None]]):
    view = View(Listed(range(count, 0, -1)))
    for move in moves:
        view.move(*move)
        rows = range(view.window.first, view.window.end)
        assert numbers_shown(view.window, rows) == [count - row for row in rows]


@settings(max_examples=50, deadline=None)
@given(count=st.integers(1, 3000), exact=st.booleans(), drift=st.integers(-500, 500), moves=moves)
def test_neighbours_stay_neighbours_when_places_are_estimates(
    count: int, exact: bool, drift: int, moves: list[tuple[str, float | None]]
):
    view = View(Listed(range(count, 0, -1), exact=exact, drift=drift))
    for move in moves:
        view.move(*move)
        shown = numbers_shown(view.window, range(view.window.first, view.window.end))
        assert shown == list(range(shown[0], shown[0] - len(shown), -1))


@settings(max_examples=50, deadline=None)
@given(count=st.integers(1, 3000), drift=st.integers(-500, 500), moves=moves)
def test_the_ends_of_the_list_are_where_the_scrollbar_says(
    count: int, drift: int, moves: list[tuple[str, float | None]]
):
    view = View(Listed(range(count, 0, -1), exact=False, drift=drift))
    for move in moves:
        view.move(*move)
        window = view.window
        assert (window.first == 0) == (window.previous is None)
        assert (window.end == window.total) == (window.next is None)


@settings(max_examples=50, deadline=None)
@given(moves=moves)
def test_memory_is_bounded(moves: list[tuple[str, float | None]]):
    view = View(Listed(range(100_000, 0, -1)))
    for move in moves:
        view.move(*move)
        assert len(view.window) <= PAGES_KEPT * page_size(HEIGHT)


@settings(max_examples=50, deadline=None)
@example(count=61, exact=False, drift=321, moves=[("scroll", 0.5)])
@given(count=st.integers(HEIGHT, 3000), exact=st.booleans(), drift=st.integers(-500, 500), moves=moves)
def test_a_settled_view_is_full_of_rows(count: int, exact: bool, drift: int, moves: list[tuple[str, float | None]]):
    view = View(Listed(range(count, 0, -1), exact=exact, drift=drift))
    for move in moves:
        view.move(*move)
        rows = range(view.top, min(view.top + HEIGHT, view.window.total))
        assert len(numbers_shown(view.window, rows)) == len(rows)


def test_a_record_that_moved_between_two_answers_is_shown_once():
    source = Listed(range(200, 0, -1))
    window = Window()
    window.open(source.slice(0, 50))
    window.append(source.slice(45, 50))
    assert numbers_shown(window, range(window.end)) == list(range(200, 105, -1))


def test_a_list_that_was_cut_short_says_so():
    window = Window()
    source = Listed(range(20, 0, -1), exact=False)
    window.open(source.slice(0, 20))
    assert window.cut_short
