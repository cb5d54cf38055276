"""Why a prize can be forfeited: by what the platform knows of its letters and its clock, whoever says so.

No answer: a letter went out, and the time that it gave is over. Nobody to reach: letters failed, and none went out. Of a letter of which nobody
can tell, neither is known; it is sent again. Whoever got one has time to answer, whatever failed before or since.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, Row, select

from console.platform_api.mail import mails
from console.records.tickets import MailState

NO_LETTER = "Write to the winner first: no letter went out yet."
IN_TIME = "The winner still has time to answer."
TOLD = "A letter went out to the winner."
UNSURE = "Nobody can tell whether the letter went out: send it again."

ON_ITS_WAY = frozenset({MailState.WAITING, MailState.SENDING})

Letters = frozenset[str]
"""The states of what was written to the winner."""


def _no_answer(letters: Letters, row: Row[Any], now: datetime) -> str:
    if MailState.SENT not in letters:
        return NO_LETTER
    return IN_TIME if row.due > now else ""


def _unreachable(letters: Letters, _: Row[Any], __: datetime) -> str:
    if MailState.SENT in letters:
        return TOLD
    if letters & ON_ITS_WAY or not letters & {MailState.FAILED, MailState.UNKNOWN}:
        return NO_LETTER
    return "" if MailState.FAILED in letters else UNSURE


_REASONS: Mapping[str, Callable[[Letters, Row[Any], datetime], str]] = MappingProxyType(
    {"no_answer": _no_answer, "unreachable": _unreachable}
)


def hinders_reason(connection: Connection, row: Row[Any], reason: str, now: datetime) -> str:
    """Why the platform doesn't know that it is so; empty when it does."""
    return _REASONS[reason](_letters(connection, row), row, now)


def reasons_of(connection: Connection, row: Row[Any], now: datetime) -> list[str]:
    """Of the reasons to forfeit those that hold."""
    letters = _letters(connection, row)
    return [reason for reason, hinders in _REASONS.items() if not hinders(letters, row, now)]


def hinders(connection: Connection, row: Row[Any], action: str, now: datetime) -> str:
    """Nobody forfeits or declines what nobody told them of."""
    if action == "decline":
        return "" if MailState.SENT in _letters(connection, row) else NO_LETTER
    if action != "forfeit" or reasons_of(connection, row, now):
        return ""
    letters = _letters(connection, row)
    return _no_answer(letters, row, now) if MailState.SENT in letters else _unreachable(letters, row, now)


def _letters(connection: Connection, row: Row[Any]) -> Letters:
    return frozenset(connection.execute(select(mails.c.state).where(mails.c.ticket == row.ticket).distinct()).scalars())
