"""What counts come to: the net promoter score with its interval, the mean of a scale. Of what is told alone: where a cell is hidden, none."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

NORMAL_95 = 1.959964
"""Standard deviations on either side that hold 95 % of a normal distribution."""


def net_promoter(told: Mapping[str, int | None]) -> dict[str, float] | None:
    """Promoters less detractors, in points of a hundred. The interval: normal approximation for the difference of two shares of one
    sample, which is good from some ten in each group on, and fewer are hidden."""
    counts = [told.get(group) for group in ("detractor", "passive", "promoter")]
    if any(count is None for count in counts):
        return None
    detractors, passives, promoters = (count or 0 for count in counts)
    number = detractors + passives + promoters
    for_us, against = promoters / number, detractors / number
    score = for_us - against
    half = NORMAL_95 * math.sqrt(max(for_us + against - score**2, 0) / number)
    low, high = max(score - half, -1), min(score + half, 1)
    return {"score": _points(score), "low": _points(low), "high": _points(high)}


def _points(share: float) -> float:
    return round(share * 100, 1)


def mean(told: Mapping[str, int | None]) -> float | None:
    """Of a scale's answers: their names are numbers, but for that of no answer."""
    known = [(int(name), count or 0) for name, count in told.items() if name.isdigit()]
    number = sum(count for _, count in known)
    if not number or None in told.values():
        return None
    return round(sum(value * count for value, count in known) / number, 2)


def scored(kind: str, told: Mapping[str, int | None]) -> dict[str, Any]:
    return {"nps": net_promoter(told) if kind == "nps" else None, "mean": mean(told) if kind == "scale" else None}
