"""What managers do with surveys, contests and awards, in the words that name what follows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from console.records.awards import Award
from console.records.contests import Contest
from console.records.record import Record
from console.records.surveys import Survey
from console.text import exact
from screens.parts.campaign_words import count
from screens.parts.deed import Deed

NAMES: Mapping[str, str] = {
    "edit": "Change the draft",
    "figures": "Look at the figures",
    "texts": "Read the free texts",
    "export": "Export what is told of it",
    "draw": "Draw the winners",
    "record": "Save the published record",
}
"""Actions with ways of their own → what `x` calls them."""

AWARD_NAMES: Mapping[str, str] = {
    "note": "Write a note",
    "notify": "Write to the winner",
    "undo-letter": "Take the letter back",
    "ship": "Tell a courier where to",
    "reveal": "Show the winner's contact",
    "award": "Prize handed over",
    "forfeit": "Prize forfeited",
    "decline": "The winner does not want it",
    "rule-out": "The winner may not win",
    "release": "Put back",
}

FORFEITED: Mapping[str, str] = {"declined": AWARD_NAMES["decline"], "not_eligible": AWARD_NAMES["rule-out"]}
"""Why a prize was forfeited, where that is an action of its own and no reason that is chosen."""

NOT_OFFERED = ("list", "read", "history", "create")
"""What no question is asked for."""


def of_survey(survey: Survey) -> Mapping[str, Deed]:
    opens, closes = _moment(survey.opens), _moment(survey.closes)
    return {
        "open": Deed(
            "Open",
            "open.",
            effect=f"{survey.number} takes entries from {opens} to {closes}, under the policy that is in force now. "
            "Its questions can't be changed any more, and it never becomes a draft again.",
        ),
        "close": Deed(
            "Close",
            "closed. Its last entries are being counted.",
            effect=f"{survey.number} takes no entry any more, and can't be opened again. {count(survey.entries, 'entry')} came in. "
            "Its breakdowns and free texts are told once all are counted; the answers themselves are deleted 30 days from now.",
        ),
    }


def of_contest(contest: Contest) -> Mapping[str, Deed]:
    opens, closes = _moment(contest.opens), _moment(contest.closes)
    return {
        "open": Deed(
            "Open",
            "open. The seed is committed.",
            effect=f"{contest.number} takes entries from {opens} to {closes}. The seed of its draw is made and sealed now, and its hash "
            "is published: nobody can choose it later, you neither. The terms can't be changed any more.",
        ),
        "close": Deed(
            "Close",
            "closed. The list of entries is being fixed.",
            effect=f"{contest.number} takes no entry any more, and can't be opened again. The list of {count(contest.entries, 'entry')} "
            "is fixed, and its hash is published: nobody can add, change or take away one of them before the draw.",
        ),
    }


def draw_effect(contest: Contest) -> str:
    winners, reserves = count(contest.places, "winner"), count(contest.reserves, "reserve")
    return (
        f"{winners} and {reserves} are drawn from the {count(contest.entries, 'entry')} of the fixed list, by the seed that was committed "
        "when it opened. The seed is public after that, and anybody can do the draw again. It is done once, and never taken back."
    )


def of_award(award: Award) -> Mapping[str, Deed]:
    number, place = award.number, award.place
    return {
        "award": Deed(
            "Prize handed over",
            "handed over. The winner's contact is closed.",
            effect=f"The winner of {number} has prize {place}. Their contact closes at once, and goes with everybody's in the purge; "
            "what tax law asks for is kept under a key of its own until its day.",
        ),
        "forfeit": Deed(
            "Prize forfeited",
            "forfeited.",
            effect=f"The winner of {number} does not get prize {place}: their contact closes at once. The next reserve in the order of the "
            "draw wins it instead, if there is one. It can't be taken back.",
            reasons="forfeit_reasons",
            among=award.forfeit_reasons,
        ),
        "decline": Deed(
            "The winner does not want it",
            "forfeited.",
            effect=f"The winner of {number} told us that they don't want prize {place}: their contact closes at once. The next reserve in the "
            "order of the draw wins it instead, if there is one. The published record says so, and it can't be taken back.",
        ),
        "rule-out": Deed(
            "The winner may not win",
            "forfeited.",
            effect=f"The winner of {number} may not win prize {place}: their contact closes at once, without a letter. The next reserve in "
            "the order of the draw wins it instead, if there is one. The published record says so, and it can't be taken back.",
        ),
    }


def deeds_of(record: Record) -> Mapping[str, Deed]:
    if isinstance(record, Survey):
        return of_survey(record)
    if isinstance(record, Contest):
        return of_contest(record)
    return of_award(record) if isinstance(record, Award) else {}


def _moment(at: datetime | None) -> str:
    return exact(at) if at else "its day"
