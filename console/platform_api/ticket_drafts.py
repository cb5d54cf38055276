"""What a mail about a case begins as: a template, filled from what whoever writes it may see now."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row, select

from console import access
from console.platform_api import projection
from console.platform_api.application_completeness import completeness_of
from console.platform_api.facts import load_case
from console.platform_api.guard import Ask
from console.platform_api.mail_template import Template
from console.platform_api.mail_templates import DECLINE_WORDS, NOTICE, TEMPLATES, greeting, missing_words
from console.platform_api.problems import BadRequest, Conflict, Invalid
from console.platform_api.reveal import held_grant
from console.platform_api.store import Answer, find, refuse_unless
from console.platform_api.tables import ProApplicationRow, table
from console.platform_api.ticket_replies import recipient
from console.platform_api.tickets import TICKETS
from console.platform_api.users import USERS, users
from console.records.record import Category

_applications = table(ProApplicationRow)


async def draft(ask: Ask, named: str, code: str, *, to: str | None, reason: str | None) -> Answer:
    """Subject and body. The name stands in it only while the employee may look at it, and that is on the log as a look."""
    template, why = _template(code), _reason(reason)
    with ask.platform.database.reading() as connection:
        row = find(ask, connection, TICKETS, named)
        ask.case, ask.action = row.id, "reply"
        facts = projection.facts_of(ask, connection, TICKETS, row, load_case(connection, row.id))
        refuse_unless(access.may(ask.actor.roles, TICKETS.resource, ask.action, facts))
        name = _name(ask, connection, row, to)
        values = {"greeting": greeting(name), **_of_application(ask, connection, row, why)}
    ask.action = "draft"
    fields = ("name",) if name is not None else ()
    await ask.platform.recorder.record(ask.entry(fields=fields, details={"template": code}))
    return Answer({"template": code, **template.fill(values)})


def _template(code: str) -> Template:
    template = TEMPLATES.get(code)
    if template is None or template.of == NOTICE:
        raise BadRequest("template is one that GET /v1 offers.")
    return template


def _reason(reason: str | None) -> str | None:
    if reason is not None and reason not in DECLINE_WORDS:
        raise BadRequest(f"reason is one of {', '.join(DECLINE_WORDS)}.")
    return reason


def _name(ask: Ask, connection: Connection, ticket: Row[Any], to: str | None) -> str | None:
    """The person's name, while a grant for this very case holds; None otherwise."""
    try:
        person = recipient(connection, ticket, to)
    except (Conflict, Invalid):  # nobody yet, or not said which: the draft is there all the same
        return None
    row = connection.execute(select(users).where(users.c.id == person)).first()
    if row is None or held_grant(connection, ask, person) is None or not _may_see(ask, connection, row):
        return None
    ask.subject = person
    key = ask.platform.vault.keys_of([person]).get(person)
    name = projection.open_document(USERS, row, Category.IDENTITY, key).get("name")
    return name.value if name is not None else None


def _may_see(ask: Ask, connection: Connection, row: Row[Any]) -> bool:
    facts = projection.facts_of(ask, connection, USERS, row, load_case(connection, ask.case))
    return access.may_reveal(ask.actor.roles, USERS.resource, Category.IDENTITY, facts).allowed


def _of_application(ask: Ask, connection: Connection, ticket: Row[Any], reason: str | None) -> dict[str, str]:
    """What is missing as of now, and why it was declined: the reason that is about to be given, else the one that was."""
    rules = ask.platform.rules
    row = connection.execute(select(_applications).where(_applications.c.ticket == ticket.id)).first()
    why, found = reason or (row.reason if row is not None else None), {"days": str(rules.answer_days)}
    if row is not None:
        whole = completeness_of(connection, [row.id], ask.now, timedelta(days=rules.expiring_days))[row.id]
        found["missing"] = missing_words(whole.missing)
    return {**found, "reason": DECLINE_WORDS.get(why or "", "")}
