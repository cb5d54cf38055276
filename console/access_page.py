"""The access table as a page for people: `python -m console.access_page > docs/access.md`. A test says when the page is out of date."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from console.access import TABLE, All, Cell, Grant, Level
from console.conditions import CONDITIONS
from console.records import RECORDS
from console.records.employees import ALONE, Role
from console.records.record import Category, categories

HEAD = """\
# Who may see and do what

Made from `console/access.py` by `python -m console.access_page > docs/access.md`; don't edit it here. What is in no table is denied:
an unlisted field is absent from every answer, an unlisted action is refused, and the refusal is on the log.

{alone} exclude every other role. An employee with several roles has the best of each.

- `–` absent · `mask` masked · `reveal` masked, and clear by a logged reveal · `pseudonym` in clear, but the person goes by a pseudonym ·
  `full` in clear
- What stands within another record (an order's payments, a review's refund, an application's documents) shows what its own table says, and
  nothing to who has none of it. The content of a document is no field: `application-documents:open` gives it.
- Conditions stand behind what needs them and must all hold; `or` separates alternatives. They are explained at the end.
"""
NOTHING = "–"


def page() -> str:
    """Markdown."""
    alone = ", ".join(sorted(ALONE))
    parts = [HEAD.format(alone=alone), *(_resource(resource) for resource in TABLE), _conditions()]
    return "\n".join(parts)


def _resource(resource: str) -> str:
    title = f"## {resource.replace('-', ' ').capitalize()}\n"
    return "\n".join([title, *_fields(resource), *_corrections(resource), *_actions(resource), *_rows(resource)])


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    names = list(head)
    lines = [names, ["---"] * len(names), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def _roles(resource: str) -> list[Role]:
    return [role for role in Role if role in TABLE[resource]]


def _needs(needs: All) -> str:
    return ", ".join(condition.name for condition in needs)


# Sections


def _fields(resource: str) -> list[str]:
    """What each role sees, a category a row, with the fields that it holds; nothing where no record is behind it."""
    if resource not in RECORDS:
        return []
    kinds = categories(RECORDS[resource])
    shown = [category for category in Category if category in kinds.values()]
    head = ["Fields", *_roles(resource)]
    return [_table(head, [[_names(resource, category), *_levels(resource, category)] for category in shown])]


def _names(resource: str, category: Category) -> str:
    names = [name for name, kind in categories(RECORDS[resource]).items() if kind is category]
    return f"**{category}**: {', '.join(names)}"


def _levels(resource: str, category: Category) -> list[str]:
    return [_level(TABLE[resource][role].see.get(category, ())) for role in _roles(resource)]


def _level(grants: tuple[Grant, ...]) -> str:
    return " or ".join(_grant(grant) for grant in grants) or NOTHING


def _grant(grant: Grant) -> str:
    name = Level(grant.level).name.lower()
    return f"{name} ({_needs(grant.needs)})" if grant.needs else name


def _corrections(resource: str) -> list[str]:
    cells = TABLE[resource]
    kinds = [category for category in Category if any(category in cell.correct for cell in cells.values())]
    if not kinds:
        return []
    rows = [[f"**{kind}**", *(_correction(cells[role], kind) for role in _roles(resource))] for kind in kinds]
    return ["Who corrects values:\n", _table(["Fields", *_roles(resource)], rows)]


def _correction(cell: Cell, category: Category) -> str:
    return (_needs(cell.correct[category]) or "yes") if category in cell.correct else NOTHING


def _actions(resource: str) -> list[str]:
    cells = TABLE[resource]
    names = dict.fromkeys(name for cell in cells.values() for name in cell.act)
    rows = [[f"`{resource}:{name}`", *(_action(cells[role], name) for role in _roles(resource))] for name in names]
    return ["Who does what:\n", _table(["Action", *_roles(resource)], rows)]


def _action(cell: Cell, name: str) -> str:
    return (_needs(cell.act[name]) or "yes") if name in cell.act else NOTHING


def _rows(resource: str) -> list[str]:
    found = {role: TABLE[resource][role].rows for role in _roles(resource)}
    lines = [f"- {role}: {' or '.join(_needs(needs) for needs in rows)}" for role, rows in found.items() if rows]
    return ["For these roles only some rows exist; the others are not found:\n", *lines, ""] if lines else []


def _conditions() -> str:
    rows = [[f"`{name}`", condition.sentence] for name, condition in CONDITIONS.items()]
    return "\n".join(["## Conditions\n", _table(["Condition", "What an employee reads when it does not hold"], rows)])


def main() -> None:
    sys.stdout.write(page())


if __name__ == "__main__":
    main()
