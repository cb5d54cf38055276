"""Deciding privacy requests: each body carries the version of the policy that was read, and most a letter."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from console.platform_api import privacy_decisions as work
from console.platform_api.guard import Asking, permits
from console.platform_api.mail import Letter
from console.platform_api.privacy_decisions import Decision
from console.platform_api.privacy_request_work import Why
from console.platform_api.routes import models
from console.platform_api.routes.collection import to_response
from console.platform_api.routes.ingest import Moment
from console.platform_api.routes.payments import check_reason
from console.platform_api.routes.privacy_intake import Channel

Basis = Annotated[str, Field(min_length=1, max_length=200), models.OneLine, models.NotBlank, models.NoCard]


def letter_of(wish: models.Letter) -> Letter:
    return Letter(wish.subject, wish.body, wish.template)


class Deciding(models.Request):
    policy_version: models.Code | None = None
    text: models.Text | None = None


class Answering(Deciding):
    message: models.Letter | None = None

    def decision(self) -> Decision:
        return Decision(self.policy_version, letter_of(self.message) if self.message else None, text=self.text)


class Upholding(Deciding):
    message: models.Letter

    def decision(self) -> Decision:
        return Decision(self.policy_version, letter_of(self.message), text=self.text)


class Declining(Deciding):
    reason: models.Code
    message: models.Letter

    def decision(self, action: str, basis: str | None = None) -> Decision:
        check_reason(action, self.reason)
        return Decision(self.policy_version, letter_of(self.message), Why(self.reason, self.text), basis)


class DecliningOn(Declining):
    basis: Basis


class Reason(models.Request):
    reason: models.Code
    text: models.Text | None = None

    def checked(self, action: str) -> Why:
        check_reason(action, self.reason)
        return Why(self.reason, self.text)


class Notice(Reason):
    message: models.Letter


class Appealing(Reason):
    channel: Channel
    received: Moment


class Told(models.Request):
    message: models.Letter


def add_decisions(router: APIRouter) -> None:
    _add_declinings(router)
    _add_answers(router)
    _add_appeals(router)


def _add_declinings(router: APIRouter) -> None:
    @router.post("/{named}/unverifiable", dependencies=[permits("privacy-requests", "unverifiable")])
    def unverifiable(named: str, ask: Asking, wish: Declining) -> Response:
        return to_response(work.unverifiable(ask, named, wish.decision("unverifiable")))

    @router.post("/{named}/deny", dependencies=[permits("privacy-requests", "deny")])
    def deny(named: str, ask: Asking, wish: DecliningOn) -> Response:
        return to_response(work.deny(ask, named, wish.decision("deny", wish.basis)))

    @router.post("/{named}/fulfil-partly", dependencies=[permits("privacy-requests", "fulfil-partly")])
    def fulfil_partly(named: str, ask: Asking, wish: DecliningOn) -> Response:
        return to_response(work.fulfil_partly(ask, named, wish.decision("fulfil_partly", wish.basis)))


def _add_answers(router: APIRouter) -> None:
    @router.post("/{named}/fulfil", dependencies=[permits("privacy-requests", "fulfil")])
    def fulfil(named: str, ask: Asking, wish: Answering) -> Response:
        return to_response(work.fulfil(ask, named, wish.decision()))

    @router.post("/{named}/extend", dependencies=[permits("privacy-requests", "extend")])
    def extend(named: str, ask: Asking, wish: Notice) -> Response:
        return to_response(work.extend(ask, named, wish.checked("extend"), letter_of(wish.message)))

    @router.post("/{named}/withdraw", dependencies=[permits("privacy-requests", "withdraw")])
    def withdraw(named: str, ask: Asking, wish: Reason) -> Response:
        return to_response(work.withdraw(ask, named, wish.checked("privacy_withdraw")))

    @router.post("/{named}/confirm", dependencies=[permits("privacy-requests", "confirm")])
    def confirm(named: str, ask: Asking, wish: Told) -> Response:
        return to_response(work.confirm(ask, named, letter_of(wish.message)))


def _add_appeals(router: APIRouter) -> None:
    @router.post("/{named}/appeal", dependencies=[permits("privacy-requests", "appeal")])
    def appeal(named: str, ask: Asking, wish: Appealing) -> Response:
        why = wish.checked("privacy_appeal")
        return to_response(work.appeal(ask, named, why, wish.channel, wish.received))

    @router.post("/{named}/uphold", dependencies=[permits("privacy-requests", "uphold")])
    def uphold(named: str, ask: Asking, wish: Upholding) -> Response:
        return to_response(work.uphold(ask, named, wish.decision()))

    @router.post("/{named}/reverse", dependencies=[permits("privacy-requests", "reverse")])
    def reverse(named: str, ask: Asking, wish: Answering) -> Response:
        return to_response(work.reverse(ask, named, wish.decision()))
