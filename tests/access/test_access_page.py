"""docs/access.md is made from the access table, and is current."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from console.access import TABLE
from console.access_page import page
from console.conditions import CONDITIONS

ROOT = Path(__file__).parents[2]
MAKE = "python -m console.access_page > docs/access.md"


def test_the_page_is_current() -> None:
    current = (ROOT / "docs" / "access.md").read_text(encoding="utf-8")
    assert current == page(), f"The access table has changed: {MAKE}"


def test_the_command_prints_the_page() -> None:
    command = [sys.executable, "-m", "console.access_page"]
    printed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, encoding="utf-8")
    assert printed.stdout == page()
    assert MAKE in printed.stdout


def test_the_page_names_every_permission_and_condition() -> None:
    text = page()
    actions = {f"`{resource}:{name}`" for resource, row in TABLE.items() for cell in row.values() for name in cell.act}
    assert [name for name in actions | {f"`{name}`" for name in CONDITIONS} if name not in text] == []


def test_all_rows_of_a_table_have_as_many_cells() -> None:
    blocks = [block.splitlines() for block in page().split("\n\n")]
    tables = [lines for lines in blocks if lines and lines[0].startswith("|")]
    assert tables
    assert [lines for lines in tables if len({line.count("|") for line in lines if line}) != 1] == []
