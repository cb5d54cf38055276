"""/v1/pro-applications."""

from __future__ import annotations

from typing import Annotated

from fastapi import Request
from pydantic import AfterValidator
from starlette.responses import Response

from console.platform_api import pro_application_work as work
from console.platform_api.guard import Asking, permits
from console.platform_api.mail import Letter
from console.platform_api.pro_applications import APPLICATIONS
from console.platform_api.record_history import record_history
from console.platform_api.routes import models
from console.platform_api.routes.application_figures import add_figures
from console.platform_api.routes.collection import add_read, collection, to_response
from console.platform_api.routes.payments import check_reason
from console.platform_api.routes.revealing import add_reveal
from console.records.pro_applications import Recommendation

router = collection(APPLICATIONS)

add_figures(router)
add_reveal(router, APPLICATIONS)


@router.post("/{named}/claim", dependencies=[permits("pro-applications", "claim")])
def claim(named: str, ask: Asking) -> Response:
    return to_response(work.claim(ask, named))


@router.post("/{named}/release", dependencies=[permits("pro-applications", "release")])
def release(named: str, ask: Asking) -> Response:
    return to_response(work.release(ask, named))


class Note(models.Request):
    body: models.Text


@router.post("/{named}/note", dependencies=[permits("pro-applications", "note")])
def note(named: str, ask: Asking, wish: Note) -> Response:
    return to_response(work.note(ask, named, wish.body))


def _recommendation(value: str) -> str:
    if value not in list(Recommendation):
        raise ValueError(f"is one of {', '.join(Recommendation)}")
    return value


class Recommending(models.Request):
    recommendation: Annotated[models.Code, AfterValidator(_recommendation)]
    text: models.Text | None = None


@router.post("/{named}/recommend", dependencies=[permits("pro-applications", "recommend")])
def recommend(named: str, ask: Asking, wish: Recommending) -> Response:
    return to_response(work.recommend(ask, named, wish.recommendation, wish.text))


@router.post("/{named}/ask", dependencies=[permits("pro-applications", "ask")])
def ask_applicant(named: str, ask: Asking, wish: models.Letter) -> Response:
    return to_response(work.ask_applicant(ask, named, _letter(wish)))


def _letter(wish: models.Letter) -> Letter:
    return Letter(wish.subject, wish.body, wish.template)


class Reason(models.Request):
    reason: models.Code
    text: models.Text | None = None

    def checked(self, action: str) -> work.Why:
        check_reason(action, self.reason)
        return work.Why(self.reason, self.text)


@router.post("/{named}/answered", dependencies=[permits("pro-applications", "answered")])
def answered(named: str, ask: Asking, wish: Reason) -> Response:
    return to_response(work.answered(ask, named, wish.checked("answered")))


class Approval(models.Request):
    text: models.Text | None = None
    message: models.Letter | None = None


@router.post("/{named}/approve", dependencies=[permits("pro-applications", "approve")])
def approve(named: str, ask: Asking, wish: Approval) -> Response:
    letter = _letter(wish.message) if wish.message else None
    return to_response(work.approve(ask, named, wish.text, letter))


class Decline(Reason):
    message: models.Letter | None = None


@router.post("/{named}/decline", dependencies=[permits("pro-applications", "decline")])
def decline(named: str, ask: Asking, wish: Decline) -> Response:
    letter = _letter(wish.message) if wish.message else None
    return to_response(work.decline(ask, named, wish.checked("decline"), letter))


@router.post("/{named}/reopen", dependencies=[permits("pro-applications", "reopen")])
def reopen(named: str, ask: Asking, wish: Reason) -> Response:
    return to_response(work.reopen(ask, named, wish.checked("reopen")))


@router.post("/{named}/withdraw", dependencies=[permits("pro-applications", "withdraw")])
def withdraw(named: str, ask: Asking, wish: Reason) -> Response:
    return to_response(work.withdraw(ask, named, wish.checked("withdraw")))


@router.get("/{named}/history", dependencies=[permits("pro-applications", "history")])
async def history(named: str, request: Request, ask: Asking) -> Response:
    return to_response(await record_history(ask, APPLICATIONS, named, request.query_params.get("cursor")))


add_read(router, APPLICATIONS)
