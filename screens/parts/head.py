"""The two lines above every screen: where one is, as whom, for which case, and how fresh it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, cast

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.events import Resize
from textual.widgets import Static

from console.text import line

if TYPE_CHECKING:
    from screens.parts.shell import Shell

TABS = {
    "tickets": ("1", "Tickets"),
    "users": ("2", "Users"),
    "pro-applications": ("3", "Pros"),
    "orders": ("4", "Orders"),
    "privacy-requests": ("5", "Privacy"),
    "surveys": ("6", "Surveys"),
    "audit": ("7", "Audit"),
    "employees": ("8", "Employees"),
    "policy": ("9", "Policy"),
    "payment-reviews": ("0", "Payments"),
}
"""Screen → key and title; the same numbers for every role, whatever it lacks."""

SHORT = {
    "tickets": "Tick", "users": "User", "orders": "Ord", "privacy-requests": "Priv", "surveys": "Surv", "employees": "Empl",
    "policy": "Pol", "payment-reviews": "Pay",
}  # fmt: skip
"""Screen → its title where there is no room for all of them in full: ten fit into 80 columns."""

WITHIN = {
    "reconciliations": ("payment-reviews", "Reconciliations"),
    "google-access": ("privacy-requests", "Google values"),
    "disclosures": ("policy", "Disclosures"),
}
"""Screen without a tab of its own → the tab that leads to it, and its title."""


def title_of(screen: str) -> str:
    """What people call a screen."""
    return TABS[screen][1] if screen in TABS else WITHIN[screen][1] if screen in WITHIN else "petworks"


def fitting(names: Sequence[str], room: int) -> tuple[Mapping[str, str], bool]:
    """Screen → title, as many of them in full as fit into so many cells, and whether the gaps between tabs have to go for that."""
    titles = {name: TABS[name][1] for name in names}
    if _width(titles, gap=1) <= room:
        return titles, False
    shortened = [name for name in reversed(names) if name in SHORT]  # where two save as much, the one further right
    for name in sorted(shortened, key=lambda name: len(SHORT[name]) - len(TABS[name][1])):
        if _width(titles, gap=0) <= room:
            break
        titles[name] = SHORT[name]
    return titles, True


def _width(titles: Mapping[str, str], gap: int) -> int:
    """A tab is its key, a blank and its title, with a blank on both sides; the line has one at each end."""
    return sum(len(f" {TABS[name][0]} {title} ") + gap for name, title in titles.items()) - gap + 2


class Tab(Static):
    """One tab; a click goes there like its key."""

    def __init__(self, name: str, current: bool) -> None:
        super().__init__(classes="-current" if current else "")
        self._opens = name
        self.show(TABS[name][1])

    @property
    def opens(self) -> str:
        return self._opens

    def show(self, title: str) -> None:
        self.update(Content.assemble((TABS[self._opens][0], "dim"), " ", title))

    async def on_click(self) -> None:
        await self.run_action(f"app.tab('{self._opens}')")


class Head(Vertical):
    """Environment, screen, role, case in hand, connection; below it the tabs that the role has."""

    def __init__(self, screen_name: str) -> None:
        super().__init__()
        self._screen_name = screen_name

    @property
    def shell(self) -> Shell:
        return cast("Shell", self.app)

    def compose(self) -> ComposeResult:
        with Horizontal(id="head-line"):
            yield Static("petworks", id="brand")
            yield Static(self.shell.session.environment, id="environment")
            yield Static(Content(title_of(self._screen_name)), id="where")
            yield from self._who()
            yield Static(id="case")
            yield Static(id="connection")
        with Horizontal(id="tabs"):
            tab = WITHIN.get(self._screen_name, (self._screen_name,))[0]
            yield from (Tab(name, name == tab) for name in self._tabs())

    def on_resize(self, event: Resize) -> None:
        """A tab that is cut off would be one that nobody knows of."""
        titles, tight = fitting(self._tabs(), event.size.width)
        self.query_one("#tabs").set_class(tight, "-tight")
        for tab in self.query(Tab):
            tab.show(titles[tab.opens])

    def on_mount(self) -> None:
        self.query_one("#environment").add_class(f"-{self.shell.session.environment.lower()}")
        self.shell.case_changed.subscribe(self, lambda _: self.show())
        self.shell.connection_changed.subscribe(self, lambda _: self.show())
        self.set_interval(30, self.show)
        self.show()

    def show(self) -> None:
        """Draw the case and the connection as they are now."""
        self.query_one("#case", Static).update(self._case())
        connection = self.query_one("#connection", Static)
        connection.update(self._connection())
        connection.set_class(not self.shell.connection.live, "-offline")

    def _tabs(self) -> list[str]:
        return [name for name in TABS if name in self.shell.tab_names]

    def _who(self) -> ComposeResult:
        """The sheet cuts a long name: the case in hand must have room too."""
        me = self.shell.session.me
        yield Static(line(me.name), id="who")
        yield Static(Content(", ".join(me.roles)), id="roles")

    def _case(self) -> Content:
        case = self.shell.session.case
        if case is None:
            return Content.assemble(("no case in hand", "dim"))
        subject = line(case.subject) if case.subject else Content("")
        return Content.assemble((case.number, "bold"), " ", subject)

    def _connection(self) -> str:
        link, now = self.shell.connection, self.shell.clock()
        if link.live:
            return f"● live  {link.heard.astimezone():%H:%M}"
        minutes = int((now - link.heard).total_seconds() // 60)
        return f"○ offline, {minutes} min old" if minutes else "○ offline, just now"
