"""What is trusted: certificates of a named or public authority for this very host, and nothing else (P15)."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from console.client.transport import Reply, Request, Transport
from console.errors import ConnectionFailed, SettingsError
from tests.certificates import ELSEWHERE, HERE, Identity, issue
from tests.faults.ledger import running_ledger


@pytest.fixture(scope="module")
def authority() -> Identity:
    return issue("Petworks test authority", [])


@pytest.fixture
def ca_file(authority: Identity, tmp_path: Path) -> str:
    path = tmp_path / "authority.pem"
    path.write_bytes(authority.pem())
    return str(path)


def ask(server: Identity, folder: Path, ca_file: str | None) -> Reply:
    async def get(url: str) -> Reply:
        transport = Transport(url, ca_file=ca_file)
        try:
            return await transport.send(Request("GET", "/v1"), 5)
        finally:
            await transport.close()

    with running_ledger(server.context(folder)) as ledger:
        return asyncio.run(get(f"https://127.0.0.1:{ledger.port}"))


def test_a_certificate_of_the_named_authority_is_trusted(authority: Identity, ca_file: str, tmp_path: Path) -> None:
    assert ask(issue("here", HERE, authority), tmp_path, ca_file).status == 200


@pytest.mark.parametrize("named", [True, False])
def test_a_self_signed_certificate_is_refused(ca_file: str, tmp_path: Path, named: bool) -> None:
    with pytest.raises(ConnectionFailed, match=r"certificate of 127\.0\.0\.1:\d+ is not trusted: self.signed") as told:
        ask(issue("here", HERE), tmp_path, ca_file if named else None)
    assert not told.value.sent
    assert "ca_file" in told.value.advice


def test_a_certificate_of_an_unknown_authority_is_refused(authority: Identity, tmp_path: Path) -> None:
    with pytest.raises(ConnectionFailed, match="is not trusted"):
        ask(issue("here", HERE, authority), tmp_path, None)


def test_a_certificate_for_another_host_is_refused(authority: Identity, ca_file: str, tmp_path: Path) -> None:
    with pytest.raises(ConnectionFailed, match=r"is not trusted: IP address mismatch.*'127\.0\.0\.1'"):
        ask(issue("there", ELSEWHERE, authority), tmp_path, ca_file)


def test_a_certificate_that_has_run_out_is_refused(authority: Identity, ca_file: str, tmp_path: Path) -> None:
    with pytest.raises(ConnectionFailed, match="is not trusted: certificate has expired"):
        ask(issue("here", HERE, authority, days=-3), tmp_path, ca_file)


def test_a_server_without_tls_is_refused() -> None:
    async def get(url: str) -> None:
        await Transport(url).send(Request("GET", "/v1"), 5)

    with running_ledger() as ledger, pytest.raises(ConnectionFailed, match="TLS"):
        asyncio.run(get(f"https://127.0.0.1:{ledger.port}"))


def test_http_leaves_this_computer_never() -> None:
    with pytest.raises(SettingsError, match="https only"):
        Transport("http://platform.example.com")


def test_the_session_s_secrets_are_written_nowhere(
    authority: Identity, ca_file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = issue("here", HERE, authority)
    log = tmp_path / "keys.log"

    async def get(url: str) -> Reply:
        monkeypatch.setenv("SSLKEYLOGFILE", str(log))
        return await Transport(url, ca_file=ca_file).send(Request("GET", "/v1"), 5)

    with running_ledger(server.context(tmp_path)) as ledger:
        asyncio.run(get(f"https://127.0.0.1:{ledger.port}"))
    assert not log.exists()
