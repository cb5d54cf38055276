"""Legal holds: nothing of a person is erased while one is on them. Why is on the log, and its text sealed under the person's key.

`users` says what hinders them.
"""

from __future__ import annotations

from sqlalchemy import update

from console.platform_api.erasure_stops import held, holds
from console.platform_api.guard import Ask
from console.platform_api.ids import new_id
from console.platform_api.store import Answer, Write, act
from console.platform_api.tables import LegalHoldRow
from console.platform_api.users import USERS


def place(ask: Ask, named: str, reason: str, text: str | None) -> Answer:
    def change(write: Write) -> None:
        write.session.add(
            LegalHoldRow(id=new_id(), person=write.row.id, placed=ask.now, placed_by=ask.actor.id, reason=reason)
        )
        write.reason, write.reason_text = reason, text

    return act(ask, USERS, named, change)


def lift(ask: Ask, named: str, text: str | None) -> Answer:
    def change(write: Write) -> None:
        lifted = {"lifted": ask.now, "lifted_by": ask.actor.id}
        write.connection.execute(update(holds).where(held(write.row.id)).values(**lifted))
        write.reason_text = text

    return act(ask, USERS, named, change)
