"""An auditor in a real terminal: the log is visible, the console is a witness, and verify convicts who tampers with it."""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
from pathlib import Path

from platformdirs import user_data_path, user_state_path

from tests.terminal.conftest import COMMAND, Petworks
from tests.terminal.test_story import SLOWLY, start

TAMPERED = 2
"""The row that is edited."""


def audit(petworks: Petworks, says: str) -> None:
    """From the start of the demo to its end, with what the witness has to say."""
    console = start(petworks, 120, 40, role="auditor")
    console.wait("A-1", SLOWLY)
    console.wait("platform:seed")
    console.wait(says)
    console.key("ctrl+q")
    assert console.exit_code(SLOWLY) == 0


def verify(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    order = [COMMAND, "audit", "verify", *map(str, arguments)]
    return subprocess.run(order, capture_output=True, text=True, check=False, timeout=SLOWLY)


def tamper(database: Path) -> None:
    """As somebody would who owns the file: off with what guards the rows, then another actor into one of them."""
    with sqlite3.connect(database) as connection:
        found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit'")
        triggers = [name for (name,) in found]
        assert triggers
        for name in triggers:
            connection.execute(f'DROP TRIGGER "{name}"')
        changed = connection.execute("UPDATE audit SET role = 'support' WHERE seq = ?", (TAMPERED,))
        assert changed.rowcount == 1
    connection.close()


def test_the_auditors_console_is_a_witness_and_verify_names_the_row_that_was_edited(
    petworks: Petworks, tmp_path: Path
) -> None:
    audit(petworks, "From now on this console compares")
    audit(petworks, "is what this console saw before")

    data = user_data_path("petworks", appauthor=False) / "demo"
    witness = user_state_path("petworks", appauthor=False) / "witness-demo.jsonl"
    assert witness.stat().st_mode & 0o777 == 0o600
    whole = verify("--data", data, "--witness", witness)
    assert whole.returncode == 0, whole.stdout + whole.stderr
    assert re.search(r"\d+ rows, .*2 witnessed heads: the log is whole", whole.stdout)

    copy = Path(shutil.copytree(data, tmp_path / "copy"))
    tamper(copy / "petworks.sqlite")
    broken = verify("--data", copy, "--witness", witness)
    assert broken.returncode == 1
    assert broken.stdout.startswith(f"row {TAMPERED}: edited or replaced")

    fresh = petworks("demo", "--users", "300", "--role", "auditor", "--fresh")
    fresh.wait("From now on this console compares", SLOWLY)
