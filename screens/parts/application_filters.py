"""How applications are filtered: the words of the bar, and the orders of the list."""

from __future__ import annotations

from collections.abc import Mapping

from screens.parts.filter_kinds import numbered
from screens.parts.filter_language import Filter, Kind

KINDS: Mapping[str, Kind] = {"assignee": numbered("E"), "user": numbered("U")}
ONCE = ("missing", "postcode", "assignee", "user")

WAITS = Filter({"state": ("submitted", "in_review", "reopened")})
"""What the list starts with."""

EXAMPLES = (
    "service:boarding postcode:06604 missing:insurance",
    "state:submitted,in_review,reopened assignee:none",
    "state:info_requested",
    "recommended:approve",
)

ORDERS: Mapping[str, str] = {
    "due": "least time left first",
    "number": "oldest first",
    "-number": "newest first",
    "-due": "most time left first",
}
"""Sort → words."""
