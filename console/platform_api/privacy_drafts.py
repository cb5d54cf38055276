"""What a letter of a privacy request begins as: dates in the zone of its regime, reasons in people's words, and no name of anybody."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row

from console import access
from console.platform_api import projection
from console.platform_api.facts import load_case
from console.platform_api.guard import Ask
from console.platform_api.mail_templates import GREETING, TEMPLATES
from console.platform_api.privacy_clocks import RULES, is_extended, limits
from console.platform_api.privacy_requests import REQUESTS
from console.platform_api.privacy_templates import ASKED, POINTS_ASKED, REASON_WORDS, TURN_TO
from console.platform_api.privacy_verification import needed
from console.platform_api.problems import BadRequest
from console.platform_api.store import Answer, find, refuse_unless
from console.records.privacy_requests import Kind, Regime


async def draft(ask: Ask, named: str, code: str, reason: str | None) -> Answer:
    """Subject and body, for who may write it."""
    template = TEMPLATES.get(code)
    if template is None or template.of != REQUESTS.resource:
        raise BadRequest("template is one that GET /v1 offers for privacy requests.")
    if reason is not None and reason not in REASON_WORDS:
        raise BadRequest(f"reason is one of {', '.join(REASON_WORDS)}.")
    with ask.platform.database.reading() as connection:
        row = find(ask, connection, REQUESTS, named)
        facts = projection.facts_of(ask, connection, REQUESTS, row, load_case(connection, row.ticket))
        decides = code in ("uphold", "reverse") and access.may(ask.actor.roles, REQUESTS.resource, code, facts).allowed
        if not decides:  # who decides on an appeal has no claim on it
            refuse_unless(access.may(ask.actor.roles, REQUESTS.resource, "message", facts))
    ask.action = "draft"
    await ask.platform.recorder.record(ask.entry(details={"template": code}))
    return Answer({"template": code, **template.fill(_values(row, code, reason or row.reason))})


def _values(row: Row[Any], code: str, reason: str | None) -> dict[str, str]:
    regime = _told(row)
    theirs = code != "extend" and regime == row.regime
    extended = code == "extend" or is_extended(regime, row.received, row.extended)
    due = row.due if theirs else limits(regime, row.received, extended=extended).due
    return {
        "greeting": GREETING,
        "asked": ASKED[row.kind],
        "received": _day(row.received, regime),
        "until": _day(due, regime),
        "reason": REASON_WORDS.get(reason or "", ""),
        "points": POINTS_ASKED[needed(row.kind)],
        "turn_to": TURN_TO[regime],
    }


def _told(row: Row[Any]) -> Regime:
    """Before it is proven who asks, not the one that is proposed by what we have of the person: its dates would tell that we know them."""
    certain = row.verified is not None or row.signed_in or row.regime_reason is not None or row.kind == Kind.OPT_OUT
    return Regime(row.regime) if certain else Regime.POLICY


def _day(moment: datetime, regime: Regime) -> str:
    """The last moment of a day in California is another day in Connecticut."""
    day = moment.astimezone(ZoneInfo(RULES[regime].zone))
    return f"{day.day} {day:%B %Y}"
