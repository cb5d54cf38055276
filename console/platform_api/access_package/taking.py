"""Taking a package: whoever has the link and the passphrase, and nobody else. Five wrong ones, and it is gone for good.

The link opens once: an hour later nothing is left of it, so that a transfer that broke off can be begun again.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, select, update

from console.platform_api.access_package import sealing
from console.platform_api.access_package.building import BUILT, GONE, end, owner_of
from console.platform_api.access_package.parts import content_of, names_of, packages
from console.platform_api.access_package.releasing import LOCKED, RELEASED, TAKEN
from console.platform_api.platform import Platform
from console.platform_api.privacy_requests import requests
from console.platform_api.problems import NotAllowed, NotFound
from console.platform_api.transaction import Transaction, own_work
from console.records.privacy_requests import RESOURCE, RequestState

TRIES = 5
AGAIN_FOR = timedelta(hours=1)
AT_ONCE = 20
OPEN = (RELEASED, TAKEN)
STANDS = (RequestState.IN_PROGRESS, RequestState.FULFILLED, RequestState.PARTLY_FULFILLED)
"""Whoever finds out too late that somebody else asked denies the request, and the link is dead."""

NO_SUCH = "There is nothing here: the link is wrong, was used, or is too old. Ask us for a new one."
WRONG = "This passphrase does not open it."
ZIPPED = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Opened:
    request: str
    key: bytes = field(repr=False)


def is_there(platform: Platform, token: str) -> bool:
    with platform.database.reading() as connection:
        return connection.execute(select(packages.c.request).where(*_by_link(platform, token))).first() is not None


def take(platform: Platform, token: str, passphrase: str) -> Opened:
    """NotFound for a link that opens nothing; NotAllowed for a wrong passphrase. A try counts before it is looked at."""
    package = _charged(platform, token)
    owner = owner_of(package)
    owners_key = platform.vault.keys_of([owner]).get(owner)
    if owners_key is None:
        raise NotFound(NO_SUCH)
    lock = sealing.lock_of(passphrase, token, bytes(package.salt))
    key = sealing.unlock_key(owners_key, package.request, bytes(package.sealed_key), lock)
    if key is None:
        _refused(platform, package)
        raise NotAllowed(WRONG)
    _taken(platform, package)
    return Opened(package.request, key)


def is_on_offer(request: Row[Any], package: Row[Any], now: datetime) -> bool:
    """Whether whoever has the link and the passphrase could take it now."""
    opens = package.expires is not None and package.expires > now
    return opens and package.state in OPEN and request.state in STANDS


def _by_link(platform: Platform, token: str) -> tuple[Any, ...]:
    stands = select(requests.c.id).where(requests.c.state.in_(STANDS))
    return (
        packages.c.token_hash == sealing.token_hash(token), packages.c.state.in_(OPEN), packages.c.expires > platform.clock(),
        packages.c.tries < TRIES, packages.c.request.in_(stands),
    )  # fmt: skip


def _charged(platform: Platform, token: str) -> Row[Any]:
    """Tries at the same time are counted one after the other."""
    with own_work(platform) as work:
        wanted = select(packages).where(*_by_link(platform, token)).with_for_update()
        package = work.connection.execute(wanted).first()
        if package is None:
            raise NotFound(NO_SUCH)
        _set(work, package, tries=package.tries + 1)
        return package


def _refused(platform: Platform, package: Row[Any]) -> None:
    with own_work(platform) as work:
        entry = work.entry(RESOURCE, "take-package", record=package.request, details={"tries": package.tries + 1})
        work.entries.append(replace(entry, outcome="refused"))
        if package.tries + 1 >= TRIES:
            end(work, package.request, LOCKED)


def _taken(platform: Platform, package: Row[Any]) -> None:
    with own_work(platform) as work:
        row = work.lock(requests, package.request)
        if (
            work.connection.execute(select(packages.c.state).where(packages.c.request == package.request)).scalar()
            not in OPEN
        ):
            raise NotFound(NO_SUCH)  # the last wrong try came at the same time
        first = package.taken or work.now
        _set(work, package, state=TAKEN, taken=first, expires=min(package.expires, first + AGAIN_FOR), tries=0)
        if row is not None:
            work.change(RESOURCE, requests, row)
        work.entries.append(work.entry(RESOURCE, "take-package", person=package.person, record=package.request))


def _set(work: Transaction, package: Row[Any], **values: Any) -> None:
    work.connection.execute(update(packages).where(packages.c.request == package.request).values(**values))


# As one file


class _Pipe:
    """What a ZIP is written into, and is taken out of as it grows."""

    def __init__(self) -> None:
        self._held: list[bytes] = []

    def write(self, content: bytes, /) -> int:
        self._held.append(bytes(content))
        return len(content)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """It is never closed: whoever reads decides when it is over."""

    def drained(self) -> bytes:
        found, self._held = b"".join(self._held), []
        return found


def zipped(platform: Platform, opened: Opened) -> Iterator[bytes]:
    """All files of the package in one, a piece at a time."""
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names_of(platform.database, opened.request):
            entry = zipfile.ZipInfo(name, ZIPPED)
            entry.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(entry, "w", force_zip64=True) as file:
                for piece in content_of(platform.database, opened.key, opened.request, name):
                    file.write(piece)
                    yield pipe.drained()
    yield pipe.drained()


# What is over


def expire(work: Transaction) -> None:
    """Packages that nobody released or took in time, and those that were taken."""
    over = packages.c.state.in_((BUILT, *OPEN)), packages.c.expires <= work.now
    wanted = select(packages.c.request, packages.c.state).where(*over).order_by(packages.c.request).limit(AT_ONCE)
    for request, state in work.connection.execute(wanted).all():
        end(work, request, TAKEN_AND_GONE if state == TAKEN else GONE)


TAKEN_AND_GONE = "removed"
