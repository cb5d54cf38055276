"""/v1/packages: where a person takes what was gathered about them. The link and the passphrase are the guard; no employee asks."""

from __future__ import annotations

from html import escape
from typing import Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, Response, StreamingResponse

from console.platform_api.access_package import taking
from console.platform_api.guard import public
from console.platform_api.platform import Platform
from console.platform_api.problems import NotAllowed, NotFound

router = APIRouter(prefix="/v1/packages", tags=["the platform"])

FIELD = "passphrase"
LONGEST = 100
PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="robots" content="noindex"><title>What Petworks has about you</title></head>
<body><h1>What Petworks has about you</h1>
{said}
</body></html>
"""
FORM = f"""<p>Type the passphrase that you got from us. Then one file is saved: it holds a page that you can read, the same for machines,
and the documents that you sent us.</p>
<form method="post"><p><label>Passphrase <input name="{FIELD}" maxlength="{LONGEST}" autocomplete="off" required></label>
<button>Open</button></p></form>
<p>The link opens it once. After {taking.TRIES} wrong passphrases it opens no more.</p>"""

FILE = {"Content-Disposition": 'attachment; filename="petworks-data.zip"'}
HTML = {"content": {"text/html": {"schema": {"type": "string"}}}}
NO_SUCH: dict[int | str, dict[str, Any]] = {404: {"description": "The link opens nothing", **HTML}}
WRONG: dict[int | str, dict[str, Any]] = {**NO_SUCH, 403: {"description": "Not this passphrase", **HTML}}
BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/x-www-form-urlencoded": {
                "schema": {"type": "object", "required": [FIELD], "properties": {FIELD: {"type": "string"}}}
            }
        },
    }
}


@router.get("/{token}", dependencies=[public], responses=NO_SUCH)
async def show(token: str, request: Request) -> Response:
    """Asks for the passphrase; whoever only looks at links uses up nothing."""
    platform: Platform = request.app.state.platform
    if not await run_in_threadpool(taking.is_there, platform, token):
        return _page(f"<p>{escape(taking.NO_SUCH)}</p>", 404)
    return _page(FORM)


@router.post("/{token}", dependencies=[public], responses=WRONG, openapi_extra=BODY)
async def take(token: str, request: Request) -> Response:
    platform: Platform = request.app.state.platform
    passphrase = _passphrase(await request.body())
    try:
        opened = await run_in_threadpool(taking.take, platform, token, passphrase)
    except NotFound as problem:
        return _page(f"<p>{escape(problem.because)}</p>", 404)
    except NotAllowed as problem:
        return _page(f"<p>{escape(problem.because)}</p>\n{FORM}", 403)
    return StreamingResponse(taking.zipped(platform, opened), media_type="application/zip", headers=FILE)


def _passphrase(body: bytes) -> str:
    """Of a form that may hold anything."""
    try:
        found = dict(parse_qsl(body[:1_000].decode("ascii"), max_num_fields=5))
    except ValueError:
        return ""
    return found.get(FIELD, "")[:LONGEST]


def _page(said: str, status: int = 200) -> Response:
    return HTMLResponse(PAGE.format(said=said), status)
