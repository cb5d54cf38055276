"""What becomes of the privacy requests of the sample data, one after another: every kind, state and regime is among the first of them."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Course:
    """`days` ago it was received; `took`: days until it was decided. What `more` may say:

    unknown (nobody is found), agent, signed_in, extended, claimed (somebody works on it now), about_privacy, named (a concern names support),
    package, proposals, plan.
    """

    kind: str
    state: str
    regime: str
    days: float
    took: float = 0
    more: frozenset[str] = field(default_factory=frozenset)


def _course(kind: str, state: str, regime: str, days: float, took: float = 0, more: str = "") -> Course:
    return Course(kind, state, regime, days, took, frozenset(more.split()))


COURSES = (
    _course("access", "received", "ctdpa", 0.3),
    _course("delete", "review", "ctdpa", 35, more="plan"),
    _course("opt_out", "effective", "opt_out", 1),
    _course("correct", "in_progress", "gdpr", 18, more="proposals claimed"),
    _course("concern", "received", "policy", 1.2),
    _course("access", "fulfilled", "ctdpa", 100, 20, "package"),
    _course("access", "in_progress", "policy", 40.2),
    _course("delete", "received", "ccpa", 24, more="unknown"),
    _course("opt_out", "confirmed", "opt_out", 12, 3),
    _course("access", "in_progress", "ccpa", 52),
    _course("delete", "in_progress", "ctdpa", 41, more="plan claimed"),
    _course("concern", "in_progress", "policy", 10, more="about_privacy claimed"),
    _course("access", "appealed", "ctdpa", 80, 30),
    _course("correct", "fulfilled", "policy", 50, 9, "proposals"),
    _course("delete", "fulfilled", "policy", 90, 31, "plan"),
    _course("access", "received", "gdpr", 2, more="unknown"),
    _course("access", "denied", "ccpa", 40, 15),
    _course("delete", "erasing", "policy", 30, more="plan"),
    _course("access", "unverifiable", "policy", 75, 40),
    _course("access", "partly_fulfilled", "policy", 120, 44, "package"),
    _course("access", "upheld", "ctdpa", 200, 110),
    _course("access", "reversed", "policy", 90, 40),
    _course("access", "withdrawn", "gdpr", 33, 10),
    _course("access", "verifying", "ctdpa", 20),
    _course("access", "acknowledged", "ccpa", 9),
    _course("access", "verified", "gdpr", 24, more="signed_in"),
    _course("concern", "received", "ccpa", 3, more="named"),
    _course("opt_out", "received", "opt_out", 2, more="unknown"),
    _course("opt_out", "received", "opt_out", 17, more="unknown"),
    _course("access", "in_progress", "gdpr", 40, more="extended"),
    _course("access", "received", "policy", 6, more="unknown agent"),
    _course("correct", "received", "policy", 0.8),
    _course("correct", "verified", "ctdpa", 12, more="signed_in"),
    _course("correct", "acknowledged", "ccpa", 5, more="agent"),
    _course("correct", "verifying", "policy", 17, more="claimed"),
    _course("delete", "received", "policy", 3),
    _course("delete", "verified", "gdpr", 27),
    _course("delete", "review", "gdpr", 29.4, more="plan"),
    _course("delete", "appealed", "policy", 70, 33),
    _course("opt_out", "effective", "opt_out", 9),
    _course("concern", "acknowledged", "gdpr", 8),
    _course("concern", "in_progress", "ctdpa", 20, more="claimed"),
    _course("concern", "received", "policy", 4, more="about_privacy"),
    _course("access", "fulfilled", "gdpr", 60, 25, "package signed_in"),
    _course("correct", "partly_fulfilled", "ccpa", 130, 38, "proposals"),
    _course("correct", "denied", "ctdpa", 66, 20),
    _course("correct", "unverifiable", "gdpr", 85, 28),
    _course("delete", "fulfilled", "gdpr", 150, 29, "plan"),
    _course("delete", "denied", "gdpr", 95, 21),
    _course("delete", "withdrawn", "ccpa", 22, 5),
    _course("opt_out", "confirmed", "opt_out", 30, 2),
    _course("opt_out", "confirmed", "opt_out", 61, 16),
    _course("concern", "fulfilled", "policy", 48, 12),
    _course("concern", "fulfilled", "ctdpa", 71, 26, "about_privacy named"),
)
