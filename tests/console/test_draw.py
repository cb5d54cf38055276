"""The draw: the same each time, as likely for each as for any other, and nothing of it to be known without the seed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from hashlib import sha256
from io import StringIO
from itertools import islice, permutations
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console import draw
from console.draw_check import FORMAT, faults_of, verify_file

SEED = bytes(range(32))
keys = st.binary(min_size=32, max_size=32)


def leaves_of(count: int) -> list[bytes]:
    return sorted(sha256(number.to_bytes(8, "big")).digest() for number in range(count))


# The order


def plain_shuffle(key: bytes, count: int) -> list[int]:
    """Fisher and Yates as everybody writes it down."""
    words, places = draw._words(key), list(range(count))
    for place in range(count):
        chosen = place + draw.below(words, count - place)
        places[place], places[chosen] = places[chosen], places[place]
    return places


@given(keys, st.integers(0, 300))
def test_the_order_is_a_plain_shuffle_and_the_same_each_time(key: bytes, count: int) -> None:
    found = list(draw.drawn_order(key, count))
    assert found == plain_shuffle(key, count) == list(draw.drawn_order(key, count))
    assert sorted(found) == list(range(count))


def test_an_order_that_was_worked_out_elsewhere_stays_what_it_is() -> None:
    """A record of today must verify in ten years: whatever changes this is another version of the draw."""
    hashed = draw.hash_of(leaves_of(10))
    assert draw.commitment(SEED) == "5cfe6d4d762f5d04940c2260dd65f1f2c9919dca5834b950e5a5191e489a5ca1"
    assert hashed == "f5008cf9adf7677db31b25be27fde2419649e9cc0e2e976db90a8e96482be744"
    assert list(draw.drawn_order(draw.draw_key(SEED, hashed), 10)) == [8, 7, 0, 4, 9, 6, 5, 2, 1, 3]


def chi_square(counts: Counter[Any], cells: int, total: int) -> float:
    expected = total / cells
    missing = cells - len(counts)
    return sum((count - expected) ** 2 for count in counts.values()) / expected + missing * expected


def test_every_order_is_as_likely_as_any_other() -> None:
    """24 orders of 4, over seeds of a fixed source: 23 degrees of freedom stay below 49.7 in 999 of 1,000 cases."""
    random, total = Random("uniform"), 24_000
    counts = Counter(tuple(draw.drawn_order(random.randbytes(32), 4)) for _ in range(total))
    assert set(counts) == set(permutations(range(4)))
    assert chi_square(counts, 24, total) < 49.7


@pytest.mark.parametrize("count", [3, 10, 97])
def test_everybody_is_as_likely_to_win_and_to_be_a_reserve(count: int) -> None:
    """First and third of the order; the bound is that of 999 in 1,000 (by Wilson and Hilferty)."""
    random, total = Random(f"places {count}"), 20_000
    orders = [list(islice(draw.drawn_order(random.randbytes(32), count), 3)) for _ in range(total)]
    freedom = count - 1
    bound = freedom * (1 - 2 / (9 * freedom) + 3.09 * (2 / (9 * freedom)) ** 0.5) ** 3
    for place in (0, 2):
        assert chi_square(Counter(order[place] for order in orders), count, total) < bound


def test_a_shuffle_that_favours_some_is_found_out() -> None:
    """The test above can fail: with a remainder instead of a rejection, the first of three would win more often."""
    random, total = Random("biased"), 20_000
    counts = Counter(random.getrandbits(3) % 3 for _ in range(total))
    assert chi_square(counts, 3, total) > 100


@given(st.integers(1, 2**63), st.integers(0, 2**64 - 1))
def test_words_that_would_favour_some_are_left_out(bound: int, word: int) -> None:
    fair = 2**64 // bound * bound
    assert draw.below(iter([word, 0]), bound) == (word % bound if word < fair else 0)


@given(keys, st.lists(st.booleans(), max_size=60), st.integers(0, 20))
def test_who_is_excluded_is_passed_over_and_changes_nothing_for_the_others(
    key: bytes, excluded: list[bool], wanted: int
) -> None:
    places = [place for place, out in enumerate(excluded) if out]
    order = [place for place in draw.drawn_order(key, len(excluded)) if not excluded[place]]
    assert draw.pick(key, len(excluded), wanted, places) == order[:wanted]


# What is fixed


@given(keys, keys)
def test_another_seed_or_another_list_is_another_draw(one: bytes, other: bytes) -> None:
    first, second = draw.hash_of(leaves_of(5)), draw.hash_of(leaves_of(6))
    assert draw.draw_key(one, first) != draw.draw_key(one, second)
    assert (draw.commitment(one) == draw.commitment(other)) == (one == other)
    assert (draw.draw_key(one, first) == draw.draw_key(other, first)) == (one == other)


def test_who_knows_all_but_the_seed_guesses_no_better_than_chance() -> None:
    """Everything that is published before the draw stands the same, and any of twenty wins as often as another."""
    random, leaves = Random("blind"), leaves_of(20)
    hashed = draw.hash_of(leaves)
    counts = Counter(next(draw.drawn_order(draw.draw_key(random.randbytes(32), hashed), 20)) for _ in range(20_000))
    assert chi_square(counts, 20, 20_000) < 43.8


def test_a_list_out_of_order_or_with_somebody_twice_has_no_hash() -> None:
    leaves = leaves_of(4)
    for wrong in (leaves[::-1], [leaves[0], leaves[0]], [b"short"]):
        with pytest.raises(ValueError, match="rise"):
            draw.hash_of(wrong)
    assert len({draw.hash_of(leaves_of(count)) for count in range(5)}) == 5


def test_a_leaf_tells_nobody_without_its_salt() -> None:
    entry = ("contest", "entry")
    assert draw.leaf(*entry, b"a" * 16) == draw.leaf(*entry, b"a" * 16) != draw.leaf(*entry, b"b" * 16)


# Verifying


def record(count: int = 30, places: int = 3, reserves: int = 2, excluded: int = 4) -> dict[str, Any]:
    leaves = leaves_of(count)
    terms = {
        "title": "\u202e[b]A contest \U0001f408",
        "places": places,
        "reserves": reserves,
        "closes": "2026-03-01T12:00:00+00:00",
    }
    hashed, out = draw.hash_of(leaves), list(range(0, excluded * 2, 2))
    picked = draw.pick(draw.draw_key(SEED, hashed), count, places + reserves, out)
    return {
        "format": FORMAT, "contest": "CT-1", "state": "drawn", "terms": terms, "terms_hash": draw.terms_hash(terms),
        "commitment": draw.commitment(SEED), "entries_hash": hashed, "seed": SEED.hex(), "count": count, "closed": terms["closes"],
        "excluded": [{"leaf": leaves[place].hex(), "why": "left", "late": False} for place in out], "excluded_then": excluded,
        "excluded_hash": draw.hash_of([leaves[place] for place in out], draw.EXCLUDED),
        "drawn_leaves": [{"leaf": leaves[place].hex(), "left": False} for place in picked],
        "awards": [{"place": n, "rank": n, "state": "drawn", "reason": None} for n in range(1, places + 1)],
        "disqualified": 0, "leaves": [leaf.hex() for leaf in leaves],
    }  # fmt: skip


def late(leaf: str) -> dict[str, Any]:
    """As a record has somebody who was excluded since it closed."""
    return {"leaf": leaf, "why": "left", "late": True}


def forfeited(found: dict[str, Any], place: int, rank: int) -> None:
    found["awards"][place - 1]["state"] = "forfeited"
    found["awards"].append({"place": place, "rank": rank, "state": "drawn", "reason": None})


def test_a_true_record_holds_at_each_stage() -> None:
    whole = record()
    assert list(faults_of(whole)) == []
    closed = {**whole, "seed": None, "drawn_leaves": [], "awards": []}
    opened = {**closed, "entries_hash": None, "leaves": [], "count": 0, "excluded": []}
    assert [list(faults_of(one)) for one in (closed, opened)] == [[], []]
    forfeited(whole, 2, 4)
    whole["drawn_leaves"][4]["left"] = False
    assert list(faults_of(whole)) == []


Change = Callable[[dict[str, Any]], object]
CHANGES: dict[str, tuple[Change, str]] = {
    "other terms": (lambda r: r["terms"].update(places=4), "terms: not those"),
    "terms that were never fixed": (lambda r: r.update(terms_hash=None), "terms: not those"),
    "a leaf more": (lambda r: r["leaves"].append("ff" * 32), "entries: 31 are listed"),
    "a leaf less": (lambda r: r["leaves"].pop(), "entries: not the list"),
    "another leaf": (lambda r: r["leaves"].__setitem__(0, "00" * 32), "entries: not the list"),
    "leaves in another order": (lambda r: r["leaves"].reverse(), "entries: not a list of leaves that rise"),
    "another seed": (lambda r: r.update(seed="11" * 32), "seed: not the one"),
    "somebody excluded later": (lambda r: r["excluded"].append(late(r["drawn_leaves"][0]["leaf"])), "draw: the seed and the list"),
    "somebody let in": (lambda r: r["excluded"].clear(), "draw: the seed and the list"),
    "somebody excluded who was never there": (lambda r: r["excluded"].append(late("00" * 32)), "draw: 1 are excluded"),
    "closed before its time": (lambda r: r.update(closed="2026-03-01T11:59:59+00:00"), "closed: before the end"),
    "somebody excluded whom closing did not": (lambda r: r["excluded"][0].update(late=True), "excluded: not those"),
    "somebody disqualified who left": (lambda r: r.update(disqualified=1), "excluded: more are said to be"),
    "another winner": (lambda r: r["drawn_leaves"].reverse(), "draw: the seed and the list"),
    "a winner left out": (lambda r: r["awards"].pop(0), "prizes: not given"),
    "drawn again without need": (lambda r: r["awards"].append({"place": 1, "rank": 4, "state": "drawn"}), "prize 1: drawn again although"),
    "a reserve passed over": (lambda r: forfeited(r, 1, 5), "prize 1: drawn again out of its turn"),
    "forfeited and kept": (lambda r: r["awards"][0].update(state="forfeited"), "prizes: one was forfeited and not drawn again"),
    "drawn without a seed": (lambda r: r.update(seed=None), "draw: somebody was drawn without a seed"),
    "a seed that is none": (lambda r: r.update(seed="zz"), "seed: can't be read"),
    "terms that are none": (lambda r: r.update(terms={}), "can't be read"),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_whatever_was_changed_is_named(name: str) -> None:
    change, fault = CHANGES[name]
    found = record()
    change(found)
    assert [said for said in faults_of(found) if fault in said], list(faults_of(found))


def texts() -> Iterator[bytes]:
    yield b""
    yield b"{"
    yield b"[1, 2]"
    yield b"[" * 100_000
    yield b'{"format": "petworks contest record 1"}'
    yield json.dumps({**record(), "leaves": {}}).encode()
    yield json.dumps({**record(), "count": True}).encode()
    yield bytes(range(256))


@pytest.mark.parametrize("content", texts(), ids=lambda content: f"{content[:12]!r}")
def test_what_is_no_record_is_refused(content: bytes, tmp_path: Path) -> None:
    file, out = tmp_path / "record.json", StringIO()
    file.write_bytes(content)
    assert verify_file(file, out) == 1
    assert out.getvalue().startswith("The record can't be verified: ")


def test_hostile_texts_in_a_record_reach_no_terminal(tmp_path: Path) -> None:
    file, out = tmp_path / "record.json", StringIO()
    file.write_text(json.dumps({**record(), "contest": "\x1b]0;owned\x07CT-1\n\u202e"}))
    verify_file(file, out)
    assert not [character for character in out.getvalue() if character in "\x1b\x07\u202e"]
    assert out.getvalue().count("\n") == 1


def test_an_earlier_record_holds_the_later_to_it(tmp_path: Path) -> None:
    before, after, out = tmp_path / "before.json", tmp_path / "after.json", StringIO()
    before.write_text(json.dumps({**record(), "seed": None, "drawn_leaves": [], "awards": []}))
    after.write_text(json.dumps(record()))
    assert verify_file(after, out, earlier=before) == 0
    before.write_text(json.dumps({**record(), "commitment": "00" * 32, "seed": None, "drawn_leaves": [], "awards": []}))
    assert verify_file(after, out, earlier=before) == 1
    assert "commitment was another one before" in out.getvalue()


def test_nobody_who_was_excluded_comes_back_and_who_is_more_is_counted(tmp_path: Path) -> None:
    before, after, whole = tmp_path / "before.json", tmp_path / "after.json", record()
    closed = {**whole, "seed": None, "drawn_leaves": [], "awards": []}
    more = {"leaf": whole["leaves"][-1], "why": "left", "late": True}
    before.write_text(json.dumps(closed))
    after.write_text(json.dumps({**closed, "excluded": [*closed["excluded"], more]}))
    out = StringIO()
    assert verify_file(after, out, earlier=before) == 0
    assert "since the earlier record 1 more were excluded: 1 left, 0 not eligible." in out.getvalue()
    out = StringIO()
    assert verify_file(before, out, earlier=after) == 1
    assert out.getvalue() == "CT-1: excluded: 1 who were excluded before are not any more\n"


def test_who_was_drawn_stays_drawn(tmp_path: Path) -> None:
    """With somebody more passed over, another list of winners holds by itself; not beside a record from before."""
    whole, file, before, out = record(), tmp_path / "after.json", tmp_path / "before.json", StringIO()
    before.write_text(json.dumps(whole))
    leaves, first = whole["leaves"], whole["drawn_leaves"][0]["leaf"]
    excluded = [*whole["excluded"], {"leaf": first, "why": "not_eligible", "late": True}]
    places = [leaves.index(one["leaf"]) for one in excluded]
    picked = draw.pick(draw.draw_key(SEED, whole["entries_hash"]), 30, 5, places)
    drawn = [{"leaf": leaves[place], "left": False} for place in picked]
    file.write_text(json.dumps({**whole, "excluded": excluded, "drawn_leaves": drawn}))
    assert verify_file(file, out) == 0
    assert verify_file(file, out, earlier=before) == 1
    assert "drawn_leaves were others before" in out.getvalue()
