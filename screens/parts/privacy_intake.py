"""Taking a privacy request in: what is asked, how and when it came (a clock runs from then), and whether it is here already."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from textual.content import Content
from textual.message import Message

from console.client import path
from console.raw import Raw
from console.records.privacy_requests import PrivacyRequest
from console.records.tickets import CHANNELS
from console.records.users import TOPICS
from console.text import line
from screens.parts import privacy_words as words
from screens.parts.asking import Asking, Typed, Wrong, ask_until_taken, settled_moments, typed_moment
from screens.parts.confirm import Confirm
from screens.parts.doing import DoingScreen
from screens.parts.money_view import word
from screens.parts.question_form import Answers, Question, listed

ABOUT = "Its clock runs from when it was received, not from now."

DRAFT = "new privacy request"

KINDS = {
    "access": "See the data",
    "correct": "Correct the data",
    "delete": "Delete the data",
    "opt_out": "Opt out: it works at once, without proof",
    "concern": "A concern, or anything else",
}

QUESTIONS = (
    Question("kind", "Asks to", choices=KINDS),
    Question("channel", "Came by", choices={each: word(each) for each in CHANNELS}),
    Question("received", "Received", "as in 2026-11-22 14:30, or 3d, 5h, now", must=True),
    Question("person", "Person", "U-1048, if found; empty if not"),
    Question("asker", "Asked by", "the name that they give"),
    Question("reply_to", "Answer to", "their address, as given: letters go there"),
    Question("words", "Their words", long=True, longest=10_000),
    Question("agent", "Agent", "somebody asks for the person", tick=True),
    Question("authority", "Authority", "what shows that they may, if an agent asks"),
    Question("regime", "Under", choices=words.REGIMES_LONG, any="as the platform proposes"),
    Question("regime_reason", "Why those", choices={}, any="no reason is needed for the proposed ones"),
    Question("topics", "Opts out of", f"{', '.join(TOPICS)}; empty for all"),
    Question("disputed", "Disputed", "what they say is wrong: email, phone, city …"),
    Question("about_privacy", "Concern", "about privacy itself: a manager works on it", tick=True),
    Question("names", "Names", "of a concern: E-3, E-7, who never see it"),
)

PLAIN = ("kind", "channel", "person", "asker", "reply_to", "words", "authority", "regime", "regime_reason")
LISTS = ("topics", "disputed", "names")
TICKS = ("agent", "about_privacy")

_AGO = re.compile(r"(?P<count>\d{1,4})\s?(?P<unit>min|h|d|w)(?: ago)?", re.ASCII)
_UNITS = {"min": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


@dataclass(frozen=True)
class Start:
    """What the form begins with: of a ticket, how and when it came and whom it is about."""

    channel: str = ""
    received: datetime | None = None
    person: str = ""
    ticket: str = ""

    @property
    def values(self) -> dict[str, Raw]:
        known = {"channel": self.channel if self.channel in CHANNELS else "", "person": self.person}
        found = {name: Raw(value) for name, value in known.items()} | {"received": typed_moment(self.received)}
        return {name: value for name, value in found.items() if value}


def moment_of(typed: str, now: datetime) -> datetime | None:
    """When something came: a date or a time of this computer's zone, how long ago, or now; None where it is none of them."""
    text = typed.strip()
    near = _AGO.fullmatch(text)
    if text.lower() == "now":
        return now
    if near is not None:
        return now - int(near["count"]) * _UNITS[near["unit"]]
    try:
        return datetime.fromisoformat(text).astimezone()
    except ValueError:
        return None


def settled(typed: Typed, now: datetime, name: str = "received") -> Typed:
    """With the day and the time that it came."""
    return settled_moments(typed, [name], lambda text: moment_of(text, now))


def received_in(answers: Answers, now: datetime, name: str = "received") -> str:
    """As the platform takes it."""
    at = moment_of(answers.typed(name), now)
    if at is None:
        raise Wrong({name: "a date or a time, as in 2026-11-22 14:30, or how long ago, as in 3d"})
    return at.isoformat()


def wish_of(answers: Answers, ticket: str, now: datetime) -> dict[str, Any]:
    """As the platform takes it."""
    wish: dict[str, Any] = {**answers.given(*PLAIN), "received": received_in(answers, now)}
    wish |= {name: True for name in TICKS if answers.ticked(name)}
    wish |= {name: listed(answers.typed(name)) for name in LISTS if answers.typed(name)}
    return wish | ({"ticket": ticket} if ticket else {})


class IntakeScreen(DoingScreen):
    """Mixed in where a request can begin: on its own screen, and on a ticket's."""

    @dataclass
    class TakenIn(Message):
        """The platform has the request."""

        request: PrivacyRequest

    @property
    def may_take_in(self) -> bool:
        return "create" in self.session.me.may.get("privacy-requests", ())

    async def take_in(self, start: Start) -> None:
        """Ask until the platform takes it, or the form is left; what was typed is kept as a draft."""
        asking = Asking(
            place=f"{DRAFT} {start.ticket}".strip(),
            title=f"Privacy request of {start.ticket}" if start.ticket else "New privacy request",
            questions=self._questions(),
            act="Take it in",
            about=ABOUT,
            start=start.values,
            settled=lambda typed: settled(typed, self.shell.clock()),
        )
        request = await ask_until_taken(self, asking, partial(self._send_if_another, start))
        if request is not None:
            self.post_message(self.TakenIn(request))

    async def _send_if_another(self, start: Start, answers: Answers) -> PrivacyRequest:
        wish = wish_of(answers, start.ticket, self.shell.clock())
        if not await self._is_another(wish):
            raise Wrong
        return await self._send_in(wish)

    def _questions(self) -> Sequence[Question]:
        """With the reasons as the platform calls them."""
        reasons = self.reasons("set_regime_reasons")
        return [
            Question(each.name, each.label, choices=reasons, any=each.any) if each.name == "regime_reason" else each
            for each in QUESTIONS
        ]

    async def _is_another(self, wish: Mapping[str, Any]) -> bool:
        """Whether it is to be taken in although something like it is here; what is alike is shown."""
        known = {name: wish[name] for name in ("kind", "person", "reply_to") if name in wish}
        answer = await self.client.post(path("privacy-requests", "alike"), known, case=self.case_id)
        alike = answer.body.get("alike") or []
        if not alike:
            return True
        effect = Content("\n").join([_alike_line(each) for each in alike[:5]])
        said = Content.assemble(
            effect, "\n\nIt may be the same request, sent twice. Taken in, it has a clock of its own."
        )
        question = Confirm("Is it another one?", said, "Take it in all the same")
        return await self.app.push_screen_wait(question) is not None

    async def _send_in(self, wish: Mapping[str, Any]) -> PrivacyRequest:
        async def act(key: str) -> PrivacyRequest:
            answer = await self.client.post(path("privacy-requests"), wish, key=key, case=self.case_id)
            made: PrivacyRequest = await self.client.record(
                "privacy-requests", str(answer.body["id"]), case=self.case_id
            )
            return made

        return await self.once(("take-in", repr(sorted(wish.items()))), act)


def _alike_line(found: Mapping[str, Any]) -> Content:
    number, kind, state = (str(found.get(name, "")) for name in ("number", "kind", "state"))
    return Content.assemble(
        ("≈ ", "bold $text-warning"), line(number).stylize("bold"), f"  {words.kind(kind)}, {words.state(state)}"
    )
