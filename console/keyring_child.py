"""One look into the system's keyring, in a process of its own: D-Bus can hang, and a process can be killed.

The order comes as JSON on standard input and the answer goes to standard output, so that no secret stands in argv.
"""

from __future__ import annotations

import json
import sys
from typing import Any

SERVICE = "petworks"

TRUSTED = {
    "keyring.backends.SecretService",
    "keyring.backends.libsecret",
    "keyring.backends.kwallet",
    "keyring.backends.macOS",
    "keyring.backends.Windows",
}
"""Backends that encrypt. Any other is refused by name: keyrings.alt keeps near-plain text, null and fail keep nothing."""

NONE = {"keyring.backends.fail", "keyring.backends.null"}


class Refused(Exception):
    """Says why nothing is kept here."""


def backend() -> Any:
    """The chosen backend; of a chain of them the first that encrypts."""
    import keyring
    from keyring.backends.chainer import ChainerBackend

    chosen = keyring.get_keyring()
    candidates = list(chosen.backends) if isinstance(chosen, ChainerBackend) else [chosen]
    for candidate in candidates:
        if type(candidate).__module__ in TRUSTED:
            return candidate
    names = {type(candidate).__module__ for candidate in candidates} - {
        "keyring.backends.fail",
        "keyring.backends.null",
    }
    if names:
        raise Refused(f"The keyring {', '.join(sorted(names))} is not one that is known to encrypt.")
    raise Refused("This computer has no keyring.")


def obey(order: dict[str, str]) -> dict[str, str]:
    """load: {email, secret} or {}; save and forget: {}. The place holds the e-mail, place and e-mail the secret."""
    ring, place = backend(), order["place"]
    email = order.get("email") or ring.get_password(SERVICE, place)
    if email is None:
        return {}
    match order["do"]:
        case "load":
            secret = ring.get_password(SERVICE, f"{place} {email}")
            return {} if secret is None else {"email": email, "secret": secret}
        case "save":
            ring.set_password(SERVICE, f"{place} {email}", order["secret"])
            ring.set_password(SERVICE, place, email)
        case "forget":
            for account in (f"{place} {email}", place):
                if ring.get_password(SERVICE, account) is not None:
                    ring.delete_password(SERVICE, account)
    return {}


def main() -> int:
    try:
        answer = obey(json.load(sys.stdin))
    except Refused as error:
        answer = {"refused": str(error)}
    except Exception as error:  # noqa: BLE001 - a backend raises what it likes; its text may quote the secret
        answer = {"refused": f"The keyring failed: {type(error).__name__}."}
    json.dump(answer, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
