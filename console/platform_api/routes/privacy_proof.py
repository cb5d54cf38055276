"""/v1/privacy-requests: who asks, what is to be corrected, and what letters begin as."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import Response

from console.platform_api import privacy_corrections as corrections
from console.platform_api.guard import Asking, permits
from console.platform_api.privacy_drafts import draft
from console.platform_api.privacy_recipients import say_told
from console.platform_api.privacy_verification import Point, Proof, verify
from console.platform_api.problems import BadRequest
from console.platform_api.routes import models
from console.platform_api.routes.collection import to_response
from console.platform_api.routes.ingest import Moment
from console.platform_api.routes.privacy_intake import Channel


class Said(models.Request):
    field: models.Code
    value: models.Short


class Proving(models.Request):
    method: Literal["signed_in", "points"]
    points: Annotated[list[Said], Field(max_length=8)] = Field(default_factory=list)
    declaration: bool = False
    disputed: Annotated[list[models.Code], Field(max_length=8)] = Field(default_factory=list)

    def proof(self) -> Proof:
        points = [Point(said.field, said.value) for said in self.points]
        return Proof(self.method, points, self.declaration, self.disputed)


class Proposing(models.Request):
    field: models.Code
    value: Annotated[str, Field(max_length=254), models.NoCard]


class Withdrawing(models.Request):
    proposal: models.Code


class SayingTold(models.Request):
    """`how`: by which channel; `told`: when."""

    telling: models.Code
    how: Channel
    told: Moment


DRAFT = frozenset({"template", "reason"})


def add_proof(router: APIRouter) -> None:
    @router.post("/{named}/verify", dependencies=[permits("privacy-requests", "verify")])
    def verify_asker(named: str, ask: Asking, wish: Proving) -> Response:
        return to_response(verify(ask, named, wish.proof()))

    @router.post("/{named}/propose", dependencies=[permits("privacy-requests", "propose")])
    def propose(named: str, ask: Asking, wish: Proposing) -> Response:
        return to_response(corrections.propose(ask, named, wish.field, wish.value))

    @router.post("/{named}/withdraw-proposal", dependencies=[permits("privacy-requests", "withdraw-proposal")])
    def withdraw_proposal(named: str, ask: Asking, wish: Withdrawing) -> Response:
        return to_response(corrections.withdraw(ask, named, wish.proposal))

    @router.post("/{named}/told", dependencies=[permits("privacy-requests", "told")])
    def told(named: str, ask: Asking, wish: SayingTold) -> Response:
        return to_response(say_told(ask, named, wish.telling, wish.how, wish.told))

    @router.get("/{named}/proposals", dependencies=[permits("privacy-requests", "propose")])
    async def proposals(named: str, ask: Asking) -> Response:
        return to_response(await corrections.proposals(ask, named))

    @router.post("/{named}/apply", dependencies=[permits("privacy-requests", "apply")])
    def apply(named: str, ask: Asking) -> Response:
        return to_response(corrections.apply(ask, named))

    @router.get("/{named}/drafts", dependencies=[permits("privacy-requests", "message")])
    async def draft_letter(named: str, request: Request, ask: Asking) -> Response:
        asked = dict(request.query_params)
        if set(asked) - DRAFT or "template" not in asked:
            raise BadRequest("Ask with template, and with reason if you like.")
        return to_response(await draft(ask, named, asked["template"], asked.get("reason")))
