"""/v1/payment-reviews."""

from __future__ import annotations

from starlette.responses import Response

from console.platform_api import review_work
from console.platform_api.guard import Asking, permits
from console.platform_api.payment_reviews import REVIEWS
from console.platform_api.routes import models
from console.platform_api.routes.collection import add_read, collection, to_response

router = collection(REVIEWS)


@router.post("/{named}/claim", dependencies=[permits("payment-reviews", "claim")])
def claim(named: str, ask: Asking) -> Response:
    return to_response(review_work.claim(ask, named))


@router.post("/{named}/release", dependencies=[permits("payment-reviews", "release")])
def release(named: str, ask: Asking) -> Response:
    return to_response(review_work.release(ask, named))


class Note(models.Request):
    body: models.Text


@router.post("/{named}/note", dependencies=[permits("payment-reviews", "note")])
def note(named: str, ask: Asking, wish: Note) -> Response:
    return to_response(review_work.note(ask, named, wish.body))


class Settlement(models.Request):
    outcome: models.Code
    text: models.Text | None = None


@router.post("/{named}/settle", dependencies=[permits("payment-reviews", "settle")])
def settle(named: str, ask: Asking, wish: Settlement) -> Response:
    return to_response(review_work.settle(ask, named, wish.outcome, wish.text))


add_read(router, REVIEWS)
