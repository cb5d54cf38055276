"""What is done with one record: the platform says what is allowed, the question says what it means, the answer is shown."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

from textual.message import Message

from console.client import new_key
from console.errors import FreshSignIn, OutcomeUnknown, Stale
from console.records.record import Action, Record
from console.text import line
from screens.parts.actions import ActionList
from screens.parts.base import PetworksScreen
from screens.parts.confirm import Confirm
from screens.parts.deed import Deed
from screens.parts.outgoing import only_letters_went
from screens.parts.problems import Notice

T = TypeVar("T")


class DoingScreen(PetworksScreen):
    """Override `selected`, `look` and `arrived`; `DEEDS` are the actions of `x`."""

    COLLECTION: ClassVar[str] = ""
    NOTHING: ClassVar[str] = "Put the cursor on a record."
    DEEDS: ClassVar[Mapping[str, Deed]] = {}
    NEEDS: ClassVar[Mapping[str, str]] = {}
    """What a key does → the action without which the role has no such key."""

    @dataclass
    class Refused(Message):
        """An action is not to be had, and why."""

        notice: Notice

    def __init__(self) -> None:
        super().__init__()
        self.record: Record | None = None
        """The record that is shown, whole."""
        self.offered: set[str] = set()
        """The actions that the platform has listed: those that the role has, allowed or not."""
        self._intents: dict[tuple[object, ...], str] = {}

    @property
    def selected(self) -> Record | None:
        """What keys act on."""
        raise NotImplementedError

    def collection_of(self, number: str) -> str:
        """Where the record of a number is; override where a list has several kinds."""
        return self.COLLECTION

    def deeds_of(self, record: Record) -> Mapping[str, Deed]:
        """Its actions that one question is enough for, or none; override where that depends on the record."""
        return self.DEEDS

    def look(self, number: str) -> None:
        """Fetch a record and show it."""
        raise NotImplementedError

    def arrived(self, record: Record, said: str = "") -> None:
        """Show a record that came, and say what was done."""
        raise NotImplementedError

    def has(self, name: str) -> bool:
        """Whether the role has an action at all; whether it is allowed now is told when it is asked for."""
        return name in self.offered or name in self.session.me.may.get(self.COLLECTION, ())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "do":
            return self.has(str(parameters[0]))
        if action == "actions":
            return bool(self.offered) or self.record is None
        if action in self.NEEDS:
            return self.has(self.NEEDS[action])
        return super().check_action(action, parameters)

    def with_selected(self, job: Callable[[Record], Coroutine[Any, Any, None]], doing: str) -> None:
        """Run a worker with the selected record, whole; `{number}` in `doing` is its number."""
        record = self.selected
        if record is None:
            self.told("Nothing is selected.", self.NOTHING)
        else:
            self.say(None)
            self.work(self._with_whole(record, job), doing.replace("{number}", record.number))

    async def _with_whole(self, record: Record, job: Callable[[Record], Coroutine[Any, Any, None]]) -> None:
        """The cursor may have moved on before its record came: nobody acts on the one before."""
        if record is not self.record:
            record = await self.client.record(self.collection_of(record.number), record.number, case=self.case_id)
            self.arrived(record)
        await job(record)

    def action_actions(self) -> None:
        self.with_selected(self._choose, "list the actions of {number}")

    async def _choose(self, record: Record) -> None:
        dialog = ActionList(record.number, self.actions_of(record), self.words_of(record))
        chosen = await self.app.push_screen_wait(dialog)
        if chosen is not None:
            await self.perform(record, chosen)

    def actions_of(self, record: Record) -> Sequence[Action]:
        """What `x` offers: the record's own actions; override to add those of what hangs on it."""
        return record.actions

    def words_of(self, record: Record) -> Mapping[str, str]:
        """Action → what `x` calls it."""
        return {name: deed.words for name, deed in self.deeds_of(record).items()}

    def _find_action(self, record: Record, name: str) -> Action:
        found = (action for action in self.actions_of(record) if action.name == name)
        return next(found, record.find_action(name))

    def do(self, name: str) -> None:
        """Do an action with the selected record; one that is not allowed says why."""
        words = self.DEEDS[name].words.lower() if name in self.DEEDS else name.replace("-", " ")
        self.with_selected(lambda record: self.perform(record, name), f"{words} {{number}}")

    async def perform(self, record: Record, name: str) -> None:
        """Check what the platform says of the action, ask what it asks, and do it."""
        action, deed = self._find_action(record, name), self.deeds_of(record).get(name)
        if not action.allowed:
            self.post_message(self.Refused(Notice("not-allowed", f"{record.number}: {action.because}")))
        elif deed is None:
            await self.open_action(name, record)
        else:
            await self._perform(record, name, deed)

    def on_doing_screen_refused(self, message: Refused) -> None:
        self.say(message.notice)

    async def open_action(self, name: str, record: Record) -> None:
        """An action with a way of its own (a form, a reveal): override for those that are not in DEEDS."""
        self.post_message(self.Refused(Notice("failed", f"This console has no way to {name} yet.")))

    async def _perform(self, record: Record, name: str, deed: Deed) -> None:
        body: dict[str, Any] = {}
        if deed.asks:
            answer = await self.app.push_screen_wait(self._question(record, deed))
            if answer is None:
                return
            body = deed.body(answer)
        done = await self.send(record, name, body, versioned=deed.versioned)
        self.arrived(done, line(f"{done.number}: {deed.done}").plain)

    def _question(self, record: Record, deed: Deed) -> Confirm:
        reasons = deed.of_its(self.reasons(deed.reasons)) if deed.reasons else None
        effect = deed.effect.replace("{number}", record.number)
        title = deed.titled(record.number)
        return Confirm(title, effect, deed.words, reasons=reasons, ask=deed.ask, must=deed.must, typed=deed.typed)

    def reasons(self, kind: str) -> Mapping[str, str]:
        """Code → words, of the reasons that the platform offers under this name."""
        return reason_words(self.shell.offered(kind))

    async def send(self, record: Record, name: str, body: Mapping[str, Any], *, versioned: bool = True) -> Record:
        """Do an action on the platform; the same intent keeps its key until its outcome is known."""
        version = record.version if versioned else None

        async def act(key: str) -> Record:
            done: Record = await self.client.act(
                self.collection_of(record.number), record.id, name, body, key=key, version=version, case=self.case_id
            )
            return done

        try:
            return await self.once((record.id, record.version, name, repr(sorted(body.items()))), act)
        except Stale:
            now = await self.still(record)
            if now is None:
                raise
            return await self.send(now, name, body, versioned=versioned)

    async def still(self, record: Record) -> Record | None:
        """The record at the version that it has now, if nothing of it changed but where its letters are: they go out by themselves,
        and nobody overwrites anything by going on. Else it is looked at, and None."""
        now: Record = await self.client.record(self.collection_of(record.number), record.id, case=self.case_id)
        if only_letters_went(record, now):
            return now
        self.look(record.number)
        return None

    async def once(self, intent: tuple[object, ...], act: Callable[[str], Awaitable[T]]) -> T:
        """Do a thing under the key of its intent, which stays as long as doing it again might do it twice."""
        key = self._intents.setdefault(intent, new_key())
        try:
            done = await act(key)
        except (OutcomeUnknown, FreshSignIn):
            raise
        except Exception:
            self._intents.pop(intent, None)
            raise
        self._intents.pop(intent, None)
        return done


def reason_words(offered: object) -> dict[str, str]:
    """Code → words, whether the platform sends a mapping or only codes."""
    if isinstance(offered, Mapping):
        return {str(code): line(str(words)).plain for code, words in offered.items()}
    if isinstance(offered, list):
        return {str(code): line(str(code).replace("_", " ")).plain.capitalize() for code in offered}
    return {}
