"""A contest as a sequence of what is fixed, committed and drawn, with the one next step. Pure: it reads the record alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from textual.content import Content

from console.records.awards import OPEN, Award, AwardState
from console.records.contests import Contest, ContestState, Progress
from console.text import line
from screens.parts.campaign_words import brief_day, count, short_hash
from screens.parts.money_view import Beside

SIGNS: Mapping[str, tuple[str, str]] = {
    "done": ("✓", "$text-success"),
    "next": ("→", "bold $accent"),
    "work": ("…", "bold $text-warning"),
    "later": ("·", "dim"),
}
"""How far a step is → its sign."""

_S = ContestState


@dataclass(frozen=True)
class Step:
    """`action` is what takes it, where somebody does; `fixed` is the hash that nobody can change after it."""

    state: str
    words: str
    action: str = ""
    fixed: str = ""


def steps(contest: Contest, now: datetime) -> list[Step]:
    return [
        _opening(contest, now), _closing(contest, now), _drawing(contest, now), _notifying(contest), _awarding(contest),
        _purging(contest, now),
    ]  # fmt: skip


def next_step(contest: Contest, now: datetime) -> Step | None:
    return next((step for step in steps(contest, now) if step.state == "next"), None)


def step_lines(contest: Contest, now: datetime) -> Iterator[Beside]:
    """A sign, and beside it what is done or to be done, with the hash that is fixed by it."""
    for step in steps(contest, now):
        sign, style = SIGNS[step.state]
        whole = style if step.state in ("next", "work") else "dim" if step.state == "later" else ""
        said = Content(step.words).stylize(whole)
        if step.fixed:
            said = Content.assemble(said, "\n", (step.fixed, "dim"))
        yield Content(sign).stylize(style), said


def _is(contest: Contest, state: str) -> bool:
    return contest.state == state


def _when(at: datetime | None, by: str | None, now: datetime) -> str:
    day = f" {brief_day(at, now)}" if at else ""
    return f"{day} by {line(by).plain}" if by else day


def _opening(contest: Contest, now: datetime) -> Step:
    if _is(contest, _S.DRAFT):
        return Step("next", "open it: the seed of the draw is committed", "open")
    said = f"opened{_when(contest.opened, contest.opened_by, now)}: the seed is committed"
    return Step("done", said, fixed=f"seed, SHA-256  {short_hash(contest.commitment)}")


def _closing(contest: Contest, now: datetime) -> Step:
    if _is(contest, _S.DRAFT):
        return Step("later", "close: the list of entries is fixed")
    if _is(contest, _S.OPEN):
        return _ending(contest, now)
    if contest.entries_hash is None:
        return Step("work", f"closed: the list is being fixed{_far(contest.work)}")
    said = (
        f"closed{_when(contest.closed, contest.closed_by, now)}: {count(contest.entries, 'entry')}, the list is fixed"
    )
    return Step("done", said, fixed=f"list, SHA-256  {short_hash(contest.entries_hash)}")


def _ending(contest: Contest, now: datetime) -> Step:
    """Nobody closes it before the end that its terms promise, and then it closes by itself."""
    so_far = f"{count(contest.entries, 'entry')} so far"
    if contest.closes is None or contest.closes <= now:
        return Step("next", f"close it, its time is over, {so_far}: the list is fixed", "close")
    return Step("work", f"closes by itself {brief_day(contest.closes, now)}, {so_far}: then the list is fixed")


def _drawing(contest: Contest, now: datetime) -> Step:
    if contest.drawn is not None:
        drawn = f"drawn{_when(contest.drawn, contest.drawn_by, now)}: {_winners(contest)}; the seed is public"
        return Step("done", drawn, fixed=f"seed  {short_hash(contest.seed)}")
    if _is(contest, _S.CLOSED) and contest.drawn_by is not None:
        return Step("work", f"being drawn{_far(contest.work)}")
    if _is(contest, _S.CLOSED) and contest.entries_hash is not None:
        return Step("next", f"draw {_promised(contest)}{_until(contest, now)}", "draw")
    if _is(contest, _S.LAPSED):
        return Step("done", "nobody drew it in time: it lapsed")
    return Step("later", f"draw {_promised(contest)}")


def _until(contest: Contest, now: datetime) -> str:
    """By when, and once that is over, what becomes of it."""
    if contest.draw_due is None:
        return ""
    if contest.draw_due > now or contest.lapses is None:
        return f" by {brief_day(contest.draw_due, now)}"
    return f": overdue since {brief_day(contest.draw_due, now)}, lapses {brief_day(contest.lapses, now)}"


def _notifying(contest: Contest) -> Step:
    places = current(contest.awards)
    told = [each for each in places if each.state != AwardState.DRAWN]
    if contest.drawn is None or _is(contest, _S.CLOSED):
        return Step("later", "notify the winners")
    if len(told) == len(places):
        return Step("done", "winners notified" if places else "nobody was there to win")
    return Step("next", f"notify the winners: {len(told)} of {len(places)} told", "notify")


def _awarding(contest: Contest) -> Step:
    places = current(contest.awards)
    handed = sum(each.state == AwardState.AWARDED for each in places)
    lost = sum(each.state == AwardState.FORFEITED for each in places)
    if contest.awarded is not None:
        left = f", {count(lost, 'prize')} left over" if lost else ""
        return Step("done", f"{count(handed, 'prize')} handed over{left}")
    said = f"{handed} of {len(places)} handed over" if places else ""
    waits = _is(contest, _S.DRAWN) and any(each.state == AwardState.NOTIFIED for each in places)
    told = waits and all(each.state != AwardState.DRAWN for each in places)
    return Step(
        "next" if told else "later", f"hand the prizes over{': ' if said else ''}{said}", "award" if told else ""
    )


def _purging(contest: Contest, now: datetime) -> Step:
    if contest.purged is not None:
        gone = count(contest.purged_entries, "entry")
        return Step("done", f"purged{_when(contest.purged, None, now)}: the contact of {gone} is gone for good")
    if contest.state in (_S.AWARDED, _S.LAPSED):
        return Step("work", f"the platform purges everybody's contact{_far(contest.work)}")
    return Step("later", "purge: everybody's contact goes, by itself")


def _far(work: Progress | None) -> str:
    return f", {work.done:,} of {work.total:,}" if work is not None and work.total else ""


def _promised(contest: Contest) -> str:
    reserves = f" and {count(contest.reserves, 'reserve')}" if contest.reserves else ""
    return f"{count(contest.places, 'winner')}{reserves}"


def _winners(contest: Contest) -> str:
    return count(len({each.place for each in contest.awards}), "winner")


def current(awards: Sequence[Award]) -> list[Award]:
    """Of each prize the winner who is drawn for it now: the last one."""
    found: dict[int, Award] = {}
    for award in sorted(awards, key=lambda each: (each.place, each.rank)):
        found[award.place] = award
    return list(found.values())


def waiting(awards: Sequence[Award]) -> list[Award]:
    """Those that somebody has to work on."""
    return [each for each in awards if each.state in OPEN]
