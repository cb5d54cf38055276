"""Sessions at the real platform: signing in, tokens that are renewed, and where they are kept."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import textwrap
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from console.client import Patience, path
from console.client.transport import Request
from console.errors import ConnectionFailed, NotSignedIn
from console.session import Session
from console.settings import Settings
from console.token_store import Kept, KeyringStore, NotKept
from tests.console.conftest import PASSWORD, RunningPlatform
from tests.faults.proxy import Cut, Drop, FaultProxy, Pass, Swallow
from tests.secret_service import inside

SUPPORT = "support@petworks.example"
HURRIED = Patience(attempt=3.0, call=10.0, pause=0.01)


def at(url: str, **settings: Any) -> Session:
    return Session(Settings(url=url, **settings), patience=HURRIED)


def run(work: Callable[[FaultProxy, Session], Awaitable[Any]], platform: RunningPlatform) -> Any:
    """Work with a session that has a proxy between it and the platform."""

    async def with_proxy() -> Any:
        async with FaultProxy(platform.port) as proxy, at(proxy.url) as session:
            return await work(proxy, session)

    return asyncio.run(with_proxy())


def test_signing_in_says_who_one_is_and_where(platform: RunningPlatform) -> None:
    async def work(proxy: FaultProxy, session: Session) -> None:
        session.environment = "DEMO"
        await session.sign_in(SUPPORT, PASSWORD)
        assert session.me.email.typed == SUPPORT
        assert session.me.roles == ("support",)
        assert "users" in session.me.screens
        assert session.me.start in session.me.screens
        assert (await session.client.page("users")).items == ()

    run(work, platform)


def test_the_graver_environment_is_shown(platform: RunningPlatform) -> None:
    async def environment(**settings: Any) -> str:
        async with at(platform.url, **settings) as session:
            await session.sign_in(SUPPORT, PASSWORD)
            return session.environment

    assert asyncio.run(environment(environment="production")) == "PRODUCTION"
    assert asyncio.run(environment(environment="demo")) == "DEMO"


def test_wrong_passwords_are_told_and_leave_nobody_signed_in(platform: RunningPlatform) -> None:
    async def work(proxy: FaultProxy, session: Session) -> None:
        with pytest.raises(NotSignedIn):
            await session.sign_in(SUPPORT, "wrong")
        with pytest.raises(NotSignedIn):
            _ = session.me
        with pytest.raises(NotSignedIn):
            await session.client.get("/v1/me")
        assert not await session.resume()

    run(work, platform)


def test_many_who_need_a_new_token_get_it_from_one_renewal(platform: RunningPlatform) -> None:
    async def work(proxy: FaultProxy, session: Session) -> None:
        await session.sign_in(SUPPORT, PASSWORD)
        token, before = await session.access(), proxy.exchanges
        await asyncio.gather(*(session.renew(token) for _ in range(10)))
        assert proxy.exchanges == before + 1
        assert (await session.client.get("/v1/me")).status == 200

    run(work, platform)


@pytest.mark.parametrize("fault", [Cut(0), Cut(200), Drop(), Swallow()], ids=repr)
def test_a_renewal_whose_answer_is_lost_is_no_theft(platform: RunningPlatform, fault: Any) -> None:
    async def work(proxy: FaultProxy, session: Session) -> None:
        await session.sign_in(SUPPORT, PASSWORD)
        proxy.faults = [fault]
        await session.renew(await session.access())
        await session.renew(await session.access())
        assert (await session.client.get("/v1/me")).status == 200

    run(work, platform)


def test_a_renewal_that_fails_twice_can_be_tried_again(platform: RunningPlatform) -> None:
    async def work(proxy: FaultProxy, session: Session) -> None:
        await session.sign_in(SUPPORT, PASSWORD)
        proxy.faults = [Cut(0), Cut(0), Pass()]
        with pytest.raises(ConnectionFailed):
            await session.renew(await session.access())
        await session.renew(await session.access())
        assert (await session.client.get("/v1/me")).status == 200

    run(work, platform)


def test_a_session_that_was_ended_elsewhere_says_so(platform: RunningPlatform) -> None:
    async def work(proxy: FaultProxy, session: Session) -> None:
        await session.sign_in(SUPPORT, PASSWORD)
        await session.client.delete(path("auth", "token"))
        with pytest.raises(NotSignedIn):
            await session.client.get("/v1/me")
        await session.sign_in(SUPPORT, PASSWORD)
        assert (await session.client.get("/v1/me")).status == 200

    run(work, platform)


def test_signing_in_again_ends_the_session_before(platform: RunningPlatform) -> None:
    async def work(proxy: FaultProxy, session: Session) -> None:
        await session.sign_in(SUPPORT, PASSWORD)
        before = await session.access()
        await session.sign_in("billing@petworks.example", PASSWORD)
        assert session.me.roles == ("billing",)
        with pytest.raises(NotSignedIn):
            await session.client.once(Request("GET", "/v1/me", (), {"Authorization": f"Bearer {before}"}))

    run(work, platform)


def test_signing_out_forgets_the_token_even_without_a_connection(platform: RunningPlatform) -> None:
    async def work(proxy: FaultProxy, session: Session) -> None:
        await session.sign_in(SUPPORT, PASSWORD)
        await session.sign_out()
        with pytest.raises(NotSignedIn):
            await session.access()
        await session.sign_in(SUPPORT, PASSWORD)
        proxy.faults = [Drop()] * 9
        with pytest.raises(ConnectionFailed):
            await session.sign_out()
        with pytest.raises(NotSignedIn):
            await session.access()

    run(work, platform)


# Where the token is kept


def test_without_a_keyring_the_session_says_that_it_is_not_kept(platform: RunningPlatform) -> None:
    async def work() -> None:
        async with Session.open(Settings(url=platform.url)) as session:
            await session.sign_in(SUPPORT, PASSWORD)
            assert not session.remembers
            assert session.why_not == "This computer has no keyring."
            await session.renew(await session.access())
        async with Session.open(Settings(url=platform.url)) as session:
            assert not await session.resume()

    asyncio.run(work())
    assert not [file for file in Path(os.environ["HOME"]).rglob("*") if file.is_file() and file.read_bytes()]


def backend(folder: Path, module: str, body: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A keyring backend of that name, chosen for this test."""
    place = folder.joinpath(*module.split(".")).with_suffix(".py")
    place.parent.mkdir(parents=True, exist_ok=True)
    head = "from keyring.backend import KeyringBackend\nclass Ring(KeyringBackend):\n    priority = 9\n"
    place.write_text(head + textwrap.indent(textwrap.dedent(body), "    "))
    monkeypatch.setenv("PYTHONPATH", str(folder))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", f"{module}.Ring")


