"""POST /v1/surveys/{named}/export: all that is told of a settled survey, a line a cell. Cells that are hidden have no count here either.

Who exports is on the log before the first line leaves. There is no export of entries.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic_core import to_json
from sqlalchemy import Connection, Row
from starlette.responses import Response

from console.platform_api import survey_counts
from console.platform_api.entity_export import MEDIA_TYPE, TOTAL
from console.platform_api.guard import Ask
from console.platform_api.survey_answers import Question
from console.platform_api.survey_counts import EVERYBODY
from console.platform_api.survey_looks import look_at
from console.platform_api.survey_published import Told, groups, totals
from console.platform_api.surveys import SURVEYS
from console.records.surveys import BREAKDOWNS

Line = dict[str, Any]


def export(ask: Ask, named: str) -> Response:
    with ask.platform.database.reading() as connection:
        row = look_at(ask, connection, named)
        lines = list(_lines(connection, row))
    ask.platform.recorder.record_now(ask.entry(details={"rows": len(lines)}))
    content = b"".join(to_json(line) + b"\n" for line in lines)
    return Response(content, media_type=MEDIA_TYPE, headers={TOTAL: f"{len(lines)}; exact"})


def _lines(connection: Connection, row: Row[Any]) -> Iterator[Line]:
    counts = survey_counts.load(connection, row.id, EVERYBODY, *BREAKDOWNS)
    told, survey = totals(row.questions, counts), SURVEYS.name_of(row)
    for question in row.questions:
        yield from _cells(survey, question, told[question["id"]], None, None)
    for breakdown in BREAKDOWNS:
        for group in groups(row.questions, counts, breakdown):
            for question in row.questions:
                yield from _cells(survey, question, group.answers[question["id"]], breakdown, group.value)


def _cells(survey: str, question: Question, told: Told, breakdown: str | None, value: str | None) -> Iterator[Line]:
    labels: Mapping[str, str] = {option["code"]: option["label"] for option in question.get("options", ())}
    for answer, count in told.items():
        yield {
            "survey": survey, "question": question["id"], "kind": question["kind"], "text": question["text"], "breakdown": breakdown,
            "value": value, "answer": answer, "label": labels.get(answer), "count": count, "hidden": count is None,
        }  # fmt: skip
