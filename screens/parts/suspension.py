"""What suspending somebody will do to what is booked of them, in words: shown before it is done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field
from textual.content import Content

from console.text import exact, line
from screens.parts.bulk import Amount, totals
from screens.parts.money_view import word

IN_SERVICE = "in_service"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)


class Amounts(_Part):
    """So many, with what they come to by currency, in minor units."""

    count: int = 0
    amounts: Mapping[str, int] = Field(default_factory=dict)

    @property
    def money(self) -> str:
        return totals(Amount(minor, currency) for currency, minor in self.amounts.items())


class Orders(Amounts):
    state: str = ""


class Effect(_Part):
    """What the platform answers; `next` is when the next of them begins."""

    orders: tuple[Orders, ...] = ()
    next: datetime | None = None
    applications: int = 0
    payouts: Amounts = Amounts()

    @property
    def waiting(self) -> tuple[Orders, ...]:
        """What will be put into trouble."""
        return tuple(each for each in self.orders if each.state != IN_SERVICE)

    @property
    def troubled(self) -> int:
        return sum(each.count for each in self.waiting)

    @property
    def says_anything(self) -> bool:
        return bool(self.orders or self.payouts.count or self.applications)

    def words(self) -> Content:
        return Content("\n").join(list(self._sentences()))

    def _sentences(self) -> Iterator[Content]:
        yield from self._booked()
        for each in self.orders:
            if each.state == IN_SERVICE:
                yield line(f"{_count(each.count, 'order')} in service ({each.money}) {_go(each.count)} on as before.")
        if self.payouts.count:
            went = _count(self.payouts.count, "payout")
            yield line(f"{went} ({self.payouts.money}) not gone yet {_go(self.payouts.count)} on as before.")
        if self.applications:
            yield line(f"{_count(self.applications, 'application')} of theirs approved: that stays.")

    def _booked(self) -> Iterator[Content]:
        if not self.troubled:
            yield Content("Nothing that waits for its service is booked of them.")
            return
        listed = ", ".join(f"{each.count} {word(each.state)} ({each.money})" for each in self.waiting)
        begins = f"; the next one begins {exact(self.next)}" if self.next else ""
        yield line(f"Booked of them: {listed}{begins}.", 400)
        one = "It is put into trouble and has a case then."
        many = f"All {self.troubled} are put into trouble, with a case each."
        yield Content(f"{one if self.troubled == 1 else many} No order is cancelled, and no money moves.")


def _count(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _go(count: int) -> str:
    return "goes" if count == 1 else "go"
