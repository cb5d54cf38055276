"""What carries mail, behind one seam: a mail server, or files of the data folder."""

from __future__ import annotations

from console.errors import SettingsError
from console.platform_api.mail_senders.eml import EmlFolder
from console.platform_api.mail_senders.seam import Sender
from console.platform_api.mail_senders.smtp import NO_TLS, Server, SmtpServer
from console.platform_api.platform import Platform
from console.platform_api.processors.secrets import found
from console.platform_api.rules import FILE, Rules

SMTP = "smtp"
PASSWORD, PASSWORD_FILE = "PETWORKS_MAIL_PASSWORD", "mail-password"
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def sender_of(platform: Platform) -> Sender:
    """The one that platform.toml names. Production must name one, so that nobody takes files for mail that went out."""
    if platform.rules.mail == SMTP:
        return _smtp(_server(platform))
    if not platform.rules.mail and platform.environment == "production":
        raise SettingsError(
            "Where mail goes isn't said, and production doesn't guess.",
            advice=f'Say it in {FILE}, under [mail]: kind = "smtp" with a server, or kind = "eml" for files alone.',
        )
    return EmlFolder(platform.data)


def _smtp(server: Server) -> Sender:
    try:
        return SmtpServer(server)
    except (OSError, ValueError) as error:  # an SSLError is an OSError
        raise SettingsError(f"mail.ca_file can't be read: {type(error).__name__}.") from None


def _server(platform: Platform) -> Server:
    rules = platform.rules
    if not rules.mail_host:
        raise SettingsError("There is no mail server to send by.", advice=f"Say mail.host in {FILE}.")
    if rules.mail_from == Rules().mail_from:
        raise SettingsError("Mail needs an address that it comes from.", advice=f"Say mail.from in {FILE}.")
    if rules.mail_tls == NO_TLS:
        _refuse_in_clear(platform)
    password = found(platform.data, PASSWORD, PASSWORD_FILE) if rules.mail_user else ""
    return Server(
        host=rules.mail_host, port=rules.mail_port, tls=rules.mail_tls, sender=rules.mail_from, user=rules.mail_user or None,
        password=password, ca_file=rules.mail_ca_file or None,
    )  # fmt: skip


def _refuse_in_clear(platform: Platform) -> None:
    rules = platform.rules
    if platform.environment != "demo" or rules.mail_host not in LOOPBACK or rules.mail_user:
        raise SettingsError(
            "Mail goes out without TLS in a demo alone, to this machine, and without a password.",
            advice=f'Say mail.tls = "starttls" or "implicit" in {FILE}.',
        )
