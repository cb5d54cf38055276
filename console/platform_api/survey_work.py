"""Working on a survey: making it, changing it while it is a draft, opening and closing it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from console.platform_api import survey_count_job
from console.platform_api.guard import Ask
from console.platform_api.ids import new_id
from console.platform_api.policy_versions import in_force
from console.platform_api.problems import Invalid
from console.platform_api.store import Answer, Write, act, create
from console.platform_api.surveys import SURVEYS
from console.platform_api.tables import SurveyRow
from console.records.surveys import SurveyState

LONGEST = timedelta(days=400)
"""From its first day to its last; so its days and weeks fit into one chart."""


@dataclass(frozen=True)
class Draft:
    """As a manager typed it; the questions as they are stored."""

    title: str
    questions: Sequence[dict[str, Any]]
    opens: datetime
    closes: datetime

    def columns(self) -> dict[str, Any]:
        return {"title": self.title, "questions": list(self.questions), "opens": self.opens, "closes": self.closes}


def make(ask: Ask, draft: Draft) -> Answer:
    _refuse_dates(ask, draft)

    def work(session: Session) -> tuple[str, dict[str, Any]]:
        row = SurveyRow(id=new_id(), created=ask.now, created_by=ask.actor.id, **draft.columns())
        session.add(row)
        return row.id, {"questions": len(draft.questions)}

    return create(ask, SURVEYS, work)


def edit(ask: Ask, named: str, draft: Draft) -> Answer:
    """All of the draft at once; the history names what is new of it."""
    _refuse_dates(ask, draft)

    def change(write: Write) -> None:
        new = draft.columns()
        write.values = {name: value for name, value in new.items() if getattr(write.row, name) != value}
        write.details["changed"] = sorted(write.values)

    return act(ask, SURVEYS, named, change)


def open_survey(ask: Ask, named: str) -> Answer:
    """From now on its questions are fixed, and it cites the policy that entries are given under."""

    def change(write: Write) -> None:
        label = str(in_force(write.connection, ask.now).label)
        write.values = {
            "state": str(SurveyState.OPEN), "opened": ask.now, "opened_by": ask.actor.id, "policy_version": label
        }  # fmt: skip
        write.details |= {"from": write.row.state, "policy_version": label}

    return act(ask, SURVEYS, named, change)


def close(ask: Ask, named: str) -> Answer:
    """No entry is taken any more; the rest of them is counted, and then its figures are final."""

    def change(write: Write) -> None:
        write.values = {"state": str(SurveyState.CLOSED), "closed": ask.now, "closed_by": ask.actor.id}
        write.details |= {"from": write.row.state, "entries": write.row.entries}
        survey_count_job.ask(write.others, str(write.row.id))

    return act(ask, SURVEYS, named, change)


def _refuse_dates(ask: Ask, draft: Draft) -> None:
    if draft.closes <= draft.opens:
        raise Invalid(errors=[{"where": "body.closes", "what": "A survey closes after it opens"}])
    if draft.closes - draft.opens > LONGEST:
        raise Invalid(errors=[{"where": "body.closes", "what": f"A survey is open for {LONGEST.days} days at most"}])
    if draft.closes <= ask.now:
        raise Invalid(errors=[{"where": "body.closes", "what": "It would be closed already"}])
