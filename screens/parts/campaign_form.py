"""What managers type into drafts: moments, money, lists; and what of it the platform takes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from console.errors import Invalid
from console.raw import Raw
from console.records.contests import Contest
from console.text import amount, parse_money
from screens.parts.asking import Typed, Wrong, settled_moments, typed_moment
from screens.parts.filter_kinds import exact_moment
from screens.parts.question_form import YES, Answers, Question, listed

WHEN = "as in 2026-12-24 18:00, +3d, or now"

CONTEST = (
    Question("title", "Title", "what people read", must=True, longest=150),
    Question("prize", "Prize", "what is won, as in “A year of food”", must=True, longest=150),
    Question("prize_value", "Worth", "of one prize, as in 64.00: tax law asks", must=True),
    Question("currency", "Currency", "USD"),
    Question("places", "Winners", "1"),
    Question("reserves", "Reserves", "3: who wins when a winner does not answer"),
    Question("opens", "Opens", WHEN, must=True),
    Question("closes", "Closes", WHEN, must=True),
    Question("of_age", "May win", "only who is of age", tick=True),
    Question("regions", "From", "as in US-CT US-NY; empty for anywhere", longest=1000),
    Question("answer_days", "To answer", "14: days that a winner has, once told"),
    Question("rules", "Rules", long=True, tall=True, must=True),
)

FRESH: Mapping[str, Raw] = {"currency": Raw("USD"), "places": Raw("1"), "reserves": Raw("3"), "of_age": Raw(YES)}
"""What a new contest's form begins with."""


def moment_of(typed: str, now: datetime) -> datetime | None:
    """A date or a time of this computer's zone, how far ahead, or now; None where it is none of them."""
    text = typed.strip()
    if text.lower() == "now":
        return now
    try:
        return datetime.fromisoformat(exact_moment(text, now)).astimezone()
    except ValueError:
        return None


def settled(typed: Typed, now: datetime) -> Typed:
    """With the days and times that "now" and "+3d" mean."""
    return settled_moments(typed, ["opens", "closes"], lambda text: moment_of(text, now))


def of_contest(contest: Contest) -> dict[str, Raw]:
    """A draft as its form shows it."""
    value = amount(contest.prize_value, contest.currency).replace(",", "") if contest.currency else ""
    plain = {"places": contest.places, "reserves": contest.reserves, "answer_days": contest.answer_days}
    known = {"title": contest.title, "prize": contest.prize, "rules": contest.rules}
    return {
        **{name: value or Raw("") for name, value in known.items()},
        **{name: Raw(str(number)) for name, number in plain.items()},
        "prize_value": Raw(value),
        "currency": Raw(contest.currency),
        "of_age": Raw(YES if contest.of_age else ""),
        "regions": Raw(" ".join(contest.regions)),
        "opens": typed_moment(contest.opens),
        "closes": typed_moment(contest.closes),
    }


def contest_wish(answers: Answers, now: datetime) -> dict[str, Any]:
    """As the platform takes it; Wrong says what is wrong at which question."""
    wrong: dict[str, str] = {}
    currency = answers.typed("currency").upper() or "USD"
    wish: dict[str, Any] = {**answers.given("title", "prize", "rules"), "currency": currency}
    wish |= {"of_age": answers.ticked("of_age"), "regions": [each.upper() for each in listed(answers.typed("regions"))]}
    for name in ("opens", "closes"):
        _moment(answers, name, now, wish, wrong)
    for name in ("places", "reserves", "answer_days"):
        _number(answers, name, wish, wrong)
    value = money_of(answers.typed("prize_value"), currency)
    if isinstance(value, int):
        wish["prize_value"] = value
    else:
        wrong["prize_value"] = value
    if wrong:
        raise Wrong(wrong)
    return wish


def money_of(typed: str, currency: str) -> int | str:
    if not (len(currency) == 3 and currency.isascii() and currency.isalpha()):
        return "Its currency has three letters, as in USD."
    return parse_money(typed, currency)


def _moment(answers: Answers, name: str, now: datetime, wish: dict[str, Any], wrong: dict[str, str]) -> None:
    at = moment_of(answers.typed(name), now)
    if at is None:
        wrong[name] = f"a date or a time, {WHEN}"
    else:
        wish[name] = at.isoformat()


def _number(answers: Answers, name: str, wish: dict[str, Any], wrong: dict[str, str]) -> None:
    typed = answers.typed(name)
    if typed.isascii() and typed.isdecimal() and len(typed) < 6:
        wish[name] = int(typed)
    elif typed:
        wrong[name] = "a whole number"


def said_at(error: Invalid, names: Sequence[str]) -> dict[str, str]:
    """Where the platform's objections belong: at the field, or above all of them."""
    found: dict[str, str] = {}
    for where, what in error.errors:
        path = where.replace("/", ".").strip(".").removeprefix("body.")
        name = path.partition(".")[0]
        at, said = (name, what) if name in names else ("", f"{_place(path)} {what}".strip())
        found[at] = f"{found[at]}; {said}" if at in found else said
    return found or {"": str(error)}


_QUESTION = re.compile(r"questions\.(?P<question>\d+)(?:\.options\.(?P<option>\d+)|\.(?P<field>\w+))?", re.ASCII)


def _place(path: str) -> str:
    """`questions.0.options.2` as people count."""
    found = _QUESTION.fullmatch(path)
    if found is None:
        return path
    part = (
        f", option {int(found['option']) + 1}" if found["option"] else f", {found['field']}" if found["field"] else ""
    )
    return f"question {int(found['question']) + 1}{part}:"
