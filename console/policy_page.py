"""The policy's rules as a page for people: `python -m console.policy_page > docs/policy.md`. A test says when the page is out of date."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from console.policy import RULES, Rule

HEAD = """\
# The privacy policy as rules

Made from `console/policy/` by `python -m console.policy_page > docs/policy.md`; don't edit it here.

Each promise of Petworks' privacy policy, as a rule: where it is enforced, and the tests that show it.
`tests/policy/test_policy_page.py` reads the rules: one names tests and modules that exist, or says which part is not built yet, and
may no longer say so once that part is there. What the platform API enforces holds for every client, not for this console alone.
The console's Policy screen (tab 9) shows the same rules with their live figures; `GET /v1/policy` answers with both.

| # | Promise | Rule | Enforced in | Shown by |
| --- | --- | --- | --- | --- |
"""

TAIL = """
Where promises pull against each other:

- Access and deletion (P10, P12) against the locked contest contact (P32): staff see counts; the values go only into the sealed package
  for the person.
- Deletion (P12) against accounting and chargebacks: payments stay as a ledger without identity, listed in the receipt that the person
  gets, with the basis.
"""
NOTHING = "–"


def page() -> str:
    """Markdown."""
    return HEAD + "".join(_row(rule) for rule in RULES) + TAIL


def _row(rule: Rule) -> str:
    where = f"not built yet ({rule.waits_for})" if rule.waits_for else _code(rule.enforced)
    cells = (rule.name, rule.promise, rule.rule, where, _code(rule.shown_by))
    return f"| {' | '.join(cells)} |\n"


def _code(names: Iterable[str]) -> str:
    return "<br>".join(f"`{name}`" for name in names) or NOTHING


def main() -> None:
    sys.stdout.write(page())


if __name__ == "__main__":
    main()
