"""Telling those who were told the old value (P11): the ledger says who had it; who has no way to be told is a task for the officer."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Row, select

from console.platform_api import claim_work
from console.platform_api.disclosures import MAY_KNOW, disclose, disclosures
from console.platform_api.store import Write

CORRECTION = "correction"


def tell_recipients(write: Write, person: str, case: Row[Any], fields: Collection[str]) -> list[str]:
    """Who had one of the fields. Who may still know it gets its row in the ledger; each is noted in the case as somebody to tell."""
    had = _had(write, person, fields)
    for recipient, known in sorted(had.items()):
        if known <= MAY_KNOW.get(recipient, frozenset()):
            disclose(write.others, recipient, known, CORRECTION, person, ticket=case.id)
        claim_work.add_text(write, case, f"To be told of the correction: {recipient} ({', '.join(sorted(known))}).")
    return sorted(had)


def _had(write: Write, person: str, fields: Collection[str]) -> dict[str, frozenset[str]]:
    subject = write.ask.platform.vault.pseudonyms([person]).get(person)
    found = select(disclosures.c.recipient, disclosures.c.fields).where(disclosures.c.subject == subject)
    had: dict[str, frozenset[str]] = {}
    for recipient, told in write.connection.execute(found):
        known = had.get(recipient, frozenset()) | (frozenset(fields) & frozenset(told))
        had |= {recipient: known} if known else {}
    return had
