"""Whose an entry is when the marketplace doesn't say it: by its e-mail address, folded as everywhere, under keyed tokens.

A user with that address is who entered: one entry each, and their package and their erasure find it. Anybody else has a token of that address
in this contest alone. Phones are no such sign: households share them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, false, or_, select, true

from console.platform_api import blind
from console.platform_api.contest_entries import entries
from console.platform_api.projection import open_document
from console.platform_api.tables import EmployeeRow, table
from console.platform_api.takers import contest_taker, stranger_taker
from console.platform_api.transaction import Transaction
from console.platform_api.users import USERS
from console.records.record import Category
from console.records.users import UserState

_employees = table(EmployeeRow)

MOST = 10
"""Users with one address who are looked at."""


@dataclass(frozen=True)
class Entrant:
    """`person` is an id here; `taker` the entry's token; `others` what else the same entrant may have entered this contest under."""

    person: str | None
    taker: int
    others: frozenset[int]
    email: str


def entrant_of(work: Transaction, contest: str, person: str | None, email: str) -> Entrant:
    """`person`: as the marketplace says."""
    keys = work.platform.keys
    person = person or known_by(work, email)
    stranger = stranger_taker(keys, contest, email)
    taker = contest_taker(keys, person) if person is not None else stranger
    return Entrant(person, taker, frozenset({taker, stranger}), email)


def known_by(work: Transaction, email: str) -> str | None:
    """The user whose address it is, the newest if there are more; nobody who is being erased."""
    vault = work.platform.vault
    owners = vault.find([blind.email_token(work.platform.keys, email)], before=None, limit=MOST)
    wanted = USERS.table.c.id.in_(owners), USERS.table.c.state.not_in((str(UserState.ERASING), str(UserState.ERASED)))
    rows = work.connection.execute(select(USERS.table).where(*wanted).order_by(USERS.table.c.number.desc())).all()
    keys = vault.keys_of([row.id for row in rows])
    for row in rows:
        has = open_document(USERS, row, Category.CONTACT, keys.get(row.id)).get("email")
        if has is not None and blind.same_email(has.value, email):
            return str(row.id)
    return None


def bars(connection: Connection, contest: str, entrant: Entrant, entry: str | None = None) -> str | None:
    """Why they take no part, whatever else there is: they work here, or entered before. `entry`: the one that it is about."""
    if _works_here(connection, entrant):
        return "employee"
    another = entries.c.id != entry if entry is not None else true()
    mine = entries.c.contest == contest, entries.c.taker.in_(entrant.others), entries.c.gone.is_(None), another
    return "twice" if connection.execute(select(entries.c.id).where(*mine).limit(1)).first() else None


def _works_here(connection: Connection, entrant: Entrant) -> bool:
    """As a person on the marketplace, or with the address that they sign in here with."""
    known = _employees.c.person == entrant.person if entrant.person is not None else false()
    mine = or_(known, _employees.c.email == blind.normal_email(entrant.email))
    return connection.execute(select(_employees.c.id).where(mine).limit(1)).first() is not None


def moved(work: Transaction, row: Row[Any], before: str, email: str) -> dict[str, Any]:
    """What becomes of the entry of somebody unknown whose address was corrected: it counts as that address's from now on."""
    if row.taker != stranger_taker(work.platform.keys, row.contest, before):
        return {}
    entrant = entrant_of(work, row.contest, None, email)
    return {"taker": entrant.taker, "reason": row.reason or bars(work.connection, row.contest, entrant, row.id)}
