"""Taking a letter back within its ten seconds, with all that hangs on it: its record and case are again as they were before.

What a letter brought about is written down beside it when it is queued, and goes when the letter has gone. If anything was built on it
meanwhile, neither is taken back: what was answered, released, decided or sent never stands on a letter that nobody sent.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, LargeBinary, Row, Table, update

from console.platform_api.claims import tickets
from console.platform_api.columns import Moment
from console.platform_api.letter_hinders import THEIRS, letter_hinders, plain
from console.platform_api.mail import mails
from console.platform_api.problems import Conflict, NotAllowed, NotFound
from console.platform_api.store import LEASE, Write
from console.records.tickets import MailState


def take_back(write: Write, message: str) -> Mapping[str, Any]:
    """By who wrote it. What else the letter brought about, as `remember` was told: the caller's to take back."""
    letter = letter_of(write, message)
    _refuse_too_late(write, letter)
    effects: Mapping[str, Any] = letter.effects or {}
    _restore(write, effects.get("columns", {}))
    _reopen(write, letter.ticket, effects.get("case", {}))
    gone = {"state": str(MailState.UNDONE), "finished": write.ask.now, "sealed_thread": None, "effects": None}
    write.connection.execute(update(mails).where(mails.c.id == letter.id).values(**gone))
    write.details |= {"message": letter.id, "from": write.row.state}
    return effects


def letter_of(write: Write, message: str) -> Row[Any]:
    """A letter of this record, locked behind its case."""
    with suppress(ValueError):  # what is no id leads to none
        wanted = mails.select().where(mails.c.id == str(UUID(message)), _theirs(write))
        found = write.connection.execute(wanted).first()
        if found is not None:
            write.others.lock(tickets, found.ticket)
            locked = write.others.lock(mails, found.id)
            if locked is not None:
                return locked
    raise NotFound("There is no such letter of this record.")


def _theirs(write: Write) -> ColumnElement[bool]:
    return THEIRS[write.entity.resource](write.row)


def _refuse_too_late(write: Write, letter: Row[Any]) -> None:
    if letter.author != write.ask.actor.id:
        raise NotAllowed("Only who wrote it takes it back.")
    if because := letter_hinders(write.ask, write.connection, write.entity.resource, write.row, letter):
        raise Conflict(because)


def _restore(write: Write, columns: Mapping[str, list[Any]]) -> None:
    """As before."""
    write.values |= {name: as_stored(write.entity.table, name, before) for name, (before, _) in columns.items()}
    known = {name: both for name, both in columns.items() if not name.startswith("sealed_")}
    write.changed |= {name: (after, before) for name, (before, after) in known.items()}


def _reopen(write: Write, ticket: str, states: Mapping[str, str]) -> None:
    """The case that the letter's decision ended is open again, in the hand that it was in."""
    case = write.others.lock(tickets, ticket) if states else None
    if case is not None:
        lease = write.ask.now + LEASE if case.assignee is not None else None
        write.others.change("tickets", tickets, case, state=states["before"], lease_until=lease)


# Writing it down


def remember(
    write: Write, message: str, case: Row[Any], *, bears: Collection[str] = (), more: Mapping[str, Any] | None = None
) -> None:
    """To be called when the letter is queued: what it brings about is known once all of the change is.

    `bears`: columns that it leaves as they are, and that show when something was done on the strength of it, as the state always does.
    `more` is remembered too.
    """
    write.at_the_end.append(lambda: _put(write, message, case, ("state", *bears), more or {}))


def _put(write: Write, message: str, case: Row[Any], bears: Collection[str], more: Mapping[str, Any]) -> None:
    write.session.flush()
    values = {name: getattr(write.row, name) for name in bears} | write.values
    columns = {name: [plain(getattr(write.row, name)), plain(value)] for name, value in values.items()}
    found = write.connection.execute(tickets.select().where(tickets.c.id == case.id)).one()
    effects: dict[str, Any] = {"columns": columns, **more}
    if found.state != case.state:
        effects["case"] = {"before": case.state, "after": found.state}
    write.connection.execute(update(mails).where(mails.c.id == message).values(effects=effects))


def as_stored(found_in: Table, name: str, value: Any) -> Any:
    """A value of `effects` as its column takes it."""
    if value is None:
        return None
    if isinstance(found_in.c[name].type, LargeBinary):
        return bytes.fromhex(value)
    return datetime.fromisoformat(value) if isinstance(found_in.c[name].type, Moment) else value
