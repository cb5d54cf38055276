"""A survey's draft as it is typed: added to, put in order, and sent as the platform takes it."""

from datetime import UTC, datetime, timedelta

import pytest

from console.errors import Invalid
from console.raw import Raw
from console.records.surveys import Survey
from screens.parts import survey_draft
from screens.parts.asking import Wrong
from screens.parts.campaign_form import CONTEST, contest_wish, moment_of, said_at
from screens.parts.question_form import YES, Answers
from screens.parts.survey_draft import SurveyDraft, Typed, lacking, wish

NOW = datetime(2026, 11, 29, 12, 30, tzinfo=UTC)


def typed(kind: str, **values: str) -> Typed:
    return Typed(kind, {name: Raw(value) for name, value in values.items()})


def answers(**values: str) -> Answers:
    return Answers({name: Raw(value) for name, value in values.items()}, go_on=True)


NPS, TEXT = typed("nps", text="How likely?"), typed("text", text="What else?", optional=YES)
CHOICE = typed("choice", text="Which?", options=" Cat \n\n Dog\n")
SCALE = typed("scale", text="How good?", low="1", high="5", low_label="Bad")


def test_questions_are_added_moved_and_removed():
    draft = SurveyDraft().added(NPS).added(TEXT).added(CHOICE)
    assert draft.moved(2, -1).questions == (NPS, CHOICE, TEXT)
    assert draft.moved(0, -1) == draft == draft.moved(2, 1)
    assert draft.removed(1).questions == (NPS, CHOICE)
    assert draft.changed(0, SCALE).questions == (SCALE, TEXT, CHOICE)


def test_options_are_one_a_line_and_ends_are_numbers():
    sent = wish(SurveyDraft(title=Raw(" Pets ")).added(CHOICE).added(SCALE).added(TEXT), "then", "later")
    assert sent["title"] == "Pets" and (sent["opens"], sent["closes"]) == ("then", "later")
    assert sent["questions"] == [
        {"kind": "choice", "text": "Which?", "optional": False, "options": ["Cat", "Dog"]},
        {"kind": "scale", "text": "How good?", "optional": False, "low": 1, "high": 5, "low_label": "Bad"},
        {"kind": "text", "text": "What else?", "optional": True},
    ]


@pytest.mark.parametrize(
    ("kind", "values", "wrong"),
    [
        ("choice", {"options": "Cat"}, "options"),
        ("choice", {"options": "Cat\nCat "}, "options"),
        ("scale", {"low": "5", "high": "5"}, "high"),
        ("scale", {"low": "x", "high": "5"}, "low"),
        ("scale", {"low": "1", "high": "11"}, "high"),
        ("scale", {"low": "1", "high": "٣"}, "high"),
    ],
)
def test_what_is_wrong_with_a_question_is_said_at_its_field(kind: str, values: dict[str, str], wrong: str):
    assert list(lacking(kind, answers(**values))) == [wrong]


def test_what_a_platform_has_comes_back_as_it_would_be_typed():
    options = [{"code": "o1", "label": "Cat"}, {"code": "o2", "label": "Dog"}]
    questions = [
        {"id": "q1", "kind": "choice", "text": "Which?", "options": options, "optional": True},
        {"id": "q2", "kind": "scale", "text": "How?", "low": 0, "high": 3, "high_label": "Best"},
    ]
    told = {"id": "x", "number": "SV-1", "version": 1, "title": "Pets", "questions": questions, "opens": NOW}
    survey = Survey.model_validate(told)
    sent = wish(survey_draft.of_survey(survey), "", "")
    assert sent["questions"] == [
        {"kind": "choice", "text": "Which?", "optional": True, "options": ["Cat", "Dog"]},
        {"kind": "scale", "text": "How?", "optional": False, "low": 0, "high": 3, "high_label": "Best"},
    ]


def test_a_draft_that_is_kept_is_the_same_again():
    draft = SurveyDraft(title=Raw("Pets 🐕"), opens=Raw("now")).added(CHOICE).added(TEXT)
    assert survey_draft.read(survey_draft.kept(draft)) == draft


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("now", NOW),
        ("+3d", NOW + timedelta(days=3)),
        ("2026-12-24T18:00+00:00", datetime(2026, 12, 24, 18, tzinfo=UTC)),
    ],
)
def test_moments_are_typed_as_dates_or_from_now(text: str, at: datetime):
    assert moment_of(text, NOW) == at


@pytest.mark.parametrize("text", ["", "tomorrow", "2026-13-01", "+3y", "9" * 30])
def test_what_is_no_moment_is_none(text: str):
    assert moment_of(text, NOW) is None


def test_a_contest_is_sent_as_the_platform_takes_it():
    given = {
        "title": "Food", "prize": "A year of food", "prize_value": "640.00", "currency": "usd", "places": "2", "reserves": "", "opens": "now",
        "closes": "+7d", "of_age": YES, "regions": "us-ct, us-ny", "answer_days": "14", "rules": "One each.",
    }  # fmt: skip
    sent = contest_wish(answers(**given), NOW)
    assert "reserves" not in sent
    assert sent["prize_value"] == 64_000 and sent["currency"] == "USD" and sent["regions"] == ["US-CT", "US-NY"]
    assert sent["places"] == 2 and sent["of_age"] is True and sent["closes"] == (NOW + timedelta(days=7)).isoformat()


def test_what_is_wrong_with_a_contest_is_said_at_each_field():
    given = {"prize_value": "lots", "places": "two", "opens": "soon", "closes": "", "currency": "dollars"}
    with pytest.raises(Wrong) as wrong:
        contest_wish(answers(**given), NOW)
    assert set(wrong.value.errors) == {"prize_value", "places", "opens", "closes"}


def test_the_platforms_objections_stand_at_their_fields_or_above_all():
    said = [("body.closes", "lies behind"), ("body.questions.2.options.0", "is too long")]
    error = Invalid(422, {"errors": [{"where": where, "what": what} for where, what in said]})
    names = [each.name for each in CONTEST]
    assert said_at(error, names) == {"closes": "lies behind", "": "question 3, option 1: is too long"}
