"""From the command to the first paint, to the first page of data, and the memory then: beside a Textual app with one Static.

    python -m bench.bench_start [--rounds 9] [--users 2000]

All run in a real pseudo-terminal, in turn: `petworks` (its first paint), a console that goes on with the token of its last
sign-in (first page of data settled; the keyring itself is left out), and the bare app. The platform's own start is measured
beside importing FastAPI and SQLModel alone. Bytecode is cached, as it is from the second start on.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median

import httpx

from bench.servers import PASSWORD, seeded, serving
from tests.terminal.terminal import Terminal

BARE = """
from textual.app import App
from textual.widgets import Static
class Bare(App):
    def compose(self):
        yield Static("bare app is up")
Bare().run()
"""
CONSOLE = """
import contextlib, sys
from console import frame
from console.settings import load
from console.session import Session
from console.token_store import Kept
from console.app import ConsoleApp
class Store:
    kept = Kept("support@petworks.example", sys.argv[2], "nonce of the benchmark")
    async def load(self): return self.kept
    async def save(self, kept): self.kept = kept
    async def forget(self): self.kept = None
    @contextlib.asynccontextmanager
    async def turn(self): yield
settings = load(url=sys.argv[1])
ConsoleApp(settings, Session(settings, store=Store())).run()
"""
IMPORTS = "import fastapi, sqlmodel"


def environment(folder: str) -> dict[str, str]:
    """A home of its own."""
    return {**os.environ, "HOME": folder, "XDG_CONFIG_HOME": folder, "PYTHONPATH": str(Path(__file__).parents[1])}


def until(arguments: Sequence[str], text: str, folder: str) -> tuple[float, float]:
    """(milliseconds until the text is on the screen, MiB of the program then)."""
    command = [sys.executable, *arguments]
    begin = time.perf_counter()
    with Terminal(command, 120, 40, environment(folder), Path(folder)) as terminal:
        terminal.wait(text)
        passed = (time.perf_counter() - begin) * 1000
        terminal.settle()
        return passed, resident(terminal.number)


def fresh_token(url: str) -> str:
    """What the keyring would hold; the password's hash is no part of a start."""
    body = {"grant_type": "password", "email": "support@petworks.example", "password": PASSWORD}
    return str(
        httpx.post(f"{url}/v1/auth/token", json=body, trust_env=False).raise_for_status().json()["refresh_token"]
    )


def resident(process: int) -> float:
    """Resident memory in MiB; 0 where the system doesn't say."""
    status = Path(f"/proc/{process}/status")
    if not status.exists():
        return 0.0
    return next(int(row.split()[1]) / 1024 for row in status.read_text().splitlines() if row.startswith("VmRSS"))


def import_time(folder: str) -> tuple[float, float]:
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-c", IMPORTS], check=True, env=environment(folder))
    return (time.perf_counter() - begin) * 1000, 0.0


def platform_time(data: Path) -> tuple[float, float]:
    """Until it says that it listens, which it does once it answers."""
    begin = time.perf_counter()
    with serving(data):
        return (time.perf_counter() - begin) * 1000, 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--users", type=int, default=2_000)
    options = parser.parse_args()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    data = seeded(options.users)
    with tempfile.TemporaryDirectory() as folder, serving(data) as url:
        report(measured(contenders(folder, url, data), options.rounds))


Contender = Callable[[], tuple[float, float]]


def contenders(folder: str, url: str, data: Path) -> Mapping[str, Contender]:
    return {
        "bare Textual app": lambda: until(["-c", BARE], "bare app is up", folder),
        "petworks, first paint": lambda: until(["-m", "console", "--url", url], "petworks", folder),
        "signed in, first page": lambda: until(["-c", CONSOLE, url, fresh_token(url)], "T-", folder),
        "import fastapi, sqlmodel": lambda: import_time(folder),
        "platform, first answer": lambda: platform_time(data),
    }


def measured(chosen: Mapping[str, Contender], rounds: int) -> dict[str, list[tuple[float, float]]]:
    """All in turn; the first round warms the caches."""
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in chosen}
    for turn in range(rounds + 1):
        for name, run in chosen.items():
            found = run()
            if turn:
                taken[name].append(found)
    return taken


def report(taken: Mapping[str, Sequence[tuple[float, float]]]) -> None:
    beside = {"petworks, first paint": "bare Textual app", "signed in, first page": "bare Textual app"}
    beside["platform, first answer"] = "import fastapi, sqlmodel"
    for name, found in taken.items():
        times, sizes = [time for time, _ in found], [size for _, size in found]
        line = f"{name:26} {median(times):8.0f} ms ({min(times):.0f} to {max(times):.0f})"
        line += f"   {median(sizes):6.1f} MiB" if median(sizes) else " " * 14
        if name in beside:
            other = taken[beside[name]]
            line += f"   {median(times) / median(t for t, _ in other):5.2f} × {beside[name]}"
            line += f", memory {median(sizes) / median(s for _, s in other):.2f} ×" if median(sizes) else ""
        print(line)


if __name__ == "__main__":
    main()
