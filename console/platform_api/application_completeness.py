"""What an application lacks, and what of it expires soon: as of now, from its marks and its documents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_, select, true

from console.platform_api.application_marks import LACKS, SERVICE, documents, marks, marks_of, services_in
from console.platform_api.tables import ProApplicationRow, table
from console.records.application_documents import DocumentKind, DocumentState
from console.records.pro_applications import ALWAYS_NEEDED, MISSING, NEEDS_LICENCE, PROFILE_NEEDED, needed_documents

_applications = table(ProApplicationRow)

Clause = ColumnElement[bool]
Document = tuple[str, datetime | None]
"""Kind, and until when it counts."""


@dataclass(frozen=True)
class Completeness:
    """`missing` in the order of `MISSING`; `expiring`: kinds whose last document that counts will soon count no more."""

    services: tuple[str, ...]
    missing: tuple[str, ...]
    expiring: tuple[str, ...]


def completeness_of(
    connection: Connection, applications: Collection[str], now: datetime, soon: timedelta
) -> dict[str, Completeness]:
    """Of many at once."""
    found, there = marks_of(connection, applications), _complete_documents(connection, applications, now)
    return {one: _completeness(found[one], there[one], now + soon) for one in applications}


def _complete_documents(
    connection: Connection, applications: Collection[str], now: datetime
) -> defaultdict[str, list[Document]]:
    """All of the applications' documents are read, few as they are: asked for those that last, SQLite goes through those of everybody."""
    found: defaultdict[str, list[Document]] = defaultdict(list)
    columns = select(documents.c.application, documents.c.kind, documents.c.state, documents.c.expires)
    for application, kind, state, expires in connection.execute(
        columns.where(documents.c.application.in_(list(applications)))
    ):
        if state == DocumentState.RECEIVED and (expires is None or expires > now):
            found[application].append((kind, expires))
    return found


def is_complete(now: datetime) -> Clause:
    """That a document is received, and has not expired."""
    lasts = or_(documents.c.expires.is_(None), documents.c.expires > now)
    return and_(documents.c.state == DocumentState.RECEIVED, lasts)


def _completeness(found: Collection[str], there: Iterable[Document], soon: datetime) -> Completeness:
    services = services_in(found)
    until: dict[str, datetime | None] = {}
    for kind, expires in there:
        until[kind] = _later(until[kind], expires) if kind in until else expires
    needed = [str(kind) for kind in needed_documents(services)]
    lacking = {*(kind for kind in needed if kind not in until), *(f for f in PROFILE_NEEDED if LACKS + f in found)}
    ending = [kind for kind in needed if (last := until.get(kind)) is not None and last <= soon]
    return Completeness(services, tuple(name for name in MISSING if name in lacking), tuple(ending))


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return None if one is None or other is None else max(one, other)


# As filters of a list


def lacks(connection: Connection, name: str, now: datetime) -> list[Clause]:
    """That an application lacks this: it was never sent, or it has expired. Each of the two is found by an index, and never are both so."""
    never = _marked(connection, LACKS + name)
    if name in PROFILE_NEEDED:
        return [never]
    of_kind = documents.c.kind == name, documents.c.state == DocumentState.RECEIVED
    expired = select(documents.c.application).where(*of_kind, documents.c.expires <= now)
    another = exists().where(documents.c.application == _applications.c.id, documents.c.kind == name, is_complete(now))
    needed = true() if DocumentKind(name) in ALWAYS_NEEDED else offers(connection, *sorted(NEEDS_LICENCE))
    return [never, and_(_applications.c.id.in_(expired), needed, ~another)]


def offers(connection: Connection, *services: str) -> Clause:
    return _marked(connection, *(SERVICE + service for service in services))


MANY = 10_000
"""Applications with a mark from which on each application is asked for its marks, as soon enough are found: SQLite reads the whole of a
subquery before it looks for the first."""


def _marked(connection: Connection, *wanted: str) -> Clause:
    mine = marks.c.mark.in_(wanted)
    some = select(marks.c.application).where(mine).limit(MANY + 1).subquery()
    if (connection.execute(select(func.count()).select_from(some)).scalar() or 0) > MANY:
        return exists().where(mine, marks.c.application == _applications.c.id)
    return _applications.c.id.in_(select(marks.c.application).where(mine))
