"""What the detail shows of a contest: the sequence of what is fixed, committed and drawn, its prizes, and its terms."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from textual.content import Content

from console.raw import Raw
from console.records.awards import CONTACT, OPEN, Award, AwardState
from console.records.contests import Contest
from console.text import block, exact, line, money, phone
from screens.parts.campaign_words import brief_day, count, state
from screens.parts.contest_steps import next_step, step_lines, waiting
from screens.parts.detail import Section
from screens.parts.money_view import Beside, countdown, labelled, word
from screens.parts.thread import thread

LABELS: Mapping[str, str] = {
    "name": "Name", "email": "E-mail", "phone": "Phone", "street": "Street", "city": "City", "postcode": "Postcode",
}  # fmt: skip

SEALED = "Whoever was not drawn stays sealed for every role, and each try to look is on the log."


@dataclass(frozen=True)
class Known:
    """The time it is, what the platform calls the reasons, the award in hand, and what of a winner is in clear now."""

    now: datetime
    reasons: Mapping[str, str]
    in_hand: Award | None = None
    in_clear: Callable[[Award], Mapping[str, Raw]] = lambda _: {}


def heading(contest: Contest) -> Content:
    title = Content.assemble((line(contest.number).plain, "bold"), "  contest, ", (state(contest.state), "bold"))
    return Content.assemble(title, "\n", line(contest.title).stylize("bold"))


def sections(contest: Contest, known: Known) -> Sequence[Section]:
    """What is in hand stands first: there is not much room on a small terminal."""
    held = known.in_hand
    found = [_winner(held, known), _thread(held, known.now)] if held is not None else []
    found.append(_steps(contest, known.now))
    if contest.awards:
        found.append(_prizes(contest, known))
    return [*found, _entries(contest), _terms(contest), _rules(contest)]


def _steps(contest: Contest, now: datetime) -> Section:
    following = next_step(contest, now)
    may = following is not None and _offers(contest, following.action)
    hint = "a next step · x more" if may else "x more" if contest.actions else ""
    return Section("Steps", hint=hint, beside=tuple(step_lines(contest, now)))


def _offers(contest: Contest, name: str) -> bool:
    """Whether whoever looks has the action at all, on the contest or on one of its prizes."""
    return any(action.name == name for it in (contest, *contest.awards) for action in it.actions)


# The prizes


def _prizes(contest: Contest, known: Known) -> Section:
    hint = "t take in hand" if waiting(contest.awards) and _offers(contest, "claim") else ""
    shown = sorted(contest.awards, key=lambda award: (award.place, award.rank))
    return Section("Prizes", hint=hint, beside=tuple(_prize(award, contest, known) for award in shown))


SIGNS: Mapping[str, tuple[str, str]] = {
    AwardState.DRAWN: ("→", "$text-warning"),
    AwardState.NOTIFIED: ("…", "$text-accent"),
    AwardState.AWARDED: ("✓", "$text-success"),
    AwardState.FORFEITED: ("✗", "$text-error"),
}


def _prize(award: Award, contest: Contest, known: Known) -> Beside:
    sign, style = SIGNS.get(award.state, ("·", "dim"))
    who = "reserve" if award.rank > contest.places else "winner"
    parts = (
        line(award.number).stylize("bold"),
        Content(f"  prize {award.place}, {who} "),
        line(award.entry or "–"),
        Content(f"  {word(award.state)}{_since(award, known)}"),
    )
    own = known.in_hand is not None and known.in_hand.id == award.id
    holder = " · in hand" if own else " · yours" if award.yours else f" · {award.assignee}" if award.assignee else ""
    said = Content.assemble(*parts, line(holder).stylize("bold" if own or award.yours else "dim"))
    return Content(sign).stylize(style), said


def _since(award: Award, known: Known) -> str:
    at = award.ended or award.notified or award.drawn
    when = f" {brief_day(at, known.now)}" if at else ""
    if award.reason:
        return f"{when}: {known.reasons.get(award.reason) or word(award.reason)}"
    return when


def _winner(award: Award, known: Known) -> Section:
    """Of the award in hand alone; what is not in clear stands as its mask."""
    clear = known.in_clear(award)
    beside = [labelled(LABELS[name], _contact(award, name, clear)) for name in CONTACT if _is_known(award, name, clear)]
    if award.due is not None and award.state in OPEN:
        what = "Tell by" if award.state == AwardState.DRAWN else "Answer by"
        beside.append(labelled(what, Content.assemble(exact(award.due), ", ", countdown(award.due, known.now))))
    if award.shipped is not None:
        beside.append(labelled("Courier", f"told where to, {exact(award.shipped)}"))
    because = next(iter(award.withheld.values()), "") if not clear and not award.masks else ""
    text = (line(because).stylize("dim italic"),) if because else ()
    return Section(f"Winner of prize {award.place}", hint=_award_keys(award), text=text, beside=tuple(beside))


def _award_keys(award: Award) -> str:
    keys = (("notify", "m letter"), ("award", "a hand over"), ("ship", "x courier"))
    may = {action.name for action in award.actions if action.allowed}
    return " · ".join(["v reveal", *(words for name, words in keys if name in may)]) if award.state in OPEN else ""


def _is_known(award: Award, name: str, clear: Mapping[str, Raw]) -> bool:
    return name in clear or name in award.masks


def _contact(award: Award, name: str, clear: Mapping[str, Raw]) -> Content:
    if name in clear:
        return (phone(clear[name]) if name == "phone" else line(clear[name])).stylize("$revealed")
    return line(award.masks.get(name, "–"))


KINDS: Mapping[str, str] = {"in": "from the winner", "out": "to the winner", "note": "note by"}


def _thread(award: Award, now: datetime) -> Section:
    return Section("Letters and notes", text=thread(award.messages, now, KINDS))


# What is fixed


def _entries(contest: Contest) -> Section:
    beside = [labelled("Entered", count(contest.entries, "entry"))]
    if contest.eligible is not None:
        beside.append(labelled("Take part", f"{contest.eligible:,}; {contest.excluded:,} passed over"))
    beside.append(labelled("Contact", Content(_contact_said(contest)).stylize("dim")))
    return Section("Entries", hint="l entries · c a day", beside=tuple(beside))


def _contact_said(contest: Contest) -> str:
    return "gone, of everybody" if contest.purged is not None else SEALED


def _terms(contest: Contest) -> Section:
    value = (
        f", worth {money(contest.prize_value, contest.currency)}" if contest.prize_value and contest.currency else ""
    )
    beside: list[Beside] = [
        labelled("Prize", Content.assemble(line(contest.prize), line(value))),
        labelled("Drawn", f"{count(contest.places, 'winner')}, {count(contest.reserves, 'reserve')}"),
    ]
    beside += [
        labelled(label, exact(at))
        for label, at in (("Opens", contest.opens), ("Closes", contest.closes))
        if at is not None
    ]
    beside.append(labelled("May win", _eligible(contest)))
    beside.append(labelled("To answer", f"{count(contest.answer_days, 'day')} once told"))
    if contest.policy_version:
        beside.append(labelled("Policy", line(contest.policy_version)))
    if contest.terms_hash:
        beside.append(labelled("SHA-256", line(contest.terms_hash[:24] + "…").stylize("dim")))
    allowed = contest.find_action("edit").allowed
    return Section("Terms", hint="e edit" if allowed else "R published record", beside=tuple(beside))


def _eligible(contest: Contest) -> Content:
    age = "of age" if contest.of_age else "of any age"
    where = f", from {', '.join(contest.regions)}" if contest.regions else ", from anywhere"
    return line(f"{age}{where}")


def _rules(contest: Contest) -> Section:
    return Section("Rules", text=tuple(block(contest.rules).split("\n", allow_blank=True)))
