"""Signing in, going on, signing out."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from anyio import to_thread
from fastapi import APIRouter, Body, Request
from pydantic import Field
from starlette.responses import Response

from console.platform_api.answers import JsonAnswer
from console.platform_api.guard import Asking, public, signed_in
from console.platform_api.me import describe
from console.platform_api.platform import Platform
from console.platform_api.routes import models
from console.platform_api.signin import SignIns, Tokens
from console.platform_api.tokens import ACCESS_LIFE

router = APIRouter(prefix="/v1/auth", tags=["signing in"])

Nonce = Annotated[str, Field(min_length=8, max_length=64)]


class PasswordGrant(models.Request):
    grant_type: Literal["password"]
    email: str = Field(min_length=1, max_length=254)
    password: str = Field(min_length=1, max_length=256)
    nonce: Nonce | None = None


class RefreshGrant(models.Request):
    """`nonce` is new for every use; the same one asks for a lost answer again."""

    grant_type: Literal["refresh_token"]
    refresh_token: str = Field(min_length=1, max_length=128)
    nonce: Nonce


Grant = Annotated[PasswordGrant | RefreshGrant, Body(discriminator="grant_type")]


@router.post("/token", dependencies=[public])
async def token(request: Request, grant: Grant) -> Response:
    sign_ins: SignIns = request.app.state.sign_ins
    if isinstance(grant, PasswordGrant):
        found = await sign_ins.by_password(grant.email, grant.password)
    else:
        found = await to_thread.run_sync(sign_ins.by_refresh_token, grant.refresh_token, grant.nonce)
    return JsonAnswer(_answer(request.app.state.platform, found))


@router.delete("/token", dependencies=[signed_in], status_code=204)
def sign_out(request: Request, ask: Asking) -> Response:
    sign_ins: SignIns = request.app.state.sign_ins
    sign_ins.end(ask.actor)
    return Response(status_code=204)


def _answer(platform: Platform, found: Tokens) -> dict[str, Any]:
    return {
        "access_token": found.access,
        "token_type": "bearer",
        "expires_in": int(ACCESS_LIFE.total_seconds()),
        "refresh_token": found.refresh,
        "employee": describe(platform, found.actor),
    }
