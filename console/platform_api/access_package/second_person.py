"""Whether a package may go without a second person: only to an address of the person's own, and not on a proof that could be looked up.

Else one officer alone could ask in another's name, prove it with values that they revealed, and send the package to themself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select, update

from console.platform_api import blind, projection
from console.platform_api.access_package.parts import package_of, packages
from console.platform_api.guard import Ask
from console.platform_api.platform import Platform
from console.platform_api.privacy_alike import asker_token
from console.platform_api.privacy_letters import address_of
from console.platform_api.privacy_requests import REQUESTS
from console.platform_api.privacy_verification import POINTS
from console.platform_api.problems import Conflict
from console.platform_api.store import Answer, Write, act
from console.platform_api.tables import CallerCheck, FieldChange, RevealGrant, TicketLink, UserRow, table
from console.platform_api.users import USERS
from console.records.employees import Role
from console.records.privacy_requests import RESOURCE
from console.records.record import Category
from console.records.users import Source

_users, _changes, _grants = table(UserRow), table(FieldChange), table(RevealGrant)
_checks, _links = table(CallerCheck), table(TicketLink)

ADDRESS, LOOKED_UP = "address", "looked_up"
"""Why it takes a second person: it goes to an address that isn't the person's own; who proved who asks had looked the person up."""

MOVED = "Where it goes to, or what is known of it, has changed since it was built: build it anew."


@dataclass(frozen=True)
class Terms:
    """`address_token`: a keyed hash of where it goes to; `second`: why it takes a second person, if it does."""

    address_token: int | None
    second: str | None


def terms_of(platform: Platform, connection: Connection, request: Row[Any]) -> Terms:
    """As things stand now. Of somebody whom we don't know there is nothing in it, and without an address it goes nowhere."""
    address = address_of(platform, connection, request)
    token = asker_token(platform.keys, address)
    if request.person is None or address is None:
        return Terms(token, None)
    if not request.signed_in and not _is_own(platform, connection, request.person, address):
        return Terms(token, ADDRESS)
    return Terms(token, LOOKED_UP if _was_looked_up(connection, request) else None)


def has_moved(platform: Platform, connection: Connection, request: Row[Any], package: Row[Any]) -> bool:
    """Whether it would go elsewhere now than where it was built for, or takes another second person."""
    return terms_of(platform, connection, request) != Terms(package.address_token, package.second)


def allow(ask: Ask, named: str) -> Answer:
    """By somebody who has no part in it, for this very package and where it goes to now."""

    def change(write: Write) -> None:
        package = package_of(write.connection, write.row.id)
        if package is None or has_moved(write.ask.platform, write.connection, write.row, package):
            raise Conflict(MOVED)
        mine = packages.c.request == write.row.id
        write.connection.execute(update(packages).where(mine).values(allowed_by=ask.actor.id))
        write.details |= {"second": package.second, "sha256": package.sha256}

    return act(ask, REQUESTS, named, change)


def _is_own(platform: Platform, connection: Connection, person: str, address: str) -> bool:
    """On the person's own record, from themself and not from the hand of an employee."""
    row = connection.execute(select(_users).where(_users.c.id == person)).first()
    if row is None:
        return False
    key = platform.vault.keys_of([person]).get(person)
    email = projection.open_document(USERS, row, Category.CONTACT, key).get("email")
    if email is None or email.source is not Source.SELF or not blind.same_email(email.value, address):
        return False
    later = _changes.c.resource == "users", _changes.c.record == person, _changes.c.at >= email.at
    changes = connection.execute(select(_changes.c.fields, _changes.c.role).where(*later))
    return not any("email" in change.fields and change.role != Role.SERVICE for change in changes)


def _was_looked_up(connection: Connection, request: Row[Any]) -> bool:
    """By any who compared what was said: what they revealed, for whichever case, they could have said themselves."""
    if request.verified_by != POINTS:
        return False
    cases = select(_links.c.ticket).where(_links.c.resource == RESOURCE, _links.c.record == request.id)
    checks = select(_checks.c.employee).where(_checks.c.ticket.in_(cases), _checks.c.matched)
    provers = {request.verifier, *connection.execute(checks).scalars()} - {None}
    looked = _grants.c.employee.in_(sorted(provers)), _grants.c.person == request.person, _grants.c.reason != ""
    return connection.execute(select(_grants.c.id).where(*looked)).first() is not None
