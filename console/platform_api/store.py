"""Query or write + audit + idempotency, one transaction. Nothing reads or changes a record but through here, so no route can forget the log.

A read is answered once its audit row is durable. A write is one transaction: the key's earlier outcome, the locked row, the conditions on
it, the version, the state, the change, its history, the intent, the feed, and last the chain's lock and the audit row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from console import access, conditions
from console.access import Decision
from console.conditions import Facts
from console.platform_api import projection
from console.platform_api.audit import Entry, SealedReason, append
from console.platform_api.clauses import Asker, scope
from console.platform_api.entities import Entity, known_as
from console.platform_api.facts import load_case
from console.platform_api.guard import Ask
from console.platform_api.history import keep_change, seal_reason, stale
from console.platform_api.intents import find_intent, flight, remember_intent
from console.platform_api.listing import Params, check_names, listing
from console.platform_api.paging import find_page
from console.platform_api.problems import Conflict, FreshSignIn, NotAllowed, NotFound
from console.platform_api.tables import ChangeRow, TicketRow, table
from console.platform_api.takers import contest_taker
from console.platform_api.transaction import Transaction
from console.records import RECORDS
from console.records.record import SEALED, Record, categories

Body = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """What a route sends: the record's version becomes the ETag. `beside`: what stands beside the record's own fields."""

    body: Body
    status: int = 200
    version: int | None = None
    replayed: bool = False
    beside: Mapping[str, Any] = field(default_factory=dict)


# Reading


def asker_of(ask: Ask, subject: str | None = None) -> Asker:
    """What scopes may know. `subject`: the pseudonym of the one person that was asked about."""
    actor = ask.actor
    own = contest_taker(ask.platform.keys, actor.person) if actor.person is not None else None
    return Asker(actor.id, ask.now, actor.signed_in, actor.person, ask.case, subject, own_taker=own)


def find(
    ask: Ask, connection: Connection, entity: Entity, named: str, *, lock: bool = False, asker: Asker | None = None
) -> Row[Any]:
    """The row that an employee may know of, by id, number or (for roles that see those) pseudonym; NotFound otherwise."""
    named = known_as(ask, entity.resource, named)
    rows = scope(access.row_scope(ask.actor.roles, entity.resource), asker or asker_of(ask))
    statement = select(entity.table).where(entity.named(named), rows)
    row = connection.execute(statement.with_for_update() if lock else statement).first()
    if row is None:
        raise NotFound()
    remember_subject(ask, entity, row)
    return row


def remember_subject(ask: Ask, entity: Entity, row: Row[Any]) -> None:
    """Whom and what the log's row will be about: a person goes by pseudonym, so the id of their record stays out of it."""
    if entity.resource == "users":
        ask.subject = str(row.id)
    else:
        ask.record = getattr(row, "id", None)


async def read(ask: Ask, entity: Entity, named: str) -> Answer:
    with ask.platform.database.reading() as connection:
        row = find(ask, connection, entity, named)
        body = projection.one(ask, connection, entity, row, load_case(connection, ask.case))
    await ask.platform.recorder.record(ask.entry(fields=_personal(entity.record, body)))
    return Answer(body, version=body["version"])


def _personal(record: type[Record], body: Body) -> tuple[str, ...]:
    """Of the fields that were shown, those that the log names: the personal ones, and those of the records within it."""
    kinds = categories(record)
    shown = (*body, *(f"{name}:mask" for name in body["masks"]))
    found = [name for name in shown if kinds.get(name.removesuffix(":mask")) in SEALED]
    for name in sorted(RECORDS.keys() & body.keys()):  # an order's payments, refunds and payouts
        found += [personal for one in body[name] if "masks" in one for personal in _personal(RECORDS[name], one)]
    return tuple(dict.fromkeys(found))


async def page(ask: Ask, entity: Entity, params: Params, *, asker: Asker | None = None) -> Answer:
    """A page of a list; the log's row says which list and how many, never the values filtered by."""
    check_names(entity, params)
    with ask.platform.database.reading() as connection:
        listed = listing(ask, connection, entity, params, asker or asker_of(ask))
        found = find_page(connection, listed, params)
        items = projection.page(ask, connection, entity, found.rows, load_case(connection, ask.case))
    details = {"count": len(items), "filters": sorted(set(params) & set(entity.filters))}
    await ask.platform.recorder.record(ask.entry(details=details))
    return Answer(found.answer(items))


# Writing


