"""Reasons that a body names: one of those that are offered for the action."""

from __future__ import annotations

from console.platform_api.problems import Invalid
from console.records.reasons import REASONS


def reason_of(action: str, code: str) -> str:
    offered = REASONS[action]
    if code not in offered:
        raise Invalid("Say why.", errors=[{"where": "reason", "what": f"is one of {', '.join(offered)}"}])
    return code
