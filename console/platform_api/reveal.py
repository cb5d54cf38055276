"""Reveals: a person's values in clear, for one case, on the log before they leave (P19).

A grant covers one person for one case and 30 minutes; within it values may be shown again, logged each time, without counting again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, select, update
from sqlmodel import Session

from console import access, conditions
from console.conditions import Facts
from console.platform_api import projection
from console.platform_api.entities import Entity
from console.platform_api.facts import load_case
from console.platform_api.guard import Ask
from console.platform_api.ids import new_id
from console.platform_api.problems import Invalid, NotAllowed, TooMany
from console.platform_api.store import Answer, find, log, refuse_unless, renew_case
from console.platform_api.tables import RevealGrant, table
from console.records.reasons import REASONS
from console.records.record import SEALED, Category, categories

LIFE = timedelta(minutes=30)
TOLD_ABOVE = 30
"""Persons an hour above which the manager is told."""
SELF_OPENED_A_DAY = 5

_grants = table(RevealGrant)


@dataclass(frozen=True)
class Wish:
    """What an employee wants to see of one person; no reason while a grant of the case holds."""

    fields: Sequence[str]
    reason: str | None


def reveal(ask: Ask, entity: Entity, named: str, wish: Wish) -> Answer:
    """The values in clear. NotAllowed names the condition that failed; TooMany when today's reveals for self-opened tickets are used up."""
    wanted = _categories(entity, wish.fields)
    with ask.platform.database.writing() as session:
        connection = session.connection()
        row = find(ask, connection, entity, named)
        ask.subject = ask.subject or entity.owner(row)  # whom the values are about, so that they can learn of it
        facts = projection.facts_of(ask, connection, entity, row, load_case(connection, ask.case))
        for category in wanted:
            refuse_unless(access.may_reveal(ask.actor.roles, entity.resource, category, facts))
        held = held_grant(connection, ask, str(facts.person))
        told = None if held else _grant(ask, session, facts, wish, entity.reveal_reasons or tuple(REASONS["reveal"]))
        renew_case(ask, session)
        log(
            session,
            [
                ask.entry(
                    fields=tuple(wish.fields),
                    reason=wish.reason or (held and held.reason),
                    told=told,
                    details=_details(held),
                )
            ],
        )
    values = _values(ask, entity, row, wanted, wish.fields)
    missing = [name for name in wish.fields if name not in values]
    expires = held.expires if held else ask.now + LIFE
    return Answer({"values": values, "missing": missing, "expires": expires, "grant": "held" if held else "new"})


def _details(held: Row[Any] | None) -> dict[str, str]:
    return {"grant": "held" if held else "new"}


def _categories(entity: Entity, fields: Sequence[str]) -> set[Category]:
    kinds = categories(entity.record)
    if not fields or any(kinds.get(name) not in SEALED for name in fields):
        raise Invalid(
            "Name the personal fields to reveal.",
            errors=[{"where": "fields", "what": "are personal fields of the record"}],
        )
    return {kinds[name] for name in fields}


def held_grant(connection: Connection, ask: Ask, person: str) -> Row[Any] | None:
    """The employee's grant for this person and case, if one still holds."""
    return connection.execute(
        select(_grants).where(
            _grants.c.employee == ask.actor.id,
            _grants.c.person == person,
            _grants.c.ticket == ask.case,
            _grants.c.expires > ask.now,
        )
    ).first()


def _grant(ask: Ask, session: Session, facts: Facts, wish: Wish, reasons: Sequence[str]) -> str | None:
    """Makes a new grant; who is told of it. Needs a reason and, on a ticket that the employee opened alone, one of the day's five."""
    if wish.reason is None or wish.reason not in reasons:
        raise Invalid("Say why.", errors=[{"where": "reason", "what": f"is one of {', '.join(reasons)}"}])
    case = facts.case
    if case is None or facts.person is None:
        raise NotAllowed(conditions.LINKED_CASE.sentence)
    alone = case.self_opened
    if alone:
        _within_the_day(ask, session.connection())
    remember_look(ask, session, facts.person, case.id, ask.now + LIFE, reason=wish.reason, self_opened=alone)
    return "manager" if alone or looked_at(session, ask) > TOLD_ABOVE else None


def _within_the_day(ask: Ask, connection: Connection) -> None:
    start = datetime.combine(ask.now.date(), time.min, UTC)
    used = connection.execute(
        select(func.count()).select_from(_grants).where(
            _grants.c.employee == ask.actor.id, _grants.c.at >= start, _grants.c.self_opened
        )
    ).scalar()  # fmt: skip
    if (used or 0) >= SELF_OPENED_A_DAY:
        left = int((start + timedelta(days=1) - ask.now).total_seconds())
        raise TooMany(f"Tickets that you opened alone allow {SELF_OPENED_A_DAY} reveals a day.", retry_after=left)


def remember_look(
    ask: Ask,
    session: Session,
    person: str,
    ticket: str,
    expires: datetime,
    *,
    reason: str = "",
    self_opened: bool = False,
) -> None:
    session.add(
        RevealGrant(
            id=new_id(), employee=ask.actor.id, person=person, ticket=ticket, at=ask.now, expires=expires, reason=reason,
            self_opened=self_opened,
        )
    )  # fmt: skip


def looked_at(session: Session, ask: Ask) -> int:
    """How many persons the employee has looked at within the hour, those of this transaction among them."""
    session.flush()
    count = select(func.count(func.distinct(_grants.c.person))).where(
        _grants.c.employee == ask.actor.id, _grants.c.at > ask.now - timedelta(hours=1)
    )
    return session.connection().execute(count).scalar() or 0


def _values(ask: Ask, entity: Entity, row: Row[Any], wanted: set[Category], fields: Sequence[str]) -> dict[str, str]:
    owner = entity.owner(row) or ""
    key = ask.platform.vault.keys_of([owner]).get(owner)
    opened = [projection.open_document(entity, row, category, key) for category in sorted(wanted)]
    return {name: document[name].value for document in opened for name in fields if name in document}


def end_grants(ask: Ask) -> None:
    """Ends all that the employee may still see: the console was locked, or the case put down."""
    with ask.platform.database.writing() as session:
        session.connection().execute(
            update(_grants)
            .where(_grants.c.employee == ask.actor.id, _grants.c.expires > ask.now)
            .values(expires=ask.now)
        )
        log(session, [ask.entry()])


def end_grants_of_case(connection: Connection, ticket: str, now: datetime) -> None:
    """A grant ends with its case."""
    connection.execute(update(_grants).where(_grants.c.ticket == ticket, _grants.c.expires > now).values(expires=now))
