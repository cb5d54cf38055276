"""The sealed pieces of a package in the database: written as they are gathered, read one at a time, gone with the package."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from console.platform_api.access_package.contents import Stretch
from console.platform_api.access_package.sealing import open_part, seal_part
from console.platform_api.database import Database
from console.platform_api.tables import PackagePart, PrivacyPackageRow, table

packages, parts = table(PrivacyPackageRow), table(PackagePart)

JSON, HTML = "data.json", "data.html"
PIECE = 1024 * 1024
"""Bytes of a document in one piece."""


def write_stretch(connection: Connection, key: bytes, request: str, part: int, found: Stretch) -> None:
    for name, pieces in ((JSON, found.json), (HTML, found.html)):
        write_part(connection, key, request, name, part, b"".join(pieces))
    for file in found.files:
        for at, start in enumerate(range(0, len(file.content), PIECE)):
            write_part(connection, key, request, file.name, at, file.content[start : start + PIECE])


def write_part(connection: Connection, key: bytes, request: str, name: str, part: int, content: bytes) -> None:
    sealed = seal_part(key, request, name, part, content)
    connection.execute(insert(parts).values(request=request, name=name, part=part, sealed_content=sealed))


def remove(connection: Connection, request: str) -> None:
    connection.execute(delete(parts).where(parts.c.request == request))


def forget(connection: Connection, request: str) -> None:
    """As if there had never been one."""
    remove(connection, request)
    connection.execute(delete(packages).where(packages.c.request == request))


def package_of(connection: Connection, request: str) -> Row[Any] | None:
    return connection.execute(select(packages).where(packages.c.request == request)).first()


def names_of(database: Database, request: str) -> Sequence[str]:
    """The files: the two first, then the documents."""
    wanted = select(parts.c.name).where(parts.c.request == request).distinct()
    with database.reading() as connection:
        found = set(connection.execute(wanted).scalars())
    return [*(name for name in (HTML, JSON) if name in found), *sorted(found - {HTML, JSON})]


def content_of(database: Database, key: bytes, request: str, name: str) -> Iterator[bytes]:
    """A piece at a time, each read anew: no reader stays open while the client is slow."""
    part = 0
    while (sealed := _sealed(database, request, name, part)) is not None:
        yield open_part(key, request, name, part, sealed)
        part += 1


def _sealed(database: Database, request: str, name: str, part: int) -> bytes | None:
    mine = parts.c.request == request, parts.c.name == name, parts.c.part == part
    with database.reading() as connection:
        found = connection.execute(select(parts.c.sealed_content).where(*mine)).scalar()
    return bytes(found) if found is not None else None
