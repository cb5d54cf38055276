"""How a package is sealed: its pieces under a key of its own, and that key under the owner's in the vault.

On release it goes under the passphrase and the link as well, neither of which is kept: from then on nobody here can open it, and
without the owner's key, which an erasure destroys, nobody at all.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from console.platform_api.keys import Keys
from console.platform_api.vault import NONCE_BYTES, OwnerKey

RESOURCE = "privacy-packages"
BUILT, RELEASED = "key", "released"
"""What stands for the category in the place of the package's key: before its release, and from then on."""

KEY_BYTES, SALT_BYTES, TOKEN_BYTES = 32, 16, 32
COST, BLOCK, LANES = 2**15, 8, 1
"""Of scrypt: 32 MiB and a tenth of a second a try."""

ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Nothing that is taken for something else when it is read out."""

GROUPS, GROUP = 5, 4
"""Twenty characters: 99 bits."""


def new_key() -> bytes:
    return secrets.token_bytes(KEY_BYTES)


def new_salt() -> bytes:
    return secrets.token_bytes(SALT_BYTES)


def new_token() -> str:
    """The link's end; it can't be guessed, and the database knows its hash alone."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def passphrase_of(keys: Keys, intent: str, request: str) -> str:
    """The same for the same intent: an answer that was lost is repeated, and nothing that opens anything is stored."""
    found = hmac.digest(keys.token, f"package passphrase\n{intent}\n{request}".encode(), "sha512")
    number = int.from_bytes(found, "big")
    signs = []
    for _ in range(GROUPS * GROUP):
        number, sign = divmod(number, len(ALPHABET))
        signs.append(ALPHABET[sign])
    return "-".join("".join(signs[at : at + GROUP]) for at in range(0, len(signs), GROUP))


# The key


def seal_key(owner: OwnerKey, request: str, key: bytes) -> bytes:
    return owner.seal(RESOURCE, request, BUILT, key)


def open_key(owner: OwnerKey, request: str, sealed: bytes) -> bytes:
    return owner.open(RESOURCE, request, BUILT, sealed)


def release_key(owner: OwnerKey, request: str, key: bytes, lock: bytes) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return owner.seal(RESOURCE, request, RELEASED, nonce + AESGCM(lock).encrypt(nonce, key, request.encode()))


def unlock_key(owner: OwnerKey, request: str, sealed: bytes, lock: bytes) -> bytes | None:
    """None for a wrong passphrase."""
    inner = owner.open(RESOURCE, request, RELEASED, sealed)
    try:
        return AESGCM(lock).decrypt(inner[:NONCE_BYTES], inner[NONCE_BYTES:], request.encode())
    except InvalidTag:
        return None


def lock_of(passphrase: str, token: str, salt: bytes) -> bytes:
    """Of both: the passphrase alone opens nothing, and neither does the link."""
    typed = "".join(sign for sign in passphrase.upper() if sign in ALPHABET)
    stretched = hashlib.scrypt(typed.encode(), salt=salt, n=COST, r=BLOCK, p=LANES, maxmem=64 * 1024 * 1024, dklen=32)
    return hmac.digest(stretched, token.encode(), "sha256")


# The pieces


def seal_part(key: bytes, request: str, name: str, part: int, content: bytes) -> bytes:
    """For this one place: a piece that is moved or of another package opens nothing."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, content, _place(request, name, part))


def open_part(key: bytes, request: str, name: str, part: int, sealed: bytes) -> bytes:
    return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _place(request, name, part))


def _place(request: str, name: str, part: int) -> bytes:
    return f"{request}\n{name}\n{part}".encode()
