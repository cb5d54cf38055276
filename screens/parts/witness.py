"""The auditor's console keeps the heads of the audit chain that it saw, and compares when it comes back.

The file is what `petworks audit verify --witness` takes: one head a line, no values, no names.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import platformdirs

from console import chain
from console.chain import Head
from console.errors import PetworksError
from console.settings import Settings

KEPT = 1000
"""Heads, the oldest of which go first."""


class Unreadable(PetworksError):
    """The file holds something that isn't heads."""

    advice = "It compares nothing until you move that file away; it then begins anew."


@dataclass(frozen=True)
class Verdict:
    """Whether the chain still holds what was seen, in words."""

    holds: bool
    words: str


def judge(seen: Head | None, there_now: Head | None, latest: Head) -> Verdict:
    """Compare what stood at a place with what stands there now."""
    if seen is None:
        return Verdict(True, f"✓ Witness: the log ends at entry {latest.seq}. From now on this console compares.")
    if there_now is None or latest.seq < seen.seq:
        return Verdict(
            False, f"✗ THE LOG WAS CUT: entry {seen.seq}, which this console saw, is gone. Tell the company now."
        )
    if there_now.hash != seen.hash:
        return Verdict(
            False, f"✗ THE LOG WAS CHANGED: entry {seen.seq} is not what this console saw. Tell the company now."
        )
    grown = latest.seq - seen.seq
    return Verdict(True, f"✓ Witness: entry {seen.seq} is what this console saw before; {grown} more since.")


def known_as(settings: Settings, *, demo: bool) -> str:
    """A platform's name in the file's: the profile's and the host's. The demo's address is another each time."""
    return "demo" if demo else f"{settings.profile}-{urlsplit(settings.platform).hostname}"


class Witness:
    """One file a platform."""

    def __init__(self, platform: str, folder: Path | None = None) -> None:
        name = re.sub(r"[^A-Za-z0-9.-]+", "_", platform)
        self.file = (folder or platformdirs.user_state_path("petworks")) / f"witness-{name}.jsonl"

    def seen(self) -> Head | None:
        """The last head that was kept; Unreadable when there is something else in the file."""
        return next(reversed(self._all()), None)

    def keep(self, head: Head) -> None:
        """Replace the file whole, so that a crash leaves the old one or the new one."""
        known = self._all()
        if known and known[-1] == head:
            return
        self.file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = self.file.with_suffix(".new")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.writelines(f"{chain.head_line(each)}\n" for each in [*known, head][-KEPT:])
        draft.replace(self.file)

    def forget(self) -> None:
        """As when the platform's data are made anew: another log begins."""
        self.file.unlink(missing_ok=True)

    def _all(self) -> list[Head]:
        try:
            return chain.read_heads(self.file.read_text("ascii").splitlines())
        except FileNotFoundError:
            return []
        except (OSError, ValueError) as error:
            raise Unreadable(f"{self.file}: {error}") from error
