"""The job that builds a package, a stretch a transaction: killed anywhere, the next try goes on behind the last that was committed.

`job.ids`: request. `job.step`: the place. What is read is read before the transaction, so that nobody waits for it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, update

from console.platform_api import jobs
from console.platform_api.access_package import pages
from console.platform_api.access_package.contents import Place, Stretch, gather, total
from console.platform_api.access_package.gathering import Gathering
from console.platform_api.access_package.parts import (
    JSON,
    content_of,
    names_of,
    package_of,
    packages,
    remove,
    write_stretch,
)
from console.platform_api.access_package.sealing import open_key
from console.platform_api.desk import Desk
from console.platform_api.jobs import Job
from console.platform_api.platform import Platform
from console.platform_api.privacy_requests import REQUESTS, requests
from console.platform_api.transaction import Transaction, own_work
from console.records.privacy_requests import RESOURCE, RequestState

JOB = "package"
BUILDING, BUILT, GONE = "building", "built", "expired"

KEPT = timedelta(days=30)
"""How long a package waits to be released, and for the person: from then on it would be out of date."""

TOLD = 10
"""So often at most the consoles hear how far it is."""


@dataclass(frozen=True)
class Under:
    """A package under way: the request as it was when this step began."""

    request: Row[Any]
    package: Row[Any]
    key: bytes = field(repr=False)


def mark_of(request: str) -> str:
    return f"{JOB}:{request}"


def owner_of(package: Row[Any]) -> str:
    """Whose key the package dies with."""
    return str(package.person or package.request)


def run(desk: Desk, job: Job) -> None:
    left: Job | None = job
    while left is not None:
        left = _step(desk.platform, left)


def _step(platform: Platform, job: Job) -> Job | None:
    """The job as it goes on; None when it is done, or nobody wants it any more."""
    under, place = _looked_up(platform, job.ids["request"]), Place.read(job.step)
    if under is None:
        _given_up(platform, job)
        return None
    if place.over:
        _finish(platform, job, under)
        return None
    with platform.database.reading() as connection:
        gathering = Gathering(platform, connection, under.request.person, under.request.id)
        all_rows = total(gathering) if not job.step else under.package.total
        found = gather(gathering, place)
    _frame(platform, under, found, first=not job.step)
    return _write(platform, job, under, found, all_rows)


def _looked_up(platform: Platform, request: str) -> Under | None:
    with platform.database.reading() as connection:
        row = connection.execute(requests.select().where(requests.c.id == request)).first()
        package = package_of(connection, request)
    if row is None or package is None or package.state != BUILDING or row.state != RequestState.IN_PROGRESS:
        return None
    owner = owner_of(package)
    key = platform.vault.keys_of([owner]).get(owner)
    if key is None or package.sealed_key is None:
        return None
    return Under(row, package, open_key(key, request, bytes(package.sealed_key)))


def _frame(platform: Platform, under: Under, found: Stretch, *, first: bool) -> None:
    """The files' heads before the first stretch, their ends behind the last."""
    named, made = REQUESTS.name_of(under.request), platform.clock()
    if first:
        found.json.insert(0, pages.json_head(named, made))
        found.html.insert(0, pages.html_head(named, made))
    if found.place.over:
        found.json.append(pages.json_tail())
        found.html.append(pages.html_tail())


def _write(platform: Platform, job: Job, under: Under, found: Stretch, all_rows: int) -> Job:
    """The lease was held all the while, or none of it is kept."""
    request, part = under.request.id, found.place.part
    with own_work(platform) as work:
        held = jobs.hold(work, job)
        write_stretch(work.connection, under.key, request, part, found)
        done = under.package.done + found.rows
        counts = dict(under.package.counts)
        for name, count in found.counts.items():
            counts[name] = counts.get(name, 0) + count
        whole = max(all_rows, done)
        _set(work, request, done=done, total=whole, counts=counts)
        if _is_told(under.package, done, whole):
            _tell(work, request, "package-building", done=done, total=whole)
        return jobs.hold(work, held, str(replace(found.place, part=part + 1)))


def _is_told(before: Row[Any], done: int, whole: int) -> bool:
    return bool(before.total == 0 or done * TOLD // max(whole, 1) > before.done * TOLD // max(whole, 1))


def _finish(platform: Platform, job: Job, under: Under) -> None:
    """Its hash is that of the JSON file; its size that of all files."""
    request, digest, size = under.request.id, hashlib.sha256(), 0
    for name in names_of(platform.database, request):
        for piece in content_of(platform.database, under.key, request, name):
            size += len(piece)
            if name == JSON:
                digest.update(piece)
    with own_work(platform) as work:
        held = jobs.hold(work, job)
        found = {"state": BUILT, "built": work.now, "expires": work.now + KEPT}
        _set(work, request, sha256=digest.hexdigest(), size=size, **found)
        _tell(work, request, "package-built", rows=under.package.done, size=size)
        jobs.done(work, held)


def _given_up(platform: Platform, job: Job) -> None:
    """It was decided or withdrawn meanwhile, or the person is erased: what was gathered goes."""
    request = job.ids["request"]
    with own_work(platform) as work:
        held = jobs.hold(work, job)
        package = package_of(work.connection, request)
        if package is not None and package.state == BUILDING:
            end(work, request, GONE)
        jobs.done(work, held)


def end(work: Transaction, request: str, state: str) -> None:
    """Its content and its key go; that there was one stays."""
    remove(work.connection, request)
    _set(work, request, state=state, sealed_key=None, salt=None, token_hash=None)
    _tell(work, request, f"package-{state}")


def _set(work: Transaction, request: str, **values: Any) -> None:
    work.connection.execute(update(packages).where(packages.c.request == request).values(**values))


def _tell(work: Transaction, request: str, action: str, **details: Any) -> None:
    row = work.lock(requests, request)
    if row is not None:
        work.change(RESOURCE, requests, row)
        work.entries.append(work.entry(RESOURCE, action, record=request, details=details))
