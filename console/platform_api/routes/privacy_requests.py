"""/v1/privacy-requests."""

from __future__ import annotations

from typing import Self

from fastapi import Request
from pydantic import model_validator
from starlette.responses import Response

from console.platform_api import privacy_request_work as work
from console.platform_api.guard import Asking, permits
from console.platform_api.privacy_amending import amend
from console.platform_api.privacy_identify import identify
from console.platform_api.privacy_post import said_sent, send_again, to_print
from console.platform_api.privacy_requests import REQUESTS
from console.platform_api.privacy_undo import undo
from console.platform_api.record_history import record_history
from console.platform_api.routes import models
from console.platform_api.routes.collection import add_export, add_read, collection, to_response
from console.platform_api.routes.payments import check_reason
from console.platform_api.routes.privacy_decisions import Told, add_decisions, letter_of
from console.platform_api.routes.privacy_erasure import add_erasure
from console.platform_api.routes.privacy_figures import add_figures
from console.platform_api.routes.privacy_intake import Line, RegimeCode, Words, add_intake
from console.platform_api.routes.privacy_packages import add_packages
from console.platform_api.routes.privacy_proof import add_proof
from console.records.privacy_requests import Regime

router = collection(REQUESTS)


@router.post("/{named}/claim", dependencies=[permits("privacy-requests", "claim")])
def claim(named: str, ask: Asking) -> Response:
    return to_response(work.claim(ask, named))


@router.post("/{named}/release", dependencies=[permits("privacy-requests", "release")])
def release(named: str, ask: Asking) -> Response:
    return to_response(work.release(ask, named))


class Note(models.Request):
    body: models.Text


@router.post("/{named}/note", dependencies=[permits("privacy-requests", "note")])
def note(named: str, ask: Asking, wish: Note) -> Response:
    return to_response(work.note(ask, named, wish.body))


@router.post("/{named}/message", dependencies=[permits("privacy-requests", "message")])
def message(named: str, ask: Asking, wish: models.Letter) -> Response:
    return to_response(work.message(ask, named, letter_of(wish)))


@router.post("/{named}/undo-letter", dependencies=[permits("privacy-requests", "undo-letter")])
def undo_letter(named: str, ask: Asking, wish: models.Sent) -> Response:
    return to_response(undo(ask, named, wish.message))


@router.get("/{named}/letters/{message}", dependencies=[permits("privacy-requests", "posted")])
async def letter_to_print(named: str, message: str, ask: Asking) -> Response:
    return to_response(await to_print(ask, named, message))


@router.post("/{named}/posted", dependencies=[permits("privacy-requests", "posted")])
def posted(named: str, ask: Asking, wish: models.Sent) -> Response:
    return to_response(said_sent(ask, named, wish.message))


@router.post("/{named}/resend-letter", dependencies=[permits("privacy-requests", "posted")])
def resend_letter(named: str, ask: Asking, wish: models.Sent) -> Response:
    return to_response(send_again(ask, named, wish.message))


class Person(models.Request):
    person: models.Code | None


@router.post("/{named}/identify", dependencies=[permits("privacy-requests", "identify")])
def say_who(named: str, ask: Asking, wish: Person) -> Response:
    return to_response(identify(ask, named, wish.person))


class Amending(models.Request):
    """What is given takes the place of what stands there. `authority` null: there is none."""

    asker: Line | None = None
    reply_to: Line | None = None
    authority: Words | None = None
    reason: models.Code
    text: models.Text | None = None

    @model_validator(mode="after")
    def _gives_something(self) -> Self:
        given = self.given()
        if not given:
            raise ValueError("says what is changed: asker, reply_to or authority")
        if None in (given.get("asker", ""), given.get("reply_to", "")):
            raise ValueError("only an authority can be taken out")
        return self

    def given(self) -> dict[str, str | None]:
        return self.model_dump(include={"asker", "reply_to", "authority"}, exclude_unset=True)


@router.post("/{named}/amend", dependencies=[permits("privacy-requests", "amend")])
def amend_request(named: str, ask: Asking, wish: Amending) -> Response:
    check_reason("amend", wish.reason)
    return to_response(amend(ask, named, wish.given(), work.Why(wish.reason, wish.text)))


class NewRegime(models.Request):
    regime: RegimeCode
    reason: models.Code
    text: models.Text | None = None


@router.post("/{named}/set-regime", dependencies=[permits("privacy-requests", "set-regime")])
def set_regime(named: str, ask: Asking, wish: NewRegime) -> Response:
    check_reason("set_regime", wish.reason)
    return to_response(work.set_regime(ask, named, Regime(wish.regime), work.Why(wish.reason, wish.text)))


@router.post("/{named}/acknowledge", dependencies=[permits("privacy-requests", "acknowledge")])
def acknowledge(named: str, ask: Asking, wish: Told) -> Response:
    return to_response(work.acknowledge(ask, named, letter_of(wish.message)))


@router.post("/{named}/ask-proof", dependencies=[permits("privacy-requests", "ask-proof")])
def ask_proof(named: str, ask: Asking, wish: Told) -> Response:
    return to_response(work.ask_proof(ask, named, letter_of(wish.message)))


@router.post("/{named}/begin", dependencies=[permits("privacy-requests", "begin")])
def begin(named: str, ask: Asking) -> Response:
    return to_response(work.begin(ask, named))


@router.get("/{named}/history", dependencies=[permits("privacy-requests", "history")])
async def history(named: str, request: Request, ask: Asking) -> Response:
    return to_response(await record_history(ask, REQUESTS, named, request.query_params.get("cursor")))


add_intake(router)
add_decisions(router)
add_figures(router)
add_proof(router)
add_erasure(router)
add_packages(router)
add_export(router, REQUESTS)
add_read(router, REQUESTS)
