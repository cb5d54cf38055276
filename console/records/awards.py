"""A prize that somebody has won: told, handed over or forfeited. Who won stands in it sealed, for the one who works on it (P33)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from console.raw import Raw
from console.records.record import Category, Record, transition
from console.records.tickets import Message

RESOURCE = "awards"
PREFIX = "AW"


class AwardState(StrEnum):
    DRAWN = "drawn"
    NOTIFIED = "notified"
    AWARDED = "awarded"
    FORFEITED = "forfeited"


_S = AwardState
OPEN = frozenset({_S.DRAWN, _S.NOTIFIED})
"""States in which somebody works on it, and the winner's contact is there."""

TRANSITIONS = {
    "notify": transition(_S.DRAWN, _S.NOTIFIED, to=_S.NOTIFIED),
    "award": transition(_S.NOTIFIED, to=_S.AWARDED),
    "forfeit": transition(*OPEN, to=_S.FORFEITED),
    **dict.fromkeys(("decline", "rule-out"), transition(*OPEN, to=_S.FORFEITED)),
}
"""A winner may be written to more than once. A prize is forfeited by what the platform knows itself; what it has but somebody's word for
(`decline`, `rule-out`) is said by a manager who neither drew the contest nor took an entry out of it."""

ONLY_IN = {
    "claim": OPEN,
    **dict.fromkeys(("release", "note"), OPEN),
    **dict.fromkeys(("ship", "undo-letter"), frozenset({_S.NOTIFIED})),
}

CONTACT = ("name", "email", "phone", "street", "city", "postcode")
"""What an entry says of how its winner is reached."""

REVEAL_REASONS = ("notify_winner", "award_prize")
"""What a winner's contact is revealed for, and nothing else (P32)."""


class Award(Record):
    """`place` is the prize's, from 1 on. `rank` is where the winner stands in the order of the draw: beyond the places are the reserves.

    `due`: until when the winner has time to answer, once notified. `shipped`: when a courier was last told where to. `forfeit_reasons`: codes
    for forfeiting it now.
    """

    state: Annotated[str, Category.PLAIN] = ""
    contest: Annotated[str, Category.PLAIN] = ""
    entry: Annotated[str | None, Category.PLAIN] = None
    place: Annotated[int, Category.PLAIN] = 0
    rank: Annotated[int, Category.PLAIN] = 0
    drawn: Annotated[datetime | None, Category.PLAIN] = None
    notified: Annotated[datetime | None, Category.PLAIN] = None
    due: Annotated[datetime | None, Category.PLAIN] = None
    shipped: Annotated[datetime | None, Category.PLAIN] = None
    ended: Annotated[datetime | None, Category.PLAIN] = None
    ended_by: Annotated[str | None, Category.PLAIN] = None
    reason: Annotated[str | None, Category.PLAIN] = None
    purged: Annotated[datetime | None, Category.PLAIN] = None
    forfeit_reasons: Annotated[tuple[str, ...], Category.PLAIN] = ()
    case: Annotated[str | None, Category.PLAIN] = None
    assignee: Annotated[str | None, Category.PLAIN] = None
    yours: Annotated[bool, Category.PLAIN] = False
    lease_until: Annotated[datetime | None, Category.PLAIN] = None
    name: Annotated[Raw | None, Category.ENTRY_CONTACT] = None
    email: Annotated[Raw | None, Category.ENTRY_CONTACT] = None
    phone: Annotated[Raw | None, Category.ENTRY_CONTACT] = None
    street: Annotated[Raw | None, Category.ENTRY_CONTACT] = None
    city: Annotated[Raw | None, Category.ENTRY_CONTACT] = None
    postcode: Annotated[Raw | None, Category.ENTRY_CONTACT] = None
    messages: Annotated[tuple[Message, ...], Category.THREAD] = ()
