"""/v1/ingest/survey-entries and /surveys: what the marketplace sends of surveys, by its own ids."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import AfterValidator, Field
from starlette.responses import Response

from console.platform_api.answers import JsonAnswer
from console.platform_api.guard import Asking, permits
from console.platform_api.ingest_surveys import SentEntry, SentStart, ingest_entries, ingest_starts
from console.platform_api.routes import models
from console.platform_api.routes.ingest import MOST, Moment
from console.platform_api.routes.ingest_money import External
from console.platform_api.routes.ingest_orders import one_of
from console.platform_api.routes.surveys import MOST_QUESTIONS
from console.platform_api.survey_answers import LONGEST_TEXT
from console.records.surveys import DEMOGRAPHICS, PREFIX

MOST_STARTED = 10**9

router = APIRouter(prefix="/v1/ingest", tags=["ingest"])


def _number(value: str) -> str:
    digits = value.removeprefix(f"{PREFIX}-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 9):
        raise ValueError(f"is a survey's number, like {PREFIX}-12")
    return value


Named = Annotated[models.Code, AfterValidator(_number)]
Value = Annotated[int, Field(ge=0, le=10)] | Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)]


class Said(models.Request):
    """What somebody said of themselves, as far as they did (P23); no other value is taken."""

    age_band: Annotated[str, one_of(*DEMOGRAPHICS["age_band"])] | None = None
    gender: Annotated[str, one_of(*DEMOGRAPHICS["gender"])] | None = None
    region: Annotated[str, one_of(*DEMOGRAPHICS["region"])] | None = None


class Answered(models.Request):
    question: models.Code
    answer: Value


class IngestedEntry(models.Request):
    """All of it is the person's own (P1). An entry can't be changed: another one needs another id."""

    external_id: External
    survey: Named
    person: External | None = None
    submitted_at: Moment
    answers: Annotated[list[Answered], Field(max_length=MOST_QUESTIONS)]
    demographics: Said = Said()

    def sent(self) -> SentEntry:
        told: list[tuple[str, Any]] = [(one.question, one.answer) for one in self.answers]
        said = self.demographics.model_dump(exclude_none=True)
        return SentEntry(self.external_id, _digits(self.survey), self.submitted_at, self.person, told, said)


class IngestedEntries(models.Request):
    items: Annotated[list[IngestedEntry], Field(min_length=1, max_length=MOST)]


class IngestedStart(models.Request):
    """`started`: how many began so far."""

    survey: Named
    started: Annotated[int, Field(ge=0, le=MOST_STARTED)]


class IngestedStarts(models.Request):
    items: Annotated[list[IngestedStart], Field(min_length=1, max_length=MOST)]


def _digits(named: str) -> int:
    return int(named.removeprefix(f"{PREFIX}-"))


@router.post("/survey-entries", dependencies=[permits("survey-entries", "ingest")])
def survey_entries(ask: Asking, body: IngestedEntries) -> Response:
    return JsonAnswer({"results": ingest_entries(ask, [item.sent() for item in body.items])})


@router.post("/surveys", dependencies=[permits("surveys", "ingest")])
def starts(ask: Asking, body: IngestedStarts) -> Response:
    sent = [SentStart(_digits(item.survey), item.started) for item in body.items]
    return JsonAnswer({"results": ingest_starts(ask, sent)})
