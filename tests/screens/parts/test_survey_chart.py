"""Answers as bars: on one scale, hidden cells by words and without a bar, nothing wider than the room, nothing hostile drawn."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from textual.content import Content

from console.raw import Raw
from console.records.surveys import Question
from console.text import line
from screens.parts import survey_chart
from screens.parts.survey_chart import Bar, asked_lines, bars, group_lines, question_lines, spark
from screens.parts.survey_figures import Answered, Day, Group, OfQuestion

BLOCKS = set("▏▎▍▌▋▊▉█")
NPS = OfQuestion.model_validate({
    "id": "q1", "kind": "nps", "text": "How likely?", "nps": {"score": 30.0, "low": 14.7, "high": 45.3},
    "answers": [{"answer": name, "count": count} for name, count in (("detractor", 20), ("passive", 30), ("promoter", 50))],
})  # fmt: skip


def plain(lines: object) -> list[str]:
    return [each.plain for each in list(lines)]  # type: ignore[call-overload]


def test_a_hidden_cell_says_so_and_has_neither_bar_nor_number():
    rows = [Bar(Content("Cat"), 120), Bar(Content("Dog"), None), Bar(Content("None"), 0)]
    cat, dog, none = plain(bars(rows, 60, 10))
    assert "hidden: under 10" in dog and not BLOCKS & set(dog)
    assert "120" in cat and "█" in cat
    assert not BLOCKS & set(none) and none.split()[-1] == "0"


def test_no_share_is_told_where_a_cell_is_hidden():
    told = plain(bars([Bar(Content("a"), 30), Bar(Content("b"), 10)], 60, 10))
    assert "75%" in told[0] and "25%" in told[1]
    assert not any("%" in each for each in plain(bars([Bar(Content("a"), 30), Bar(Content("b"), None)], 60, 10)))


counts = st.lists(st.one_of(st.none(), st.integers(0, 10**7)), min_size=1, max_size=20)


@given(counts, st.text(max_size=60), st.integers(36, 200))
def test_no_line_is_wider_than_its_room_whatever_is_counted(values: list[int | None], label: str, width: int):
    rows = [Bar(line(label), value) for value in values]
    for each in bars(rows, width, 10):
        assert each.cell_length <= width and "\x1b" not in each.plain


@given(counts)
def test_more_is_never_a_shorter_bar(values: list[int | None]):
    found = [
        (value, sum(each in BLOCKS for each in told))
        for value, told in zip(values, plain(bars([Bar(Content("a"), it) for it in values], 90, 10)), strict=True)
    ]
    known = sorted((value, length) for value, length in found if value is not None)
    assert all(first[1] <= second[1] for first, second in pairwise(known))
    assert all(length == 0 for value, length in found if value is None)


def test_nps_is_three_groups_its_score_and_its_interval():
    lines = plain(question_lines(NPS, 1, 60, 10))
    assert [each.split()[0] for each in lines[1:4]] == ["promoters", "passives", "detractors"]
    assert "9–10" in lines[1] and "50" in lines[1]
    assert lines[4] == "NPS +30.0  95 % between +14.7 and +45.3"


LONG = "How likely is it that you recommend us to a friend or to a colleague who has a pet?"


def test_later_lines_of_a_question_stand_under_its_first_word():
    told = plain(question_lines(NPS.model_copy(update={"text": Raw(LONG)}), 1, 40, 10))
    question = {"id": "q1", "kind": "choice", "text": LONG, "options": [{"code": "o1", "label": LONG}]}
    asked = plain(asked_lines(Question.model_validate(question), 1, 40))
    for lines in (told, asked):
        assert lines[0].startswith("1  How likely") and lines[1][:3] == "   " and lines[1][3] != " "
        assert " ".join(" ".join(lines).split()).startswith(f"1 {LONG}")
    assert max(map(len, asked)) <= 40
    option = next(place for place, each in enumerate(asked) if each.startswith("   · How likely"))
    assert asked[option + 1].startswith(" " * 5) and asked[option + 1][5] != " "


def test_where_a_group_is_hidden_there_is_no_score():
    answers = tuple(Answered(answer=name) for name in ("detractor", "passive", "promoter"))
    lines = plain(question_lines(NPS.model_copy(update={"answers": answers, "nps": None}), 1, 60, 10))
    assert "no score" in lines[-1] and not any("NPS" in each for each in lines)


def test_a_breakdown_names_each_group_and_hides_small_ones_whole():
    small = OfQuestion(id="q1", answers=tuple(Answered(answer=each.answer) for each in NPS.answers))
    groups = [
        Group(value="18-24", entries=None, questions=(small,)),
        Group(value="25-34", entries=100, questions=(NPS.model_copy(update={"kind": ""}),)),
        Group(value="", entries=12, questions=(small,)),
    ]
    drawn = "\n".join(plain(group_lines(NPS, groups, "age_band", 70, 10)))
    assert "18-24  hidden: under 10\n  all of it is hidden: under 10" in drawn
    assert "25-34  100 entries" in drawn and "promoters 9–10" in drawn and "NPS +30.0" in drawn
    assert "didn't say  12 entries" in drawn


def test_weeks_are_named_by_their_days_and_regions_by_their_postcodes():
    assert survey_chart.group_name(Group(value="2026-11-02"), "week") == "week of 2 Nov 2026"
    longer = Group(value="2026-11-02", until="2026-11-16")
    assert survey_chart.group_name(longer, "week") == "weeks of 2 Nov 2026 to 16 Nov 2026"
    assert survey_chart.group_name(Group(value="0"), "region") == "postcodes 0…"


def test_hostile_labels_are_drawn_as_marks():
    answer = {"answer": "o1", "label": "[red]x[/red]\x1b[31m\u202eevil", "count": 12}
    asked = OfQuestion.model_validate({"id": "q1", "kind": "choice", "text": "?", "answers": [answer]})
    drawn = plain(question_lines(asked, 1, 60, 10))[1]
    assert "[red]x[/red]" in drawn and "\x1b" not in drawn and "\u202e" not in drawn


def test_entries_a_day_fit_one_line_oldest_first():
    days = [Day(start=date(2026, 11, 1) + timedelta(days=n), entries=n) for n in range(9)]
    assert spark(days, 40) == " ▁▂▃▄▅▆▇█"
    assert len(spark(days * 20, 12)) == 12
    assert spark([Day(start=date(2026, 11, 1))], 12) == "" and spark([], 5) == ""
