"""One platform with its worker, and several employees at consoles of their own, each with a home of their own."""

from __future__ import annotations

import email
import email.policy
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx

from console.platform_api.mail_senders.eml import FOLDER
from console.platform_api.processors import FILE
from console.platform_api.processors.built_in import BuiltIn
from tests.terminal.terminal import Terminal

COMMAND = str(Path(sys.executable).with_name("petworks"))
PASSWORD = "correct horse battery"
SLOWLY = 60.0
"""Seconds for what starts processes; the tests share two cores."""


@dataclass
class Company:
    """A running platform, and who works there: two of every role, at `{name}@petworks.example`."""

    url: str
    data: Path
    homes: Path
    password: str
    stack: ExitStack

    @property
    def processor(self) -> BuiltIn:
        """The simulator on its own side: what happens there by itself."""
        return BuiltIn(self.data / FILE)

    def refunds_made(self, token: str) -> list[tuple[str | None, int]]:
        """What the processor has given back of a payment: number and amount."""
        found = self.processor.payment(token)
        assert found is not None
        return [(refund.number, refund.amount) for refund in found.refunds]

    def console(self, name: str, columns: int = 120, rows: int = 40) -> Terminal:
        """`billing`, `manager` … signs in at a new console and is where the role begins."""
        home = self.homes / name
        home.mkdir()
        folders = {f"XDG_{kind}_HOME": str(home / kind.lower()) for kind in ("CONFIG", "DATA", "CACHE", "STATE")}
        environment = {"HOME": str(home), "PETWORKS_ENVIRONMENT": "demo", **folders}
        terminal = self.stack.enter_context(Terminal([COMMAND, "--url", self.url], columns, rows, environment, home))
        terminal.wait("Password", SLOWLY)
        terminal.settle()
        terminal.type(f"{name}@petworks.example")
        terminal.key("enter")
        terminal.settle()  # the password's field has the focus once it is drawn
        terminal.type(self.password)
        terminal.key("enter")
        terminal.wait("? help", SLOWLY)
        return terminal

    def client(self, name: str) -> httpx.Client:
        """HTTP for what no screen does: the marketplace's side, and looking at what became of it."""
        client = httpx.Client(base_url=self.url, timeout=30, trust_env=False, verify=False)
        given = {"grant_type": "password", "email": f"{name}@petworks.example", "password": self.password}
        answer = client.post("/v1/auth/token", json=given)
        assert answer.status_code == 200, answer.text
        client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        self.stack.callback(client.close)
        return client

    def letters(self, to: str) -> dict[str, str]:
        """What has gone out to an address by now: subject, without the case's number → text."""
        found = [email.message_from_bytes(each.read_bytes(), policy=email.policy.default) for each in self._mail()]
        return {_subject(each): each.get_content() for each in found if each["To"] == to}

    def letter(self, to: str, subject: str, seconds: float = SLOWLY) -> str:
        """The text of the letter, once it has gone out: that takes the ten seconds in which it could be taken back."""
        end = time.monotonic() + seconds
        while subject not in (found := self.letters(to)):
            assert time.monotonic() < end, f"{subject!r} did not go to {to}: {sorted(found)}"
            time.sleep(0.1)
        return found[subject]

    def _mail(self) -> list[Path]:
        return sorted((self.data / FOLDER).glob("*.eml"))

    def ingest(self, what: str, *items: dict[str, Any]) -> list[dict[str, Any]]:
        """As the marketplace does."""
        answer = self.client("service").post(f"/v1/ingest/{what}", json={"items": items})
        assert answer.status_code == 200, answer.text
        results: list[dict[str, Any]] = answer.json()["results"]
        return results


def _subject(letter: EmailMessage) -> str:
    return re.sub(r" \[T-\d+\]$", "", str(letter["Subject"]))


def employ(data: Path) -> None:
    """A platform's data without anything in them but the employees: what a story tells of, it brings itself."""
    seed = [COMMAND, "platform", "seed", "--data", str(data), "--users", "0", "--employees"]
    given = {**os.environ, "PETWORKS_SEED_PASSWORD": PASSWORD}
    subprocess.run(seed, env=given, check=True, capture_output=True, timeout=SLOWLY)


@contextmanager
def running(employed: Path, folder: Path) -> Iterator[Company]:
    """A company of a story's own, from a copy of those data."""
    homes = folder / "homes"
    homes.mkdir()
    data = Path(shutil.copytree(employed, folder / "platform"))
    with ExitStack() as stack:
        child = stack.enter_context(serving(data))
        yield Company(child, data, homes, PASSWORD, stack)


@contextmanager
def serving(data: Path) -> Iterator[str]:
    """`petworks platform serve`, which brings its worker; its address. It ends when its standard input does."""
    order = [COMMAND, "platform", "serve", "--child", "--data", str(data), "--port", "0"]
    with subprocess.Popen(order, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None and child.stdin is not None
        found = re.match(r"listening on (\S+)", child.stdout.readline())
        assert found, "the platform did not start"
        yield found[1]
        child.stdin.close()
        child.wait(SLOWLY)
