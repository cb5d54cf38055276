"""One deed on all marked records: a dry run that says for whom it is not allowed, then one after the other, with a result each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field

from textual.content import Content

from console.errors import FreshSignIn, NotSignedIn, PetworksError
from console.records.record import Record
from console.text import line, money

SHOWN = 6
"""Refusals and failures that are named one by one; the rest are counted."""


@dataclass(frozen=True)
class Refusal:
    """A record that was left as it is, and why."""

    id: str
    number: str
    why: str


@dataclass(frozen=True)
class Amount:
    """Money, in minor units of its currency."""

    minor: int
    currency: str


@dataclass
class Plan:
    """Which of the marked records the deed may be done with, and what money it moves: record's id → amount.

    `remarks` are what is to be known of some of the allowed ones: words → how many.
    """

    allowed: list[Record] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    amounts: dict[str, Amount] = field(default_factory=dict)
    remarks: dict[str, int] = field(default_factory=dict)

    def add(self, record: Record, name: str) -> None:
        action = record.find_action(name)
        if action.allowed:
            self.allow(record)
        else:
            self.refuse(record, action.because)

    def allow(self, record: Record, amount: Amount | None = None, remark: str = "") -> None:
        self.allowed.append(record)
        if amount is not None:
            self.amounts[record.id] = amount
        if remark:
            self.remarks[remark] = self.remarks.get(remark, 0) + 1

    def refuse(self, record: Record, why: str) -> None:
        self.refused.append(Refusal(record.id, record.number, why))

    def total(self, records: Iterable[Record]) -> str:
        """What these records' amounts come to, currency by currency; empty where no money moves."""
        return totals(self.amounts[record.id] for record in records if record.id in self.amounts)


def totals(amounts: Iterable[Amount]) -> str:
    """Currencies are never added up: "1,204.50 USD + 500 JPY"."""
    sums: dict[str, int] = {}
    for each in amounts:
        sums[each.currency] = sums.get(each.currency, 0) + each.minor
    return " + ".join(money(minor, currency) for currency, minor in sorted(sums.items()))


@dataclass
class Outcome:
    """What became of each record; those that were not reached are left over."""

    done: list[Record] = field(default_factory=list)
    failed: list[Refusal] = field(default_factory=list)
    left: list[Record] = field(default_factory=list)

    @property
    def again(self) -> set[str]:
        """The ids for which it is still to be done: they stay marked, so that they can be tried again alone."""
        return {refusal.id for refusal in self.failed} | {record.id for record in self.left}


async def run(
    records: Sequence[Record],
    deed: Callable[[Record], Awaitable[Record]],
    *,
    stopped: Callable[[], bool],
    step: Callable[[Outcome], None],
) -> Outcome:
    """Do the deed with one record after the other until all are done or it is stopped; a failure stops nothing but itself."""
    outcome = Outcome(left=list(records))
    while outcome.left and not stopped():
        record = outcome.left.pop(0)
        try:
            outcome.done.append(await deed(record))
        except FreshSignIn:
            outcome.left.insert(0, record)
            break  # the password was asked for and not given
        except NotSignedIn:
            outcome.left.insert(0, record)
            raise
        except PetworksError as error:
            outcome.failed.append(Refusal(record.id, record.number, str(error)))
        step(outcome)
    return outcome


def refusals(found: Sequence[Refusal]) -> Content:
    """A line each, and how many more there are."""
    lines = [Content.assemble(f"  {refusal.number}  ", line(refusal.why)) for refusal in found[:SHOWN]]
    if len(found) > SHOWN:
        lines.append(Content(f"  and {len(found) - SHOWN} more"))
    return Content("\n").join(lines)
