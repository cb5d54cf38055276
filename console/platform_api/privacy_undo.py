"""Taking a letter of a privacy request back (`letter_undo`), with the package that it released."""

from __future__ import annotations

from sqlalchemy import Row

from console.platform_api import letter_undo
from console.platform_api.access_package import parts
from console.platform_api.guard import Ask
from console.platform_api.letter_hinders import PACKAGE
from console.platform_api.privacy_requests import REQUESTS
from console.platform_api.store import Answer, Write, act


def undo(ask: Ask, named: str, message: str) -> Answer:
    """By who wrote it. A package that it released goes: its passphrase was told, so it is built anew."""

    def change(write: Write) -> None:
        if letter_undo.take_back(write, message).get(PACKAGE):
            parts.forget(write.connection, write.row.id)

    return act(ask, REQUESTS, named, change, versioned=False)


def remember(write: Write, message: str, case: Row[object]) -> None:
    letter_undo.remember(write, message, case, more={PACKAGE: write.ask.action == "release-package"})
