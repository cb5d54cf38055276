"""The base of all full screens: head, one place for what went wrong, foot, and workers that can't end the app."""

from __future__ import annotations

from collections.abc import Coroutine, Iterable
from dataclasses import dataclass
from typing import Any, ClassVar, cast

from textual.app import ComposeResult, SystemCommand
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Static

from console.client import Client
from console.errors import ConnectionFailed, FreshSignIn, NotAllowed, NotSignedIn
from console.session import Session
from console.views import LastPlace
from screens.parts.foot import Foot
from screens.parts.head import Head
from screens.parts.job import Job
from screens.parts.problems import Notice, explain
from screens.parts.shell import CaseDoubted, SessionEnded, Shell


class PetworksScreen(Screen[None]):
    """A tab of the console. Override `body`; fetch in workers started by `work`, which post messages."""

    NAME: ClassVar[str] = ""
    """The screen's name in `screens.SCREENS`."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012 - Textual's own annotation

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "filter", key_display="/", id="filter"),
        Binding("x", "actions", "actions", id="actions"),
        Binding("ctrl+r,f5", "reload", "reload", show=False, id="reload"),
    ]

    @dataclass
    class Failed(Message):
        """A worker of this screen failed; `doing` is what it tried, as in "load the ticket"."""

        error: Exception
        doing: str

    _said: Notice | None = None
    """What stands above the foot."""

    @property
    def shell(self) -> Shell:
        return cast(Shell, self.app)

    @property
    def session(self) -> Session:
        return self.shell.session

    @property
    def client(self) -> Client:
        return self.session.client

    @property
    def case_id(self) -> str | None:
        """The case in hand, as the client wants it."""
        return self.session.case.id if self.session.case else None

    def compose(self) -> ComposeResult:
        yield Head(self.NAME)
        yield from self.body()
        yield Static(id="notice")
        yield Foot()

    def body(self) -> ComposeResult:
        """What stands between head and foot."""
        raise NotImplementedError

    def work(
        self, job: Coroutine[Any, Any, None], doing: str, *, group: str = "default", exclusive: bool = False
    ) -> None:
        """Run a worker; whatever it raises becomes a `Failed` message and never ends the app."""
        self.run_worker(Job(self._guarded(Job(job), doing)), group=group, exclusive=exclusive, exit_on_error=False)

    async def _guarded(self, job: Job, doing: str) -> None:
        try:
            await job
        except Exception as error:  # noqa: BLE001 - the last place for it: it would end the app
            self.post_message(self.Failed(error, doing))
        else:
            self.shell.heard(live=True)

    def on_petworks_screen_failed(self, message: Failed) -> None:
        message.stop()
        self.failed(message.error, message.doing)

    def failed(self, error: Exception, doing: str) -> None:
        """Show an error in the one place for it."""
        self.noted(error)
        self.say(explain(error, doing))

    def noted(self, error: Exception) -> None:
        """Tell the app what an error means for all screens: no connection, no session, or no case any more."""
        if isinstance(error, ConnectionFailed):
            self.shell.heard(live=False)
        if isinstance(error, NotSignedIn) and not isinstance(error, FreshSignIn):
            self.shell.post_message(SessionEnded(error))
        if isinstance(error, NotAllowed) and self.session.case is not None:
            self.shell.post_message(CaseDoubted())

    def say(self, notice: Notice | None) -> None:
        """Show a line above the foot, or take it away."""
        self._said = notice
        place = self.query_one("#notice", Static)
        place.display = notice is not None
        if notice is not None:
            place.set_classes(f"-{notice.tone}")
            place.update(notice.content())
        self.refresh_bindings()

    def say_too(self, notice: Notice) -> None:
        """Say something without taking away what stands there of a failure."""
        failure = self._said if self._said is not None and self._said.tone != "said" else None
        self.say(notice)
        if failure is not None:
            self.query_one("#notice", Static).update(Content("\n").join([failure.content(), notice.content()]))

    def told(self, what: str, advice: str = "") -> None:
        """Say something that went well."""
        self.say(Notice("said", what, advice))

    def go_to(self, number: str) -> None:
        """Show the record of this number."""

    def go_to_those(self, words: str) -> None:
        """Show the records that a filter finds."""

    def left_at(self) -> LastPlace:
        """Where one is now, as far as it may be kept."""
        return LastPlace(self.NAME)

    def come_back(self, place: LastPlace) -> None:
        """To the place that was left, as far as it is there today."""

    def commands(self) -> Iterable[SystemCommand]:
        """What the palette offers on this screen, besides what it offers everywhere."""
        yield from ()

    def action_filter(self) -> None:
        self.told("There is nothing to filter here.")

    def action_actions(self) -> None:
        self.told("Nothing is selected.", "Put the cursor on a record.")

    def action_reload(self) -> None:
        """Fetch again what is shown."""
