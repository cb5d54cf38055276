"""What to load next, from what is on the screen and where it is going."""

from __future__ import annotations

from screens.parts.record_table.source import Ask, Page
from screens.parts.record_table.window import Window

REACH = 2
"""Pages between the rows in memory and the view that are still walked; beyond, a jump is quicker."""


def page_size(height: int) -> int:
    """Rows a request asks for: three screens, so that a page around a record fills any view of it."""
    return max(50, min(200, height * 3))


def plan(window: Window, top: int, height: int, travel: int) -> Ask | None:
    """The one request that helps most, None when enough is there. `travel` is 1 downwards, -1 upwards."""
    bottom = min(top + height, window.total)
    if not window.total or bottom <= top:
        return None
    reach = REACH * page_size(height)
    if top > window.end + reach or bottom < window.first - reach:
        return Ask("scroll", fraction=top / window.total, row=top)
    below = _follow(window, bottom, height * (2 if travel > 0 else 1))
    above = _precede(window, top, height * (2 if travel < 0 else 1))
    return (below or above) if travel > 0 else (above or below)


def first_row(ask: Ask, page: Page, height: int) -> int | None:
    """The row at which a page begins so that what was asked for is where it is looked for; None: where the page says.

    An estimated place may be off by thousands of rows, which nobody sees; rows that land beside the view would be seen.
    """
    if ask.row is None:
        return None
    if ask.purpose == "reload":
        found = (place for place, record in enumerate(page.items) if record.id == ask.around)
        return None if page.total.exact else ask.row - next(found, len(page.items) // 3)
    end = page.first + len(page.items)
    covers = page.first <= ask.row and (ask.row + height <= end or page.next is None)
    return None if covers else ask.row - len(page.items) // 3


def _follow(window: Window, bottom: int, ahead: int) -> Ask | None:
    wanted = window.next is not None and window.end < bottom + ahead
    return Ask("next", cursor=window.next) if wanted else None


def _precede(window: Window, top: int, ahead: int) -> Ask | None:
    wanted = window.previous is not None and window.first > top - ahead
    return Ask("previous", cursor=window.previous) if wanted else None
