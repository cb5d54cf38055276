"""What carries mail, behind one seam: a mail server, or files of the data folder."""

from __future__ import annotations

from console.errors import SettingsError
from console.platform_api.mail_senders.eml import EmlFolder
from console.platform_api.mail_senders.seam import Sender
from console.platform_api.platform import Platform

SMTP = "smtp"


def sender_of(platform: Platform) -> Sender:
    """The one that platform.toml names. Production must name one, so that nobody takes files for mail that went out."""
    if platform.rules.mail == SMTP:
        from console.platform_api.mail_senders.smtp import smtp_server

        return smtp_server(platform)
    if platform.rules.mail is None and platform.environment == "production":
        raise SettingsError(
            "Where mail goes isn't said, and production doesn't guess.",
            advice='Name a mail server in platform.toml ([mail] kind = "smtp" …), or say kind = "eml" to have files.',
        )
    return EmlFolder(platform.data)
