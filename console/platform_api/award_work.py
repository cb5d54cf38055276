"""What a manager does with a prize that was drawn: claims its case, tells the winner, has it sent, hands it over, or sees it forfeited.

The same manager may have started the draw: nobody can steer what it picks. What could be steered is who forfeits, so that has conditions of
its own, and a reason that the published record shows. Anybody says what the platform knows by itself (`award_forfeiting`). What it has but
somebody's word for is said by a manager who neither drew nor took entries out before: that the winner declined, which needs a letter that
went before, or that they may not win.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from sqlalchemy import Row

from console.platform_api import claim_work, letter_undo, mail
from console.platform_api.award_ending import contact_of, end
from console.platform_api.award_forfeiting import hinders_reason
from console.platform_api.awards import AWARDS, awards
from console.platform_api.contest_entries import contests
from console.platform_api.disclosures import COURIER, PRIZE, disclose
from console.platform_api.guard import Ask
from console.platform_api.mail import Letter
from console.platform_api.numbers import number_of
from console.platform_api.problems import Conflict
from console.platform_api.store import Answer, Write, act
from console.records.awards import PREFIX, AwardState

_S = AwardState

DECLINED, NOT_ELIGIBLE = "declined", "not_eligible"


# Having it


def claim(ask: Ask, named: str) -> Answer:
    return act(ask, AWARDS, named, claim_work.take, versioned=False)


def release(ask: Ask, named: str) -> Answer:
    return act(ask, AWARDS, named, claim_work.put_back)


def note(ask: Ask, named: str, body: str) -> Answer:
    return act(ask, AWARDS, named, lambda write: claim_work.add_note(write, body), versioned=False)


# The winner


def notify(ask: Ask, named: str, letter: Letter) -> Answer:
    """From the award's case, to the address of the entry. The first letter sets until when the winner has time to answer."""

    def change(write: Write) -> None:
        contest = _contest(write)
        case = claim_work.locked_case(write)
        claim_work.keep(write, case)
        _send(write, case, letter)
        if write.row.state == _S.DRAWN:
            due = ask.now + timedelta(days=contest.answer_days)
            _move(write, {"state": str(_S.NOTIFIED), "notified": ask.now, "due": due})

    return act(ask, AWARDS, named, change)


def undo_letter(ask: Ask, named: str, message: str) -> Answer:
    """With what it brought about: whom nobody wrote to isn't told, and has no time that runs."""

    def change(write: Write) -> None:
        letter_undo.take_back(write, message)

    return act(ask, AWARDS, named, change, versioned=False)


def _contest(write: Write) -> Row[Any]:
    row = write.others.lock(contests, write.row.contest)
    if row is None:
        raise Conflict("Its contest is gone.")
    return row


def _send(write: Write, case: Row[Any], letter: Letter) -> None:
    address = contact_of(write.others, write.row).get("email")
    message = mail.queue_to_winner(write.others, write.row, case.id, letter, author=write.ask.actor.id, address=address)
    letter_undo.remember(write, message, case, bears=("shipped",))
    write.details |= {"message": message, "template": letter.template}
    write.beside = {"message": message, "message_due": mail.due_of(write.ask.now, write.ask.actor.id).isoformat()}


def ship(ask: Ask, named: str, fields: Collection[str]) -> Answer:
    """A courier is told where to: on the ledger of disclosures before it is (P4), and only what a courier may know."""

    def change(write: Write) -> None:
        case = claim_work.locked_case(write)
        claim_work.keep(write, case)
        missing = sorted(set(fields) - set(contact_of(write.others, write.row)))
        if missing:
            raise Conflict(f"The entry doesn't say: {', '.join(missing)}.")
        number = AWARDS.name_of(write.row)
        disclose(write.others, COURIER, fields, PRIZE, write.row.entry, number, ticket=case.id)
        write.values = {"shipped": ask.now}
        write.details["fields"] = sorted(fields)

    return act(ask, AWARDS, named, change)


# Its end


def award(ask: Ask, named: str) -> Answer:
    """The winner has the prize."""

    def change(write: Write) -> None:
        _end(write, _S.AWARDED, None)

    return act(ask, AWARDS, named, change)


def forfeit(ask: Ask, named: str, reason: str) -> Answer:
    """The next reserve is drawn in the same transaction; the answer names their award."""

    def change(write: Write) -> None:
        because = hinders_reason(write.connection, write.row, reason, ask.now)
        if because:
            raise Conflict(because)
        _forfeit(write, reason)

    return act(ask, AWARDS, named, change)


def decline(ask: Ask, named: str) -> Answer:
    """The winner said that they don't want it: to nobody but whoever says so here."""

    def change(write: Write) -> None:
        _forfeit(write, DECLINED)

    return act(ask, AWARDS, named, change)


def rule_out(ask: Ask, named: str) -> Answer:
    """The winner may not win: forfeited, without a letter before."""

    def change(write: Write) -> None:
        _forfeit(write, NOT_ELIGIBLE)

    return act(ask, AWARDS, named, change)


def _forfeit(write: Write, reason: str) -> None:
    again = _end(write, _S.FORFEITED, reason)
    drawn = number_of(write.connection, awards, PREFIX, again) if again is not None else None
    write.beside = {"drawn_again": drawn}
    write.reason = reason


def _end(write: Write, state: AwardState, reason: str | None) -> str | None:
    _contest(write)
    case = claim_work.locked_case(write)
    values, again = end(write.others, write.row, state, reason)
    _move(write, values)
    write.details |= {"case": case.id, "place": write.row.place}
    return again


def _move(write: Write, values: dict[str, Any]) -> None:
    write.values = values
    write.changed = {"state": (write.row.state, values["state"])}
    write.details["from"] = write.row.state
