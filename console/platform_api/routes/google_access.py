"""/v1/google-access."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator
from starlette.responses import Response

from console.platform_api import google_access
from console.platform_api.guard import Asking, permits
from console.platform_api.routes import models
from console.platform_api.routes.collection import add_read, collection, to_response
from console.platform_api.routes.revealing import take_case
from console.records.reasons import REASONS

router = collection(google_access.GOOGLE_ACCESS)


def _ground(value: str) -> str:
    if value not in REASONS["google_ground"]:
        raise ValueError(f"is one of {', '.join(REASONS['google_ground'])}")
    return value


class Asked(models.Request):
    """`evidence`: what the ground stands on, in words."""

    person: models.Code
    case: models.Code | None = None
    ground: Annotated[models.Code, AfterValidator(_ground)]
    evidence: models.Text


@router.post("", dependencies=[permits("google-access", "create")], status_code=201)
def ask_for(ask: Asking, wish: Asked) -> Response:
    take_case(ask, wish.case)
    return to_response(google_access.ask_for(ask, wish.person, wish.ground, wish.evidence))


@router.post("/{named}/allow", dependencies=[permits("google-access", "allow")])
def allow(named: str, ask: Asking) -> Response:
    return to_response(google_access.allow(ask, named))


class Refusal(models.Request):
    text: models.Text | None = None


@router.post("/{named}/refuse", dependencies=[permits("google-access", "refuse")])
def refuse(named: str, ask: Asking, wish: Refusal) -> Response:
    return to_response(google_access.refuse(ask, named, wish.text))


@router.post("/{named}/withdraw", dependencies=[permits("google-access", "withdraw")])
def withdraw(named: str, ask: Asking) -> Response:
    return to_response(google_access.withdraw(ask, named))


add_read(router, google_access.GOOGLE_ACCESS)
