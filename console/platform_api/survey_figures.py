"""GET /v1/surveys/{named}/figures: what a survey's answers come to, for charts. Made of counts, so a million entries cost no more than ten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row

from console.platform_api import survey_counts
from console.platform_api.guard import Ask
from console.platform_api.listing import Params, single
from console.platform_api.problems import BadRequest
from console.platform_api.survey_answers import NONE, Question
from console.platform_api.survey_counts import COMPLETE, DAY, EVERYBODY, EVERYTHING, Cell, Counts
from console.platform_api.survey_looks import look_at
from console.platform_api.survey_published import Group, Told, days_between, groups, totals
from console.platform_api.survey_scores import scored
from console.platform_api.surveys import COUNTING, SURVEYS
from console.records.surveys import BREAKDOWNS, LEAST, SurveyState

OWN = ("by",)
NOT_YET = "Answers are told once the survey is closed and counted: from two looks at one that changes, single entries could be told."


NOTHING = dict.fromkeys(("answers", "nps", "mean"))
"""What is told of a question then."""


def figures(ask: Ask, named: str, params: Params) -> dict[str, Any]:
    """The log's row says by what. Of one that isn't settled: how many took part, and why no answer is told."""
    by = _by(params)
    with ask.platform.database.reading() as connection:
        row = look_at(ask, connection, named)
        answer = _taking_part(ask, connection, row, by) | _said(connection, row, by)
    ask.platform.recorder.record_now(ask.entry(details={"by": by or ""}))
    return answer


def _by(params: Params) -> str | None:
    if set(params) - set(OWN):
        raise BadRequest(f"There is no such parameter: figures take {', '.join(OWN)}.")
    by = single(params, "by")
    if by is not None and by not in BREAKDOWNS:
        raise BadRequest(f"by is one of {', '.join(BREAKDOWNS)}.")
    return by


# How many took part


def _taking_part(ask: Ask, connection: Connection, row: Row[Any], by: str | None) -> dict[str, Any]:
    """Nobody's answer: it is told at any time."""
    return {
        "survey": SURVEYS.name_of(row),
        **{name: getattr(row, name) for name in ("state", "entries", "counted", "settled", "started")},
        "finished": _share(row.entries, row.started) if row.started else None,
        "least": LEAST,
        "zone": ask.platform.rules.zone,
        "days": _days(ask, row, survey_counts.load(connection, row.id, DAY)),
        "by": by,
    }


def _share(part: int, whole: int) -> float:
    return round(min(part / whole, 1.0), 3) if whole else 0.0


def _days(ask: Ask, row: Row[Any], counts: Counts) -> list[dict[str, Any]]:
    """Every day that it was open on, the empty ones too, so that a chart needs to know no calendar."""
    zone = ZoneInfo(ask.platform.rules.zone)
    first = survey_counts.day_of(row.opens, zone)
    last = survey_counts.day_of(min(row.closed or ask.now, row.closes), zone)
    found = {date.fromisoformat(it.value): count for it, count in counts.items() if it.breakdown == DAY}
    return [
        {"start": day, "entries": found.get(day, 0)} for day in days_between(min([first, *found]), max([last, *found]))
    ]


# Answers


def _said(connection: Connection, row: Row[Any], by: str | None) -> dict[str, Any]:
    if row.settled is None:
        because = COUNTING if row.state == SurveyState.CLOSED else NOT_YET
        questions = [{**_asked(question), **NOTHING} for question in row.questions]
        return {"told": False, "because": because, "completion": None, "questions": questions, "groups": None}
    counts = survey_counts.load(connection, row.id, EVERYBODY, *([by] if by else []))
    told = totals(row.questions, counts)
    return {
        "told": True,
        "because": None,
        "completion": _completion(row, counts, told),
        "questions": [{**_asked(it), **_answered(it, told[it["id"]])} for it in row.questions],
        "groups": [_group(row.questions, it) for it in groups(row.questions, counts, by)] if by else [],
    }


def _completion(row: Row[Any], counts: Counts, told: Mapping[str, Told]) -> dict[str, Any]:
    """`complete` goes in tens, as with what others left empty it would tell of single entries; all of them where no question is optional.
    Where it is hidden how many left a question empty, it is too: the two add up."""
    optional = [question["id"] for question in row.questions if question.get("optional")]
    complete = counts[Cell(EVERYTHING, EVERYBODY, "", COMPLETE)]
    about = complete // LEAST * LEAST if optional else complete
    shown = row.counted >= LEAST and all(told[named][NONE] is not None for named in optional)
    return {"complete": about if shown else None, "share": _share(about, row.counted) if shown else None}


def _asked(question: Question) -> dict[str, Any]:
    return {
        "id": question["id"],
        "kind": question["kind"],
        "text": question["text"],
        "optional": question.get("optional", False),
    }


def _answered(question: Question, told: Told) -> dict[str, Any]:
    labels = {option["code"]: option["label"] for option in question.get("options", ())}
    answers = [{"answer": it, "label": labels.get(it), "count": count} for it, count in told.items()]
    return {"answers": answers, **scored(question["kind"], told)}


def _group(questions: Sequence[Question], group: Group) -> dict[str, Any]:
    return {
        "value": group.value,
        "until": group.until,
        "entries": group.entries,
        "questions": [_answers(question, group.answers[question["id"]]) for question in questions],
    }


def _answers(question: Question, told: Mapping[str, int | None]) -> dict[str, Any]:
    counts = [{"answer": answer, "count": count} for answer, count in told.items()]
    return {"id": question["id"], "answers": counts, **scored(question["kind"], told)}
