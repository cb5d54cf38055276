"""What the detail shows of a survey: how far it is, how many took part, and each question with its chart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from textual.content import Content

from console.records.surveys import Survey, SurveyState
from console.text import exact, line
from screens.parts import survey_chart
from screens.parts.campaign_words import count, state
from screens.parts.detail import LABEL_WIDTH, Section
from screens.parts.money_view import Beside, labelled
from screens.parts.survey_figures import SurveyFigures

LATEST_DAYS = 7

NOT_YOURS = "What people answered is the managers' to see, in counts alone."


@dataclass(frozen=True)
class Known:
    """The time it is, the figures once they came or why there are none, and how wide the detail is."""

    now: datetime
    width: int
    figures: SurveyFigures | None = None
    why_not: str = ""


def heading(survey: Survey) -> Content:
    title = Content.assemble((line(survey.number).plain, "bold"), "  survey, ", (state(survey.state), "bold"))
    return Content.assemble(title, "\n", line(survey.title).stylize("bold"))


def sections(survey: Survey, known: Known) -> Sequence[Section]:
    found = [_standing(survey, known.now)]
    if survey.state != SurveyState.DRAFT:
        found.append(_taking_part(survey, known))
    figures = known.figures
    if figures is not None and figures.told:
        return [*found, *_answers(figures, known.width)]
    if figures is not None:
        found.append(_days(figures, known.width))
    return [*found, _questions(survey, known)]


def _standing(survey: Survey, now: datetime) -> Section:
    beside = [
        labelled(label, exact(at))
        for label, at in (("Opens", survey.opens), ("Closes", survey.closes))
        if at is not None
    ]
    done = (
        ("Written", survey.created, survey.created_by),
        ("Opened", survey.opened, survey.opened_by),
        ("Closed", survey.closed, survey.closed_by),
    )
    beside += [labelled(label, _by(at, by)) for label, at, by in done if at is not None]
    if survey.policy_version:
        beside.append(labelled("Policy", line(survey.policy_version)))
    return Section(
        "Survey", hint=_keys(survey), text=tuple(_note(survey, now)), beside=(*beside, *_answers_kept(survey))
    )


def _by(at: datetime, by: str | None) -> Content:
    return Content.assemble(exact(at), line(f", {by}" if by else ""))


def _note(survey: Survey, now: datetime) -> Iterator[Content]:
    """What stands out: its time is over, or has not begun."""
    if survey.state == SurveyState.OPEN and survey.closes is not None and survey.closes <= now:
        yield Content("! its time is over: no entry is taken. Close it for its answers.").stylize("$text-warning")
    if survey.state == SurveyState.OPEN and survey.opens is not None and survey.opens > now:
        yield Content(f"entries are taken from {exact(survey.opens)} on").stylize("dim")


def _keys(survey: Survey) -> str:
    may = {action.name for action in survey.actions if action.allowed}
    said = (("open", "a open"), ("close", "a close"), ("edit", "e edit"))
    return " · ".join(words for name, words in said if name in may)


def _answers_kept(survey: Survey) -> Iterator[Beside]:
    if survey.purged is not None:
        yield labelled("Answers", f"deleted {exact(survey.purged)}; their counts stay")
    elif survey.purge_due is not None:
        yield labelled("Answers", f"are deleted {exact(survey.purge_due)}; their counts stay")


def _taking_part(survey: Survey, known: Known) -> Section:
    beside = [labelled("Entries", _entries(survey))]
    if survey.started:
        finished = f"{survey.entries / survey.started:.0%}" if survey.entries <= survey.started else "all"
        beside.append(labelled("Began", f"{survey.started:,}, {finished} of them sent it in"))
    figures = known.figures
    if figures is not None:
        beside += _from_figures(figures, known.width)
    return Section("Taking part", hint="l entries · c figures" if figures else "l entries", beside=tuple(beside))


def _entries(survey: Survey) -> str:
    if survey.settled is not None:
        return f"{count(survey.entries, 'entry')}, {'all' if survey.counted == survey.entries else f'{survey.counted:,}'} counted"
    return count(survey.entries, "entry")


def _from_figures(figures: SurveyFigures, width: int) -> Iterator[Beside]:
    complete = figures.completion.share if figures.completion else None
    if complete is not None:
        yield labelled("Complete", f"{complete:.0%} answered every question")
    drawn = survey_chart.spark(figures.days, width - LABEL_WIDTH - 4)
    if drawn and figures.told:
        most = max(day.entries for day in figures.days)
        yield labelled("A day", Content.assemble((drawn, survey_chart.BAR), "\n", (f"{most:,} on the busiest", "dim")))


def _days(figures: SurveyFigures, width: int) -> Section:
    """In the place of answers as long as none is told; the days before these are in the dialog."""
    lines = tuple(survey_chart.day_lines(figures.days[-LATEST_DAYS:], width - 2))
    return Section("Entries a day", hint="d in c shows all" if len(figures.days) > LATEST_DAYS else "", text=lines)


def _answers(figures: SurveyFigures, width: int) -> Iterator[Section]:
    texts = any(question.kind == "text" for question in figures.questions)
    hint = "b breakdowns · w texts" if texts else "b breakdowns"
    for number, question in enumerate(figures.questions, 1):
        lines = tuple(survey_chart.question_lines(question, number, width - 2, figures.least))
        yield Section("Answers" if number == 1 else "", hint=hint if number == 1 else "", text=lines)


def _questions(survey: Survey, known: Known) -> Section:
    lines = [
        each
        for number, it in enumerate(survey.questions, 1)
        for each in survey_chart.asked_lines(it, number, known.width - 2)
    ]
    because = known.figures.because if known.figures else known.why_not
    said = [line(because).stylize("dim italic")] if because else []
    return Section("Questions", text=(*said, *lines))
