"""Working on privacy requests: claimed with their case, acknowledged, whose it is found out, begun. What is decided is in `privacy_decisions`.

Each change of state goes through `moved`, so that the limit that runs is always the one of the state.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, delete, select

from console.platform_api import claim_work
from console.platform_api.cases import open_case, solve_case
from console.platform_api.claims import tickets
from console.platform_api.guard import Ask
from console.platform_api.mail import Letter
from console.platform_api.privacy_clocks import is_extended, limits, next_due
from console.platform_api.privacy_letters import goes_by_post, send
from console.platform_api.privacy_requests import REQUESTS
from console.platform_api.privacy_unsent import NEEDS_ITS_LETTER, hold_until_posted
from console.platform_api.problems import Invalid
from console.platform_api.store import Answer, Write, act
from console.platform_api.tables import TicketLink, table
from console.platform_api.transaction import Transaction
from console.records.privacy_requests import ENDED, RESOURCE, Regime, RequestState
from console.records.tickets import WORKABLE

_S = RequestState
_links = table(TicketLink)


@dataclass(frozen=True)
class Why:
    """A reason from the list, and what the employee adds to it in their own words."""

    reason: str
    text: str | None = None


# Having it


def claim(ask: Ask, named: str) -> Answer:
    """The first claim opens its case, if an appeal didn't."""

    def change(write: Write) -> None:
        ticket = case_of(write)
        claim_work.take(write, ticket)
        write.values["ticket"] = ticket

    return act(ask, REQUESTS, named, change, versioned=False)


def case_of(write: Write) -> str:
    """The case that is open, or a new one."""
    state = select(tickets.c.state).where(tickets.c.id == write.row.ticket)
    if write.row.ticket is not None and write.connection.execute(state).scalar() in WORKABLE:
        return str(write.row.ticket)
    return open_request_case(write.others, write.row)


def open_request_case(work: Transaction, row: Row[Any]) -> str:
    """Sealed under the request's own key, so that its record outlives the person's erasure."""
    links = [(RESOURCE, row.id), *([("users", row.person)] if row.person else [])]
    return open_case(work, "privacy", links, row.id, subject=f"{REQUESTS.name_of(row)}: {row.kind.replace('_', ' ')}")


def release(ask: Ask, named: str) -> Answer:
    return act(ask, REQUESTS, named, claim_work.put_back)


def note(ask: Ask, named: str, body: str) -> Answer:
    return act(ask, REQUESTS, named, lambda write: claim_work.add_note(write, body), versioned=False)


# Before the decision


def message(ask: Ask, named: str, letter: Letter) -> Answer:
    """An answer to who asks; a concern isn't closed without one (P13)."""

    def change(write: Write) -> None:
        answered(write, worked_on(write), letter)
        clocks_set(write)

    return act(ask, REQUESTS, named, change)


def acknowledge(ask: Ask, named: str, letter: Letter) -> Answer:
    def change(write: Write) -> None:
        wrote(write, worked_on(write), letter)
        moved(write, _S.ACKNOWLEDGED)

    return act(ask, REQUESTS, named, change)


def ask_proof(ask: Ask, named: str, letter: Letter) -> Answer:
    def change(write: Write) -> None:
        wrote(write, worked_on(write), letter)
        moved(write, _S.VERIFYING)

    return act(ask, REQUESTS, named, change)


def begin(ask: Ask, named: str) -> Answer:
    def change(write: Write) -> None:
        worked_on(write)
        moved(write, _S.IN_PROGRESS)

    return act(ask, REQUESTS, named, change)


def set_regime(ask: Ask, named: str, regime: Regime, why: Why) -> Answer:
    """Its limits are counted from receipt again. One that runs for an appeal stays: who appealed was told of it."""

    def change(write: Write) -> None:
        if regime == Regime.OPT_OUT:
            raise Invalid("Only an opt-out has its clock.", errors=[{"where": "regime", "what": "is another"}])
        case = worked_on(write)
        claim_work.add_text(write, case, why.text)
        write.changed["regime"] = (write.row.regime, str(regime))
        write.reason, write.reason_text = why.reason, why.text
        regime_set(write, regime, why.reason)

    return act(ask, REQUESTS, named, change)


def regime_set(write: Write, regime: Regime, reason: str | None) -> None:
    """Into the values of a change, with the limits that follow from it."""
    row = write.row
    found = limits(regime, row.received, extended=is_extended(regime, row.received, row.extended))
    write.values |= {
        "regime": str(regime), "regime_reason": reason, "due": found.due, "acknowledge_due": found.acknowledge_due,
        "rule_version": found.rule_version,
    }  # fmt: skip
    clocks_set(write)


# Parts


def wrote(write: Write, case: Row[Any], letter: Letter, *, answers: bool = False) -> None:
    """Whoever has any letter from us knows that the request came; one by post counts once it is said to be sent. What a letter that fails
    takes back is in `privacy_unsent`."""
    send(write, write.row, case, letter, answers=answers)
    if not goes_by_post(write):
        write.values["acknowledged"] = write.row.acknowledged or write.ask.now


def answered(write: Write, case: Row[Any], letter: Letter) -> None:
    """A letter that is the reply (P13)."""
    wrote(write, case, letter, answers=True)
    if not goes_by_post(write):
        write.values["replied"] = write.ask.now


def ended_with(write: Write, case: Row[Any], state: RequestState, **columns: Any) -> None:
    """With `decided`. Where a request ends with none but its letter, one by post ends it only when that is said to be sent (P7, P13)."""
    if goes_by_post(write) and write.row.kind in NEEDS_ITS_LETTER:
        hold_until_posted(write, {"state": state, **columns})
        return
    moved(write, state, decided=write.ask.now, **columns)
    solve_case(write.others, case.id)


def moved(write: Write, state: RequestState, **columns: Any) -> None:
    """Into the state, and the limit that runs in it."""
    write.values |= {"state": str(state), **columns}
    write.changed["state"] = (write.row.state, str(state))
    write.details["from"] = write.row.state
    clocks_set(write)


def clocks_set(write: Write) -> None:
    """What has ended keeps the last limit: a list is in its order."""

    def now(name: str) -> Any:
        return write.values.get(name, getattr(write.row, name))

    state = RequestState(now("state"))
    if state not in ENDED:
        known = {name: now(name) for name in ("acknowledge_due", "due", "appeal_due", "acknowledged")}
        write.values["next_due"] = next_due(state, **known)


def worked_on(write: Write) -> Row[Any]:
    """The locked case, whose lease the work renews."""
    case = claim_work.locked_case(write)
    claim_work.keep(write, case)
    return case


def linked_to(write: Write, case: Row[Any], person: str | None) -> None:
    """The case is about this person and nobody else."""
    others = _links.c.ticket == case.id, _links.c.resource == "users"
    write.connection.execute(delete(_links).where(*others))
    if person is not None:
        write.session.add(TicketLink(ticket=case.id, resource="users", record=person))
    write.others.change("tickets", tickets, case)
