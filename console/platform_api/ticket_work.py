"""Working on tickets: opening, claiming with a lease that lapses, linking, noting, solving. Work renews the lease."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, insert
from sqlmodel import Session

from console.platform_api.documents import Value, dump
from console.platform_api.guard import Ask
from console.platform_api.ids import new_id
from console.platform_api.lookup import find_row
from console.platform_api.problems import BadRequest, Conflict, Invalid
from console.platform_api.reveal import end_grants_of_case
from console.platform_api.store import LEASE, Answer, Write, act, create
from console.platform_api.tables import TicketMessage, TicketRow
from console.platform_api.tickets import NUMBERED, TICKETS, links
from console.records.tickets import WORKABLE
from console.records.users import Source

LINKABLE = {resource: NUMBERED[resource] for resource in ("users", "orders")}
"""What employees link a ticket to: table and prefix of each resource. Payments are linked by the platform."""


def open_ticket(ask: Ask, reference: str, subject: str, channel: str) -> Answer:
    """A ticket that the employee opens, claimed by them. Its texts are sealed under the employee's key until a person is linked."""

    def work(session: Session) -> tuple[str, dict[str, Any]]:
        ticket = new_id()
        key = ask.platform.vault.keys_of([ask.actor.id])[ask.actor.id]
        texts = {"subject": subject, "reference": reference}
        document = dump({name: Value(text, Source.EMPLOYEE, ask.now) for name, text in texts.items() if text})
        session.add(
            TicketRow(
                id=ticket, channel=channel, opened=ask.now, opened_by=ask.actor.id, assignee=ask.actor.id, lease_until=ask.now + LEASE,
                owner=ask.actor.id, sealed_thread=key.seal("tickets", ticket, "thread", document),
            )
        )  # fmt: skip
        return ticket, {"channel": channel}

    return create(ask, TICKETS, work)


def claim(ask: Ask, named: str) -> Answer:
    def change(write: Write) -> None:
        write.values = {"assignee": ask.actor.id, "lease_until": ask.now + LEASE}

    return act(ask, TICKETS, named, change, versioned=False)


def renew(ask: Ask, named: str) -> Answer:
    return act(ask, TICKETS, named, _renewed, versioned=False)


def _renewed(write: Write) -> None:
    write.values["lease_until"] = write.ask.now + LEASE


def release(ask: Ask, named: str) -> Answer:
    """Puts the ticket back for others; what was revealed for it is hidden."""

    def change(write: Write) -> None:
        write.values = {"assignee": None, "lease_until": None}
        _end_case(write)

    return act(ask, TICKETS, named, change)


def move(ask: Ask, named: str) -> Answer:
    """pending, solved, reopen, closed: the state that the transition names. A ticket that is done is no case and has no claim."""
    target = str(TICKETS.transitions[ask.action].target)

    def change(write: Write) -> None:
        write.values = {"state": target, "assignee": ask.actor.id, "lease_until": ask.now + LEASE}
        if target not in WORKABLE:
            write.values["lease_until"] = None
            _end_case(write)

    return act(ask, TICKETS, named, change)


def _end_case(write: Write) -> None:
    end_grants_of_case(write.connection, write.row.id, write.ask.now)


def note(ask: Ask, named: str, body: str) -> Answer:
    def change(write: Write) -> None:
        _renewed(write)
        add_message(write.session, ask, write.row.id, write.row.owner, "note", body)

    return act(ask, TICKETS, named, change, versioned=False)


def add_message(session: Session, ask: Ask, ticket: str, owner: str, kind: str, body: str) -> None:
    """Adds to the thread, sealed under the owner's key: whom the ticket is about, else who wrote it."""
    keys = ask.platform.vault.keys_of([owner, ask.actor.id])
    sealed_by = owner if owner in keys else ask.actor.id
    message = new_id()
    document = dump({"body": Value(body, Source.EMPLOYEE, ask.now)})
    session.add(
        TicketMessage(
            id=message, ticket=ticket, at=ask.now, kind=kind, author=ask.actor.id, owner=sealed_by,
            sealed_thread=keys[sealed_by].seal("ticket_messages", message, "thread", document),
        )
    )  # fmt: skip


def link(ask: Ask, named: str, resource: str, record: str) -> Answer:
    """Says that the ticket is about a record; a person linked first becomes the owner of its texts."""

    def change(write: Write) -> None:
        target = _target(write, resource, record)
        known = {"ticket": write.row.id, "resource": resource, "record": target}
        if (resource, target) in write.facts.links:
            raise Conflict("It is linked already.")
        write.connection.execute(insert(links).values(**known))
        _renewed(write)
        write.details = {"linked": resource, "subject": _pseudonym(write, resource, target)}
        if resource == "users" and write.row.owner == write.row.opened_by:
            _hand_over(write, target)

    return act(ask, TICKETS, named, change)


def unlink(ask: Ask, named: str, resource: str, record: str) -> Answer:
    def change(write: Write) -> None:
        target = _target(write, resource, record)
        if (resource, target) not in write.facts.links:
            raise Conflict("It is not linked.")
        held = links.c.ticket == write.row.id, links.c.resource == resource, links.c.record == target
        write.connection.execute(delete(links).where(*held))
        _renewed(write)
        _end_case(write)
        write.details = {"unlinked": resource, "subject": _pseudonym(write, resource, target)}

    return act(ask, TICKETS, named, change)


def _target(write: Write, resource: str, record: str) -> str:
    if resource not in LINKABLE:
        raise BadRequest(f"A ticket is linked to {', '.join(LINKABLE)}.")
    found_in, prefix = LINKABLE[resource]
    row = find_row(write.connection, found_in, prefix, record)
    if row is None:
        raise Invalid("There is no such record.", errors=[{"where": "id", "what": "is not a record to link"}])
    return str(row.id)


def _pseudonym(write: Write, resource: str, target: str) -> str:
    return write.ask.platform.vault.pseudonyms([target]).get(target, "") if resource == "users" else ""


def _hand_over(write: Write, person: str) -> None:
    """The ticket's own texts go under the key of the person whom they describe, so that they die with it."""
    keys = write.ask.platform.vault.keys_of([person, write.row.owner])
    if write.row.sealed_thread is None or len(keys) < 2:
        return
    text = keys[write.row.owner].open("tickets", write.row.id, "thread", bytes(write.row.sealed_thread))
    write.values |= {"owner": person, "sealed_thread": keys[person].seal("tickets", write.row.id, "thread", text)}
