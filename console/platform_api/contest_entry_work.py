"""What a manager may do with an entry, without knowing whose it is: say that it may not win, before anything is drawn."""

from __future__ import annotations

from console.platform_api.contest_entries import ENTRIES
from console.platform_api.entry_exclusion import count_out, locked_contest, out_of
from console.platform_api.guard import Ask
from console.platform_api.store import Answer, Write, act
from console.records.contest_entries import EntryState


def disqualify(ask: Ask, named: str, reason: str) -> Answer:
    """Its leaf stays on the list, and is passed over."""

    def change(write: Write) -> None:
        contest = locked_contest(write.others, write.row)
        write.values = {
            **out_of(contest, "disqualified"),
            "gone": ask.now,
            "taken_out_by": ask.actor.id,
        }
        write.changed = {"state": (write.row.state, str(EntryState.INELIGIBLE))}
        write.reason = reason
        count_out(write.others, contest, write.row)

    return act(ask, ENTRIES, named, change)
