"""Files that nobody else reads, and what making them must not touch."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

from console.platform_api.private_files import private_database

LOOKS = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('SELECT * FROM t').fetchall(); c.close()"


def test_a_database_that_is_open_keeps_its_locks(tmp_path: Path) -> None:
    """Closing any descriptor of the file lets go of them, and the next process that leaves takes the write-ahead log away."""
    file = tmp_path / "vault.sqlite"
    ours = sqlite3.connect(file)
    ours.execute("PRAGMA journal_mode=WAL")
    ours.execute("CREATE TABLE t (n)")
    ours.commit()
    private_database(f"sqlite:///{file}")
    subprocess.run([sys.executable, "-c", LOOKS, str(file)], check=True, timeout=60)
    assert Path(f"{file}-wal").exists()
    ours.execute("INSERT INTO t VALUES (1)")
    ours.commit()
    assert ours.execute("SELECT n FROM t").fetchall() == [(1,)]
    ours.close()


def test_a_new_database_is_its_owners_alone(tmp_path: Path) -> None:
    private_database(f"sqlite:///{tmp_path / 'new.sqlite'}")
    assert (tmp_path / "new.sqlite").stat().st_mode & 0o777 == 0o600
