"""The checklist of a privacy request: what is done, the one next step and what takes it, what comes later. The console shows it as it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, exists, or_, select

from console.platform_api.tables import MailRow, ProposalRow, TellingRow, table
from console.records.privacy_requests import ENDED, Kind, RequestState
from console.records.tickets import UNSENT, MailState

_proposals, _tellings, _mails = table(ProposalRow), table(TellingRow), table(MailRow)
_S = RequestState
BEGUN = frozenset({_S.IN_PROGRESS, _S.REVIEW, _S.ERASING, _S.FULFILLED, _S.PARTLY_FULFILLED})
"""States that only what was begun comes to."""


POSTED, FAILED = "letter_posted", "letter_sent"
"""A letter counts for nothing before: it is the next step wherever one waits or failed, also of what has ended."""


@dataclass(frozen=True)
class Line:
    """`done`: whether it is; `at`: since when, where that is known. Without an action the platform itself takes it."""

    name: str
    done: bool
    action: str | None = None
    at: datetime | None = None


def steps_of(
    connection: Connection, row: Row[Any], package: Row[Any] | None, plan: Row[Any] | None
) -> list[dict[str, Any]]:
    lines = list(_lines(connection, row, package, plan))
    unsent = _unsent(connection, row)
    if unsent is not None:
        lines.insert(1, Line(POSTED if unsent == MailState.TO_POST else FAILED, False, "posted"))
    return _named(lines, over=row.state in ENDED)


def _unsent(connection: Connection, row: Row[Any]) -> str | None:
    """State of the first letter that has reached nobody; one that failed before another went is not waited for."""
    later = _mails.alias()
    went = exists().where(later.c.request == row.id, later.c.state == MailState.SENT, later.c.id > _mails.c.id)
    mine = _mails.c.request == row.id, _mails.c.state.in_(UNSENT), or_(_mails.c.state == MailState.TO_POST, ~went)
    found = select(_mails.c.state).where(*mine).order_by(_mails.c.id).limit(1)
    state: str | None = connection.execute(found).scalar()
    return state


def _named(lines: Sequence[Line], over: bool) -> list[dict[str, Any]]:
    """Of what has ended only what was done is told, and nothing is next but a letter that has reached nobody."""
    following = next((line for line in lines if not line.done and (not over or line.action == "posted")), None)
    return [
        {
            "name": line.name,
            "state": "done" if line.done else "next" if line is following else "later",
            "at": line.at,
            "action": None if line.done else line.action,
        }
        for line in lines
        if line.done or not over or line is following
    ]


def _lines(connection: Connection, row: Row[Any], package: Row[Any] | None, plan: Row[Any] | None) -> Iterator[Line]:
    yield Line("received", True, at=row.received)
    if row.state in (_S.APPEALED, _S.UPHELD):
        yield from _appeal(row)
    else:
        yield from _OF_KIND[Kind(row.kind)](connection, row, package, plan)


def _acknowledged(row: Row[Any]) -> Iterator[Line]:
    """Only where a rule asks for it, or it was done; any letter does."""
    if row.acknowledged is not None or row.acknowledge_due is not None:
        action = "acknowledge" if row.state == _S.RECEIVED else "message"
        yield Line("acknowledged", row.acknowledged is not None, action, row.acknowledged)


def _proven(row: Row[Any]) -> Iterator[Line]:
    yield from _acknowledged(row)
    yield Line("identified", row.person is not None, "identify")
    yield Line("verified", row.verified is not None, "verify", row.verified)
    yield Line("begun", _begun(row), "begin")


def _begun(row: Row[Any]) -> bool:
    return row.state in BEGUN


def _decided(row: Row[Any], action: str | None = "fulfil") -> Iterator[Line]:
    """The end, or the declining that stands in its place."""
    over = row.state in ENDED
    yield Line(row.state if over else "fulfilled", over, action, row.decided)


def _access(_: Connection, row: Row[Any], package: Row[Any] | None, __: Row[Any] | None) -> Iterator[Line]:
    built, released = (package.built, package.released) if package is not None else (None, None)
    waits = package is not None and built is None
    yield from _proven(row)
    yield Line("package_built", built is not None, None if waits else "build-package", built)
    if package is not None and package.second is not None:
        yield Line("release_allowed", package.allowed_by is not None, "allow-release")
    yield Line("package_released", released is not None, "release-package", released)
    yield from _decided(row)


def _correct(connection: Connection, row: Row[Any], _: Row[Any] | None, __: Row[Any] | None) -> Iterator[Line]:
    found = select(_proposals.c.state).where(_proposals.c.request == row.id)
    states = [state for state in connection.execute(found).scalars() if state != "withdrawn"]
    yield from _proven(row)
    yield Line("proposed", bool(states), "propose")
    yield Line("applied", bool(states) and "proposed" not in states, "apply")
    told = list(connection.execute(select(_tellings.c.told).where(_tellings.c.request == row.id)).scalars())
    if told:
        yield Line("recipients_told", None not in told, "told")
    yield from _decided(row)


def _delete(_: Connection, row: Row[Any], __: Row[Any] | None, plan: Row[Any] | None) -> Iterator[Line]:
    sent = row.state in (_S.REVIEW, _S.ERASING, _S.FULFILLED)
    yield from _proven(row)
    yield Line("plan", sent or (plan is not None and not plan.stopped), "plan", plan.made if plan is not None else None)
    yield Line("submitted", sent, "submit")
    yield Line("second_person", row.state in (_S.ERASING, _S.FULFILLED), "approve")
    yield Line("erased", row.state == _S.FULFILLED)
    yield from _decided(row, None)


def _concern(_: Connection, row: Row[Any], __: Row[Any] | None, ___: Row[Any] | None) -> Iterator[Line]:
    yield from _acknowledged(row)
    yield Line("begun", _begun(row), "begin")
    yield Line("replied", row.replied is not None, "message", row.replied)
    yield from _decided(row)


def _opt_out(_: Connection, row: Row[Any], __: Row[Any] | None, ___: Row[Any] | None) -> Iterator[Line]:
    works = row.state in (_S.EFFECTIVE, _S.CONFIRMED)
    yield Line("effective", works, "identify")
    yield Line("confirmed", row.state == _S.CONFIRMED, "confirm")


def _appeal(row: Row[Any]) -> Iterator[Line]:
    upheld = row.state == _S.UPHELD
    yield Line("declined", True, at=None if upheld else row.decided)
    yield Line("appeal_decided", upheld, "uphold", row.decided if upheld else None)


_OF_KIND = {
    Kind.ACCESS: _access, Kind.CORRECT: _correct, Kind.DELETE: _delete, Kind.CONCERN: _concern, Kind.OPT_OUT: _opt_out,
}  # fmt: skip
