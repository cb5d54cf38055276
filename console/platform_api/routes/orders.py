"""/v1/orders."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from console.platform_api import order_search, order_work
from console.platform_api.guard import Asking, permits
from console.platform_api.orders import ORDERS
from console.platform_api.problems import Invalid
from console.platform_api.record_history import record_history
from console.platform_api.routes import models
from console.platform_api.routes.collection import add_export, add_read, collection, to_response
from console.platform_api.routes.order_figures import add_figures
from console.platform_api.routes.revealing import add_reveal, take_case
from console.records.reasons import REASONS

router = collection(ORDERS)


class SearchTerms(models.Request):
    number: models.Short | None = None
    processor_reference: models.Short | None = None
    last_four: models.Short | None = None
    case: models.Code | None = None
    cursor: str | None = None
    limit: int | None = None


@router.post("/search", dependencies=[permits("orders", "search")])
async def search(ask: Asking, terms: SearchTerms) -> Response:
    take_case(ask, terms.case)
    sought = order_search.terms_of(terms.model_dump(include=set(order_search.KINDS)))
    if sought.kind == "last_four":
        ask.action = "search-card"
    return to_response(await order_search.search(ask, sought))


add_figures(router, ORDERS)
add_export(router, ORDERS)
add_reveal(router, ORDERS)


class Note(models.Request):
    body: models.Text


@router.post("/{named}/note", dependencies=[permits("orders", "note")])
def note(named: str, ask: Asking, wish: Note) -> Response:
    return to_response(order_work.note(ask, named, wish.body))


class Reason(models.Request):
    reason: models.Code
    text: models.Text | None = None


def _offered(action: str, reason: str) -> str:
    if reason not in REASONS[action]:
        raise Invalid("Say why.", errors=[{"where": "reason", "what": f"is one of {', '.join(REASONS[action])}"}])
    return reason


@router.post("/{named}/trouble", dependencies=[permits("orders", "trouble")])
def trouble(named: str, ask: Asking, wish: Reason) -> Response:
    return to_response(order_work.trouble(ask, named, _offered("trouble", wish.reason), wish.text))


class Resolution(models.Request):
    text: models.Text


@router.post("/{named}/resolve", dependencies=[permits("orders", "resolve")])
def resolve(named: str, ask: Asking, wish: Resolution) -> Response:
    return to_response(order_work.resolve(ask, named, wish.text))


@router.post("/{named}/cancel", dependencies=[permits("orders", "cancel")])
def cancel(named: str, ask: Asking, wish: Reason) -> Response:
    return to_response(order_work.cancel(ask, named, _offered("cancel", wish.reason), wish.text))


@router.get("/{named}/history", dependencies=[permits("orders", "history")])
async def history(named: str, request: Request, ask: Asking) -> Response:
    return to_response(await record_history(ask, ORDERS, named, request.query_params.get("cursor")))


add_read(router, ORDERS)
