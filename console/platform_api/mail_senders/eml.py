"""Mail as files of the data folder, which nobody carries further: for demos and tests, and for who carries them by other means."""

from __future__ import annotations

import hashlib
from pathlib import Path

from console.platform_api.mail_senders.seam import LastWord, Letter
from console.platform_api.private_files import private_folder, write_once

FOLDER = "mail"


class EmlFolder:
    """A mail is a file of its own, named after its Message-ID: the second of two finds the first one's and leaves it."""

    name = "eml"

    def __init__(self, data: Path) -> None:
        self.folder = data / FOLDER

    def send(self, letter: Letter, last_word: LastWord) -> None:
        last_word()
        private_folder(self.folder)
        write_once(self.path_of(letter.message_id), letter.content)

    def was_sent(self, message_id: str) -> bool | None:
        return self.path_of(message_id).exists()

    def path_of(self, message_id: str) -> Path:
        """An id that is no plain file name, which the platform's own never are, goes by its hash."""
        name = message_id.strip("<>").partition("@")[0]
        plain = name.replace("-", "").isalnum() and name.isascii()
        return self.folder / f"{name if plain else hashlib.sha256(message_id.encode()).hexdigest()}.eml"
