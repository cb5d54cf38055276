"""What is written down of one rule."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """A promise of the policy, in its words, and what the system does to keep it.

    `enforced` names modules and `shown_by` tests, by their paths in the project; a rule has both, or `waits_for` a part that isn't built yet.
    `figures` are names in `console.policy.figures`.
    """

    name: str
    promise: str
    rule: str
    enforced: tuple[str, ...] = ()
    shown_by: tuple[str, ...] = ()
    waits_for: str = ""
    figures: tuple[str, ...] = ()
