"""What is trusted: certificates of a named or public authority for this very host, and nothing else (P15)."""

from __future__ import annotations

import asyncio
import ipaddress
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from console.client.transport import Reply, Request, Transport
from console.errors import ConnectionFailed, SettingsError
from tests.faults.ledger import running_ledger


class Identity(NamedTuple):
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    def context(self, folder: Path) -> ssl.SSLContext:
        """As a server shows it."""
        path = folder / "server.pem"
        secret = self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        path.write_bytes(secret + self.pem())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context

    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)


def issue(name: str, names: list[x509.GeneralName], issuer: Identity | None = None, days: int = 2) -> Identity:
    """A certificate of `issuer`, or one that vouches for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    start = datetime.now(UTC) - timedelta(days=7)
    authority = (issuer.certificate, issuer.key) if issuer else (None, key)
    unsigned = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(authority[0].subject if authority[0] else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=7 + days))
        .add_extension(x509.BasicConstraints(ca=not names, path_length=None), critical=True)
    )
    if names:
        unsigned = unsigned.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return Identity(unsigned.sign(authority[1], hashes.SHA256()), key)


HERE: list[x509.GeneralName] = [x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
ELSEWHERE: list[x509.GeneralName] = [x509.DNSName("platform.example.com")]


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
