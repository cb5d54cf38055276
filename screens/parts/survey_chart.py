"""Answers as bars with their numbers beside them. A hidden cell says so and has no bar, and nothing is drawn to its scale."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from textual.content import Content

from console.raw import Raw
from console.records.surveys import GROUPS, Kind, Question
from console.text import line
from screens.parts import chart
from screens.parts.detail import indented
from screens.parts.survey_figures import Answered, Day, Group, OfQuestion, Score

STYLES: Mapping[str, str] = {"promoter": "$text-success", "passive": "$text-warning", "detractor": "$text-error"}
BAR = "$text-accent"

NUMBER = 7
LEAST_NUMBER = 6
SHARE = 6
LEAST_BAR, MOST_BAR = 4, 40
LONGEST_LABEL = 34
NOTHING = "none"
"""What no answer counts as."""

BREAKDOWNS: Mapping[str, str] = {
    "": "all together",
    "age_band": "by age",
    "gender": "by gender",
    "region": "by region",
    "week": "by week",
}
"""Parameter of the figures → words, in the order of the key that goes through them."""

UNSAID = {"": "didn't say", "not_said": "didn't say", NOTHING: "didn't say"}


@dataclass(frozen=True)
class Bar:
    """One answer: its words, how many, and the colour of its bar; no count is a hidden one."""

    label: Content
    count: int | None
    style: str = BAR


def hidden(least: int) -> str:
    return f"hidden: under {least}"


def bars(rows: Sequence[Bar], width: int, least: int) -> Iterator[Content]:
    """A line an answer, all on one scale: its label, its bar, how many, and its share of what is told."""
    known = [row.count for row in rows if row.count is not None]
    label = min(max((row.label.cell_length for row in rows), default=0), max(8, min(LONGEST_LABEL, width // 2 - 4)))
    number = max(LEAST_NUMBER, *(len(f"{count:,}") + 1 for count in (0, *known)))
    room = max(LEAST_BAR, min(MOST_BAR, width - label - number - SHARE - 1))
    whole = sum(known) if len(known) == len(rows) else 0
    for row in rows:
        name = row.label.truncate(label, ellipsis=True, pad=True)
        if row.count is None:
            yield Content.assemble(name, "  ", (hidden(least), "dim italic"))
            continue
        drawn = (chart.bar(row.count, max(known, default=0), room), row.style)
        share = f"{row.count / whole:.0%}".rjust(SHARE) if whole else ""
        yield Content.assemble(name, " ", drawn, f"{row.count:,}".rjust(number), (share, "dim"))


def answer_bars(asked: OfQuestion, told: OfQuestion) -> list[Bar]:
    """`asked` knows the labels, `told` the counts: those of everybody, or of one group."""
    labels = {each.answer: each.label for each in asked.answers}
    return [
        Bar(_label(asked.kind, each.answer, labels.get(each.answer)), each.count, STYLES.get(each.answer, BAR))
        for each in _ordered(asked.kind, told.answers)
    ]


def _ordered(kind: str, answers: Sequence[Answered]) -> Sequence[Answered]:
    """Promoters first: they are what the score counts up."""
    return tuple(reversed(answers)) if kind == Kind.NPS else answers


def _label(kind: str, answer: str, label: object) -> Content:
    if answer == NOTHING:
        return Content("no answer").stylize("dim")
    if kind == Kind.NPS and answer in GROUPS:
        scores = GROUPS[answer]
        return Content(f"{answer}s {scores[0]}–{scores[-1]}")
    if kind == Kind.TEXT:
        return Content("wrote something")
    return line(label) if label else line(answer)  # type: ignore[arg-type]


def summary(told: OfQuestion) -> Iterator[Content]:
    """What the answers come to, where the platform says so."""
    if told.nps is not None:
        yield score(told.nps)
    elif told.kind == Kind.NPS:
        yield Content("no score: a group of it is hidden").stylize("dim italic")
    if told.mean is not None:
        yield Content.assemble("mean ", (f"{told.mean:.2f}", "bold"))


def score(nps: Score) -> Content:
    """As `NPS +32  95 % between +25 and +39`."""
    return Content.assemble(
        "NPS ", (f"{nps.score:+.1f}", "bold"), (f"  95 % between {nps.low:+.1f} and {nps.high:+.1f}", "dim")
    )


def question_lines(told: OfQuestion, number: int, width: int, least: int) -> Iterator[Content]:
    """The question in its own words, and its chart."""
    yield from _words(told.text, number, width)
    yield from bars(answer_bars(told, told), width, least)
    yield from summary(told)


def group_lines(asked: OfQuestion, groups: Sequence[Group], by: str, width: int, least: int) -> Iterator[Content]:
    """One question of a breakdown: each group with its size and its own bars."""
    for group in groups:
        size = hidden(least) if group.entries is None else f"{group.entries:,} entries"
        yield Content.assemble((group_name(group, by), "bold $accent"), (f"  {size}", "dim"))
        told = next((each for each in group.questions if each.id == asked.id), OfQuestion(id=asked.id))
        told = told.model_copy(update={"kind": asked.kind})
        if all(each.count is None for each in told.answers):
            yield Content("  ").append(Content(f"all of it is {hidden(least)}").stylize("dim italic"))
        else:
            yield from (Content.assemble("  ", each) for each in bars(answer_bars(asked, told), width - 2, least))
            yield from (Content.assemble("  ", each) for each in summary(told))
        yield Content("")


def group_name(group: Group, by: str) -> str:
    if by == "week":
        return _weeks(group)
    named = UNSAID.get(group.value) or line(group.value).plain
    return f"postcodes {named}…" if by == "region" and group.value not in UNSAID else named


def _weeks(group: Group) -> str:
    first = _day(group.value)
    return f"weeks of {first} to {_day(group.until)}" if group.until else f"week of {first}"


def _day(iso: str) -> str:
    try:
        return chart.day(date.fromisoformat(iso))
    except ValueError:
        return line(iso).plain


def day_lines(days: Sequence[Day], width: int) -> Iterator[Content]:
    """Entries a day, newest first."""
    largest = max((each.entries for each in days), default=0)
    room = max(LEAST_BAR, min(60, width - chart.DAY_WIDTH - NUMBER - 1))
    for each in reversed(days):
        number = f"{each.entries:,}" if each.entries else "–"
        drawn = (chart.bar(each.entries, largest, room), BAR)
        yield Content.assemble((chart.day(each.start).rjust(chart.DAY_WIDTH), "dim"), " ", drawn, number.rjust(NUMBER))


_RISING = " ▁▂▃▄▅▆▇█"


def spark(days: Sequence[Day], width: int) -> str:
    """Entries a day in one line, oldest first; several days share a cell where there are more of them than cells."""
    if not days or width < 1:
        return ""
    cells = min(width, len(days))
    sums = [0] * cells
    for place, each in enumerate(days):
        sums[place * cells // len(days)] += each.entries
    most = max(sums)
    return "".join(_RISING[max(1, round(value * 8 / most)) if value else 0] for value in sums) if most else ""


def asked_lines(question: Question, number: int, width: int) -> Iterator[Content]:
    """A question as it is put, where there are no figures of it."""
    optional = ", optional" if question.optional else ""
    yield from _words(question.text, number, width)
    kind = {"nps": "how likely one recommends us, 0 to 10", "text": "free text"}.get(question.kind, question.kind)
    if question.kind == Kind.SCALE:
        kind = f"{question.low} to {question.high}"
    about = Content(f"{line(kind).plain}{optional}{_ends(question)}").stylize("dim")
    yield from indented(about, "   ", width)
    for option in question.options:
        yield from indented(line(option.label), "   · ", width)


def _words(asked: Raw | None, number: int, width: int) -> Iterator[Content]:
    """A question's own words beside its number."""
    return indented(line(asked).stylize("bold"), Content(f"{number}  ").stylize("dim"), width)


def _ends(question: Question) -> str:
    ends = [line(each).plain for each in (question.low_label, question.high_label) if each]
    return f": {' … '.join(ends)}" if ends else ""
