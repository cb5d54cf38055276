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
    "opt_out": "opt-outs to be confirmed",
    "access": "requests to see data",
    "correct": "requests to correct data",
    "delete": "requests to delete data",
    "concern": "concerns",
}
"""Kind of request → what its open ones are called."""

_REQUESTS = (
    figure
    for kind, words in KINDS.items()
    for figure in (
        Figure(f"open_{kind}", f"{words}, open"),
        Figure(f"overdue_{kind}", f"{words}, overdue", alarming=True),
    )
)

FIGURES = {
    figure.name: figure
    for figure in (
        Figure("replies_today", "answers to people in tickets today"),
        Figure("disclosures_today", "disclosures to others today"),
        Figure("opted_out", "people opted out"),
        Figure("opt_outs_today", "opt-outs set by staff today"),
        *_REQUESTS,
        Figure("google_allowed", "accesses to values from Google allowed now"),
        Figure("erased", "people erased"),
        Figure("kept_too_long", "things kept beyond their time", alarming=True),
        Figure("received_month", "requests received in 30 days"),
        Figure("refusals_today", "refusals today"),
        Figure("reveals_today", "reveals today"),
        Figure("told_today", "times that a manager was told today"),
        Figure("roles_today", "changes of roles today"),
        Figure("approved_today", "pros approved today"),
        Figure("orders_in_trouble", "orders in trouble now"),
        Figure("versions", "versions of the policy"),
        Figure("about_privacy_open", "concerns about privacy itself, open"),
    )
}
