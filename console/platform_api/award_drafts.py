"""What a letter to a winner begins as: a template, filled with the contest's own words, and with the name only while it is revealed."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, select

from console import access
from console.platform_api import projection
from console.platform_api.award_templates import AWARDS as OF
from console.platform_api.awards import AWARDS
from console.platform_api.contest_entries import contests
from console.platform_api.facts import load_case
from console.platform_api.guard import Ask
from console.platform_api.mail_templates import TEMPLATES, greeting
from console.platform_api.problems import BadRequest
from console.platform_api.reveal import held_grant
from console.platform_api.store import Answer, find, refuse_unless
from console.records.record import Category


async def draft(ask: Ask, named: str, code: str) -> Answer:
    """Subject and body, for who may write it. A name in it is on the log as a look."""
    template = TEMPLATES.get(code)
    if template is None or template.of != OF:
        raise BadRequest("template is one that GET /v1 offers for awards.")
    with ask.platform.database.reading() as connection:
        row = find(ask, connection, AWARDS, named)
        ask.case = row.ticket
        facts = projection.facts_of(ask, connection, AWARDS, row, load_case(connection, row.ticket))
        refuse_unless(access.may(ask.actor.roles, AWARDS.resource, "notify", facts))
        shown = access.may_reveal(ask.actor.roles, AWARDS.resource, Category.ENTRY_CONTACT, facts).allowed
        name = _name(ask, connection, row) if shown else None
        values = {"greeting": greeting(name), **_of_contest(ask, connection, row)}
    ask.action, ask.subject = "draft", row.entry
    fields = ("name",) if name is not None else ()
    await ask.platform.recorder.record(ask.entry(fields=fields, details={"template": code}))
    return Answer({"template": code, **template.fill(values)})


def _name(ask: Ask, connection: Connection, row: Row[Any]) -> str | None:
    """While a grant for this very case holds; None otherwise."""
    if held_grant(connection, ask, row.entry) is None:
        return None
    key = ask.platform.vault.keys_of([row.entry]).get(row.entry)
    found = projection.open_document(AWARDS, row, Category.ENTRY_CONTACT, key).get("name")
    return found.value if found is not None else None


def _of_contest(ask: Ask, connection: Connection, row: Row[Any]) -> dict[str, str]:
    contest = connection.execute(select(contests).where(contests.c.id == row.contest)).one()
    until = row.due.astimezone(ZoneInfo(ask.platform.rules.zone))
    return {
        "contest": contest.title, "prize": contest.prize, "days": str(contest.answer_days), "until": f"{until:%B} {until.day}, {until.year}",
    }  # fmt: skip
