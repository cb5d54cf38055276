"""What the processor tells us: a hint that something changed, by which the truth is fetched from it (decision 0018).

Of a webhook's body only its id, its kind and the payment's token are used, and only once its signature is right. So it doesn't
matter in which order they come, how often, or how late.
"""

from __future__ import annotations

import json
import logging
import re
from typing import Any

from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from console.platform_api import jobs
from console.platform_api.platform import Platform
from console.platform_api.problems import BadRequest, Busy, TooLarge
from console.platform_api.processors import signs_itself
from console.platform_api.processors.secrets import ProcessorSecretError, webhook_secret
from console.platform_api.processors.signatures import is_genuine
from console.platform_api.tables import WebhookEvent, table
from console.platform_api.transaction import Transaction, own_work

log = logging.getLogger("petworks.platform")

LARGEST = 256 * 1024
"""Bytes of a webhook; Stripe's have a tenth of it."""

PAYMENT_OBJECTS = ("payment_intent", "charge")

_CODE = re.compile(r"[!-~]{1,255}")
_KIND = re.compile(r"[a-z0-9_.]{1,100}")
_events = table(WebhookEvent)


def take(platform: Platform, body: bytes, signature: str) -> bool:
    """Takes one in: whether it was news. BadRequest when it isn't the processor's, is too old, or no event."""
    if len(body) > LARGEST:
        raise TooLarge(f"A webhook may have {LARGEST} bytes.")
    if not is_genuine(body, signature, _secret(platform), platform.clock()):
        raise BadRequest("The signature isn't the processor's, or too old.")
    event, kind, names = _read(body)
    with own_work(platform) as work:
        news = is_news(work, event, kind)
        if news and names:
            jobs.enqueue(work, "sync", f"event:{event}", names)
    return news


def _secret(platform: Platform) -> str:
    """Busy when there is none that can be used: the processor sends it again, for days, until somebody mends that."""
    try:
        return webhook_secret(platform.data, make=signs_itself(platform))
    except ProcessorSecretError as error:
        log.error("No webhook can be checked: %s", error)
        raise Busy("Webhooks can't be checked here yet.", retry_after=60) from None


def _read(body: bytes) -> tuple[str, str, dict[str, str]]:
    """Id, kind, and the names of the payment that it is about, if it is about one."""
    try:
        found = json.loads(body)
        event, kind, about = found["id"], found["type"], found["data"]["object"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise BadRequest("This isn't an event.") from None
    if not (_is(_CODE, event) and _is(_KIND, kind) and isinstance(about, dict)):
        raise BadRequest("This isn't an event.")
    return event, kind, _names(about)


def _is(pattern: re.Pattern[str], value: Any) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _names(about: dict[str, Any]) -> dict[str, str]:
    """What a refund or dispute says that its payment is called: as an intent and as a charge, each by its id or whole."""
    named = {name: about.get(name) for name in PAYMENT_OBJECTS}
    if about.get("object") in PAYMENT_OBJECTS:
        named[about["object"]] = about.get("id")
    ids = {name: value.get("id") if isinstance(value, dict) else value for name, value in named.items()}
    return {name: str(value) for name, value in ids.items() if _is(_CODE, value)}


def is_news(work: Transaction, event: str, kind: str) -> bool:
    """Whether nobody has told us so before; from now on somebody has."""
    insert = sqlite_insert if work.platform.database.sqlite else postgresql_insert
    added = insert(_events).values(id=event, kind=kind, at=work.now).on_conflict_do_nothing(index_elements=["id"])
    return work.connection.execute(added.returning(_events.c.id)).first() is not None
