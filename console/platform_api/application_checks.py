"""What is shown of an application for whoever decides: others that may be the same person's or business's, and what went before.

Keyed hashes only hint: whatever they lead to is opened and compared. The work is bounded, however common a phone or a word is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from console.platform_api import blind
from console.platform_api.application_tokens import PLACE, values_of
from console.platform_api.audit_log import audit
from console.platform_api.documents import load
from console.platform_api.guard import Ask
from console.platform_api.keys import Keys
from console.platform_api.numbers import numbers_of
from console.platform_api.tables import ProApplicationRow, UserRow, table
from console.records.pro_applications import PREFIX, RESOURCE
from console.records.record import Category

_applications, _users = table(ProApplicationRow), table(UserRow)

MOST = 20
"""Applications that are named as alike, and entries of what went before."""

LOOKED_THROUGH = 100
"""Persons who share a phone, an address or a word, the newest of them: more are not looked at, which is said."""

OWN = {"phone": Category.CONTACT, "email": Category.CONTACT, **PLACE}
"""Of a person's own values, those that are compared."""

Values = Mapping[str, str]


@dataclass(frozen=True)
class Found:
    """`cut`: more persons share something than were looked through, or more applications are alike than are named."""

    likenesses: tuple[dict[str, Any], ...] = ()
    cut: bool = False


# Who may be the same


def alike(ask: Ask, connection: Connection, row: Row[Any]) -> Found:
    """Applications of other persons, those first that share most, then the newest."""
    mine = _own_values(ask, connection, {row.person}).get(row.person)
    if mine is None:
        return Found()
    mine = {**mine, **_business(ask, [row]).get(row.id, {})}
    hinted, cut = _hinted(ask, mine, str(row.person))
    found = [(other, by) for other, by in _compared(ask, connection, mine, hinted) if by]
    found.sort(key=lambda pair: (-len(pair[1]), -pair[0].number))
    return Found(tuple(_likenesses(connection, found[:MOST])), cut or len(found) > MOST)


def _hinted(ask: Ask, mine: Values, person: str) -> tuple[dict[str, set[str]], bool]:
    """What may be shared → with whom, by the indexes; and whether anybody was cut off."""
    hinted: dict[str, set[str]] = {}
    cut = False
    for name, tokens, least in _sought(ask.platform.keys, mine):
        owners, more = ask.platform.vault.sharing(tokens, least, LOOKED_THROUGH)
        hinted[name] = set(owners) - {person}
        cut = cut or more
    return hinted, cut


def _sought(keys: Keys, mine: Values) -> Iterator[tuple[str, Sequence[int], int]]:
    """What to look for by which tokens, and how many of them another must have."""
    if "phone" in mine:
        yield "phone", [blind.phone_token(keys, mine["phone"])], 1
    if "email" in mine:
        yield "email", [blind.email_token(keys, mine["email"])], 1
    if "street" in mine and "postcode" in mine:
        yield "address", [blind.address_token(keys, mine["street"], mine["postcode"])], 1
    words = sorted(blind.business_tokens(keys, mine.get("business_name", "")))
    if words:
        yield "business_name", words, blind.least_shared(len(words))


def _compared(
    ask: Ask, connection: Connection, mine: Values, hinted: Mapping[str, set[str]]
) -> Iterator[tuple[Row[Any], tuple[str, ...]]]:
    """Only what is hinted at is opened: a person's own values for one thing, what the application says for another."""
    rows = _applications_of(connection, set().union(*hinted.values()))
    there = {row.person for row in rows}
    own = _own_values(ask, connection, there & set().union(*(hinted.get(name, set()) for name in OF_THE_PERSON)))
    business = _business(ask, [row for row in rows if row.person in hinted.get("business_name", ())])
    for row in rows:
        others = {**own.get(row.person, {}), **business.get(row.id, {})}
        yield row, tuple(name for name, same in COMPARED.items() if same(mine, others))


def _applications_of(connection: Connection, persons: set[str]) -> list[Row[Any]]:
    wanted = select(_applications).where(_applications.c.person.in_(sorted(persons)))
    return list(connection.execute(wanted)) if persons else []


