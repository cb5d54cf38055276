"""What the hashes that outlive an erasure are for: who asked us not to write is not written to when they come again, with the same address."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, select

from console.platform_api.blind import email_token, phone_token
from console.platform_api.keys import Keys
from console.platform_api.platform import Platform
from console.platform_api.tables import KeptRow, table

kept = table(KeptRow)

OPT_OUT = "opt_out_hash"
LOOKED_AT = 50
"""Owners of one address."""


def hashes_of(keys: Keys, values: Mapping[str, str]) -> list[int]:
    """Of the address and the number that somebody gives."""
    tokens = {"email": email_token, "phone": phone_token}
    return sorted(make(keys, values[name]) for name, make in tokens.items() if name in values)


def have_opted_out(
    platform: Platform, connection: Connection, given: Mapping[str, Mapping[str, str]]
) -> frozenset[str]:
    """Of these (anything → values given), those whose address or number an erased person had who asked us not to write."""
    refusing = (
        set(connection.execute(select(kept.c.key_owner).where(kept.c.what == OPT_OUT)).scalars()) if given else set()
    )
    if not refusing:
        return frozenset()
    return frozenset(name for name, values in given.items() if refusing & _owners(platform, values))


def _owners(platform: Platform, values: Mapping[str, str]) -> set[str]:
    tokens = hashes_of(platform.keys, values)
    return {owner for token in tokens for owner in platform.vault.find([token], before=None, limit=LOOKED_AT)}
