"""The surveys that the person took part in while signed in, with their answers, as long as there are any."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Row, false, select

from console.platform_api.access_package.gathering import ERASED, Gathering, Item, columns
from console.platform_api.access_package.section import Rows, Section
from console.platform_api.documents import load
from console.platform_api.survey_texts import text_of
from console.platform_api.tables import SurveyEntryRow, SurveyRow, SurveyTextRow, table
from console.platform_api.takers import survey_taker
from console.platform_api.vault import OwnerKey
from console.records.survey_entries import PREFIX, RESOURCE

_entries, _surveys, _texts = table(SurveyEntryRow), table(SurveyRow), table(SurveyTextRow)


def _entries_of(gathering: Gathering) -> ColumnElement[bool]:
    """By their token: no entry names anybody."""
    if gathering.person is None:
        return false()
    return _entries.c.taker == survey_taker(gathering.platform.keys, gathering.person)


def _answered(gathering: Gathering, rows: Rows) -> list[Item]:
    keys = gathering.platform.vault.keys_of([row.id for row in rows])
    wanted = select(_surveys).where(_surveys.c.id.in_({row.survey for row in rows}))
    asked = {survey.id: survey for survey in gathering.connection.execute(wanted)}
    typed = gathering.grouped(_texts, "entry", [row.id for row in rows])
    return [_entry(asked[row.survey], row, keys.get(row.id), typed.get(row.id, [])) for row in rows]


def _entry(survey: Row[Any], row: Row[Any], key: OwnerKey | None, typed: list[Row[Any]]) -> Item:
    head = {
        "number": f"{PREFIX}-{row.number}",
        "survey": survey.title,
        **columns(row, "external_id", "submitted", "state"),
    }
    if key is None:
        return {**head, "left_out": ERASED}
    told = {**_opened(key, row, "answers"), **{text.question: text_of(key, text) for text in typed}}
    return {**head, "answers": _in_words(survey.questions, told), "about_you": _opened(key, row, "demographic")}


def _opened(key: OwnerKey, row: Row[Any], category: str) -> dict[str, str]:
    sealed = getattr(row, f"sealed_{category}")
    content = load(key.open(RESOURCE, row.id, category, bytes(sealed))) if sealed is not None else {}
    return {name: value.value for name, value in content.items()}


def _in_words(questions: list[dict[str, Any]], told: Mapping[str, str]) -> list[Item]:
    labels: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for question in questions:
        labels[question["id"]] = {option["code"]: option["label"] for option in question.get("options", ())}
    return [
        {"question": question["text"], "answer": labels[question["id"]].get(told[question["id"]], told[question["id"]])}
        for question in questions
        if question["id"] in told
    ]


SURVEYS = Section("surveys", "Surveys that you took part in", _entries, _entries_of, _answered)
