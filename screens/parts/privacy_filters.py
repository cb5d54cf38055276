"""How privacy requests are filtered: the words of the bar, and the orders of the list."""

from __future__ import annotations

from collections.abc import Mapping

from screens.parts.filter_kinds import numbered
from screens.parts.filter_language import Filter, Kind

KINDS: Mapping[str, Kind] = {"assignee": numbered("E"), "user": numbered("U"), "number": numbered("PR")}
ONCE = ("assignee", "user", "overdue", "open", "unsent", "number")

OPEN = Filter({"open": ("yes",)})
"""What the list starts with: whatever a clock runs for."""

EXAMPLES = (
    "overdue:yes",
    "unsent:yes",
    "kind:delete state:review",
    "assignee:me open:yes",
    "state:denied,unverifiable regime:ctdpa",
)

ORDERS: Mapping[str, str] = {
    "due": "due first",
    "number": "oldest first",
    "-number": "newest first",
}
"""Sort → words."""
