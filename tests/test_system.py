"""With programs of the operating system: `make test-system` installs them."""

import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.secret_service import inside

pytestmark = pytest.mark.system

KEEP = """
import keyring
keyring.set_password("petworks", "test", "secret")
print(keyring.get_password("petworks", "test"))
"""


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[list[str]]:
    """tmux with a server of its own."""
    command = ["tmux", "-S", str(tmp_path / "tmux"), "-f", "/dev/null"]
    yield command
    subprocess.run([*command, "kill-server"], capture_output=True)


def shown(tmux: list[str], text: str, seconds: float = 30) -> str:
    """The pane once the text is in it, or after the time is over."""
    end = time.monotonic() + seconds
    while True:
        pane = subprocess.run([*tmux, "capture-pane", "-p"], capture_output=True, text=True).stdout
        if text in pane or time.monotonic() > end:
            return pane
        time.sleep(0.1)


def test_the_command_speaks_in_tmux(tmux: list[str]) -> None:
    petworks = str(Path(sys.executable).with_name("petworks"))
    subprocess.run([*tmux, "new-session", "-d", "-x", "80", "-y", "24", f"{petworks} --version; sleep 60"], check=True)
    assert version("petworks-console") in shown(tmux, "petworks ")


def test_a_keyring_of_the_system_keeps_a_secret() -> None:
    done = subprocess.run(inside([sys.executable, "-c", KEEP]), capture_output=True, text=True, timeout=60)
    assert done.stdout.splitlines()[-1:] == ["secret"], done.stderr