@dataclass
class Write:
    """One change under way. The change function sets `values` (columns), `changed` (fields, for the history) and what the log says."""

    ask: Ask
    session: Session
    entity: Entity
    row: Row[Any]
    facts: Facts
    values: dict[str, Any] = field(default_factory=dict)
    changed: dict[str, tuple[str | None, str | None]] = field(default_factory=dict)
    """field → (before, after), sealed under the record's owner."""
    source: str | None = None
    reason: str | None = None
    reason_text: str | None = None
    """Free text beside the code, sealed under the subject; the chain holds its salted hash."""
    told: str | None = None
    details: dict[str, Any] = field(default_factory=dict)
    beside: dict[str, Any] = field(default_factory=dict)
    """What the answer says beside the record, kept with the intent so that a replay says the same: numbers, never values."""
    at_the_end: list[Callable[[], None]] = field(default_factory=list)
    """What must know all that the change does: done last, in the transaction."""
    after_commit: list[Callable[[], None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        ask = self.ask
        self.others = Transaction(ask.platform, self.session, ask.now, ask.actor.id, ask.actor.role, ask.case)
        """For the records that change along with this one."""

    @property
    def connection(self) -> Connection:
        return self.session.connection()


Change = Callable[[Write], None]


def refuse_unless(decision: Decision) -> None:
    if decision.allowed:
        return
    again = conditions.SIGN_IN_AGAIN.intersection(decision.failed)
    if again and len(again) == len(decision.failed):
        raise FreshSignIn(decision.because)
    raise NotAllowed(decision.because, conditions=[condition.name for condition in decision.failed])


def act(
    ask: Ask, entity: Entity, named: str, change: Change, *, versioned: bool = True, action: str | None = None
) -> Answer:
    """Does one action to one record, once for each intent."""
    action = action or ask.action
    ask.require_key()
    expected = ask.require_version() if versioned else None
    return _once(
        ask,
        entity,
        lambda session: _changed(ask, session, entity, named, change, expected, _permission(entity, action)),
    )


def to_state(reason: str, text: str | None = None) -> Change:
    """Moves the record to the state that the action's transition names."""

    def change(write: Write) -> None:
        write.values["state"] = str(write.entity.transitions[write.ask.action].target)
        write.reason, write.reason_text = reason, text
        write.details["from"] = write.row.state

    return change


Judge = Callable[[Facts, Row[Any]], None]


def _permission(entity: Entity, action: str) -> Callable[[Ask, Connection], Judge]:
    def prepare(ask: Ask, connection: Connection) -> Judge:
        def judge(facts: Facts, row: Row[Any]) -> None:
            refuse_unless(access.may(ask.actor.roles, entity.resource, action, facts))
            because = projection.state_hinders(ask, connection, entity, row, action)
            if because:
                raise Conflict(because)

        return judge

    return prepare


def correct(ask: Ask, entity: Entity, named: str, fields: Sequence[str], change: Change) -> Answer:
    """Changes fields of one record: each field's category must be one that the role may correct now."""
    expected = ask.require_version()
    kinds = categories(entity.record)

    def prepare(ask: Ask, _: Connection) -> Judge:
        def judge(facts: Facts, row: Row[Any]) -> None:
            for name in fields:
                refuse_unless(access.may_correct(ask.actor.roles, entity.resource, kinds[name], facts))

        return judge

    def work(session: Session) -> Answer:
        return _changed(ask, session, entity, named, change, expected, prepare, frozenset(fields))

    return _once(ask, entity, work)


def _changed(
    ask: Ask,
    session: Session,
    entity: Entity,
    named: str,
    change: Change,
    expected: int | None,
    prepare: Callable[[Ask, Connection], Judge],
    changing: frozenset[str] = frozenset(),
) -> Answer:
    connection = session.connection()
    row = find(ask, connection, entity, named, lock=True)
    earlier = find_intent(ask, session)  # by another process, which held the row until now
    if earlier is not None:
        return Answer({}, earlier.status, earlier.version, True, earlier.details)
    facts = projection.facts_of(ask, connection, entity, row, load_case(connection, ask.case))
    if changing:
        facts = replace(facts, changing=changing)
    judge = prepare(ask, connection)
    if expected is not None and expected != row.version:
        _refused_before_stale(judge, facts, row)
        raise stale(ask, connection, entity, row, expected)
    judge(facts, row)
    write = Write(ask, session, entity, row, facts)
    change(write)
    return _finish(write)


def _refused_before_stale(judge: Judge, facts: Facts, row: Row[Any]) -> None:
    """What is not allowed at all is refused before a conflict tells anything; a state that moved on, or a claim that ended with it, is
    the conflict itself."""
    try:
        judge(facts, row)
    except Conflict:
        return
    except NotAllowed as refusal:
        lacking = refusal.members.get("conditions")
        if not lacking or not conditions.OF_CLAIMS.issuperset(lacking):
            raise


def _finish(write: Write) -> Answer:
    """Puts the change, its history, the log's row, the feed and the intent into the transaction; the chain's lock is taken last."""
    ask, entity, row = write.ask, write.entity, write.row
    for last in write.at_the_end:
        last()
    version = row.version + 1
    write.connection.execute(
        update(entity.table).where(entity.table.c.id == row.id).values(**write.values, version=version)
    )
    keep_change(write, version)
    remember_intent(ask, write.session, 200, entity.resource, row.id, version, **write.beside)
    renew_case(ask, write.session)
    entry = ask.entry(
        fields=tuple(write.changed),
        reason=write.reason,
        reason_text=_sealed_reason(write),
        told=write.told,
        details={**write.details, "version": version},
    )
    seq = log(write.session, [*write.others.entries, entry])[-1]
    write.others.touched[(entity.resource, row.id)] = version
    write.others.tell(seq)
    ask.after_commit.extend(write.after_commit)
    return Answer({}, version=version, beside=write.beside)


def _sealed_reason(write: Write) -> SealedReason | None:
    owner = write.entity.owner(write.row)
    if not write.reason_text or owner is None:
        return None
    key = write.ask.platform.vault.keys_of([owner]).get(owner)
    return seal_reason(key, write.entity.resource, write.row.id, write.reason_text) if key is not None else None


LEASE = timedelta(minutes=30)
"""How long a claim on a ticket holds; work done for the ticket renews it."""

_tickets = table(TicketRow)


def renew_case(ask: Ask, session: Session) -> None:
    if ask.case is not None and ask.resource != "tickets":
        held = _tickets.c.id == ask.case, _tickets.c.assignee == ask.actor.id, _tickets.c.lease_until > ask.now
        session.connection().execute(update(_tickets).where(*held).values(lease_until=ask.now + LEASE))


def log(session: Session, entries: Sequence[Entry]) -> list[int]:
    """Appends to the chain inside the caller's transaction: everything else it writes is flushed before, so the lock is held briefly."""
    session.flush()
    return append(session, entries)


# Once for each intent


def _once(ask: Ask, entity: Entity, work: Callable[[Session], Answer]) -> Answer:
    """Runs the write in one transaction, or repeats what an earlier try of the same intent did; the record is projected anew either way."""
    with flight(ask):
        try:
            record, answer = _try(ask, work)
        except (
            IntegrityError
        ):  # another process remembered the same intent a moment before: now it is there to be found
            record, answer = _try(ask, work)
        for effect in ask.after_commit:
            effect()
    return reproject(ask, entity, record or ask.record or ask.subject or "", answer)


def _try(ask: Ask, work: Callable[[Session], Answer]) -> tuple[str | None, Answer]:
    ask.after_commit.clear()
    with ask.platform.database.writing() as session:
        earlier = find_intent(ask, session)
        if earlier is not None:
            return earlier.record, Answer({}, earlier.status, earlier.version, True, earlier.details)
        return None, work(session)


def reproject(ask: Ask, entity: Entity, record: str, answer: Answer) -> Answer:
    """The record as it is now, as this employee may see it now."""
    with ask.platform.database.reading() as connection:
        row = find(ask, connection, entity, record)
        body = projection.one(ask, connection, entity, row, load_case(connection, ask.case))
    return Answer({**body, **answer.beside}, answer.status, body["version"], answer.replayed)


def create(ask: Ask, entity: Entity, work: Callable[[Session], tuple[str, Mapping[str, Any]]]) -> Answer:
    """Makes a new record, once for each intent: `work` inserts it and gives its id and what the log should say."""
    ask.require_key()

    def insert(session: Session) -> Answer:
        record, details = work(session)
        ask.record = record
        remember_intent(ask, session, 201, entity.resource, record, 1)
        [seq] = log(session, [ask.entry(details=dict(details))])
        session.add(ChangeRow(seq=seq, resource=entity.resource, record=record, version=1))
        return Answer({}, 201, 1)

    return _once(ask, entity, insert)
