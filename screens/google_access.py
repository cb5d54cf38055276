"""Who asked for what came from Google about somebody (P8), and what a second person said: the list behind the one at each person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, cast

from textual.binding import Binding, BindingType
from textual.content import Content

from console.records.google_access import GoogleAccess
from console.records.record import Record
from screens.parts import google_view
from screens.parts.deed import Deed
from screens.parts.detail import Section
from screens.parts.filter_kinds import person
from screens.parts.filter_language import Filter, Kind
from screens.parts.fresh import FreshScreen
from screens.parts.listing import Listing
from screens.parts.record_table import Column
from screens.parts.within import WithinScreen

DEEDS: Mapping[str, Deed] = {
    "allow": Deed(
        "Allow",
        "allowed, for a day.",
        effect="Who asks may reveal what came from Google about this person, for that case alone, for a day. It is on the log.",
    ),
    "refuse": Deed("Refuse", "refused.", effect="{number} is over: nothing is shown.", ask="Note"),
    "withdraw": Deed(
        "Withdraw",
        "withdrawn.",
        effect="{number} is over: nobody has to decide on it, and what was allowed is shown no more.",
    ),
}
WAITING = Filter({"state": ("asked",)})


class GoogleAccessesScreen(WithinScreen, FreshScreen):
    """What waits for a second person comes first; the auditor begins with all."""

    NAME = "google-access"
    COLLECTION = "google-access"
    WHAT = "values from Google that were asked for"
    HINT = "/ shows others, esc goes back"
    NOTHING = "Who asks for values from Google stands here until a second person allows or refuses it."
    ALL = "all that were asked for"
    DEEDS = DEEDS
    EXAMPLES = ("state:asked", "state:allowed,refused")
    KINDS: ClassVar[Mapping[str, Kind]] = {"user": person()}
    ONCE = ("user",)

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "do('allow')", "allow", id="allow-google"),
        Binding("d", "do('refuse')", "refuse", id="refuse-google"),
        Binding("w", "do('withdraw')", "withdraw", id="withdraw-google"),
    ]

    @property
    def default(self) -> Filter:
        return WAITING if "allow" in self.session.me.may.get(self.COLLECTION, ()) else Filter()

    def source(self) -> Listing:
        return Listing(self.client, self.COLLECTION, {**self.filter.params, "sort": "-number"})

    def columns(self) -> Sequence[Column]:
        return google_view.columns(self.shell.clock)

    def heading(self, record: Record) -> Content:
        return google_view.heading(cast(GoogleAccess, record), self.shell.clock())

    def sections(self, record: Record) -> Sequence[Section]:
        return google_view.sections(cast(GoogleAccess, record), self.reasons("google_ground_reasons"))

    def linked(self, record: Record) -> Mapping[str, str]:
        access = cast(GoogleAccess, record)
        found = {access.person or "": "whom it is about", access.case or "": "the case that it is for"}
        return {number: what for number, what in found.items() if number}

    def action_do(self, name: str) -> None:
        self.do(name)

    async def send(self, record: Record, name: str, body: Mapping[str, Any], *, versioned: bool = True) -> Record:
        """As every list sends; the password is asked for in between where the platform wants it fresh."""
        doing, send = f"{name} {record.number}", super().send
        return await self.freshly(doing, lambda: send(record, name, body, versioned=versioned))
