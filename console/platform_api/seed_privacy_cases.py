"""The cases of the privacy requests of the sample data: who has them, and what was written and noted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from sqlmodel import Session

from console.platform_api.documents import Value, dump
from console.platform_api.ids import id_at
from console.platform_api.seed_privacy_courses import Course
from console.platform_api.seed_privacy_texts import ACKNOWLEDGED, ENDINGS, EXTENDED, NOTES, PROOF, REPLIES
from console.platform_api.seed_rows import Plan
from console.platform_api.tables import TicketLink, TicketMessage, TicketRow
from console.platform_api.vault import OwnerKey
from console.records.privacy_requests import BEFORE_PROOF, ENDED, PREFIX, RESOURCE, Kind, RequestState
from console.records.tickets import PLATFORM
from console.records.users import Source

_S = RequestState
Letter = tuple[str, str]


@dataclass(frozen=True)
class Writing:
    """What a case is written from; its texts are sealed under the request's own `key`."""

    request: str
    number: int
    course: Course
    key: OwnerKey
    received: datetime
    decided: datetime | None
    person: str | None


@dataclass
class CaseWriter:
    """Numbers the cases on from `before`."""

    session: Session
    random: Random
    plan: Plan
    staff: Mapping[str, str]
    before: int
    opened: int = 0

    def write(self, it: Writing) -> str | None:
        """The case of one that somebody claimed."""
        if it.course.state == _S.RECEIVED and "claimed" not in it.course.more:
            return None
        at = it.received + timedelta(hours=2)
        ticket, over = id_at(at, self.random), it.course.state in ENDED
        officer = self._officer(it)
        held = "claimed" in it.course.more
        self.opened += 1
        subject = dump({"subject": Value(self._subject(it), Source.EMPLOYEE, at)})
        self.session.add(
            TicketRow(
                number=self.before + self.opened, id=ticket, state="solved" if over else "open", channel=PLATFORM, opened=at, backed=True,
                about="privacy", owner=it.request, assignee=officer if held or over else None,
                lease_until=self.plan.desk.lease_until if held else None, sealed_thread=it.key.seal("tickets", ticket, "thread", subject),
            )
        )  # fmt: skip
        linked = {RESOURCE: it.request, **({"users": it.person} if it.person is not None else {})}
        self.session.add_all(TicketLink(ticket=ticket, resource=name, record=record) for name, record in linked.items())
        self._thread(it, ticket, officer)
        return ticket

    def _officer(self, it: Writing) -> str:
        if "about_privacy" in it.course.more:
            return self.staff["manager2"]
        return self.staff[self.random.choice(("privacy", "privacy2"))]

    @staticmethod
    def _subject(it: Writing) -> str:
        return f"{PREFIX}-{it.number}: {it.course.kind.replace('_', ' ')}"

    # What was written

    def _thread(self, it: Writing, ticket: str, officer: str) -> None:
        end = it.decided or self.plan.until
        for part, kind, texts in self._said(it):
            at = (it.received + (end - it.received) * part).replace(microsecond=0)
            message, source = id_at(at, self.random), Source.SELF if kind == "in" else Source.EMPLOYEE
            document = dump({name: Value(text, source, at) for name, text in texts.items()})
            self.session.add(
                TicketMessage(
                    id=message, ticket=ticket, at=at, kind=kind, author=None if kind == "in" else officer, owner=it.request,
                    sealed_thread=it.key.seal("ticket_messages", message, "thread", document),
                )
            )  # fmt: skip

    def _said(self, it: Writing) -> Iterator[tuple[float, str, Mapping[str, str]]]:
        """How far on the way, which kind of message, and its texts."""
        course = it.course
        if course.kind != Kind.OPT_OUT:
            yield 0.1, "out", _letter(ACKNOWLEDGED)
        yield 0.15, "note", {"body": self.random.choice(NOTES)}
        if course.kind not in (Kind.OPT_OUT, Kind.CONCERN) and course.state != _S.ACKNOWLEDGED:
            yield 0.2, "out", _letter(PROOF)
        if course.state not in BEFORE_PROOF and self.random.random() < 0.6:
            yield 0.25, "in", {"body": self.random.choice(REPLIES)}
        if "extended" in course.more:
            yield 0.8, "out", _letter(EXTENDED)
        declined = ENDINGS["denied"] if course.state in (_S.APPEALED, _S.REVERSED) else None
        ending = ENDINGS.get(course.state, declined)
        if ending is not None:
            yield 1.0, "out", _letter(ending)


def _letter(letter: Letter) -> Mapping[str, str]:
    return dict(zip(("subject", "body"), letter, strict=True))
