"""Certificates for servers of tests, and an authority that vouches for them."""

from __future__ import annotations

import ipaddress
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


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
