"""The rules tell the truth: every one is there, and names what enforces and shows it, or the part that isn't built yet. So does their page."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import cast

import pytest

from console.policy import FIGURES, RULES, Rule
from console.policy_page import page

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "policy.md"
NAMES = [f"P{number}" for number in range(1, 38)]

PARTS: Mapping[str, tuple[str, ...]] = {
    "an example": ("console/records/an_example.py",),
}
"""Part → the files of which one is there once it is built. All that the policy promises is, so one stands here that never will be."""


@cache
def named_in(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = (node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)))
    return frozenset(node.name for node in found if node.name.startswith("test_"))


def exists(test: str) -> bool:
    path, _, name = test.partition("::")
    return path.startswith("tests/") and (ROOT / path).is_file() and name in named_in(ROOT / path)


def complaint(rule: Rule) -> str:
    """What is wrong with a rule; empty when nothing is."""
    if rule.waits_for:
        return _about_missing(rule)
    if not rule.enforced or not rule.shown_by:
        return "names no module or no test"
    gone = [name for name in rule.enforced if not (ROOT / name).is_file()]
    gone += [name for name in rule.shown_by if not exists(name)]
    return f"names what does not exist: {', '.join(gone)}" if gone else ""


def _about_missing(rule: Rule) -> str:
    part = rule.waits_for
    if part not in PARTS:
        return f"waits for a part that nobody knows: {part}"
    if rule.shown_by or rule.enforced:
        return "is not built yet, and names tests"
    built = [name for name in PARTS[part] if (ROOT / name).exists()]
    return f"says that {part} is not built, but there is {built[0]}" if built else ""


def test_all_rules_are_listed_once_in_order() -> None:
    assert [rule.name for rule in RULES] == NAMES


def test_the_page_is_current() -> None:
    made = "The rules have changed: python -m console.policy_page > docs/policy.md"
    assert PAGE.read_text(encoding="utf-8") == page(), made


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_names_what_enforces_and_shows_it(rule: Rule) -> None:
    assert rule.promise
    assert rule.rule
    assert complaint(rule) == ""


def test_what_can_be_counted_of_a_rule_has_words_and_belongs_to_a_rule() -> None:
    assert {name for rule in RULES for name in rule.figures} == set(FIGURES)


def test_no_cell_of_the_page_breaks_its_table() -> None:
    rows = [line for line in page().splitlines() if line.startswith("| P")]
    assert len(rows) == len(RULES)
    assert {row.count(" | ") for row in rows} == {4}


def test_a_rule_s_own_tests_are_named_by_it() -> None:
    """A test named after a rule that the rule doesn't name would show nothing to anybody."""
    files = (ROOT / "tests/policy").glob("test_*.py")
    own = {name for file in files for name in named_in(file) if re.match(r"test_p\d+_", name)}
    named = {test.partition("::")[2]: rule.name for rule in RULES for test in rule.shown_by if "tests/policy" in test}
    assert set(named) == own
    assert {name for name, rule in named.items() if not name.startswith(f"test_{rule.lower()}_")} == set()


GOOD_MODULE, GOOD_TEST = (
    ("console/access.py",),
    ("tests/policy/test_policy_page.py::test_all_rules_are_listed_once_in_order",),
)
GOOD = Rule("P1", "promise", "rule", GOOD_MODULE, GOOD_TEST)
NO_SUCH_TEST = ("tests/policy/test_policy_page.py::test_nothing_of_the_kind",)
NO_SUCH_FILE = ("tests/policy/test_nothing.py::test_all_rules_are_listed_once_in_order",)


@pytest.mark.parametrize(
    ("rule", "wrong"),
    [
        (GOOD, ""),
        (replace(GOOD, shown_by=()), "names no module or no test"),
        (replace(GOOD, enforced=()), "names no module or no test"),
        (replace(GOOD, shown_by=NO_SUCH_TEST), "names what does not exist"),
        (replace(GOOD, shown_by=NO_SUCH_FILE), "names what does not exist"),
        (replace(GOOD, enforced=("console/nothing.py",)), "names what does not exist"),
        (Rule("P1", "promise", "rule", waits_for="the moon"), "waits for a part"),
        (replace(GOOD, waits_for="an example"), "is not built yet, and names tests"),
        (Rule("P1", "promise", "rule", waits_for="an example"), ""),
    ],
)
def test_what_is_wrong_with_a_rule_is_found(rule: Rule, wrong: str) -> None:
    found = complaint(rule)
    assert found.startswith(wrong) if wrong else found == ""


def test_a_part_that_is_built_may_not_be_called_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(cast("dict[str, tuple[str, ...]]", PARTS), "an example", ("console/access.py",))
    waiting = Rule("P1", "promise", "rule", waits_for="an example")
    assert complaint(waiting).startswith("says that an example is not built")