def test_a_backend_that_keeps_plain_text_is_refused_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writes = f"""
    def set_password(self, service, name, secret):
        open({str(tmp_path / "plain")!r}, "w").write(secret)
    def get_password(self, service, name):
        return None
    """
    backend(tmp_path, "keyrings.alt.file", writes, monkeypatch)
    with pytest.raises(NotKept, match=r"keyrings\.alt\.file is not one that is known to encrypt"):
        asyncio.run(KeyringStore("p", "https://a.example").save(Kept("a@b", "token", "nonce")))
    assert not (tmp_path / "plain").exists()


def test_a_keyring_that_hangs_is_killed_with_what_it_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hangs = f"""
    import os, subprocess, time
    children = [os.getpid(), subprocess.Popen(["sleep", "600"]).pid]
    open({str(tmp_path / "pids")!r}, "w").write(" ".join(map(str, children)))
    time.sleep(600)
    """
    backend(tmp_path, "hangs", hangs, monkeypatch)
    with pytest.raises(NotKept, match="did not answer within 2 seconds"):
        asyncio.run(KeyringStore("p", "https://a.example", limit=2).load())
    for pid in (tmp_path / "pids").read_text().split():
        assert not runs(int(pid))


def runs(pid: int) -> bool:
    """Whether it is there and no zombie that nobody has waited for."""
    shown = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True).stdout.strip()
    return bool(shown) and not shown.startswith("Z")


TWO_CONSOLES = """
import asyncio, sys
from console.session import Session
from console.settings import Settings

async def main(url, email, password):
    settings = Settings(url=url)
    first, second = Session.open(settings), Session.open(settings)
    await first.sign_in(email, password)
    assert first.remembers, first.why_not
    assert await second.resume(), second.why_not
    assert second.me == first.me
    for _ in range(3):
        tokens = await first.access(), await second.access()
        await asyncio.gather(first.renew(tokens[0]), second.renew(tokens[1]))
    for each in (first, second):
        assert (await each.client.get("/v1/me")).status == 200
    other = Session.open(Settings(profile="other", url=url))
    assert not await other.resume()
    await second.sign_out()
    third = Session.open(settings)
    assert not await third.resume()
    print("well")

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.mark.system
def test_consoles_share_the_keyring_s_sign_in_and_take_turns(platform: RunningPlatform) -> None:
    command = inside([sys.executable, "-c", TWO_CONSOLES, platform.url, SUPPORT, PASSWORD])
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.stdout.splitlines()[-1:] == ["well"], done.stderr


LOCKED = (
    "import asyncio\nfrom console.token_store import *\nasyncio.run(KeyringStore('p', 'u').save(Kept('e', 't', 'n')))"
)


@pytest.mark.system
def test_a_keyring_that_nobody_unlocked_is_told(tmp_path: Path) -> None:
    """Without a display nobody can be asked for its password."""
    start = "gnome-keyring-daemon --start --components=secrets >/dev/null"
    choose = "PYTHON_KEYRING_BACKEND=keyring.backends.SecretService.Keyring"
    script = f'mkdir -p $XDG_CACHE_HOME $XDG_DATA_HOME && {start} && {choose} exec "$@"'
    command = ["dbus-run-session", "--", "sh", "-c", script, "sh", sys.executable, "-c", LOCKED]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert "NotKept: The keyring" in done.stderr
