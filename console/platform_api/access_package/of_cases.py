"""What was written to and about the person: tickets with their threads, mails, and what they asked of their data before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Row, false, or_, select

from console.platform_api.access_package.gathering import Gathering, Item, columns
from console.platform_api.access_package.section import Rows, Section
from console.platform_api.tables import (
    MailRow,
    PrivacyPackageRow,
    PrivacyRequestRow,
    ProposalRow,
    TicketLink,
    TicketMessage,
    TicketRow,
    table,
)
from console.platform_api.vault import OwnerKey

_tickets, _links, _messages, _mails = table(TicketRow), table(TicketLink), table(TicketMessage), table(MailRow)
_requests, _packages, _proposals = table(PrivacyRequestRow), table(PrivacyPackageRow), table(ProposalRow)

Keys = Mapping[str, OwnerKey | None]

# Tickets


def _tickets_of(gathering: Gathering) -> ColumnElement[bool]:
    return _tickets.c.id.in_(linked_to(gathering.person)) if gathering.person is not None else false()


def linked_to(person: str | None) -> Any:
    return select(_links.c.ticket).where(_links.c.resource == "users", _links.c.record == person)


def _written(gathering: Gathering, rows: Rows) -> list[Item]:
    messages = gathering.grouped(_messages, "ticket", [row.id for row in rows], by="at")
    owners = {row.owner for row in rows} | {message.owner for found in messages.values() for message in found}
    keys, changes = gathering.keys_of(owners), gathering.changes("tickets", [row.id for row in rows])
    return [
        {
            "number": f"T-{row.number}",
            **columns(row, "external_id", "state", "channel", "about", "opened"),
            **gathering.texts(keys, row.owner, ("tickets", row.id, "thread"), row.sealed_thread),
            "messages": [_message(gathering, keys, message) for message in messages.get(row.id, [])],
            **changes.get(row.id, {}),
        }
        for row in rows
    ]


def _message(gathering: Gathering, keys: Keys, row: Row[Any]) -> Item:
    """By whom: not which employee."""
    by = "employee" if row.author is not None else "person" if row.kind == "in" else "platform"
    texts = gathering.texts(keys, row.owner, ("ticket_messages", row.id, "thread"), row.sealed_thread)
    return {**columns(row, "at", "kind"), "by": by, **texts}


# Mails


def _mails_of(gathering: Gathering) -> ColumnElement[bool]:
    return _mails.c.person == gathering.person if gathering.person is not None else false()


def _sent(gathering: Gathering, rows: Rows) -> list[Item]:
    """What stands in a thread is told there."""
    keys = gathering.keys_of({gathering.person})
    return [
        {
            **columns(row, "at", "topic", "template", "state", "finished", "failure"),
            **gathering.texts(keys, row.person, ("mail", row.id, "thread"), row.sealed_thread),
        }
        for row in rows
    ]


# What they asked of their data


def _asked_by(gathering: Gathering) -> ColumnElement[bool]:
    """This request too, whoever it turned out to be about."""
    mine = _requests.c.person == gathering.person if gathering.person is not None else false()
    return or_(mine, _requests.c.id == gathering.request)


def _asked(gathering: Gathering, rows: Rows) -> list[Item]:
    ids, keys = [row.id for row in rows], gathering.keys_of(gathering.own)
    proposals = gathering.grouped(_proposals, "request", ids, by="at")
    packages = gathering.grouped(_packages, "request", ids, by="request")
    changes = gathering.changes("privacy-requests", ids)
    return [
        {
            **_request(gathering, keys, row),
            "proposals": [_proposal(gathering, keys, proposal) for proposal in proposals.get(row.id, [])],
            "packages": [
                columns(package, "built", "released", "taken", "expires")
                for package in packages.get(row.id, [])
                if package.built is not None
            ],
            **changes.get(row.id, {}),
        }
        for row in rows
    ]


def _request(gathering: Gathering, keys: Keys, row: Row[Any]) -> Item:
    plain = columns(
        row, "kind", "state", "channel", "regime", "received", "acknowledged", "verified", "verified_by", "due", "extended", "replied",
        "decided", "reason", "policy_version",
    )  # fmt: skip
    contact = gathering.texts(keys, row.id, ("privacy-requests", row.id, "contact"), row.sealed_contact)
    thread = gathering.texts(keys, row.id, ("privacy-requests", row.id, "thread"), row.sealed_thread)
    return {"number": f"PR-{row.number}", **plain, **contact, **thread}


def _proposal(gathering: Gathering, keys: Keys, row: Row[Any]) -> Item:
    texts = gathering.texts(keys, row.person, ("proposals", row.id, "change"), row.sealed_change)
    return {**columns(row, "field", "state", "at"), **texts}


TICKETS = Section("tickets", "What was written about you", _tickets, _tickets_of, _written)
MAILS = Section("mails", "Mails to you", _mails, _mails_of, _sent, key="id")
REQUESTS = Section("privacy_requests", "What you asked of your data", _requests, _asked_by, _asked)
