"""Privacy requests for tests, put straight into the databases as intake and the platform's own work would leave them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from console.platform_api.cases import open_case
from console.platform_api.ids import new_id
from console.platform_api.platform import Platform
from console.platform_api.tables import NamedInRequest, PrivacyRequestRow, table
from console.platform_api.transaction import own_work
from console.records.privacy_requests import BEFORE_PROOF, ENDED, Kind, RequestState
from tests.platform_api.api import employee_id
from tests.platform_api.orders_made import claim, row_of, sealed

WORDS = "Please tell me all that you have about me."
REPLY_TO = "maria.gomez@example.net"
_UNPROVEN = (*BEFORE_PROOF, RequestState.UNVERIFIABLE, RequestState.WITHDRAWN)


def add_request(
    platform: Platform,
    kind: str = "access",
    state: str = "received",
    *,
    person: str | None = None,
    assignee: str | None = None,
    received: datetime | None = None,
    names: Sequence[str] = (),
    words: str = WORDS,
    asker: str = "Maria Gómez",
    reply_to: str = REPLY_TO,
    authority: str = "",
    basis: str = "",
    **columns: Any,
) -> str:
    """A request as it is in that state; its id. What was appealed has a case anyway. `person` is a user's id, `assignee` the name of the
    employee who has claimed it; `names` those of the employees whom a concern names."""
    request, now = new_id(), platform.clock()
    came = received or now
    platform.vault.create([request])
    contact = {"asker": asker, "reply_to": reply_to}
    thread = {"words": words, "authority": authority, "basis": basis}
    found = {
        "kind": kind, "state": state, "channel": "email", "received": came, "created": now, "created_by": employee_id(platform, "support"),
        "person": person, **_clocks(kind, came), **_marks(platform, kind, state, now),
        "sealed_contact": _sealed(platform, request, "contact", contact), "sealed_thread": _sealed(platform, request, "thread", thread),
    }  # fmt: skip
    with platform.database.writing() as session:
        session.add(PrivacyRequestRow(id=request, **{**found, **columns}))
        session.add_all(NamedInRequest(request=request, employee=employee_id(platform, name)) for name in names)
    if assignee is not None or state == RequestState.APPEALED:
        claimed(platform, request, assignee)
    return request


def _sealed(platform: Platform, request: str, category: str, texts: dict[str, str]) -> bytes:
    given = {name: text for name, text in texts.items() if text}
    return sealed(platform, request, ("privacy-requests", request, category), **given)


def _clocks(kind: str, received: datetime) -> dict[str, Any]:
    """As of the policy; what the clocks really say is theirs to test."""
    if kind == Kind.OPT_OUT:
        due = received + timedelta(days=14)
        return {"regime": "opt_out", "rule_version": "1", "due": due, "next_due": due}
    acknowledge_due, due = received + timedelta(days=14), received + timedelta(days=45)
    return {
        "regime": "policy", "rule_version": "1", "acknowledge_due": acknowledge_due, "due": due, "next_due": acknowledge_due,
    }  # fmt: skip


def _marks(platform: Platform, kind: str, state: str, now: datetime) -> dict[str, Any]:
    """What is remembered of the way to the state."""
    found: dict[str, Any] = {}
    if state not in _UNPROVEN and kind not in (Kind.OPT_OUT, Kind.CONCERN):
        found |= {"verified": now, "verified_by": "points", "points": 3}
    if state in (RequestState.REVIEW, RequestState.ERASING):
        found |= {"submitted_by": employee_id(platform, "privacy"), "plan_hash": "0" * 64}
    if state in (*ENDED, RequestState.APPEALED) and state != RequestState.WITHDRAWN:
        found |= {"decided": now, "decided_by": employee_id(platform, "privacy")}
    if state == RequestState.APPEALED:
        found |= {"appeal_due": now + timedelta(days=60)}
    return found


def claimed(platform: Platform, request: str, name: str | None = "privacy") -> str:
    """The request's case, opened if there is none and held by the employee of that name; its id."""
    row = row_of(platform, PrivacyRequestRow, request)
    case = row.ticket or _open_case(platform, row)
    if name is not None:
        claim(platform, case, name)
    return str(case)


def _open_case(platform: Platform, row: Any) -> str:
    found = table(PrivacyRequestRow)
    links = [("privacy-requests", row.id), *([("users", row.person)] if row.person else [])]
    with own_work(platform) as work:
        case = open_case(work, "privacy", links, row.id)
        work.connection.execute(found.update().where(found.c.id == row.id).values(ticket=case))
        work.entries.append(work.entry("privacy-requests", "claim", person=row.person, record=row.id))
    return case
