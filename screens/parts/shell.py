"""What an app gives the screens that run in it; `console.app.ConsoleApp` is the real one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from textual.binding import Binding
from textual.message import Message
from textual.signal import Signal

from console.client import Offer
from console.errors import NotSignedIn, PetworksError
from console.raw import Raw
from console.records.tickets import Ticket
from console.session import CaseInHand, Session
from console.views import Views
from screens.parts.case_words import known_as
from screens.parts.discreet import DiscreetApp
from screens.parts.job import Job
from screens.parts.jump import Place
from screens.parts.revealed import HoldsValues, RevealedValues
from screens.parts.saved_documents import SavedDocuments

KEY_NAMES = {
    "escape": "esc",
    "question_mark": "?",
    "colon": ":",
    "slash": "/",
    "full_stop": ".",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "f1": "F1",
    "f2": "F2",
    "f4": "F4",
    "f5": "F5",
    "f9": "F9",
    "f10": "F10",
}
"""Textual's names of keys → what stands on them."""

Clock = Callable[[], datetime]
"""Tells the time in UTC. There is one in the app, so that a test can hold it still."""


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Change:
    """One entry of the change feed: something happened to this record."""

    resource: str
    id: str
    version: int


@dataclass(frozen=True)
class Draft:
    """What an employee typed and could not save yet; it belongs to them alone."""

    owner: str
    values: Mapping[str, Raw]
    version: int | None = None
    """Of the record that it was typed over, where that counts."""


@dataclass(frozen=True)
class Connection:
    """Whether the platform answers, and when it last did."""

    live: bool
    heard: datetime


@dataclass
class SessionEnded(Message):
    """The platform no longer takes this session: it expired, was revoked, or the roles changed."""

    error: NotSignedIn


@dataclass
class TicketSeen(Message):
    """The platform answered with a ticket: is it the one in hand, and still a case?"""

    ticket: Ticket


@dataclass
class CaseDoubted(Message):
    """Something was refused: the case in hand may be over."""


@dataclass
class Go(Message):
    """Asks the app to show a screen, and a record on it."""

    place: Place


class Shell(DiscreetApp):
    """The session, the clock, the revealed values and the drafts, with signals when they change."""

    def __init__(self, session: Session, *, clock: Clock = utc_now) -> None:
        super().__init__()
        self.session = session
        self.platform = ""
        """The platform's name, for what is kept about it."""
        self.clock = clock
        self.revealed = RevealedValues(clock)
        self._views: tuple[str, Views] | None = None
        self.saved_documents = SavedDocuments()
        self.drafts: dict[str, Draft] = {}
        """Record number → what was typed about it."""
        self.tab_names: tuple[str, ...] = ()
        """The screens that this employee has, in menu order."""
        self.connection = Connection(live=True, heard=clock())
        self.case_changed: Signal[CaseInHand | None] = Signal(self, "case_changed")
        self.reveals_changed: Signal[None] = Signal(self, "reveals_changed")
        self.connection_changed: Signal[Connection] = Signal(self, "connection_changed")
        self.records_changed: Signal[tuple[Change, ...]] = Signal(self, "records_changed")

    def get_key_display(self, binding: Binding) -> str:
        """Keys by their names, as people write them: `enter`, not an arrow that some fonts lack."""
        return binding.key_display or KEY_NAMES.get(binding.key, binding.key)

    @property
    def is_hidden(self) -> bool:
        """Whether the console is locked or nobody is signed in: nothing may come into clear then."""
        return self.current_mode not in self.tab_names

    @property
    def views(self) -> Views:
        """What this employee has saved at this platform, on this computer."""
        me = self.session.me.number
        if self._views is None or self._views[0] != me:
            self._views = (me, Views(self.platform, me))
        return self._views[1]

    @property
    def offer(self) -> Offer | None:
        """What the platform offers: states, filters, reasons; None until somebody has signed in."""
        return self.session.offer

    def offered(self, name: str) -> object:
        """A member of the platform's offer, such as `lock_reasons`; None when it isn't there."""
        return (self.offer.model_extra or {}).get(name) if self.offer else None

    def take_ticket(self, ticket: Ticket, title: Raw | None = None) -> None:
        """Take a ticket in hand; `title` is what it is called where it has no subject of its own."""
        self.take_case(CaseInHand(ticket.id, ticket.number, title or known_as(ticket), self.clock()))
        self.post_message(TicketSeen(ticket))

    def take_case(self, case: CaseInHand | None) -> bool:
        """Take a case in hand, or put it down; what was revealed for the one before is gone. Whether a form went too."""
        before, self.session.case = self.session.case, case
        ended = before is not None and (case is None or before.id != case.id)
        form_went = ended and self.forget_revealed()
        if ended and self.saved_documents.clear():
            self.notify("The documents that were saved for the case are removed.", markup=False)
        self.case_changed.publish(case)
        return form_went

    def forget_revealed(self) -> bool:
        """Wipe what is in clear here, and end the grants on the platform; whether a form had to go."""
        form_went = self.wipe()
        self.run_worker(Job(self._end_grants()), group="end-grants", exit_on_error=False)
        return form_went

    def wipe(self) -> bool:
        """Nothing stays in clear on any screen; whether a form had to go whose text is kept."""
        if had := self.revealed.clear():
            self.reveals_changed.publish(None)
        return self.put_away(lambda dialog: (had or dialog.SHOWS) and not dialog.LASTS)

    def put_away(self, goes: Callable[[HoldsValues[Any]], bool] = lambda dialog: not dialog.LASTS) -> bool:
        """Close the dialogs that hold values, with what lies over them, as the help; whether what was typed in one is kept."""
        kept = False
        while any(isinstance(each, HoldsValues) and goes(each) for each in self.screen_stack[1:]):
            top = self.screen
            if isinstance(top, HoldsValues):
                kept |= top.keeps
                top.put_away()
            else:
                top.dismiss(None)
            if self.screen is top:  # it waits for an editor to end, and goes then
                break
        return kept

    async def _end_grants(self) -> None:
        try:
            await self.session.client.delete("/v1/reveals")
        except PetworksError:
            return  # grants end by themselves after 30 minutes, and nothing in clear is left here

    def heard(self, live: bool) -> None:
        """Note that the platform answered, or did not."""
        self.connection = Connection(live, self.clock() if live else self.connection.heard)
        self.connection_changed.publish(self.connection)
