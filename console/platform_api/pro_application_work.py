"""Working on pro applications: claimed with their case, recommended, asked about, decided. Approval alone makes somebody a pro (P24)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from console.platform_api import claim_work, mail
from console.platform_api.application_clock import ANSWER, due_from, ended, going_on, stopped
from console.platform_api.cases import open_case, solve_case
from console.platform_api.claims import tickets
from console.platform_api.guard import Ask
from console.platform_api.ids import new_id
from console.platform_api.mail import Letter
from console.platform_api.pro_applications import APPLICATIONS, account_hinders, users
from console.platform_api.problems import Conflict
from console.platform_api.store import Answer, Write, act
from console.platform_api.tables import FieldChange
from console.records.pro_applications import RESOURCE, ApplicationState

_S = ApplicationState


@dataclass(frozen=True)
class Why:
    """A reason from the list, and what the employee adds to it in their own words."""

    reason: str
    text: str | None = None


# Having it


def claim(ask: Ask, named: str) -> Answer:
    """The first claim opens its case. What was submitted or reopened is in review from now on."""

    def change(write: Write) -> None:
        new = write.row.ticket is None or write.row.state == _S.REOPENED
        ticket = _open_case(write) if new else str(write.row.ticket)
        claim_work.take(write, ticket)
        write.values["ticket"] = ticket
        if write.row.state in (_S.SUBMITTED, _S.REOPENED):
            _move(write, {"state": str(_S.IN_REVIEW)})

    return act(ask, APPLICATIONS, named, change, versioned=False)


def _open_case(write: Write) -> str:
    row = write.row
    links = [(RESOURCE, row.id), ("users", row.person)]
    return open_case(write.others, "application", links, row.person, subject=f"{APPLICATIONS.name_of(row)} to decide")


def release(ask: Ask, named: str) -> Answer:
    return act(ask, APPLICATIONS, named, claim_work.put_back)


def note(ask: Ask, named: str, body: str) -> Answer:
    return act(ask, APPLICATIONS, named, lambda write: claim_work.add_note(write, body), versioned=False)


# Before the decision


def recommend(ask: Ask, named: str, recommendation: str, text: str | None) -> Answer:
    def change(write: Write) -> None:
        case = claim_work.locked_case(write)
        claim_work.keep(write, case)
        claim_work.add_text(write, case, text)
        write.values = {"recommendation": recommendation, "recommended_by": ask.actor.id}
        write.changed = {"recommendation": (write.row.recommendation, recommendation)}
        write.reason_text = text

    return act(ask, APPLICATIONS, named, change)


def ask_applicant(ask: Ask, named: str, letter: Letter) -> Answer:
    """The clock stands still until there is an answer."""

    def change(write: Write) -> None:
        case = claim_work.locked_case(write)
        claim_work.keep(write, case)
        _send(write, case, letter)
        _move(write, stopped(ask.now))

    return act(ask, APPLICATIONS, named, change)


def answered(ask: Ask, named: str, why: Why) -> Answer:
    """An answer that came by another way than the marketplace: the clock goes on, and anybody may claim it."""

    def change(write: Write) -> None:
        case = claim_work.locked_case(write)
        claim_work.add_text(write, case, why.text)
        claim_work.put_back(write)
        _move(write, going_on(write.row, ask.now), why)

    return act(ask, APPLICATIONS, named, change)


# The decision, and after it


def approve(ask: Ask, named: str, text: str | None, letter: Letter | None) -> Answer:
    """Somebody is a pro from now on. What is missing has hindered it (see `pro_applications`): the row was locked then as it is now.

    The account was not, so it is looked at again.
    """

    def change(write: Write) -> None:
        person = write.others.lock(users, write.row.person)
        if because := account_hinders(person.state if person is not None else None):
            raise Conflict(because)
        _decide(write, _S.APPROVED, text, letter)
        if person is not None and not person.pro:
            _make_pro(write, person)

    return act(ask, APPLICATIONS, named, change)


def _make_pro(write: Write, person: Row[Any]) -> None:
    ask, work = write.ask, write.others
    work.change("users", users, person, pro=True)
    version = work.touched[("users", person.id)]
    write.session.add(
        FieldChange(
            id=new_id(), resource="users", record=person.id, version=version, at=ask.now, employee=ask.actor.id, role=ask.actor.role,
            ticket=write.row.ticket, fields=["pro"], owner=person.id,
        )
    )  # fmt: skip
    details = {"version": version, "application": APPLICATIONS.name_of(write.row)}
    work.entries.append(work.entry("users", "become-pro", person=person.id, details=details))


def decline(ask: Ask, named: str, why: Why, letter: Letter | None) -> Answer:
    def change(write: Write) -> None:
        _decide(write, _S.DECLINED, why.text, letter, why.reason)

    return act(ask, APPLICATIONS, named, change)


def _decide(write: Write, state: _S, text: str | None, letter: Letter | None, reason: str | None = None) -> None:
    """Its case ends with it; the letter, which goes out a little later, was put into the case's thread before."""
    case = claim_work.locked_case(write)
    claim_work.add_text(write, case, text)
    if letter is not None:
        _send(write, case, letter)
    _move(write, ended(state, write.ask.now, by=write.ask.actor.id, reason=reason))
    write.reason, write.reason_text = reason, text
    solve_case(write.others, case.id)


def reopen(ask: Ask, named: str, why: Why) -> Answer:
    """Waits again as if it came now. Who decided it, and who recommended, is remembered, so that somebody else decides."""

    def change(write: Write) -> None:
        _note_in_case(write, why.text)
        due = due_from(ask.now, ask.platform.rules.decide_hours)
        undone = {"recommendation": None, "decided": None, "reason": None}
        _move(write, {"state": str(_S.REOPENED), "due": due, **undone}, why)

    return act(ask, APPLICATIONS, named, change)


def withdraw(ask: Ask, named: str, why: Why) -> Answer:
    """For an applicant who said so; the marketplace says it by ingest."""

    def change(write: Write) -> None:
        _note_in_case(write, why.text)
        _move(write, ended(_S.WITHDRAWN, ask.now, reason=why.reason), why)
        if write.row.ticket is not None:
            solve_case(write.others, write.row.ticket)

    return act(ask, APPLICATIONS, named, change)


# Parts


def _move(write: Write, values: dict[str, Any], why: Why | None = None) -> None:
    write.values |= values
    write.changed["state"] = (write.row.state, values["state"])
    write.details["from"] = write.row.state
    if why is not None:
        write.reason, write.reason_text = why.reason, why.text


def _note_in_case(write: Write, text: str | None) -> None:
    """Whether anybody has the case or not; nowhere if it never had one, as the log keeps the text too."""
    case = write.others.lock(tickets, write.row.ticket) if write.row.ticket is not None and text is not None else None
    if case is not None:
        claim_work.add_text(write, case, text)


def _send(write: Write, case: Row[Any], letter: Letter) -> None:
    """In this transaction; it goes out after the time to undo it."""
    author = write.ask.actor.id
    message = mail.queue(
        write.others, ticket=case.id, person=write.row.person, topic=ANSWER, subject=letter.subject, body=letter.body,
        template=letter.template, author=author,
    )  # fmt: skip
    write.details |= {"message": message, "template": letter.template}
    write.beside = {"message": message, "message_due": mail.due_of(write.ask.now, author).isoformat()}
