"""The counts of a survey: what is known of its answers without any of its entries. Figures are made of these alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from console.platform_api.tables import SurveyCountRow, table
from console.records.surveys import DEMOGRAPHICS, WEEK

counts = table(SurveyCountRow)

EVERYTHING, EVERYBODY = "", ""
"""In the place of a question: of the entries themselves. In the place of a breakdown: of all of them."""
DAY = "day"
"""How many entries came in on a day; counted when they come, all other counts later."""
NOT_SAID = "not_said"
COMPLETE, PARTLY = "complete", "partly"


class Cell(NamedTuple):
    question: str
    breakdown: str
    value: str
    answer: str


Counts = Counter[Cell]


def add(connection: Connection, survey: str, found: Mapping[Cell, int]) -> None:
    """In the order of their key, so that two transactions never wait for each other."""
    rows = [{"survey": survey, **cell._asdict(), "count": count} for cell, count in sorted(found.items()) if count]
    if not rows:
        return
    insert = sqlite_insert if connection.dialect.name == "sqlite" else postgresql_insert
    statement = insert(counts)
    more = {"count": counts.c.count + statement.excluded.count}
    key = ["survey", "question", "breakdown", "value", "answer"]
    connection.execute(statement.on_conflict_do_update(index_elements=key, set_=more), rows)


def load(connection: Connection, survey: str, *breakdowns: str) -> Counts:
    """Those of these breakdowns, of all questions."""
    mine = counts.c.survey == survey, counts.c.breakdown.in_(breakdowns)
    columns = (counts.c.question, counts.c.breakdown, counts.c.value, counts.c.answer, counts.c.count)
    return Counter({Cell(*row[:4]): int(row[4]) for row in connection.execute(select(*columns).where(*mine))})


def day_of(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()


def week_of(moment: datetime, zone: ZoneInfo) -> str:
    """Its Monday."""
    day = day_of(moment, zone)
    return (day - timedelta(days=day.weekday())).isoformat()


def group_of(said: Mapping[str, str], submitted: datetime, zone: ZoneInfo) -> dict[str, str]:
    """Breakdown → where an entry belongs in it."""
    return {**{name: said.get(name, NOT_SAID) for name in DEMOGRAPHICS}, WEEK: week_of(submitted, zone)}
