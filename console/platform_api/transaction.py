"""One transaction that changes several records: an employee's write, or the platform's own work. Who, when, what else it touched.

Rows are locked in this order, so that two transactions never wait for each other: refund, payment, employee, order, review,
application, privacy request, award, contest, entry, document, user, ticket, mail, survey, survey entry. Several of one kind are locked
in the order of their numbers, before any of the next kind.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, select, update
from sqlmodel import Session

from console.platform_api.audit import Entry, append
from console.platform_api.platform import Platform
from console.platform_api.tables import ChangeRow


@dataclass
class Transaction:
    """`employee` and `role` are None while the platform itself is at work. What is `touched` goes into the feed with its version."""

    platform: Platform
    session: Session
    now: datetime
    employee: str | None = None
    role: str | None = None
    ticket: str | None = None
    touched: dict[tuple[str, str], int] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)

    @property
    def connection(self) -> Connection:
        return self.session.connection()

    def lock(self, found_in: Table, record: str) -> Row[Any] | None:
        """The row as it is now, nobody else's until the end of this transaction."""
        self.session.flush()
        return self.connection.execute(select(found_in).where(found_in.c.id == record).with_for_update()).first()

    def change(self, resource: str, found_in: Table, row: Row[Any], **values: Any) -> None:
        """Changes a locked row that is not the write's own: its version rises, and the feed tells."""
        version = max(row.version, self.touched.get((resource, row.id), 0)) + 1
        self.connection.execute(update(found_in).where(found_in.c.id == row.id).values(**values, version=version))
        self.touched[(resource, str(row.id))] = version

    def created(self, resource: str, record: str) -> None:
        self.touched[(resource, record)] = 1

    def entry(
        self, resource: str, action: str, *, person: str | None = None, record: str | None = None, **more: Any
    ) -> Entry:
        """A row for the log about what the platform itself did; the person goes by pseudonym."""
        subject = self.platform.vault.pseudonyms([person]).get(person) if person else None
        found = {"subject": subject, "record": record, "ticket": self.ticket, **more}
        return Entry(
            at=self.now, actor=self.employee, role=self.role, resource=resource, action=action, outcome="done", **found
        )

    def tell(self, seq: int) -> None:
        """Puts what was touched into the feed under the number of the log's row."""
        rows = [ChangeRow(seq=seq, resource=r, record=i, version=v) for (r, i), v in sorted(self.touched.items())]
        self.session.add_all(rows)


@contextmanager
def own_work(platform: Platform) -> Iterator[Transaction]:
    """A transaction of the platform's own. All of it stands on the log: it must leave at least one entry if it touched anything."""
    with platform.database.writing() as session:
        work = Transaction(platform, session, platform.clock())
        yield work
        if work.touched and not work.entries:
            raise RuntimeError("the platform changed records and put nothing on the log")
        if work.entries:
            session.flush()
            work.tell(append(session, work.entries)[-1])
