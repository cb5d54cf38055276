"""The client over real sockets: deadlines, caps, the contract, and writes whose answers get lost."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest

from console.client import Client, Patience, Query, Transport, new_key
from console.errors import (
    ConnectionFailed,
    ContractBroken,
    FreshSignIn,
    Invalid,
    NotAllowed,
    NotSignedIn,
    OutcomeUnknown,
    OutOfDate,
    PetworksError,
    Problem,
    Stale,
    TooMany,
    Unavailable,
)
from console.raw import Raw
from tests.faults.ledger import Ledger, running_ledger
from tests.faults.proxy import Cut, Delay, Drop, Fault, FaultProxy, Pass, Swallow, Trickle

HURRIED = Patience(attempt=0.4, call=4.0, tries=3, pause=0.01, longest_wait=0.5, quiet=0.4)


class Tokens:
    """A token that is renewed when it is refused."""

    def __init__(self) -> None:
        self.token, self.renewed = "first", 0

    async def access(self) -> str:
        return self.token

    async def renew(self, refused: str) -> str:
        self.renewed += 1
        self.token = "second"
        return self.token


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    with running_ledger() as server:
        yield server


def run(url: str, work: Callable[[Client], Awaitable[Any]], *, patience: Patience = HURRIED, **options: Any) -> Any:
    async def with_client() -> Any:
        client = Client(url, Tokens(), transport=Transport(url, **options), patience=patience)
        try:
            return await work(client)
        finally:
            await client.close()

    return asyncio.run(with_client())


def through(ledger: Ledger, faults: list[Fault], work: Callable[[Client], Awaitable[Any]], **options: Any) -> Any:
    """What `work` gives with these faults between it and the ledger."""

    async def with_proxy() -> Any:
        async with FaultProxy(ledger.port) as proxy:
            proxy.faults = list(faults)
            client = Client(proxy.url, Tokens(), transport=Transport(proxy.url, **options), patience=HURRIED)
            try:
                return await work(client)
            finally:
                await client.close()

    return asyncio.run(with_proxy())


def problem(status: int, kind: str, **members: object) -> tuple[int, dict[str, str], bytes]:
    body = {"type": kind, "title": "No.", "status": status, "detail": "", "request_id": "r1", **members}
    return status, {"Content-Type": "application/problem+json"}, json.dumps(body).encode()


def post(client: Client) -> Awaitable[Any]:
    return client.post("/v1/tickets", {"subject": Raw("help")}, key="k1", version=3, case="c1")


# Writes


def test_a_write_carries_its_key_version_case_and_token(ledger: Ledger) -> None:
    answer = run(ledger.url, post)
    assert (answer.status, answer.body, answer.etag, answer.replayed) == (201, {"entry": 1}, 1, False)
    [(_, _, headers, body)] = ledger.requests
    assert (headers["Idempotency-Key"], headers["If-Match"], headers["Petworks-Case"]) == ("k1", '"3"', "c1")
    assert (headers["Authorization"], headers["Accept-Encoding"]) == ("Bearer first", "identity")
    assert headers["Content-Type"] == "application/json"
    assert json.loads(body) == {"subject": "help"}


@pytest.mark.parametrize("fault", [Drop(), Swallow(), Cut(0), Cut(30), Cut(150), Delay(0.8), Trickle(0.1)], ids=repr)
def test_a_write_whose_answer_is_lost_is_done_once(ledger: Ledger, fault: Fault) -> None:
    answer = through(ledger, [fault], post)
    assert answer.body == {"entry": 1}
    assert len(ledger.entries) == 1
    assert len({body for _, _, _, body in ledger.requests}) == 1
    assert {headers["Idempotency-Key"] for _, _, headers, _ in ledger.requests} == {"k1"}


def test_a_write_whose_answers_are_all_lost_is_looked_up(ledger: Ledger) -> None:
    answer = through(ledger, [Cut(0)] * 3, post)
    assert answer.bare
    assert answer.body == {"resource": "tickets", "id": "1", "version": 1}
    assert ledger.calls()[-1] == "GET /v1/intents/k1"
    assert len(ledger.entries) == 1


def test_a_write_that_nobody_can_tell_of_is_unknown_and_keeps_its_key(ledger: Ledger) -> None:
    with pytest.raises(OutcomeUnknown) as told:
        through(ledger, [Swallow()] * 4, post)
    assert told.value.key == "k1"
    assert len(ledger.entries) == 1


def test_a_write_that_the_platform_does_not_remember_is_unknown(ledger: Ledger) -> None:
    ledger.forgetful = True
    with pytest.raises(OutcomeUnknown):
        through(ledger, [Cut(0)] * 3, post)


def test_the_same_intent_sent_later_is_done_once(ledger: Ledger) -> None:
    key = new_key()

    async def twice(client: Client) -> Any:
        with pytest.raises(OutcomeUnknown):
            await client.post("/v1/tickets", {"subject": "help"}, key=key)
        return await client.post("/v1/tickets", {"subject": "help"}, key=key)

    answer = through(ledger, [Swallow()] * 4, twice)
    assert answer.replayed
    assert len(ledger.entries) == 1


def test_a_write_that_was_never_sent_is_no_doubt() -> None:
    with running_ledger() as ledger:
        url = ledger.url
    with pytest.raises(ConnectionFailed) as told:
        run(url, post)
    assert not isinstance(told.value, OutcomeUnknown)
    assert "No connection" in str(told.value)


@pytest.mark.parametrize(
    ("trouble", "sends"),
    [
        (problem(500, "unexpected"), 2),
        (problem(409, "in-flight"), 2),
        ((502, {"Content-Type": "text/html"}, b"<h1>Bad gateway"), 2),
        ((200, {}, b"{"), 2),
    ],
)
def test_a_write_is_sent_again_when_its_outcome_is_in_doubt(
    ledger: Ledger, trouble: tuple[int, dict[str, str], bytes], sends: int
) -> None:
    ledger.scripted = [trouble]
    assert run(ledger.url, post).body == {"entry": 1}
    assert ledger.calls() == ["POST /v1/tickets"] * sends


def test_a_write_that_fails_and_fails_is_looked_up(ledger: Ledger) -> None:
    ledger.scripted = [problem(500, "unexpected")] * 3
    with pytest.raises(OutcomeUnknown):
        run(ledger.url, post)
    assert ledger.calls()[-1] == "GET /v1/intents/k1"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (
            problem(412, "stale", version=9, changed=[{"field": "phone", "by": "you", "at": "2026-11-22T14:03:11Z"}]),
            Stale,
        ),
        (problem(422, "invalid", errors=[{"where": "phone", "what": "too long"}]), Invalid),
        (problem(403, "not-allowed", because="Needs a case in hand."), NotAllowed),
        (problem(409, "key-reused"), Problem),
        (problem(507, "storage-full"), Unavailable),
        (problem(401, "fresh-sign-in"), FreshSignIn),
    ],
)
def test_a_clear_no_is_told_at_once(
    ledger: Ledger, answer: tuple[int, dict[str, str], bytes], error: type[PetworksError]
) -> None:
    ledger.scripted = [answer]
    with pytest.raises(error):
        run(ledger.url, post)
    assert len(ledger.requests) == 1


def test_problems_tell_what_the_platform_said(ledger: Ledger) -> None:
    ledger.scripted = [
        problem(412, "stale", version=9, changed=[{"field": "phone", "by": "billing", "at": "now"}, "odd"]),
        problem(422, "invalid", errors=[{"where": "phone", "what": "too long"}]),
    ]
    with pytest.raises(Stale) as stale:
        run(ledger.url, post)
    assert (stale.value.version, stale.value.changed, stale.value.request_id) == (
        9,
        [("phone", "billing", "now")],
        "r1",
    )
    with pytest.raises(Invalid) as invalid:
        run(ledger.url, post)
    assert invalid.value.errors == [("phone", "too long")]


def test_a_no_after_a_doubt_is_a_no_and_a_wait_after_a_doubt_is_looked_up(ledger: Ledger) -> None:
    ledger.scripted = [problem(500, "unexpected"), problem(412, "stale")]
    with pytest.raises(Stale):
        run(ledger.url, post)
    ledger.scripted = [problem(500, "unexpected"), problem(503, "busy"), problem(503, "busy")]
    with pytest.raises(OutcomeUnknown):
        run(ledger.url, post)


def test_a_busy_platform_is_waited_for_as_long_as_it_says_but_not_for_ever(ledger: Ledger) -> None:
    status, headers, body = problem(503, "busy")
    ledger.scripted = [(status, {**headers, "Retry-After": "0"}, body)]
    assert run(ledger.url, post).body == {"entry": 1}
    ledger.scripted = [(429, {**headers, "Retry-After": "1800"}, problem(429, "too-many")[2])]
    with pytest.raises(TooMany) as told:
        run(ledger.url, post)
    assert told.value.retry_after == 1800
    assert len(ledger.requests) == 3


def test_a_call_ends_at_its_deadline_whatever_the_tries(ledger: Ledger) -> None:
    once = Patience(attempt=5.0, call=0.3, tries=50, pause=0.01)

    async def swallowed(client_url: str) -> None:
        client = Client(client_url, Tokens(), transport=Transport(client_url), patience=once)
        with pytest.raises(ConnectionFailed):
            await client.get("/v1/users")
        with pytest.raises(OutcomeUnknown):
            await client.post("/v1/tickets", {}, key="k2")
        await client.close()

    async def work() -> None:
        async with FaultProxy(ledger.port) as proxy:
            proxy.faults = [Swallow(), Swallow(), Drop(), Drop(), Drop()]
            await asyncio.wait_for(swallowed(proxy.url), 30)

    asyncio.run(work())


# Reads


@pytest.mark.parametrize("fault", [Drop(), Swallow(), Cut(0), Cut(100), Delay(0.8), Trickle(0.1)], ids=repr)
def test_a_read_is_tried_again(ledger: Ledger, fault: Fault) -> None:
    answer = through(ledger, [fault, Pass()], lambda client: client.get("/v1/users/7"))
    assert (answer.body, answer.etag) == ({"path": "/v1/users/7"}, 7)


def test_a_read_gives_up_after_some_tries(ledger: Ledger) -> None:
    with pytest.raises(ConnectionFailed):
        through(ledger, [Cut(20)] * 9, lambda client: client.get("/v1/users/7"))
    assert len(ledger.requests) == HURRIED.tries


def test_a_trickling_server_holds_nobody(ledger: Ledger) -> None:
    with pytest.raises(ConnectionFailed, match="in time"):
        through(ledger, [Trickle(0.05)] * 9, lambda client: client.get("/v1/users/7"))


@pytest.mark.parametrize(
    "answer",
    [
        (200, {"Content-Length": "2000001"}, b" " * 2_000_001),
        (200, {"Content-Encoding": "gzip"}, b"{}"),
        (307, {"Location": "http://127.0.0.1:9/"}, b""),
        (200, {}, b"[]"),
        (200, {}, b'{"a": NaN}'),
        (200, {}, b"[" * 100_000),
        (404, {"Content-Type": "text/html"}, b"<h1>Not found"),
        (418, {"Content-Type": "application/problem+json"}, b"no json"),
    ],
    ids=["too long", "compressed", "elsewhere", "a list", "NaN", "deep", "another server", "no problem"],
)
def test_an_answer_that_is_not_the_contract_s_is_refused(
    ledger: Ledger, answer: tuple[int, dict[str, str], bytes]
) -> None:
    ledger.scripted = [answer]
    with pytest.raises(ContractBroken):
        run(ledger.url, lambda client: client.get("/v1/users"), cap=2_000_000)
    assert len(ledger.requests) == 1


def users_page(**members: object) -> tuple[int, dict[str, str], bytes]:
    user = {"id": "0190", "number": "U-7", "version": 3, "masks": {"name": "M•••"}, "new_field": 1, "city": "[b]\x1b"}
    page = {"items": [user], "next": "n", "previous": None, "total": {"count": 9, "exact": True}, "first": 0}
    return 200, {}, json.dumps(page | members).encode()


def test_a_page_holds_records(ledger: Ledger) -> None:
    ledger.scripted = [users_page()]
    params: Query = {"state": ["active", "locked"], "pro": True, "limit": 50, "cursor": None}
    page = run(ledger.url, lambda client: client.page("users", params=params))
    assert ledger.calls() == ["GET /v1/users?state=active&state=locked&pro=true&limit=50"]
    assert (page.next, page.previous, page.total.count, page.total.exact, page.first) == ("n", None, 9, True, 0)
    [user] = page.items
    assert (user.number, user.version, user.masks["name"], user.city) == ("U-7", 3, "M•••", Raw("[b]\x1b"))


@pytest.mark.parametrize("members", [{"items": [{"id": "secret-value"}]}, {"total": None}, {"items": "secret-value"}])
def test_a_page_with_broken_records_is_refused_without_its_values(ledger: Ledger, members: dict[str, object]) -> None:
    ledger.scripted = [users_page(**members)]
    with pytest.raises(ContractBroken) as told:
        run(ledger.url, lambda client: client.page("users"))
    assert "secret-value" not in str(told.value)


def test_search_terms_stand_in_no_url(ledger: Ledger) -> None:
    ledger.scripted = [users_page()]
    run(ledger.url, lambda client: client.search("users", {"name": Raw("Maria")}))
    [(method, path, _, body)] = ledger.requests
    assert (method, path, json.loads(body)) == ("POST", "/v1/users/search", {"name": "Maria"})


def test_an_id_leads_nowhere_else(ledger: Ledger) -> None:
    with pytest.raises(ContractBroken):
        run(ledger.url, lambda client: client.record("users", "../employees?x#y"))
    assert ledger.calls() == ["GET /v1/users/..%2Femployees%3Fx%23y"]


def test_a_refused_token_is_renewed_once(ledger: Ledger) -> None:
    ledger.scripted = [problem(401, "not-signed-in")]
    assert run(ledger.url, post).body == {"entry": 1}
    assert [headers["Authorization"] for _, _, headers, _ in ledger.requests] == ["Bearer first", "Bearer second"]
    ledger.scripted = [problem(401, "not-signed-in")] * 2
    with pytest.raises(NotSignedIn):
        run(ledger.url, lambda client: client.get("/v1/me"))


def test_from_a_newer_platform_it_only_reads(ledger: Ledger) -> None:
    ledger.scripted = [(200, {}, b'{"version": "2.1", "reveal_reasons": ["answer"]}')]

    async def work(client: Client) -> None:
        offer = await client.offer()
        assert offer.model_extra == {"reveal_reasons": ["answer"]}
        assert (await client.get("/v1/users")).status == 200
        await client.post("/v1/tickets", {})

    with pytest.raises(OutOfDate):
        run(ledger.url, work)
    assert ledger.calls() == ["GET /v1", "GET /v1/users"]


def test_a_stream_that_breaks_off_is_not_taken_for_whole(ledger: Ledger) -> None:
    async def gather(client: Client) -> bytes:
        gathered = b""
        async with client.stream("/v1/audit/export", {}) as parts:
            async for part in parts:
                gathered += part
        return gathered

    rows = b'{"seq": 1}\n' * 9000
    ledger.scripted = [(200, {}, rows)]
    assert run(ledger.url, gather) == rows
    for fault in (Cut(500), Cut(90_000), Swallow()):
        ledger.scripted = [(200, {}, rows)]
        with pytest.raises(ConnectionFailed):
            through(ledger, [fault], gather)
    ledger.scripted = [problem(403, "not-allowed")]
    with pytest.raises(NotAllowed):
        run(ledger.url, gather)


def test_neither_proxies_nor_logins_of_the_environment_are_taken(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert run(ledger.url, lambda client: client.get("/v1/users")).status == 200
