"""Passwords: Argon2id by argon2-cffi's defaults (RFC 9106: 64 MiB, 3 passes)."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST, LONGEST = 12, 256

hasher = PasswordHasher()
"""How passwords are hashed from now on; older hashes say themselves how they were made."""

NOBODYS = "$argon2id$v=19$m=65536,t=3,p=4$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
"""A hash that no password has: an unknown address is compared with it, so that it takes as long as a known one."""


def hash_password(password: str) -> str:
    return hasher.hash(password)


def matches(stored: str, password: str) -> bool:
    try:
        return hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(stored: str) -> bool:
    """Whether it was made with weaker settings than today's."""
    return hasher.check_needs_rehash(stored)


def weakness(password: str, email: str) -> str:
    """Why a new password can't be taken; empty when it can."""
    if len(password) < SHORTEST:
        return f"A password has at least {SHORTEST} characters."
    if len(password) > LONGEST:
        return f"A password has at most {LONGEST} characters."
    if password.casefold() in (email, email.partition("@")[0]) or len(set(password)) < 5:
        return "This password is too easy to guess."
    return ""
