"""Taking in a privacy request: from the moment on which it reached us its clock runs. It has a key of its own (see the table)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select
from sqlmodel import Session

from console.platform_api.claims import put_back, tickets
from console.platform_api.documents import Value, dump
from console.platform_api.guard import Ask
from console.platform_api.ids import new_id
from console.platform_api.intents import find_intent
from console.platform_api.lookup import find_row
from console.platform_api.numbers import number_of
from console.platform_api.privacy_alike import asker_token
from console.platform_api.privacy_clocks import EARLIEST, limits, next_due
from console.platform_api.privacy_opt_out import apply_opt_out, is_user, users
from console.platform_api.privacy_regime import proposed
from console.platform_api.privacy_requests import REQUESTS, requests
from console.platform_api.problems import Invalid, NotFound
from console.platform_api.store import Answer, create, find, log
from console.platform_api.tables import EmployeeRole, EmployeeRow, NamedInRequest, PrivacyRequestRow, table
from console.platform_api.tickets import TICKETS
from console.platform_api.transaction import Transaction
from console.records.employees import Role
from console.records.privacy_requests import PREFIX, RESOURCE, Kind, Regime, RequestState
from console.records.users import Source

_employees, _roles = table(EmployeeRow), table(EmployeeRole)


@dataclass(frozen=True)
class Asked:
    """A request as it reached us. `person` is the id of whom it is about, if found; `names` ids of the employees whom a concern names;
    `source` the id of the ticket it came from. `regime` None: the one that is proposed."""

    kind: str
    channel: str
    received: datetime
    person: str | None = None
    regime: str | None = None
    regime_reason: str | None = None
    asker: str | None = None
    reply_to: str | None = None
    words: str | None = None
    authority: str | None = None
    agent: bool = False
    topics: Sequence[str] = ()
    disputed: Sequence[str] = ()
    about_privacy: bool = False
    names: Sequence[str] = ()
    source: str | None = None
    signed_in: bool = False
    external_id: str | None = None


def take_in(work: Transaction, asked: Asked, said_by: Source = Source.EMPLOYEE) -> PrivacyRequestRow:
    """Puts it into the transaction; an opt-out of somebody known works with it. The caller logs it and puts it into the feed."""
    request = new_id()
    work.platform.vault.create([request])
    row = PrivacyRequestRow(
        id=request, external_id=asked.external_id, created=work.now, created_by=work.employee, **_plain(work, asked),
        **_sealed(work, request, asked, said_by),
    )  # fmt: skip
    work.session.add(row)
    work.session.add_all(NamedInRequest(request=request, employee=employee) for employee in dict.fromkeys(asked.names))
    work.session.flush()
    _take_from_named(work, asked)
    if row.state == RequestState.EFFECTIVE and asked.person is not None:
        apply_opt_out(work, asked.person, asked.topics, asked.channel, f"{PREFIX}-{row.number}")
    return row


def _take_from_named(work: Transaction, asked: Asked) -> None:
    """Whoever is named finds the ticket that it came from no more: neither do they go on with it (P36)."""
    source = work.lock(tickets, asked.source) if asked.source is not None else None
    if source is None or source.assignee is None:
        return
    if source.assignee in asked.names or (asked.about_privacy and _are_of_privacy(work.connection, [source.assignee])):
        put_back(work, source.id)


def _plain(work: Transaction, asked: Asked) -> dict[str, Any]:
    regime = Regime(asked.regime or proposed(work.platform, work.connection, asked.kind, asked.person))
    works = asked.kind == Kind.OPT_OUT and asked.person is not None
    state = RequestState.EFFECTIVE if works else RequestState.RECEIVED
    found = limits(regime, asked.received)
    first = next_due(state, acknowledge_due=found.acknowledge_due, due=found.due, appeal_due=None)
    return {
        "kind": asked.kind, "state": str(state), "channel": asked.channel, "received": asked.received, "regime": str(regime),
        "regime_reason": asked.regime_reason, "acknowledge_due": found.acknowledge_due, "due": found.due, "next_due": first,
        "rule_version": found.rule_version, "person": asked.person, "signed_in": asked.signed_in, "agent": asked.agent,
        "about_privacy": asked.about_privacy, "topics": list(asked.topics), "source": asked.source,
        "disputed": list(dict.fromkeys(asked.disputed)),
        "asker_token": asker_token(work.platform.keys, asked.reply_to),
    }  # fmt: skip


def _sealed(work: Transaction, request: str, asked: Asked, said_by: Source) -> dict[str, Any]:
    key = work.platform.vault.keys_of([request])[request]
    texts = {
        "contact": {"asker": asked.asker, "reply_to": asked.reply_to},
        "thread": {"words": asked.words, "authority": asked.authority},
    }
    found = {}
    for category, fields in texts.items():
        document = {name: Value(text, said_by, work.now) for name, text in fields.items() if text}
        found[f"sealed_{category}"] = key.seal(RESOURCE, request, category, dump(document)) if document else None
    return found


# By an employee


@dataclass(frozen=True)
class Told:
    """What an employee types: records by their numbers."""

    asked: Asked
    person: str | None
    names: Sequence[str]
    ticket: str | None


def take_in_from(ask: Ask, told: Told) -> Answer:
    """Who takes in what isn't theirs to see (a concern that names them, or privacy's own) hears its number and no more (P36)."""
    refuse_time("received", told.asked.received, ask.now)

    def work(session: Session) -> tuple[str, dict[str, Any]]:
        others = Transaction(ask.platform, session, ask.now, ask.actor.id, ask.actor.role, ask.case)
        row = take_in(others, _resolved(ask, others, told))
        if others.entries:
            others.tell(log(session, others.entries)[-1])
        known = ask.platform.vault.pseudonyms([row.person]) if row.person else {}
        return row.id, {"kind": row.kind, "channel": row.channel, "subject": known.get(row.person or "", "")}

    try:
        return create(ask, REQUESTS, work)
    except NotFound:
        return _number_alone(ask)


def _number_alone(ask: Ask) -> Answer:
    with ask.platform.database.writing() as session:
        done = find_intent(ask, session)
        if done is None or done.record is None:
            raise NotFound()
        return Answer({"number": number_of(session.connection(), requests, PREFIX, done.record)}, 201)


def refuse_time(where: str, moment: datetime, now: datetime, *, since: datetime = EARLIEST) -> None:
    """A time of receipt has been, and not before there could be anything to receive (P14). People tell it by the minute."""
    first = since.replace(second=0, microsecond=0)
    if not first <= moment <= now:
        what = f"is a time that has been, since {first:%Y-%m-%d %H:%M}"
        raise Invalid("Say when it reached us.", errors=[{"where": where, "what": what}])


def _resolved(ask: Ask, work: Transaction, told: Told) -> Asked:
    person, names = found_person(work, told.person), _named(work.connection, told.names)
    found = replace(
        told.asked,
        person=person,
        names=names,
        about_privacy=told.asked.about_privacy or _are_of_privacy(work.connection, names),
        source=str(find(ask, work.connection, TICKETS, told.ticket).id) if told.ticket is not None else None,
    )
    ask.record = None
    _refuse_regime(proposed(ask.platform, work.connection, found.kind, person), found)
    return found


def found_person(work: Transaction, named: str | None) -> str | None:
    """The id of a user who is there."""
    if named is None:
        return None
    row = _id_of(work.connection, users, "U", named)
    if row is None or not is_user(work, row):
        raise Invalid("There is no such user.", errors=[{"where": "person", "what": "is the number of a user"}])
    return row


def _named(connection: Connection, names: Sequence[str]) -> list[str]:
    found = [_id_of(connection, _employees, "E", name) for name in names]
    if None in found:
        raise Invalid(
            "There is no such employee.", errors=[{"where": "names", "what": "are numbers of employees, like E-3"}]
        )
    return [employee for employee in found if employee is not None]


def _are_of_privacy(connection: Connection, employees: Sequence[str]) -> bool:
    """Whether it names one of privacy's own: their colleagues don't judge them, a manager does (P36)."""
    theirs = _roles.c.employee.in_(employees), _roles.c.role == Role.PRIVACY
    return connection.execute(select(_roles.c.employee).where(*theirs)).first() is not None


def _id_of(connection: Connection, found_in: Any, prefix: str, named: str) -> str | None:
    try:
        row = find_row(connection, found_in, prefix, named)
    except NotFound:
        return None
    return str(row.id) if row is not None else None


def _refuse_regime(by_default: Regime, asked: Asked) -> None:
    """Another than the one proposed needs its reason."""
    if asked.regime is None or asked.regime == by_default:
        return
    if asked.kind == Kind.OPT_OUT or asked.regime == Regime.OPT_OUT:
        raise Invalid(
            "An opt-out has a clock of its own.", errors=[{"where": "regime", "what": "is opt_out for opt-outs alone"}]
        )
    if asked.regime_reason is None:
        raise Invalid("Say why.", errors=[{"where": "regime_reason", "what": f"is needed: {by_default} is proposed"}])
