"""Money that moved, by day or week: a chart for each currency."""

from __future__ import annotations

from datetime import date
from functools import partial

from pydantic import BaseModel, ConfigDict
from textual.content import Content

from console.text import amount, money
from screens.parts.chart import Chart, Kind

KINDS = (Kind("captured", "$text-success"), Kind("refunded", "$text-warning"), Kind("disputed", "$text-error"))
"""What there are sums of."""


class Bucket(BaseModel):
    """A day or a week, by its first day; minor units."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    start: date
    captured: int = 0
    refunded: int = 0
    disputed: int = 0

    @property
    def values(self) -> tuple[int, ...]:
        return self.captured, self.refunded, self.disputed


class Sums(BaseModel):
    """All of one currency."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    currency: str
    buckets: tuple[Bucket, ...] = ()
    captured: int = 0
    refunded: int = 0
    disputed: int = 0

    @property
    def chart(self) -> Chart:
        """`Chart.name` is the currency."""
        rows = tuple((bucket.start, bucket.values) for bucket in self.buckets)
        totals = (self.captured, self.refunded, self.disputed)
        show, measure = (partial(way, currency=self.currency) for way in (amount, money))
        return Chart(KINDS, rows, totals, show, measure, self.currency)


class Figures(BaseModel):
    """What the platform answers; days are those of `zone`, `until` the day after the last."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    by: str
    zone: str = ""
    since: date
    until: date
    currencies: tuple[Sums, ...] = ()

    @property
    def charts(self) -> tuple[Chart, ...]:
        """Sums of different currencies can't be compared; on how many days there was any, can: the busiest first."""
        busiest = sorted(self.currencies, key=lambda sums: -sum(bucket.captured > 0 for bucket in sums.buckets))
        return tuple(sums.chart for sums in busiest)

    @property
    def aside(self) -> Content | None:
        return None
