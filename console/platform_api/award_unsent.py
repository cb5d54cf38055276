"""A letter to a winner that could not be sent, or of which nobody can tell, told them nothing: no time to answer runs until one went (P33)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Row, select

from console.platform_api.award_making import NOTIFY_WITHIN
from console.platform_api.awards import awards
from console.platform_api.contest_entries import contests
from console.platform_api.mail import mails
from console.platform_api.transaction import Transaction
from console.records.awards import RESOURCE, AwardState
from console.records.tickets import LOST, MailState


def ended(work: Transaction, award: Row[Any], letter: Row[Any], state: MailState) -> None:
    """`letter`: as it was before it ended in `state`. The prize and its case are locked."""
    if state in LOST:
        _lost(work, award, letter)
    elif state is MailState.SENT and award.state == AwardState.DRAWN:
        due = work.now + timedelta(days=_answer_days(work, award))
        work.change(RESOURCE, awards, award, state=str(AwardState.NOTIFIED), notified=work.now, due=due)


def _lost(work: Transaction, award: Row[Any], letter: Row[Any]) -> None:
    """Nobody was told unless another letter tells them; a prize that is on its way is past that."""
    untold = award.state == AwardState.NOTIFIED and award.shipped is None and not _told_otherwise(work, letter)
    if untold:
        due = award.drawn + NOTIFY_WITHIN
        work.change(RESOURCE, awards, award, state=str(AwardState.DRAWN), notified=None, due=due)
    details = {"message": letter.id, "template": letter.template, "untold": untold}
    work.entries.append(work.entry(RESOURCE, "letter-lost", record=award.id, details=details))


def _told_otherwise(work: Transaction, letter: Row[Any]) -> bool:
    stands = mails.c.ticket == letter.ticket, mails.c.id != letter.id, mails.c.state.not_in((*LOST, MailState.UNDONE))
    return work.connection.execute(select(mails.c.id).where(*stands)).first() is not None


def _answer_days(work: Transaction, award: Row[Any]) -> int:
    return int(
        work.connection.execute(select(contests.c.answer_days).where(contests.c.id == award.contest)).scalar_one()
    )
