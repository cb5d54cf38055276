"""Sample data of who asked for values from Google, on each ground, and what a second person said."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from random import Random

from sqlalchemy import select
from sqlmodel import Session

from console.platform_api.documents import Value, dump
from console.platform_api.ids import id_at
from console.platform_api.seed_rows import Plan
from console.platform_api.tables import GoogleAccessRow, PrivacyRequestRow, table
from console.platform_api.vault import Vault
from console.records.google_access import RESOURCE
from console.records.users import Source

ASKED = (
    ("consent", "allowed", "They agreed in their mail to us."),
    ("legal", "refused", "A letter from a lawyer."),
    ("security", "allowed", "Somebody else may have signed in as them."),
    ("consent", "refused", "They said so on the phone."),
    ("legal", "allowed", "An order of the court in Bridgeport."),
    ("security", "asked", "A sign-in from another country."),
)
"""Ground, state, evidence."""

_requests = table(PrivacyRequestRow)


def add_google_access(session: Session, vault: Vault, plan: Plan, staff: Mapping[str, str], random: Random) -> None:
    """For the cases of the first requests whose person is known. What was allowed has run out since."""
    known = _requests.c.person.is_not(None), _requests.c.ticket.is_not(None)
    cases = select(_requests.c.person, _requests.c.ticket).where(*known).order_by(_requests.c.number)
    found = session.connection().execute(cases.limit(len(ASKED) * 4)).all()
    keys = vault.keys_of([row.person for row in found])
    open_to = [row for row in found if row.person in keys]
    for place, ((ground, state, evidence), row) in enumerate(zip(ASKED, open_to, strict=False)):
        asked = plan.until - timedelta(days=2 * (len(ASKED) - place))
        made = GoogleAccessRow(
            id=id_at(asked, random), person=row.person, ticket=row.ticket, ground=ground, state=state, asked=asked, asked_by=staff["privacy"]
        )  # fmt: skip
        if state != "asked":
            made.version, made.decided, made.decided_by = 2, asked + timedelta(hours=1), staff["manager"]
        if state == "allowed":
            made.until = asked + timedelta(hours=25)
        document = {"evidence": Value(evidence, Source.EMPLOYEE, asked)}
        made.sealed_thread = keys[row.person].seal(RESOURCE, made.id, "thread", dump(document))
        session.add(made)
        session.flush()
