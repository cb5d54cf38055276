"""The contests of the sample data: what they promise, and how far each is. Hostile text stands in one, as people paste it."""

from __future__ import annotations

from dataclasses import dataclass

from console.records.contests import ContestState

_S = ContestState


@dataclass(frozen=True)
class ContestPlan:
    """`opened`: days before the end of the sample; `length`: days for which it takes entries; `share` of the usual number of entries.

    `awards`: place, rank and state of each prize drawn, in their order.
    """

    state: str
    title: str
    rules: str
    prize: str
    value: int
    places: int
    reserves: int
    opened: int
    length: int
    share: float = 1.0
    regions: tuple[str, ...] = ()
    awards: tuple[tuple[int, int, str], ...] = ()


_USUAL = (
    "No purchase is necessary. One entry for each person. Who works for Petworks may not take part.\n\nThe winners are drawn from all "
    "entries that take part, by a seed that is fixed before the contest opens. Anyone can do the draw again from its published record."
)

PLANS = (
    ContestPlan(
        _S.PURGED, "Spring photo contest", _USUAL, "A portrait of your pet", 25_000, 3, 2, opened=210, length=30,
        awards=((1, 1, "awarded"), (2, 2, "awarded"), (3, 3, "forfeited"), (3, 4, "awarded")),
    ),
    ContestPlan(
        _S.AWARDED, "A summer of walks", _USUAL, "Fifty walks", 90_000, 2, 2, opened=120, length=45,
        awards=((1, 1, "awarded"), (2, 2, "awarded")),
    ),
    ContestPlan(
        _S.DRAWN, "A year of grooming", f"{_USUAL}\n\nFor people in Connecticut and New York.", "Twelve groomings", 60_000, 4, 3,
        opened=64, length=45, share=1.5, regions=("US-CT", "US-NY"),
        awards=((1, 1, "notified"), (2, 2, "drawn"), (3, 3, "forfeited"), (4, 4, "awarded"), (3, 5, "drawn")),
    ),
    ContestPlan(_S.CLOSED, "Back to school, back to training", _USUAL, "A training course", 45_000, 2, 3, opened=32, length=30),
    ContestPlan(
        _S.OPEN, "Win! \u202egnimoorg eerf [bold red]🐈‍⬛ <b>now</b>", f"=HYPERLINK(\"http://evil.example\")\n\x1b]0;owned\x07{_USUAL}",
        "Gassi\u0301-Service für Hunde 🐕 in Görlitz", 30_000, 1, 3, opened=9, length=30, share=0.7,
    ),
    ContestPlan(_S.DRAFT, "Best costume of the autumn", _USUAL, "A pet hotel for a week", 80_000, 1, 2, opened=-5, length=30, share=0),
)  # fmt: skip
"""Oldest first."""
