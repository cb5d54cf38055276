"""Why there is no letter of a privacy request that could be taken back or sent by post."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, select

from console.platform_api.guard import Ask
from console.platform_api.letter_hinders import undo_hinders
from console.platform_api.mail import mails
from console.records.employees import Role
from console.records.privacy_requests import RESOURCE
from console.records.tickets import UNSENT

NOT_YOURS = "Only who wrote it, or works on it, sends it."


def nothing_for(ask: Ask, connection: Connection, request: Row[Any], action: str) -> str:
    """Why there is no letter that the action could be done with; empty when there is one, and for every other action."""
    if action == "undo-letter":
        return undo_hinders(ask, connection, RESOURCE, request)
    return _post(ask, connection, request) if action == "posted" else ""


def _post(ask: Ask, connection: Connection, request: Row[Any]) -> str:
    wanted = mails.c.request == request.id, mails.c.state.in_(UNSENT)
    letters = connection.execute(select(mails.c.author).where(*wanted)).all()
    if not letters:
        return "No letter of it waits to be sent by post."
    return "" if any(may_post(ask, request, each) for each in letters) else NOT_YOURS


def may_post(ask: Ask, request: Row[Any], letter: Row[Any]) -> bool:
    """A manager works on what concerns privacy, and on what they wrote themself."""
    return letter.author == ask.actor.id or Role.PRIVACY in ask.actor.roles or bool(request.about_privacy)
