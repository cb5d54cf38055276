"""The processor's secrets: from the environment, else from a file of the data folder that nobody else reads. Never from argv."""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

from console.errors import SettingsError
from console.platform_api.private_files import private_folder, write_once

KEY, KEY_FILE = "PETWORKS_STRIPE_KEY", "stripe-key"
WEBHOOK_SECRET, WEBHOOK_FILE = "PETWORKS_WEBHOOK_SECRET", "webhook-secret"


class ProcessorSecretError(SettingsError):
    advice = "Put it into the environment, or into a file of the data folder that only the platform's user can read."


def stripe_key(data: Path) -> str:
    """The restricted or secret key of Stripe's API."""
    return found(data, KEY, KEY_FILE)


def webhook_secret(data: Path, *, make: bool = False) -> str:
    """What webhooks are signed with. `make`: for the built-in processor, which signs them on this machine."""
    path = data / WEBHOOK_FILE
    if make and not os.environ.get(WEBHOOK_SECRET) and not path.exists():
        private_folder(data)
        write_once(path, f"whsec_{secrets.token_hex(32)}\n".encode())
    return found(data, WEBHOOK_SECRET, WEBHOOK_FILE)


def found(data: Path, variable: str, file: str) -> str:
    """A secret by its variable, else by its file."""
    secret = os.environ.get(variable, "").strip() or _read(data / file, variable)
    if not secret or not secret.isascii() or not secret.isprintable():
        raise ProcessorSecretError(f"{variable} is empty, or holds what can't be a key.")
    return secret


def _read(path: Path, variable: str) -> str:
    try:
        with path.open("rb") as file:
            if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
                raise ProcessorSecretError(f"{path}: others can read it.", advice=f"chmod 600 {path}")
            return file.read(4096).decode("ascii", "replace").strip()
    except FileNotFoundError:
        raise ProcessorSecretError(f"{variable} isn't set, and there is no {path}.") from None
    except OSError as error:
        raise ProcessorSecretError(f"{path}: {error.strerror}.") from None
