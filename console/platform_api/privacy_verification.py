"""Whether it is the person who asks: they were signed in, or what they say matches what is stored. What was said is kept nowhere.

What the request says is wrong proves nothing (P11), nor does what came from Google (P8).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, or_, select

from console.platform_api import privacy_amended, projection
from console.platform_api.caller_check import COMPARED
from console.platform_api.documents import load
from console.platform_api.guard import Ask
from console.platform_api.ids import new_id
from console.platform_api.lookup import reference
from console.platform_api.privacy_request_work import moved, worked_on
from console.platform_api.privacy_requests import REQUESTS
from console.platform_api.problems import Conflict, Invalid, NotFound, TooMany
from console.platform_api.store import Answer, Write, act
from console.platform_api.tables import CallerCheck, OrderRow, TicketLink, UserRow, table
from console.platform_api.user_values import CHECKS
from console.platform_api.users import USERS
from console.records.privacy_requests import RESOURCE, Kind, RequestState
from console.records.record import Category, categories
from console.records.users import Source, User

TRIES = 5
"""Values that may be wrong, for one case."""

SIGNED_IN, POINTS = "signed_in", "points"
METHODS = (SIGNED_IN, POINTS)
OFFERED: Mapping[str, str] = {
    "email": "E-mail address", "phone": "Phone number", "postcode": "Postcode", "order": "Number of an order of theirs",
}  # fmt: skip
"""What a person can prove themself with → its label."""

SPECIFIC = (Kind.ACCESS, Kind.DELETE)
"""Kinds that need three points and a declaration: they hand out or destroy the values themselves. The others need two."""

_checks, _users, _orders, _links = table(CallerCheck), table(UserRow), table(OrderRow), table(TicketLink)


@dataclass(frozen=True)
class Point:
    field: str
    value: str

    def __repr__(self) -> str:
        return f"Point({self.field}, …)"


@dataclass(frozen=True)
class Proof:
    """`declaration`: they declared that they are the person. `disputed`: fields that they say are wrong."""

    method: str
    points: Sequence[Point] = ()
    declaration: bool = False
    disputed: Sequence[str] = ()


def verify(ask: Ask, named: str, proof: Proof) -> Answer:
    """Beside the record: whether it is proven, how many points match of how many, and how many wrong values are left."""

    def change(write: Write) -> None:
        case = worked_on(write)  # locked: two tries at once must not both be the fifth
        disputed = _disputed(write, proof)
        _authority_shown(write)
        if proof.method == SIGNED_IN:
            _confirmed(write)
        else:
            _compared(write, case, proof, disputed)

    return act(ask, REQUESTS, named, change)


def needed(kind: str) -> int:
    return 3 if kind in SPECIFIC else 2


def proven_by(connection: Connection, request: str, ticket: str, person: str) -> frozenset[str]:
    """The fields that matched for this case and person, since the address and the authority are what they are."""
    mine = _checks.c.ticket == ticket, _checks.c.person == person, _checks.c.matched
    found = connection.execute(select(_checks.c.id, _checks.c.field).where(*mine)).all()
    since = privacy_amended.proof_since(connection, request)
    return frozenset(check.field for check in found if check.id > since)


def ever_proven_by(connection: Connection, request: str, person: str) -> frozenset[str]:
    """The same for all of the request's cases: an appeal has another."""
    cases = select(_links.c.ticket).where(_links.c.resource == RESOURCE, _links.c.record == request)
    found = select(_checks.c.field).where(_checks.c.ticket.in_(cases), _checks.c.person == person, _checks.c.matched)
    return frozenset(connection.execute(found).scalars())


# What has to be said


def _disputed(write: Write, proof: Proof) -> frozenset[str]:
    """What the request says is wrong, remembered with it. A point that is among it is refused."""
    found = frozenset((*write.row.disputed, *proof.disputed))
    if write.row.kind != Kind.CORRECT:
        return frozenset()
    if not found or found - set(CHECKS):
        _refuse("disputed", f"names what the person says is wrong: some of {', '.join(CHECKS)}")
    if any(point.field in found for point in proof.points):
        _refuse("points", "are other values than the one that is said to be wrong")
    write.values["disputed"] = sorted(found)
    return found


