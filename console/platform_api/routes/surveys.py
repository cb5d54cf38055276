"""/v1/surveys."""

from __future__ import annotations

from typing import Annotated, Any, Self

from fastapi import APIRouter, Request
from pydantic import AfterValidator, Field, model_validator
from starlette.responses import Response

from console.platform_api import survey_export, survey_figures
from console.platform_api import survey_work as work
from console.platform_api.answers import JsonAnswer
from console.platform_api.guard import Asking, permits
from console.platform_api.routes import models
from console.platform_api.routes.collection import add_read, collection, params_of, to_response
from console.platform_api.routes.ingest import Moment
from console.platform_api.survey_texts import read_texts
from console.platform_api.surveys import SURVEYS
from console.records.surveys import HIGHEST, LOWEST, Kind

MOST_QUESTIONS, MOST_OPTIONS = 30, 20

router: APIRouter = collection(SURVEYS)


def _kind(value: str) -> str:
    if value not in list(Kind):
        raise ValueError(f"is one of {', '.join(Kind)}")
    return value


Title = Annotated[str, Field(min_length=1, max_length=200), models.OneLine, models.NotBlank, models.NoCard]
Label = Annotated[str, Field(min_length=1, max_length=100), models.OneLine, models.NotBlank, models.NoCard]
Words = Annotated[str, Field(min_length=1, max_length=500), models.PlainText, models.NotBlank, models.NoCard]
End = Annotated[int, Field(ge=LOWEST, le=HIGHEST)]


class NewQuestion(models.Request):
    """`options` are of a choice; `low` and `high`, with their labels, of a scale."""

    kind: Annotated[models.Code, AfterValidator(_kind)]
    text: Words
    optional: bool = False
    options: Annotated[list[Label], Field(max_length=MOST_OPTIONS, default_factory=list)]
    low: End | None = None
    high: End | None = None
    low_label: Label | None = None
    high_label: Label | None = None

    @model_validator(mode="after")
    def _of_its_kind(self) -> Self:
        if (self.kind == Kind.CHOICE) != bool(self.options) or len(self.options) == 1:
            raise ValueError("a choice has two options or more, and nothing else has any")
        if len(set(self.options)) < len(self.options):
            raise ValueError("two options are the same")
        ends = self.low is not None and self.high is not None
        labels = self.low_label is not None or self.high_label is not None
        if (self.kind == Kind.SCALE) != ends or (not ends and (labels or (self.low, self.high) != (None, None))):
            raise ValueError("a scale has low and high, and nothing else has ends")
        if self.low is not None and self.high is not None and self.low >= self.high:
            raise ValueError("low is less than high")
        return self

    def stored(self, place: int) -> dict[str, Any]:
        """Numbered in their order: an entry names questions and options by these."""
        options = [{"code": f"o{number}", "label": label} for number, label in enumerate(self.options, 1)]
        found = self.model_dump(exclude={"options"}, exclude_none=True)
        return {"id": f"q{place}", **found, **({"options": options} if options else {})}


class Wish(models.Request):
    title: Title
    questions: Annotated[list[NewQuestion], Field(min_length=1, max_length=MOST_QUESTIONS)]
    opens: Moment
    closes: Moment

    def draft(self) -> work.Draft:
        questions = [question.stored(place) for place, question in enumerate(self.questions, 1)]
        return work.Draft(self.title, questions, self.opens, self.closes)


@router.post("", dependencies=[permits("surveys", "create")], status_code=201)
def make(ask: Asking, wish: Wish) -> Response:
    return to_response(work.make(ask, wish.draft()))


@router.post("/{named}/edit", dependencies=[permits("surveys", "edit")])
def edit(named: str, ask: Asking, wish: Wish) -> Response:
    return to_response(work.edit(ask, named, wish.draft()))


@router.post("/{named}/open", dependencies=[permits("surveys", "open")])
def open_survey(named: str, ask: Asking) -> Response:
    return to_response(work.open_survey(ask, named))


@router.post("/{named}/close", dependencies=[permits("surveys", "close")])
def close(named: str, ask: Asking) -> Response:
    return to_response(work.close(ask, named))


@router.get("/{named}/figures", dependencies=[permits("surveys", "figures")])
def figures(named: str, request: Request, ask: Asking) -> Response:
    return JsonAnswer(survey_figures.figures(ask, named, params_of(request)))


@router.get("/{named}/texts", dependencies=[permits("surveys", "texts")])
def texts(named: str, request: Request, ask: Asking) -> Response:
    return JsonAnswer(read_texts(ask, named, params_of(request)))


@router.post("/{named}/export", dependencies=[permits("surveys", "export")])
def export(named: str, ask: Asking) -> Response:
    return survey_export.export(ask, named)


add_read(router, SURVEYS)
