"""Values from Google: asked for on a ground for the case in hand, and allowed or refused by a second person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from textual.content import Content
from textual.widgets.option_list import Option

from console.client import path
from console.records.google_access import GoogleAccess
from console.records.record import Action, Record
from console.text import block, line
from screens.parts.confirm import Confirm
from screens.parts.fresh import FreshScreen
from screens.parts.person import PersonScreen
from screens.parts.pick import Pick
from screens.parts.problems import Notice
from screens.parts.reveal import NO_CASE

ACCESS, NEW = "google-access", "ask"
WAITING = 20
"""How many that wait are offered for one person."""

DECISIONS: Mapping[str, str] = {"allow": "Allow", "refuse": "Refuse"}


class GoogleAccessScreen(FreshScreen, PersonScreen):
    """Adds to `x` what stands on another list: nobody is asked twice, as the list says what waits."""

    def actions_of(self, record: Record) -> Sequence[Action]:
        mine = [Action(name=ACCESS, allowed=True)] if self._decides else []
        return [*super().actions_of(record), *mine]

    def words_of(self, record: Record) -> Mapping[str, str]:
        return {**super().words_of(record), ACCESS: "Values from Google …"}

    @property
    def _decides(self) -> bool:
        return bool({"create", *DECISIONS} & set(self.session.me.may.get(ACCESS, ())))

    async def open_action(self, name: str, record: Record) -> None:
        if name == ACCESS:
            await self._google(record)
        else:
            await super().open_action(name, record)

    async def _google(self, record: Record) -> None:
        waiting = await self._waiting(record)
        options = [*(_option(access, name) for access in waiting for name in DECISIONS), *self._asking()]
        if not options:
            self.post_message(
                self.Refused(Notice("said", f"Nobody asks for what came from Google about {record.number}."))
            )
            return
        chosen = await self.app.push_screen_wait(Pick(Content(f"{record.number} · values from Google"), options))
        if chosen == NEW:
            await self._ask(record)
        elif chosen is not None:
            name, _, number = chosen.partition(" ")
            await self._decide(record, next(access for access in waiting if access.number == number), name)

    async def _waiting(self, record: Record) -> Sequence[GoogleAccess]:
        """Whole, so that each says what may be done with it."""
        page = await self.client.page(ACCESS, params={"user": record.number, "state": "asked", "limit": WAITING})
        return [cast(GoogleAccess, await self.client.record(ACCESS, each.number)) for each in page.items]

    def _asking(self) -> Sequence[Option]:
        if "create" not in self.session.me.may.get(ACCESS, ()):
            return []
        case = self.session.case
        said = f"Ask for them, for {case.number}" if case else "Ask for them"
        return [Option(_words(said, "" if case else NO_CASE), id=NEW, disabled=case is None)]

    async def _ask(self, record: Record) -> None:
        effect = (
            "A second person must allow it. Then you can reveal them for this case, for a day. It is on the log, and the person can "
            "learn of it."
        )
        grounds = self.reasons("google_ground_reasons")
        asked = Confirm(
            f"Ask for values from Google, {record.number}",
            effect,
            "Ask",
            reasons=grounds,
            choice="Ground",
            ask="What it stands on",
            must=True,
        )
        answer = await self.app.push_screen_wait(asked)
        if answer is None:
            return
        body = {"person": record.id, "ground": answer.reason, "evidence": answer.text}

        async def send(key: str) -> str:
            done = await self.client.post(path(ACCESS), body, key=key, case=self.case_id)
            return str(done.body["number"])

        number = await self.once((ACCESS, record.id, repr(body)), send)
        self.post_message(
            self.Arrived(record, f"{line(number).plain} is asked for: a second person allows it, at this person's x.")
        )

    async def _decide(self, record: Record, access: GoogleAccess, name: str) -> None:
        evidence = Content.assemble(
            (_ground(self.reasons("google_ground_reasons"), access), "bold"), "\n", block(access.evidence or "")
        )
        effect = Content.assemble(f"{_asker(access)} asks, for {access.case or 'no case'}:\n\n", evidence)
        words = f"{DECISIONS[name]} {access.number}"
        answer = await self.app.push_screen_wait(
            Confirm(words, effect, DECISIONS[name], ask="" if name == "allow" else "Note")
        )
        if answer is None:
            return
        body = {"text": answer.text} if answer.text else {}

        async def send(key: str) -> Record:
            done: Record = await self.client.act(
                ACCESS, access.id, name, body, key=key, version=access.version, case=self.case_id
            )
            return done

        intent = (access.id, access.version, name, repr(body))
        done = cast(GoogleAccess, await self.freshly(words.lower(), lambda: self.once(intent, send)))
        self.post_message(self.Arrived(record, f"{done.number}: {done.state}."))


def _option(access: GoogleAccess, name: str) -> Option:
    action = access.find_action(name)
    said = f"{DECISIONS[name]} {access.number}, asked by {_asker(access)} for {access.case or 'no case'}"
    return Option(
        _words(said, "" if action.allowed else action.because),
        id=f"{name} {access.number}",
        disabled=not action.allowed,
    )


def _words(said: str, because: str) -> Content:
    if not because:
        return line(said)
    return Content.assemble((line(said).plain, "dim"), "\n    ", line(because).stylize("dim"))


def _asker(access: GoogleAccess) -> str:
    return line(access.asked_by or "somebody").plain


def _ground(grounds: Mapping[str, str], access: GoogleAccess) -> str:
    return grounds.get(access.ground, line(access.ground).plain)
