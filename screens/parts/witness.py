"""The auditor's console keeps the head of the audit chain that it saw, and compares when it comes back."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs


@dataclass(frozen=True)
class Head:
    """A place in the chain, and the hash that stood there."""

    seq: int
    hash: str


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


class Witness:
    """One file a console, with a head a platform; no values, no names."""

    def __init__(self, platform: str, folder: Path | None = None) -> None:
        self._platform = platform
        self._file = (folder or platformdirs.user_state_path("petworks")) / "witness.json"

    def seen(self) -> Head | None:
        """What was kept for this platform; a file that can't be read is no witness, and says nothing."""
        kept = self._all().get(self._platform)
        if isinstance(kept, dict) and isinstance(kept.get("seq"), int) and isinstance(kept.get("hash"), str):
            return Head(kept["seq"], kept["hash"])
        return None

    def keep(self, head: Head) -> None:
        """Replace the file whole, so that a crash leaves the old one or the new one."""
        self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        whole = self._all() | {self._platform: {"seq": head.seq, "hash": head.hash}}
        draft = self._file.with_suffix(".new")
        draft.write_text(json.dumps(whole, indent=1))
        os.replace(draft, self._file)

    def _all(self) -> dict[str, object]:
        try:
            kept = json.loads(self._file.read_text())
        except (OSError, ValueError):
            return {}
        return kept if isinstance(kept, dict) else {}
