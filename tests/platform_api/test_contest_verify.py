"""`petworks contest verify` as anybody runs it: of a record that a platform served, in a process of its own, offline. What was changed in it is
named in a line, and the command says no."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.platform_api.api import Api
from tests.platform_api.contests_made import Contests
from tests.platform_api.test_awards import claimed

Record = dict[str, Any]
OFFLINE = {"PATH": os.environ["PATH"], "https_proxy": "http://127.0.0.1:9", "http_proxy": "http://127.0.0.1:9"}
"""Nothing of a console's settings, and no way out."""


@pytest.fixture
def made(api: Api) -> Contests:
    return Contests(api)


def fetched(client: httpx.Client, number: str, file: Path) -> Path:
    """The record as it came, byte by byte."""
    with client.stream("GET", f"/v1/contests/{number}/record") as answer, file.open("wb") as out:
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
        for part in answer.iter_bytes():
            out.write(part)
    return file


def verify(*arguments: str | Path) -> tuple[int, list[str]]:
    """Exit code and lines; nothing of it is a traceback."""
    command = [sys.executable, "-m", "console", "contest", "verify", *map(str, arguments)]
    done = subprocess.run(command, env=OFFLINE, capture_output=True, text=True, timeout=60, check=False)
    assert done.stderr == "", done.stderr
    return done.returncode, done.stdout.splitlines()


# As it was served


def test_a_record_holds_at_each_stage_and_to_the_ones_before(made: Contests, tmp_path: Path) -> None:
    number = made.opened()
    made.enter(number, *(f"E{n}" for n in range(12)))
    auditor = made.api.sign_in("auditor")
    opened = fetched(auditor, number, tmp_path / "opened.json")
    made.close(number)
    closed = fetched(auditor, number, tmp_path / "closed.json")
    made.draw(number)
    drawn = fetched(auditor, number, tmp_path / "drawn.json")
    prize = claimed(made, made.awards(number)[0]["number"])
    made.rule_out(prize)
    again = fetched(auditor, number, tmp_path / "again.json")
    assert verify(opened) == (
        0,
        [f"{number}: its terms hold. It takes entries: neither its list nor its draw are fixed yet."],
    )
    assert verify(closed) == (0, [f"{number}: its terms and its list of 12 entries hold. It isn't drawn yet."])
    holds = f"{number}: all of it holds: 12 entries, 0 excluded (0 disqualified), 4 drawn,"
    assert verify(drawn) == (0, [f"{holds} 0 drawn again, 0 of 2 prizes settled."])
    for earlier in (opened, closed, drawn):
        code, said = verify(again, "--earlier", earlier)
        assert (code, said[0]) == (0, f"{holds} 1 drawn again, 1 of 3 prizes settled.")
        assert ("0 more were excluded" in said[1]) == (earlier != opened)


def test_another_contest_s_record_is_not_the_later_one(made: Contests, tmp_path: Path) -> None:
    one, other = (fetched(made.manager, made.drawn(), tmp_path / name) for name in ("one.json", "other.json"))
    code, said = verify(other, "--earlier", one)
    assert (code, said[0]) == (1, "CT-2: contest was another one before")


# Changed


def undrawn(record: Record) -> int:
    """The place on the list of somebody who entered and was not drawn."""
    drawn = {one["leaf"] for one in record["drawn_leaves"]}
    return next(place for place, leaf in enumerate(record["leaves"]) if leaf not in drawn)


def other_winner(record: Record) -> None:
    record["drawn_leaves"][0]["leaf"] = record["leaves"][undrawn(record)]


def winners_in_turn(record: Record) -> None:
    record["drawn_leaves"][:2] = reversed(record["drawn_leaves"][:2])


def reserve_wins(record: Record) -> None:
    record["awards"][0]["rank"] = 3


def other_entry(record: Record) -> None:
    """In its last digit: the list still rises, and the draw picks the same."""
    place = undrawn(record)
    leaf = record["leaves"][place]
    record["leaves"][place] = leaf[:-1] + ("0" if leaf[-1] != "0" else "1")


def entry_less(record: Record) -> None:
    del record["leaves"][undrawn(record)]


def other_hash(record: Record) -> None:
    record["entries_hash"] = "ab" * 32


def other_seed(record: Record) -> None:
    record["seed"] = "00" * 32


def other_prize(record: Record) -> None:
    record["terms"]["prize"] = "One grooming"


DRAWS_OTHERS = "draw: the seed and the list draw others"
NOT_THE_LIST = "entries: not the list that was fixed when it closed"

CHANGED: list[tuple[Callable[[Record], None], list[str]]] = [
    (other_winner, [DRAWS_OTHERS]),
    (winners_in_turn, [DRAWS_OTHERS]),
    (reserve_wins, ["prizes: not given to the first that were drawn"]),
    (other_entry, [NOT_THE_LIST]),
    (other_hash, [NOT_THE_LIST, DRAWS_OTHERS]),
    (entry_less, ["entries: 39 are listed, 40 were counted", NOT_THE_LIST, DRAWS_OTHERS]),
    (other_seed, ["seed: not the one that was committed to when it opened", DRAWS_OTHERS]),
    (other_prize, ["terms: not those that were fixed when it opened"]),
]


def test_whatever_was_changed_in_it_is_named_and_refused(made: Contests, tmp_path: Path) -> None:
    number = made.drawn(40)
    file = fetched(made.manager, number, tmp_path / "record.json")
    true = file.read_bytes()
    assert verify(file)[0] == 0
    for change, said in CHANGED:
        record = json.loads(true)
        change(record)
        file.write_text(json.dumps(record))
        assert verify(file) == (1, [f"{number}: {line}" for line in said]), change.__name__


@pytest.mark.parametrize(
    ("broken", "why"),
    [(lambda it: it[: len(it) // 2], "it is no JSON"), (lambda _: b"{}", "it is no record of a contest")],
)
def test_what_came_in_part_or_is_something_else_is_no_record(
    made: Contests, tmp_path: Path, broken: Callable[[bytes], bytes], why: str
) -> None:
    file = fetched(made.manager, made.drawn(), tmp_path / "record.json")
    file.write_bytes(broken(file.read_bytes()))
    assert verify(file) == (1, [f"The record can't be verified: {why}"])
    file.unlink()
    assert verify(file)[0] == 1
