"""/v1/users."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Request
from pydantic import Field
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from console.platform_api import contact, corrections, store, suspension
from console.platform_api import search as searches
from console.platform_api.caller_check import caller_check
from console.platform_api.guard import Asking, permits
from console.platform_api.problems import BadRequest, Invalid
from console.platform_api.routes import models
from console.platform_api.routes.collection import add_read, collection, to_response
from console.platform_api.routes.privacy_erasure import add_holds
from console.platform_api.routes.revealing import add_reveal, take_case
from console.platform_api.user_history import history
from console.platform_api.users import USERS
from console.records.reasons import REASONS
from console.records.users import TRANSITIONS

router = collection(USERS)


class SearchTerms(models.Request):
    number: models.Short | None = None
    email: models.Short | None = None
    phone: models.Short | None = None
    name: models.Short | None = None
    city: models.Short | None = None
    postcode: models.Short | None = None
    case: models.Code | None = None
    cursor: str | None = None
    limit: int | None = None


@router.post("/search", dependencies=[permits("users", "search")])
async def search(ask: Asking, terms: SearchTerms) -> Response:
    take_case(ask, terms.case)
    sought = searches.terms_of(terms.model_dump(include={*searches.KINDS, *searches.NARROWING}))
    if sought.kind != "name":
        return to_response(await searches.search(ask, sought))
    ask.action = "search-name"
    return to_response(await run_in_threadpool(searches.search_by_name, ask, sought))


add_reveal(router, USERS)


class Correction(models.Request):
    set: dict[models.Code, Annotated[str, Field(max_length=254), models.NoCard] | bool | int | None]
    source: Literal["self", "employee"]


@router.patch("/{named}", dependencies=[permits("users", "correct")])
def correct(named: str, ask: Asking, wish: Correction) -> Response:
    values = {name: value for name, value in wish.set.items() if isinstance(value, str)}
    if len(values) < len(wish.set):
        corrections.refuse_other_fields(wish.set)
    return to_response(corrections.correct_user(ask, named, values, wish.source))


class CallerSays(models.Request):
    case: models.Code
    field: models.Code
    said: models.Short


@router.post("/{named}/caller-check", dependencies=[permits("users", "caller-check")])
def check_caller(named: str, ask: Asking, wish: CallerSays) -> Response:
    take_case(ask, wish.case)
    return to_response(caller_check(ask, named, wish.field, wish.said))


class Reason(models.Request):
    reason: models.Code
    text: models.Text | None = None


def _state_action(action: str) -> None:
    """A change of state with a reason from a list."""
    offered = REASONS[action]

    @router.post(f"/{{named}}/{action}", dependencies=[permits("users", action)], name=action)
    def change_state(named: str, ask: Asking, wish: Reason) -> Response:
        if wish.reason not in offered:
            raise Invalid("Say why.", errors=[{"where": "reason", "what": f"is one of {', '.join(offered)}"}])
        change = suspension.suspend if action == "suspend" else store.to_state
        return to_response(store.act(ask, USERS, named, change(wish.reason, wish.text)))


for _action in TRANSITIONS:
    _state_action(_action)


@router.get("/{named}/suspension", dependencies=[permits("users", "suspend")])
async def what_suspending_does(named: str, ask: Asking) -> Response:
    return to_response(await suspension.effect(ask, named))


class OptOut(models.Request):
    topics: Annotated[list[models.Code], Field(min_length=1, max_length=8)]
    channel: models.Code


@router.post("/{named}/opt-out", dependencies=[permits("users", "opt-out")])
def opt_out(named: str, ask: Asking, wish: OptOut) -> Response:
    return to_response(store.act(ask, USERS, named, contact.opt_out(wish.topics, wish.channel)))


class OptIn(models.Request):
    topics: Annotated[list[models.Code], Field(min_length=1, max_length=8)]


@router.post("/{named}/opt-in", dependencies=[permits("users", "opt-in")])
def opt_in(named: str, ask: Asking, wish: OptIn) -> Response:
    return to_response(store.act(ask, USERS, named, contact.opt_in(wish.topics)))


@router.get("/{named}/contact", dependencies=[permits("users", "contact")])
async def may_contact(named: str, request: Request, ask: Asking) -> Response:
    if set(request.query_params) - {"topic", "service"} or "topic" not in request.query_params:
        raise BadRequest("Ask with topic, and service if you like.")
    topic, service = request.query_params["topic"], request.query_params.get("service")
    return to_response(await contact.gate(ask, named, topic, service))


@router.get("/{named}/history", dependencies=[permits("users", "history")])
async def timeline(named: str, request: Request, ask: Asking) -> Response:
    return to_response(await history(ask, named, request.query_params.get("cursor")))


add_holds(router)
add_read(router, USERS)
