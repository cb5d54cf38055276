"""One deed on all marked records: a dry run that says for whom it is not allowed, then one after the other, with a result each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from textual.content import Content

from console.errors import NotSignedIn, PetworksError
from console.records.record import Record
from console.text import line

SHOWN = 6
"""Refusals and failures that are named one by one; the rest are counted."""


@dataclass(frozen=True)
class Refusal:
    """A record that was left as it is, and why."""

    id: str
    number: str
    why: str


@dataclass
class Plan:
    """Which of the marked records the deed may be done with."""

    allowed: list[Record] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)

    def add(self, record: Record, name: str) -> None:
        action = record.find_action(name)
        if action.allowed:
            self.allowed.append(record)
        else:
            self.refused.append(Refusal(record.id, record.number, action.because))


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
