"""An opt-out that is asked for works in the transaction that learns whose it is: no proof and no reason needed (P6, P7)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from console.platform_api.ids import new_id
from console.platform_api.problems import Conflict
from console.platform_api.tables import FieldChange, UserRow, table
from console.platform_api.transaction import Transaction
from console.records.users import TOPICS, UserState

users = table(UserRow)
GONE = (UserState.ERASING, UserState.ERASED)


def is_user(work: Transaction, person: str) -> bool:
    """Whether there is somebody to write to or not: who is erased is nobody's request any more."""
    state = work.connection.execute(select(users.c.state).where(users.c.id == person)).scalar()
    return state is not None and state not in GONE


def apply_opt_out(work: Transaction, person: str, topics: Sequence[str], channel: str, request: str) -> None:
    """`channel` is how the person told us; `request` the request's number, for the log."""
    row = work.lock(users, person)
    if row is None or row.state in GONE:
        raise Conflict("The account is erased.")
    chosen = list(topics) or list(TOPICS)
    off = dict.fromkeys(chosen, False)
    work.change(
        "users", users, row, **off, opted_out=True, opted_out_at=work.now, opted_out_channel=channel
    )  # fmt: skip
    version = work.touched[("users", person)]
    _keep(work, person, version, sorted([*chosen, "opted_out"]))
    details = {"version": version, "topics": chosen, "channel": channel, "request": request}
    work.entries.append(work.entry("users", "opt-out", person=person, details=details))


def _keep(work: Transaction, person: str, version: int, fields: list[str]) -> None:
    """Into the person's history; what the platform does by itself stands on the log alone."""
    if work.employee is not None:
        work.session.add(
            FieldChange(
                id=new_id(), resource="users", record=person, version=version, at=work.now, employee=work.employee, role=work.role or "",
                ticket=work.ticket, fields=fields, owner=person,
            )
        )  # fmt: skip
