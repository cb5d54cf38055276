"""How many entered a contest, by day or week."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict
from textual.content import Content

from screens.parts.campaign_words import count
from screens.parts.chart import Chart, Kind
from screens.parts.chart_dialog import Words

KINDS = (Kind("entered", "$text-accent"),)

WORDS = Words("count the entries", "Nobody entered in this time. w shows weeks.")


class _Figure(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)


class Bucket(_Figure):
    start: date
    entries: int = 0


class ContestFigures(_Figure):
    by: str
    zone: str = ""
    since: date
    until: date
    entries: int = 0
    buckets: tuple[Bucket, ...] = ()

    @property
    def charts(self) -> tuple[Chart, ...]:
        rows = tuple((bucket.start, (bucket.entries,)) for bucket in self.buckets)
        return (Chart(KINDS, rows, (self.entries,), _count, _measure),) if self.entries else ()

    @property
    def aside(self) -> Content | None:
        return None


def _count(value: int) -> str:
    return f"{value:,}"


def _measure(value: int) -> str:
    return count(value, "entry")
