"""May we write to this person about this? One gate for everything that goes out (P5, P6, P22), and the opt-out that shuts it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Row

from console.platform_api.guard import Ask
from console.platform_api.problems import BadRequest, Invalid
from console.platform_api.store import Answer, Write, find
from console.platform_api.users import USERS
from console.records.users import SERVICES, TOPICS, UserState

ALWAYS = ("order", "answer", "security", "breach")
"""Order mail, answers to the person's own requests, account security and breach notices: no opt-out stops these."""

CHANNELS = ("email", "phone", "letter", "web")
_OF_SERVICES = ("specials", "products")
"""Topics that need an interest of the person's (P22)."""


def may_contact(row: Row[Any], topic: str, service: str | None) -> tuple[bool, str]:
    """(allowed, because) for one person and topic."""
    if row.state in (UserState.ERASING, UserState.ERASED):
        return False, "The account is erased."
    if topic in ALWAYS:
        return True, "Needed for what the person asked of us or for their safety."
    if topic not in TOPICS:
        raise BadRequest(f"topic is one of {', '.join((*TOPICS, *ALWAYS))}.")
    if not getattr(row, topic):
        return False, "The person asked us not to."
    if topic in _OF_SERVICES:
        return _interested(row, service)
    return True, "The person has not opted out."


async def gate(ask: Ask, named: str, topic: str, service: str | None) -> Answer:
    """The gate for everyone who is about to write to a person; asked for and answered on the log."""
    with ask.platform.database.reading() as connection:
        row = find(ask, connection, USERS, named)
    allowed, because = may_contact(row, topic, service)
    await ask.platform.recorder.record(ask.entry(details={"topic": topic, "allowed": allowed}))
    return Answer({"allowed": allowed, "because": because})


def _interested(row: Row[Any], service: str | None) -> tuple[bool, str]:
    if service is not None and service not in SERVICES:
        raise BadRequest(f"service is one of {', '.join(SERVICES)}.")
    interests = set(row.interests or ())
    wanted = interests if service is None else interests & {service}
    return (True, "The person expressed this interest.") if wanted else (False, "No interest in this is recorded.")


def opt_out(topics: Sequence[str], channel: str) -> Callable[[Write], None]:
    """Effective on commit; no log-in, verification or reason needed (P6)."""
    chosen = _topics(topics)
    if channel not in CHANNELS:
        raise Invalid(
            "Say how the person told us.", errors=[{"where": "channel", "what": f"is one of {', '.join(CHANNELS)}"}]
        )

    def change(write: Write) -> None:
        write.values = dict.fromkeys(chosen, False)
        write.values |= {"opted_out": True, "opted_out_at": write.ask.now, "opted_out_channel": channel}
        write.details = {"topics": chosen, "channel": channel}

    return change


def opt_in(topics: Sequence[str]) -> Callable[[Write], None]:
    """Clears an opt-out, for a case in which the person asked for it."""
    chosen = _topics(topics)

    def change(write: Write) -> None:
        write.values = dict.fromkeys(chosen, True)
        still_out = any(not getattr(write.row, topic) for topic in TOPICS if topic not in chosen)
        write.values["opted_out"] = still_out
        write.details = {"topics": chosen}

    return change


def _topics(topics: Sequence[str]) -> list[str]:
    chosen = list(dict.fromkeys(topics))
    if not chosen or set(chosen) - set(TOPICS):
        raise Invalid("Name the topics.", errors=[{"where": "topics", "what": f"are among {', '.join(TOPICS)}"}])
    return chosen
