"""Calls in an employee's name: reads are tried again, and writes until their outcome is known, with one key an intent.

In every fault that a test could make between console and platform, the platform had done the write. So a write that
breaks is sent again with the same key and body, then `GET /v1/intents/{key}` is asked, and only then it's unknown.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from console.client import answers
from console.client.answers import Answer, Changes, Offer, Page
from console.client.requests import Query, headers, json_bytes, parameters, path, signed
from console.client.stream import File, Stream, gathered, told_total
from console.client.transport import Request, Transport
from console.errors import (
    ConnectionFailed,
    ContractBroken,
    FreshSignIn,
    NotSignedIn,
    OutcomeUnknown,
    OutOfDate,
    PetworksError,
    Problem,
    TooMany,
    Unavailable,
)


class TokenSource(Protocol):
    """Who knows the access token; both raise NotSignedIn when there is none to be had."""

    async def access(self) -> str: ...

    async def renew(self, refused: str) -> str:
        """Another token than the refused one."""


@dataclass(frozen=True)
class Patience:
    """In seconds. `attempt`: one try from connecting to the last byte; `call`: all tries and waits, but for the last
    question about a write, which has an attempt of its own."""

    attempt: float = 8.0
    call: float = 25.0
    tries: int = 3
    pause: float = 0.3  # before the second try; it doubles
    longest_wait: float = 5.0  # of a Retry-After: whoever is told to wait longer, tells the employee
    quiet: float = 60.0  # between two parts of a stream
    file: float = 60.0  # a file, from asking for it to its last byte


def new_key() -> str:
    """An Idempotency-Key: made before the first attempt of an intent and kept with it."""
    return secrets.token_urlsafe(24)


class Client:
    def __init__(
        self, url: str, tokens: TokenSource, *, transport: Transport | None = None, patience: Patience | None = None
    ) -> None:
        self._tokens = tokens
        self._transport = transport or Transport(url)
        self._patience = patience or Patience()
        self._newer: str | None = None

    async def close(self) -> None:
        await self._transport.close()

    # Reads

    async def get(self, path: str, *, params: Query | None = None, case: str | None = None) -> Answer:
        return await self._read(Request("GET", path, parameters(params), headers(case=case)))

    async def page(self, collection: str, *, params: Query | None = None, case: str | None = None) -> Page[Any]:
        answer = await self.get(path(collection), params=params, case=case)
        return answers.page(collection, answer.body)

    async def search(self, collection: str, terms: Mapping[str, object], *, case: str | None = None) -> Page[Any]:
        """By POST, so that what people are called stands in no URL."""
        request = Request("POST", path(collection, "search"), (), headers(case=case), json_bytes(terms))
        return answers.page(collection, (await self._read(request)).body)

    async def record(self, collection: str, id: str, *, case: str | None = None) -> Any:
        """The record by id or number, of the class that `RECORDS` names."""
        answer = await self.get(path(collection, id), case=case)
        return answers.record(collection, answer.body)

    async def looking(self, collection: str, record: str) -> tuple[str, ...]:
        """Say that a record is open here, and hear by number who else has it open. It may be said twice, so it is tried like a read."""
        body = json_bytes({"resource": collection, "record": record})
        told = (await self._read(Request("POST", path("presence"), (), {}, body))).body.get("others")
        return tuple(each for each in told if isinstance(each, str)) if isinstance(told, list) else ()

    async def left(self, collection: str, record: str) -> None:
        """Say that it is no longer open here."""
        await self.delete(path("presence", collection, record))

    async def changes(self, after: int | None = None, *, limit: int = 200) -> Changes:
        """What got a new version since `after`, in commit order; without it only where the feed ends now."""
        answer = await self.get(path("changes"), params={"after": after, "limit": None if after is None else limit})
        return answers.model(Changes, answer.body)

    async def offer(self) -> Offer:
        """What the platform offers; from a newer major version on, this client only reads."""
        reply = await self._patiently(Request("GET", "/v1"), signed_in=False)
        offer = answers.model(Offer, reply.body)
        self._newer = offer.version if offer.major > answers.VERSION else None
        return offer

    # Writes

    async def post(
        self,
        path: str,
        body: Mapping[str, object] | None = None,
        *,
        key: str | None = None,
        version: int | None = None,
        case: str | None = None,
    ) -> Answer:
        return await self._write("POST", path, body or {}, key, version, case)

    async def upload(self, path: str, content: bytes, kind: str, *, key: str, case: str | None = None) -> Answer:
        """A file as it is, of a media type: as sure to be done once as any other write."""
        named = {**headers(case=case, key=key), "Content-Type": kind}
        return await self._written(Request("POST", path, (), named, content), key)

    async def patch(
        self, path: str, body: Mapping[str, object], *, version: int, key: str | None = None, case: str | None = None
    ) -> Answer:
        return await self._write("PATCH", path, body, key, version, case)

    async def delete(self, path: str) -> None:
        """What is gone stays gone, so it is tried again like a read."""
        await self._read(Request("DELETE", path))

    async def act(
        self,
        collection: str,
        id: str,
        action: str,
        body: Mapping[str, object] | None = None,
        *,
        key: str | None = None,
        version: int | None = None,
        case: str | None = None,
    ) -> Any:
        """An action that answers with the record; fetched anew where only its outcome is known."""
        answer = await self.post(path(collection, id, action), body, key=key, version=version, case=case)
        if answer.bare:
            return await self.record(collection, id, case=case)
        return answers.record(collection, answer.body)

    @asynccontextmanager
    async def stream(self, path: str, body: Mapping[str, object] | None = None) -> AsyncIterator[Stream]:
        """An answer that is too long to hold; one that breaks off raises in the middle. Without a body it is looked at, not asked for."""
        token = await self._tokens.access()
        request = Request("GET", path) if body is None else Request("POST", path, (), {}, json_bytes(body))
        async with self._transport.stream(signed(request, token), self._patience.quiet) as (reply, parts):
            if reply.status >= 400:
                raise answers.problem(reply)
            yield Stream(parts, told_total(reply))

    async def content(self, path: str, body: Mapping[str, object], *, most: int, case: str | None = None) -> File:
        """A file as it is, of `most` bytes at most, within `Patience.file`. Each try is on the log, so it is tried once."""
        token = await self._tokens.access()
        request = Request("POST", path, (), headers(case=case), json_bytes(body))
        try:
            async with asyncio.timeout(self._patience.file):
                return await self._file(signed(request, token), most)
        except TimeoutError:
            raise ConnectionFailed("The platform did not send the whole file in time.") from None

    async def _file(self, request: Request, most: int) -> File:
        async with self._transport.stream(request, self._patience.quiet) as (reply, parts):
            if reply.status >= 400:
                raise answers.problem(reply)
            return File(await gathered(parts, most), answers.media_type(reply))

    # How often, how long

    async def once(self, request: Request) -> Answer:
        """One try without a token: signing in."""
        return answers.answer(await self._transport.send(request, self._patience.attempt))

    async def _read(self, request: Request) -> Answer:
        return await self._patiently(request, signed_in=True)

    async def _patiently(self, request: Request, *, signed_in: bool) -> Answer:
        send = self._signed_in if signed_in else self.once
        try:
            async with asyncio.timeout(self._patience.call):
                for tried in range(1, self._patience.tries + 1):
                    try:
                        return await send(request)
                    except (ConnectionFailed, Unavailable, TooMany) as error:
                        await self._wait_or_raise(error, tried)
        except TimeoutError:
            pass
        raise ConnectionFailed("The platform did not answer in time.")

    async def _write(
        self, method: str, path: str, body: Mapping[str, object], key: str | None, version: int | None, case: str | None
    ) -> Answer:
        key = key or new_key()
        named = headers(case=case, key=key, version=version)
        return await self._written(Request(method, path, (), named, json_bytes(body)), key)

    async def _written(self, request: Request, key: str) -> Answer:
        if self._newer:
            raise OutOfDate(f"The platform speaks version {self._newer}, this console {answers.VERSION}.")
        doubt: PetworksError | None = None
        try:
            async with asyncio.timeout(self._patience.call):
                for tried in range(1, self._patience.tries + 1):
                    try:
                        return await self._signed_in(request)
                    except (ConnectionFailed, ContractBroken, Problem) as error:
                        doubt = error if _in_doubt(error) else doubt
                        await self._write_again_or_raise(error, tried, doubt)
        except TimeoutError:
            doubt = doubt or ConnectionFailed("The platform did not answer in time.")
        return await self._fate(key, doubt)

    async def _write_again_or_raise(self, error: PetworksError, tried: int, doubt: PetworksError | None) -> None:
        """Returns when the write is to be sent again, or its fate to be asked for."""
        if doubt is None:
            await self._wait_or_raise(error, tried)
        elif not _in_doubt(error) and not isinstance(error, ConnectionFailed | Unavailable | TooMany):
            raise error  # a clear no: an earlier try of the same key that had been done would have answered yes
        elif tried < self._patience.tries:
            await asyncio.sleep(self._pause(tried))

    async def _wait_or_raise(self, error: PetworksError, tried: int) -> None:
        wait = self._pause(tried)
        if isinstance(error, Problem):
            if not isinstance(error, Unavailable | TooMany) or error.status == 507:
                raise error
            wait = max(wait, error.retry_after or 0.0)
        if tried == self._patience.tries or wait > self._patience.longest_wait:
            raise error
        await asyncio.sleep(wait)

    def _pause(self, tried: int) -> float:
        return float(self._patience.pause * 2 ** (tried - 1))

    async def _fate(self, key: str, doubt: PetworksError | None) -> Answer:
        """What became of the intent, by the platform's memory."""
        try:
            async with asyncio.timeout(self._patience.attempt):
                told = (await self._signed_in(Request("GET", path("intents", key)))).body
        except (PetworksError, TimeoutError):
            told = {}
        if told.get("state") != "done":
            raise OutcomeUnknown("The platform did not say whether this was done.", key=key) from doubt
        status, version = told.get("status"), told.get("version")
        if isinstance(status, int) and status >= 400:
            raise Problem.of(status, {"title": f"The platform refused this ({status})."})
        body = {name: told.get(name) for name in ("resource", "id", "version")}
        return Answer(200, body, version if isinstance(version, int) else None, replayed=True, bare=True)

    async def _signed_in(self, request: Request) -> Answer:
        """One try; a second one at once when the token had run out."""
        token = await self._tokens.access()
        try:
            return await self._heard(signed(request, token))
        except FreshSignIn:
            raise
        except NotSignedIn:
            return await self._heard(signed(request, await self._tokens.renew(token)))

    async def _heard(self, request: Request) -> Answer:
        reply = await self._transport.send(request, self._patience.attempt)
        return answers.answer(reply)


_ROLLED_BACK = {"busy", "audit-unavailable", "storage-full"}
"""Problems from 500 on that say that nothing was done."""


def _in_doubt(error: PetworksError) -> bool:
    """Whether the write may have been done although it failed."""
    if isinstance(error, ConnectionFailed):
        return error.sent
    if isinstance(error, Problem):
        return error.type == "in-flight" or (error.status >= 500 and error.type not in _ROLLED_BACK)
    return True
