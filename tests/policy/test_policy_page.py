"""docs/policy.md tells the truth: every rule is listed, and names what enforces and shows it, or the part that isn't built yet."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple, cast

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "policy.md"
RULES = [f"P{number}" for number in range(1, 38)]

PARTS: Mapping[str, tuple[str, ...]] = {
    "outgoing mail": ("console/platform_api/mail.py",),
    "orders": ("console/records/orders.py", "console/platform_api/orders.py", "screens/orders.py"),
    "payments": ("console/platform_api/payments.py", "console/records/payments.py"),
    "privacy requests": ("console/records/privacy_requests.py", "screens/privacy_requests.py"),
    "clocks": ("console/platform_api/clocks.py",),
    "surveys": ("console/records/survey_entries.py", "console/records/surveys.py", "screens/survey_entries.py"),
    "contests": ("console/records/contests.py",),
    "policy versions": ("console/records/policy_versions.py",),
}
"""Part → the files of which one is there once it is built."""

MISSING = re.compile(r"not built yet \(([\w ]+)\)")
CODE = re.compile(r"`([^`]+)`")


class Rule(NamedTuple):
    name: str
    promise: str
    rule: str
    where: str
    shown_by: str

    @property
    def missing(self) -> str | None:
        found = MISSING.fullmatch(self.where)
        return found[1] if found else None

    @property
    def modules(self) -> list[str]:
        return CODE.findall(self.where)

    @property
    def tests(self) -> list[str]:
        return CODE.findall(self.shown_by)


def rules(page: str) -> list[Rule]:
    lines = [line for line in page.splitlines() if line.startswith("| P")]
    return [Rule(*(cell.strip() for cell in line.strip("|").split(" | "))) for line in lines]


LISTED = rules(PAGE.read_text(encoding="utf-8"))


@cache
def named_in(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = (node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)))
    return frozenset(node.name for node in found if node.name.startswith("test_"))


def exists(test: str) -> bool:
    path, _, name = test.partition("::")
    return path.startswith("tests/") and (ROOT / path).is_file() and name in named_in(ROOT / path)


def complaint(rule: Rule) -> str:
    """What is wrong with a row; empty when nothing is."""
    if rule.missing is not None:
        return _about_missing(rule, rule.missing)
    if not rule.modules or not rule.tests:
        return "names no module or no test"
    gone = [name for name in rule.modules if not (ROOT / name).is_file()]
    gone += [name for name in rule.tests if not exists(name)]
    return f"names what does not exist: {', '.join(gone)}" if gone else ""


def _about_missing(rule: Rule, part: str) -> str:
    if part not in PARTS:
        return f"waits for a part that nobody knows: {part}"
    if rule.tests or rule.modules:
        return "is not built yet, and names tests"
    built = [name for name in PARTS[part] if (ROOT / name).exists()]
    return f"says that {part} is not built, but there is {built[0]}" if built else ""


def test_all_rules_are_listed_once_in_order() -> None:
    assert [rule.name for rule in LISTED] == RULES


@pytest.mark.parametrize("rule", LISTED, ids=lambda rule: rule.name)
def test_a_rule_names_what_enforces_and_shows_it(rule: Rule) -> None:
    assert rule.promise
    assert rule.rule
    assert complaint(rule) == ""


def test_a_rule_s_own_tests_are_on_the_page() -> None:
    """A test named after a rule that the page doesn't name would show nothing to anybody."""
    files = (ROOT / "tests/policy").glob("test_*.py")
    own = {name for file in files for name in named_in(file) if re.match(r"test_p\d+_", name)}
    named = {test.partition("::")[2]: rule.name for rule in LISTED for test in rule.tests if "tests/policy" in test}
    assert set(named) == own
    assert {name for name, rule in named.items() if not name.startswith(f"test_{rule.lower()}_")} == set()


GOOD_MODULE, GOOD_TEST = (
    "`console/access.py`",
    "`tests/policy/test_policy_page.py::test_all_rules_are_listed_once_in_order`",
)


@pytest.mark.parametrize(
    ("where", "shown_by", "wrong"),
    [
        (GOOD_MODULE, GOOD_TEST, ""),
        (GOOD_MODULE, "–", "names no module or no test"),
        ("–", GOOD_TEST, "names no module or no test"),
        (GOOD_MODULE, "`tests/policy/test_policy_page.py::test_nothing_of_the_kind`", "names what does not exist"),
        (
            GOOD_MODULE,
            "`tests/policy/test_nothing.py::test_all_rules_are_listed_once_in_order`",
            "names what does not exist",
        ),
        ("`console/nothing.py`", GOOD_TEST, "names what does not exist"),
        ("not built yet (the moon)", "–", "waits for a part"),
        ("not built yet (contests)", GOOD_TEST, "is not built yet, and names tests"),
        ("not built yet (contests)", "–", ""),
    ],
)
def test_what_is_wrong_with_a_row_is_found(where: str, shown_by: str, wrong: str) -> None:
    found = complaint(rules(f'| P1 | "promise" | rule | {where} | {shown_by} |')[0])
    assert found.startswith(wrong) if wrong else found == ""


def test_a_part_that_is_built_may_not_be_called_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(cast("dict[str, tuple[str, ...]]", PARTS), "contests", ("console/access.py",))
    assert complaint(rules('| P1 | "p" | r | not built yet (contests) | – |')[0]).startswith(
        "says that contests is not built"
    )
