"""/v1/contests."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Request
from pydantic import Field
from starlette.responses import Response

from console.platform_api import contest_work as work
from console.platform_api.answers import JsonAnswer
from console.platform_api.contest_figures import figures
from console.platform_api.contest_record import record
from console.platform_api.contests import CONTESTS, TERMS
from console.platform_api.guard import Asking, permits
from console.platform_api.record_history import record_history
from console.platform_api.routes import models
from console.platform_api.routes.collection import add_read, collection, params_of, to_response
from console.platform_api.routes.ingest import Moment
from console.records.contests import MOST_PLACES

router = collection(CONTESTS)

Title = Annotated[str, Field(min_length=1, max_length=150), models.OneLine, models.NotBlank, models.NoCard]
Long = Annotated[str, Field(min_length=1, max_length=20_000), models.PlainText, models.NotBlank, models.NoCard]
Value = Annotated[int, Field(ge=0, le=1_000_000_00)]
Currency = Annotated[str, Field(min_length=3, max_length=3, pattern="^[A-Z]{3}$")]
Count = Annotated[int, Field(ge=0, le=MOST_PLACES)]
Places = Annotated[int, Field(ge=1, le=MOST_PLACES)]
Region = Annotated[str, Field(max_length=6, pattern="^[A-Z]{2}(-[A-Z0-9]{1,3})?$")]
Regions = Annotated[list[Region], Field(max_length=100)]
Days = Annotated[int, Field(ge=1, le=90)]


class Making(models.Request):
    """`regions`: of ISO 3166, as in US-CT; none means anywhere. `answer_days`: how long a winner has to answer once notified."""

    title: Title
    rules: Long
    prize: Title
    prize_value: Value
    currency: Currency = "USD"
    places: Places = 1
    reserves: Count = 3
    of_age: bool = True
    regions: Regions = Field(default_factory=list)
    answer_days: Days = 14
    opens: Moment
    closes: Moment

    def terms(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in TERMS}


class Editing(models.Request):
    """What is absent stays as it is."""

    title: Title | None = None
    rules: Long | None = None
    prize: Title | None = None
    prize_value: Value | None = None
    currency: Currency | None = None
    places: Places | None = None
    reserves: Count | None = None
    of_age: bool | None = None
    regions: Regions | None = None
    answer_days: Days | None = None
    opens: Moment | None = None
    closes: Moment | None = None

    def terms(self) -> dict[str, Any]:
        return {name: value for name in TERMS if (value := getattr(self, name)) is not None}


class Drawing(models.Request):
    """`word`: the contest's number, typed by hand."""

    word: models.Code


@router.post("", dependencies=[permits("contests", "create")], status_code=201)
def contest_make(ask: Asking, wish: Making) -> Response:
    return to_response(work.make(ask, wish.terms()))


@router.post("/{named}/edit", dependencies=[permits("contests", "edit")])
def edit(named: str, ask: Asking, wish: Editing) -> Response:
    return to_response(work.edit(ask, named, wish.terms()))


@router.post("/{named}/open", dependencies=[permits("contests", "open")])
def open_contest(named: str, ask: Asking) -> Response:
    return to_response(work.open_contest(ask, named))


@router.post("/{named}/close", dependencies=[permits("contests", "close")])
def close(named: str, ask: Asking) -> Response:
    return to_response(work.close(ask, named))


@router.post("/{named}/draw", dependencies=[permits("contests", "draw")])
def draw(named: str, ask: Asking, wish: Drawing) -> Response:
    return to_response(work.start_draw(ask, named, wish.word))


@router.get("/{named}/record", dependencies=[permits("contests", "record")])
async def published_record(named: str, ask: Asking) -> Response:
    return await record(ask, named)


@router.get("/{named}/figures", dependencies=[permits("contests", "figures")])
def entry_figures(named: str, request: Request, ask: Asking) -> Response:
    return JsonAnswer(figures(ask, named, params_of(request)))


@router.get("/{named}/history", dependencies=[permits("contests", "history")])
async def history(named: str, request: Request, ask: Asking) -> Response:
    return to_response(await record_history(ask, CONTESTS, named, request.query_params.get("cursor")))


add_read(router, CONTESTS)