def _own_values(ask: Ask, connection: Connection, persons: set[str]) -> dict[str, Values]:
    """Person → what they said of themselves; those who are erased are left out."""
    keys = ask.platform.vault.keys_of(persons) if persons else {}
    rows = connection.execute(select(_users).where(_users.c.id.in_(sorted(keys)))) if keys else ()
    return {row.id: values_of(row, keys[row.id], OWN) for row in rows}


def _business(ask: Ask, rows: Sequence[Row[Any]]) -> dict[str, Values]:
    """Application → the name of its business, if it says one."""
    keys = ask.platform.vault.keys_of({row.person for row in rows}) if rows else {}
    found: dict[str, Values] = {}
    for row in rows:
        if row.person in keys and row.sealed_profile is not None:
            document = load(keys[row.person].open(RESOURCE, row.id, "profile", bytes(row.sealed_profile)))
            found[row.id] = {name: document[name].value for name in ("business_name",) if name in document}
    return found


def _both(name: str, same: Callable[[str, str], bool]) -> Callable[[Values, Values], bool]:
    return lambda one, other: name in one and name in other and same(one[name], other[name])


def _same_phone(one: str, other: str) -> bool:
    return bool(blind.normal_phone(one)) and blind.same_phone(one, other)


def _same_address(one: Values, other: Values) -> bool:
    if not all(name in values for name in PLACE for values in (one, other)):
        return False
    return blind.same_address((one["street"], one["postcode"]), (other["street"], other["postcode"]))


COMPARED: Mapping[str, Callable[[Values, Values], bool]] = {
    "phone": _both("phone", _same_phone),
    "email": _both("email", blind.same_email),
    "address": _same_address,
    "business_name": _both("business_name", blind.alike_businesses),
}
"""What two applications can have in common; each says the same from either side."""

OF_THE_PERSON = ("phone", "email", "address")


def _likenesses(connection: Connection, found: Sequence[tuple[Row[Any], tuple[str, ...]]]) -> Iterator[dict[str, Any]]:
    people = numbers_of(connection, _users, "U", [row.person for row, _ in found])
    for row, by in found:
        yield {"number": f"{PREFIX}-{row.number}", "person": people[row.person], "state": row.state, "by": by}


# What went before


def former(ask: Ask, connection: Connection, row: Row[Any]) -> list[dict[str, Any]]:
    """Earlier applications of the same person, and when they were suspended and reinstated; newest first."""
    found = [*_earlier(connection, row), *_suspensions(ask, connection, str(row.person))]
    return sorted(found, key=lambda each: each["at"], reverse=True)[:MOST]


def _earlier(connection: Connection, row: Row[Any]) -> Iterator[dict[str, Any]]:
    mine = _applications.c.person == row.person, _applications.c.number < row.number
    for found in connection.execute(
        select(_applications).where(*mine).order_by(_applications.c.number.desc()).limit(MOST)
    ):
        yield {
            "kind": "application", "number": f"{PREFIX}-{found.number}", "state": found.state,
            "at": found.decided or found.received, "reason": found.reason,
        }  # fmt: skip


SUSPENSIONS = {"suspend": "suspended", "reinstate": "reinstated"}
"""An entry of the person's history → the state that it led to."""


def _suspensions(ask: Ask, connection: Connection, person: str) -> Iterator[dict[str, Any]]:
    pseudonym = ask.platform.vault.pseudonyms([person]).get(person, "")
    done = audit.c.subject == pseudonym, audit.c.resource == "users", audit.c.outcome == "done"
    wanted = select(audit.c.at, audit.c.action, audit.c.reason).where(*done, audit.c.action.in_(SUSPENSIONS))
    number = numbers_of(connection, _users, "U", [person]).get(person, "")
    for found in connection.execute(wanted.order_by(audit.c.seq.desc()).limit(MOST)):
        yield {
            "kind": "suspension", "number": number, "state": SUSPENSIONS[found.action], "at": found.at, "reason": found.reason,
        }  # fmt: skip
