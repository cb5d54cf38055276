"""How many entered a contest, by day or week."""

from __future__ import annotations

from datetime import date

from textual.content import Content

from screens.parts.campaign_words import count
from screens.parts.chart import Chart, Kind
from screens.parts.chart_dialog import Words
from screens.parts.figures import Figure, charts

KINDS = (Kind("entered", "$text-accent"),)

WORDS = Words("count the entries", "Nobody entered in this time. w shows weeks.")


class Bucket(Figure):
    start: date
    entries: int = 0


class ContestFigures(Figure):
    by: str
    zone: str = ""
    since: date
    until: date
    entries: int = 0
    buckets: tuple[Bucket, ...] = ()

    @property
    def charts(self) -> tuple[Chart, ...]:
        return charts(KINDS, [(bucket.start, (bucket.entries,)) for bucket in self.buckets], _measure)

    @property
    def aside(self) -> Content | None:
        return None


def _measure(value: int) -> str:
    return count(value, "entry")