def _refuse(where: str, what: str) -> None:
    raise Invalid("It proves nothing as it stands.", errors=[{"where": where, "what": what}])


def _authority_shown(write: Write) -> None:
    """An agent shows for whom they ask, and that they may."""
    row = write.row
    key = write.ask.platform.vault.keys_of([row.id]).get(row.id)
    sealed = row.sealed_thread if row.agent and key is not None else None
    found = load(key.open(RESOURCE, row.id, str(Category.THREAD), bytes(sealed))) if sealed and key is not None else {}
    if row.agent and "authority" not in found:
        raise Conflict("An agent asks, and their authority isn't shown.")


# Whether it is so


def _confirmed(write: Write) -> None:
    if not write.row.signed_in:
        raise Conflict("Nobody was signed in when this was asked: compare points.")
    _note(write, SIGNED_IN, 0)
    write.beside = {"proven": True}


def _compared(write: Write, case: Row[Any], proof: Proof, disputed: frozenset[str]) -> None:
    kind, person = write.row.kind, str(write.row.person)
    names = [point.field for point in proof.points]
    if not names or len(set(names)) < len(names) or set(names) - set(OFFERED):
        _refuse("points", f"are different ones of {', '.join(OFFERED)}")
    if kind in SPECIFIC and not proof.declaration:
        _refuse("declaration", "is true: the person has declared who they are")
    _still_allowed(write.connection, case.id)
    for point in proof.points:
        if (
            _wrong(write.connection, case.id) < TRIES
        ):  # of what is offered together nothing is compared after the fifth wrong one
            _remember(write, case.id, person, point)
            write.session.flush()
    found = len(proven_by(write.connection, write.row.id, case.id, person) - disputed)
    proven, left = found >= needed(kind), TRIES - _wrong(write.connection, case.id)
    write.beside = {"proven": proven, "matched": found, "needed": needed(kind), "left": max(left, 0)}
    write.details |= {"proven": proven, "matched": found}
    if proven:
        _note(write, POINTS, found)


def _still_allowed(connection: Connection, case: str) -> None:
    if _wrong(connection, case) >= TRIES:
        raise TooMany(
            f"{TRIES} values were wrong: no more is compared. Ask for another proof, or say that it can't be verified.",
            retry_after=3600,
        )


def _wrong(connection: Connection, case: str) -> int:
    wrong = select(func.count()).select_from(_checks).where(_checks.c.ticket == case, ~_checks.c.matched)
    return connection.execute(wrong).scalar() or 0


def _remember(write: Write, case: str, person: str, point: Point) -> None:
    ask = write.ask
    write.session.add(
        CallerCheck(
            id=new_id(), ticket=case, person=person, employee=ask.actor.id, field=point.field, at=ask.now,
            matched=_matches(write, person, point),
        )
    )  # fmt: skip


def _matches(write: Write, person: str, point: Point) -> bool:
    if point.field == "order":
        return _is_order_of(write.connection, person, point.value)
    row = write.connection.execute(select(_users).where(_users.c.id == person)).first()
    if row is None:
        return False
    key = write.ask.platform.vault.keys_of([person]).get(person)
    value = projection.open_document(USERS, row, categories(User)[point.field], key).get(point.field)
    known = value is not None and value.source is not Source.GOOGLE
    return value is not None and known and COMPARED[point.field](value.value, point.value)


def _is_order_of(connection: Connection, person: str, said: str) -> bool:
    with suppress(NotFound):  # what is no number is nobody's order
        theirs = or_(_orders.c.parent == person, _orders.c.pro == person)
        found = select(_orders.c.id).where(reference(_orders, "O", said.strip()), theirs)
        return connection.execute(found).first() is not None
    return False


def _note(write: Write, method: str, points: int) -> None:
    write.details["method"] = method
    moved(
        write, RequestState.VERIFIED, verified=write.ask.now, verified_by=method, points=points,
        verifier=write.ask.actor.id,
    )  # fmt: skip
