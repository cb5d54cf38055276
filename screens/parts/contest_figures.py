"""How many entered a contest, by day or week."""

from __future__ import annotations

from screens.parts.campaign_words import count
from screens.parts.chart import Kind
from screens.parts.chart_dialog import Words
from screens.parts.figures import Bucket, Course

WORDS = Words("count the entries", "Nobody entered in this time. w shows weeks.")


class Entered(Bucket):
    entries: int = 0


class ContestFigures(Course):
    KINDS = (Kind("entered", "$text-accent"),)

    entries: int = 0
    buckets: tuple[Entered, ...] = ()

    def measure(self, value: int) -> str:
        return count(value, "entry")
