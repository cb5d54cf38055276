"""What can be counted of the rules, in the words that stand behind the number; the platform counts it for each look."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """`alarming`: more than none means that a promise is not kept."""

    name: str
    words: str
    alarming: bool = False


KINDS = {
    "opt_out": ("to be confirmed", "overdue"),
    "access": ("open", "overdue"),
    "correct": ("open", "overdue"),
    "delete": ("open", "overdue"),
    "concern": ("open", "overdue"),
}
"""Kind of request → what its open ones are called, and those of them that are overdue."""

_REQUESTS = (
    figure
    for kind, (being_open, being_overdue) in KINDS.items()
    for figure in (Figure(f"open_{kind}", being_open), Figure(f"overdue_{kind}", being_overdue, alarming=True))
)

FIGURES = {
    figure.name: figure
    for figure in (
        Figure("replies_today", "answered in tickets today"),
        Figure("disclosures_today", "told to others today"),
        Figure("opted_out", "opted out"),
        Figure("opt_outs_today", "set by staff today"),
        *_REQUESTS,
        Figure("google_allowed", "allowed to somebody now"),
        Figure("erased", "erased so far"),
        Figure("kept_too_long", "kept beyond their time", alarming=True),
        Figure("received_month", "received in 30 days"),
        Figure("refusals_today", "refused today"),
        Figure("reveals_today", "revealed today"),
        Figure("told_today", "told to a manager today"),
        Figure("roles_today", "granted or revoked today"),
        Figure("approved_today", "approved today"),
        Figure("orders_in_trouble", "in trouble now"),
        Figure("versions", "posted so far"),
        Figure("about_privacy_open", "open about privacy itself"),
    )
}
