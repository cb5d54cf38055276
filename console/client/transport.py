"""One request and its reply on the wire: a total deadline, a cap on size, trust in certificates, and nothing followed.

httpx counts its timeouts per read (a trickling server held it 50 s), takes proxies from the environment and logs URLs:
not here.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field

import certifi

# httpx would load its own command line, with click and pygments, for 0.06 s of every start. None makes that import fail,
# which httpx provides for: it then has a command that says so.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
import httpx

from console.errors import ConnectionFailed, ContractBroken, SettingsError
from console.settings import is_loopback

CAP = 16 * 1024 * 1024
"""Bytes of an answer; the largest page has under one megabyte."""
STREAM_CAP = 64 * 1024 * 1024 * 1024
CONNECT_SECONDS = 5.0

for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).disabled = True  # they log URLs and headers


@dataclass(frozen=True)
class Request:
    """The exact bytes of one intent, so that a retry sends the same again."""

    method: str
    path: str
    params: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None


@dataclass(frozen=True)
class Reply:
    status: int
    headers: httpx.Headers
    body: bytes


class Transport:
    """Connections to one platform. `ca_file` alone is trusted where it is named, else the public authorities."""

    def __init__(self, url: str, *, proxy: str | None = None, ca_file: str | None = None, cap: int = CAP) -> None:
        parsed = httpx.URL(url)
        if parsed.scheme != "https" and not is_loopback(parsed.host):
            raise SettingsError(f"{parsed.host} is spoken to by https only.")
        self._host = parsed.host if parsed.port is None else f"{parsed.host}:{parsed.port}"
        self._cap = cap
        self._http = httpx.AsyncClient(
            base_url=url,
            verify=_trust(ca_file) if parsed.scheme == "https" else _TRUST_NOBODY,
            proxy=proxy if parsed.scheme == "https" else None,  # http is for this computer alone
            trust_env=False,
            follow_redirects=False,
            headers={"Accept-Encoding": "identity", "User-Agent": "petworks"},
        )

    async def close(self) -> None:
        await self._http.aclose()

    async def send(self, request: Request, seconds: float) -> Reply:
        """The whole reply within `seconds`, connecting included; ConnectionFailed says whether it may have arrived."""
        with self._failures():
            async with asyncio.timeout(seconds), self._open(request, seconds) as response:
                return Reply(response.status_code, response.headers, await self._whole(response))

    @asynccontextmanager
    async def stream(self, request: Request, quiet: float) -> AsyncIterator[tuple[Reply, AsyncIterator[bytes]]]:
        """For what is long: the body in parts, none of them more than `quiet` seconds after the one before."""
        with self._failures():
            async with self._open(request, quiet) as response:
                body = b"" if response.is_success else await self._whole(response)
                yield Reply(response.status_code, response.headers, body), _parts(response)

    @asynccontextmanager
    async def _open(self, request: Request, seconds: float) -> AsyncIterator[httpx.Response]:
        outgoing = self._http.build_request(
            request.method,
            request.path,
            params=request.params or None,
            headers={**(_JSON if request.body is not None else {}), **request.headers},
            content=request.body,
            timeout=httpx.Timeout(seconds, connect=min(seconds, CONNECT_SECONDS)),
        )
        response = await self._http.send(outgoing, stream=True)
        try:
            _refuse_detours(response)
            yield response
        finally:
            await response.aclose()

    async def _whole(self, response: httpx.Response) -> bytes:
        gathered = bytearray()
        async for part in response.aiter_raw():
            gathered += part
            if len(gathered) > self._cap:
                raise ContractBroken(f"{self._host} sent an answer of more than {self._cap} bytes.")
        return bytes(gathered)

    @contextmanager
    def _failures(self) -> Iterator[None]:
        try:
            yield
        except (httpx.ConnectError, httpx.ProxyError, httpx.UnsupportedProtocol) as error:
            raise self._no_connection(error) from error
        except (httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise ConnectionFailed(f"{self._host} takes no connection: it doesn't answer.", sent=False) from error
        except (TimeoutError, httpx.TimeoutException) as error:
            raise ConnectionFailed(f"{self._host} did not answer in time.") from error
        except httpx.HTTPError as error:
            raise ConnectionFailed(f"The connection to {self._host} broke off.") from error

    def _no_connection(self, error: Exception) -> ConnectionFailed:
        cause: BaseException | None = error
        while cause is not None:
            if isinstance(cause, ssl.SSLCertVerificationError):
                return ConnectionFailed(
                    f"The certificate of {self._host} is not trusted: {cause.verify_message.rstrip('.')}.",
                    advice="Nothing was sent. If your company has an authority of its own, name its file as ca_file.",
                    sent=False,
                )
            if isinstance(cause, ssl.SSLError):
                return ConnectionFailed(f"{self._host} doesn't speak TLS as it should.", sent=False)
            cause = cause.__cause__ or cause.__context__
        return ConnectionFailed(f"No connection to {self._host}.", sent=False)


def _refuse_detours(response: httpx.Response) -> None:
    if response.is_redirect or 300 <= response.status_code < 400:
        raise ContractBroken(f"{response.url.host} sends elsewhere ({response.status_code}); that is not followed.")
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise ContractBroken(f"{response.url.host} sent a compressed answer, which was not asked for.")


async def _parts(response: httpx.Response) -> AsyncIterator[bytes]:
    size = 0
    async for part in response.aiter_raw():
        size += len(part)
        if size > STREAM_CAP:
            raise ContractBroken("The stream doesn't end.")
        yield part


def _trust(ca_file: str | None) -> ssl.SSLContext:
    """Built by hand: `create_default_context` writes the session's secrets where SSLKEYLOGFILE says."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_verify_locations(ca_file or certifi.where())
    return context


_JSON = {"Content-Type": "application/json"}
_TRUST_NOBODY = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # http needs none, and loading the authorities takes 30 ms
