"""GET /v1/surveys/{named}/texts: what people typed, without entry, day or anything else of theirs, in an order that was drawn at random.

Of a settled survey alone, and of a question that has LEAST texts at least: fewer would lead to who wrote them. Where the figures hide how many
left it empty, some texts stay untold, or counting them would tell it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, func, select

from console.platform_api import cursors, survey_counts
from console.platform_api.documents import load
from console.platform_api.guard import Ask
from console.platform_api.listing import Params, limit_of, single
from console.platform_api.platform import Platform
from console.platform_api.problems import BadRequest, Conflict
from console.platform_api.survey_answers import GIVEN
from console.platform_api.survey_counts import EVERYBODY
from console.platform_api.survey_looks import look_at
from console.platform_api.survey_published import totals
from console.platform_api.tables import SurveyTextRow, table
from console.records.record import Category
from console.records.surveys import LEAST, Kind

texts = table(SurveyTextRow)

OWN = ("question", "limit", "cursor")
COUNTED_UP_TO = 2_500


def read_texts(ask: Ask, named: str, params: Params) -> dict[str, Any]:
    """A page of them; the log's row says of which question, and how many."""
    if set(params) - set(OWN):
        raise BadRequest(f"There is no such parameter: texts take {', '.join(OWN)}.")
    with ask.platform.database.reading() as connection:
        row = look_at(ask, connection, named)
        question = _question(row.questions, single(params, "question"))
        end = _end(connection, row, question)
        total = _total(connection, _told(row.id, question, end))
        items, last, more = _page(ask, connection, row.id, question, end, params)
    ask.platform.recorder.record_now(ask.entry(details={"question": question, "count": len(items)}))
    after = _sealed(ask, row.id, question, last) if more else None
    return {
        "question": question,
        "items": items,
        "next": after,
        "total": {"count": total, "exact": total <= COUNTED_UP_TO},
    }


def _question(questions: list[dict[str, Any]], wanted: str | None) -> str:
    known = [question["id"] for question in questions if question["kind"] == Kind.TEXT]
    if wanted is None or wanted not in known:
        raise BadRequest("question is one that is answered in words.")
    return wanted


def _end(connection: Connection, row: Row[Any], question: str) -> int | None:
    """The place from which on nothing is told; None: all of it is. As many are told whether nobody left it empty or LEAST - 1 did."""
    counts = survey_counts.load(connection, row.id, EVERYBODY)
    if totals(row.questions, counts)[question][GIVEN] is not None:
        return None
    told = max(row.counted - (LEAST - 1), 0)
    places = select(texts.c.place).where(*_told(row.id, question, None)).order_by(texts.c.place)
    return connection.execute(places.offset(told).limit(1)).scalar()


def _told(survey: str, question: str, end: int | None) -> tuple[Any, ...]:
    mine = texts.c.survey == survey, texts.c.question == question
    return mine if end is None else (*mine, texts.c.place < end)


def _total(connection: Connection, told: tuple[Any, ...]) -> int:
    some = select(texts.c.id).where(*told).limit(COUNTED_UP_TO + 1).subquery()
    count = connection.execute(select(func.count()).select_from(some)).scalar_one()
    if count < LEAST:
        raise Conflict(
            f"Fewer than {LEAST} people wrote something, or nearly everybody of few did: it is told to nobody."
        )
    return count


def _page(
    ask: Ask, connection: Connection, survey: str, question: str, end: int | None, params: Params
) -> tuple[list[str], int, bool]:
    limit, cursor = limit_of(params), single(params, "cursor")
    signature = _signature(ask, survey, question)
    place = -1 if cursor is None else int(cursors.unseal(ask.platform.keys.cursor, signature, cursor, ask.now)["p"])
    beyond = select(texts).where(*_told(survey, question, end), texts.c.place > place).order_by(texts.c.place)
    rows = connection.execute(beyond.limit(limit + 1)).all()
    shown = rows[:limit]
    return _opened(ask.platform, shown), shown[-1].place if shown else place, len(rows) > limit


def _opened(platform: Platform, rows: Any) -> list[str]:
    """One whose key is gone is being erased, and isn't there any more."""
    keys = platform.vault.keys_of({row.entry for row in rows})
    return [text_of(keys[row.entry], row) for row in rows if row.entry in keys]


def text_of(key: Any, row: Any) -> str:
    content = key.open("survey_texts", row.id, str(Category.ANSWERS), bytes(row.sealed_answers))
    return load(content)["text"].value


def _sealed(ask: Ask, survey: str, question: str, place: int) -> str:
    return cursors.seal(ask.platform.keys.cursor, _signature(ask, survey, question), {"p": place}, ask.now)


def _signature(ask: Ask, survey: str, question: str) -> str:
    return f"survey-texts|{survey}|{question}|{ask.actor.role}|{ask.actor.id}"
