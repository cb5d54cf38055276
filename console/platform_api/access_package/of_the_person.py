"""What is stored of the person themself: their values with source and time, what was changed, what is held, what else may be looked into."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Row, and_, false, or_, select

from console.platform_api import projection
from console.platform_api.access_package.gathering import FRAUD, Gathering, Item, columns
from console.platform_api.access_package.of_contests import won_by
from console.platform_api.access_package.section import Rows, Section
from console.platform_api.disclosures import PRIZE
from console.platform_api.numbers import numbers_of
from console.platform_api.tables import (
    CallerCheck,
    DisclosureRow,
    EmployeeRow,
    GoogleAccessRow,
    LegalHoldRow,
    TicketRow,
    UserRow,
    table,
)
from console.platform_api.users import USERS
from console.records.awards import PREFIX as AWARD
from console.records.record import SEALED

_users, _employees, _tickets = table(UserRow), table(EmployeeRow), table(TicketRow)
_checks, _disclosures = table(CallerCheck), table(DisclosureRow)
_google, _holds = table(GoogleAccessRow), table(LegalHoldRow)


def _is(column: Any) -> Any:
    def mine(gathering: Gathering) -> ColumnElement[bool]:
        return column == gathering.person if gathering.person is not None else false()

    return mine


def _profile(gathering: Gathering, rows: Rows) -> list[Item]:
    return [_person(gathering, row) for row in rows]


def _person(gathering: Gathering, row: Row[Any]) -> Item:
    """Google's values too: this is the person's own (P9)."""
    key = gathering.platform.vault.keys_of([row.id]).get(row.id)
    values: Item = {}
    for category in sorted(SEALED):
        for name, value in projection.open_document(USERS, row, category, key).items():
            values[name] = {"value": value.value, "source": str(value.source), "since": value.at}
    plain = columns(
        row, "state", "pro", "registered", "specials", "products", "policy_news", "opted_out", "opted_out_at", "opted_out_channel"
    )  # fmt: skip
    works_here = gathering.connection.execute(select(_employees.c.id).where(_employees.c.person == row.id)).first()
    return {
        "number": USERS.name_of(row), **plain, "interests": list(row.interests), "works_for_petworks": works_here is not None,
        "values": values, **gathering.changes("users", [row.id]).get(row.id, {}),
    }  # fmt: skip


def _held_openly(gathering: Gathering) -> ColumnElement[bool]:
    """But for one because of fraud that is being looked into: it would warn whom it is about."""
    if gathering.person is None:
        return false()
    return and_(_holds.c.person == gathering.person, or_(_holds.c.reason != FRAUD, _holds.c.lifted.is_not(None)))


def _held(_: Gathering, rows: Rows) -> list[Item]:
    return [columns(row, "placed", "reason", "lifted") for row in rows]


def _asked_google(gathering: Gathering, rows: Rows) -> list[Item]:
    keys = gathering.keys_of({gathering.person})
    return [
        {
            **columns(row, "state", "ground", "asked", "decided", "until"),
            **gathering.texts(keys, gathering.person, ("google-access", row.id, "thread"), row.sealed_thread),
        }
        for row in rows
    ]


def _checked(gathering: Gathering, rows: Rows) -> list[Item]:
    cases = numbers_of(gathering.connection, _tickets, "T", [row.ticket for row in rows])
    return [{**columns(row, "at", "field", "matched"), "case": cases.get(row.ticket)} for row in rows]


def _told(gathering: Gathering) -> ColumnElement[bool]:
    """Of a prize the ledger has the entry's pseudonym, which is nobody's once its key is gone: it is found by the prize's number."""
    if not gathering.pseudonym:
        return false()
    prizes = [f"{AWARD}-{number}" for number in won_by(gathering)]
    sent = and_(_disclosures.c.purpose == PRIZE, _disclosures.c.about.in_(prizes)) if prizes else false()
    return or_(_disclosures.c.subject == gathering.pseudonym, sent)


def _disclosed(_: Gathering, rows: Rows) -> list[Item]:
    return [{**columns(row, "at", "recipient", "purpose", "about"), "fields": list(row.fields)} for row in rows]


PROFILE = Section("profile", "You", _users, _is(_users.c.id), _profile)
HOLDS = Section("legal_holds", "What must not be deleted for now", _holds, _held_openly, _held, key="id")
GOOGLE = Section(
    "google_access", "Who asked to see what came from Google", _google, _is(_google.c.person), _asked_google
)
CHECKS = Section(
    "caller_checks", "Whether it was you who called", _checks, _is(_checks.c.person), _checked, key="id"
)  # fmt: skip
DISCLOSURES = Section("disclosures", "What others were told", _disclosures, _told, _disclosed)
