"""`petworks("demo", "--role", "manager")` starts the command in a terminal of its own; all end with the test."""

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest

from tests.made_once import made_once
from tests.terminal.company import employ
from tests.terminal.terminal import Terminal

COMMAND = str(Path(sys.executable).with_name("petworks"))


class Petworks(Protocol):
    """Starts the command."""

    def __call__(self, *arguments: str, columns: int = 120, rows: int = 40, **environment: str) -> Terminal: ...


@pytest.fixture(scope="session")
def employed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data that each `company` begins with: a process that fills them takes a second."""
    return made_once(tmp_path_factory, "employed", employ)


@pytest.fixture
def petworks(tmp_path: Path) -> Iterator[Petworks]:
    """Starts the command with these arguments, from a folder that isn't the checkout."""
    with contextlib.ExitStack() as stack:

        def start(*arguments: str, columns: int = 120, rows: int = 40, **environment: str) -> Terminal:
            return stack.enter_context(Terminal([COMMAND, *arguments], columns, rows, environment, tmp_path))

        yield start
