"""Who has a record of a queue open right now: said by the console, forgotten soon after it stops. It tells numbers of employees alone.

It shows nothing of a record, so it is no look and stands not on the log; but only whoever may read the record says or hears it.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from console.platform_api.guard import Ask
from console.platform_api.tables import EmployeeRow, PresenceRow, table
from console.platform_api.transaction import Transaction
from console.records.employees import PREFIX

presence, _employees = table(PresenceRow), table(EmployeeRow)

LIFE = timedelta(seconds=60)
"""How long it holds unless the console says so again; it does so more often."""

MOST = 20
"""Employees who are named."""


def look(ask: Ask, resource: str, record: str) -> list[str]:
    """Notes that the asker has it open, and gives the numbers of the others who have."""
    values = {"employee": ask.actor.id, "resource": resource, "record": record, "until": ask.now + LIFE}
    insert = sqlite_insert if ask.platform.database.sqlite else postgresql_insert
    statement = insert(presence).values(values)
    mine = statement.on_conflict_do_update(
        index_elements=["employee", "resource", "record"], set_={"until": values["until"]}
    )
    with ask.platform.database.writing() as session:
        session.connection().execute(mine)
        return _others(ask, session.connection(), resource, record)


def _others(ask: Ask, connection: Connection, resource: str, record: str) -> list[str]:
    here = presence.c.resource == resource, presence.c.record == record, presence.c.until > ask.now
    rows = connection.execute(
        select(_employees.c.number)
        .join(presence, presence.c.employee == _employees.c.id)
        .where(*here, presence.c.employee != ask.actor.id)
        .order_by(_employees.c.number)
        .limit(MOST)
    )
    return [f"{PREFIX}-{number}" for number in rows.scalars()]


def leave(ask: Ask, resource: str, record: str) -> None:
    """What is gone stays gone: it may be said twice."""
    mine = presence.c.employee == ask.actor.id, presence.c.resource == resource, presence.c.record == record
    with ask.platform.database.writing() as session:
        session.connection().execute(delete(presence).where(*mine))


def forget_lapsed(work: Transaction) -> None:
    """A sweep: consoles that went away without a word."""
    work.connection.execute(delete(presence).where(presence.c.until <= work.now))
