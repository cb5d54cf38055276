"""Filling empty databases with sample data, in bulk and with bounded memory: shares are made ahead only as they are taken."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

from sqlalchemy import BigInteger, Column, Connection, MetaData, Table, select
from sqlmodel import SQLModel

from console.errors import PetworksError
from console.platform_api import bulk, seed_rows
from console.platform_api.audit import Entry, append
from console.platform_api.columns import EPOCH, Id
from console.platform_api.database import Database
from console.platform_api.ids import id_text
from console.platform_api.key_checks import load_keys
from console.platform_api.keys import Keys
from console.platform_api.seed_application_rows import COLUMNS as APPLICATION_COLUMNS
from console.platform_api.seed_application_rows import Suspension
from console.platform_api.seed_books import Books
from console.platform_api.seed_contests import Contests
from console.platform_api.seed_employees import add_employees
from console.platform_api.seed_order_rows import COLUMNS as ORDER_COLUMNS
from console.platform_api.seed_people import YEARS
from console.platform_api.seed_privacy import Requests
from console.platform_api.seed_rows import SHARE, Maker, Plan, Share, share_count
from console.platform_api.seed_surveys import Surveys
from console.platform_api.seed_tickets import LINK_COLUMNS, MESSAGE_COLUMNS, TICKET_COLUMNS
from console.platform_api.tables import (
    AwardRow,
    ContestEntryRow,
    ContestRow,
    OrderRow,
    PrivacyRequestRow,
    ProApplicationRow,
    TicketLink,
    TicketMessage,
    TicketRow,
    UserRow,
    table,
)
from console.platform_api.vault import Vault
from console.platform_api.vault_tables import BLIND, DATA_KEY

CUSTOMER = 12
"""The number of the user who is support's own self."""

ALONE = 20_000
"""Up to so many users one process is quicker: the others take half a second to start."""

Report = Callable[[str], None]


class SeedError(PetworksError):
    """The data can't be made as things stand."""


def report_on_stderr(line: str) -> None:
    sys.stderr.write(f"\r{line:<60}" if sys.stderr.isatty() else f"{line}\n")
    sys.stderr.flush()


WAITING = Table("waiting", MetaData(), Column("token", BigInteger), Column("owner", Id), prefixes=["TEMPORARY"])
"""The blind indexes until all are there, so that they are written in the order of their key."""


class Filling:
    """One seeding on its way. A share's keys are committed before its records, the indexes at the end."""

    def __init__(self, plan: Plan, records: Database, data: Path, vault_url: str, report: Report) -> None:
        self.plan, self.records, self.data, self.report = plan, records, data, report
        vault = Database(vault_url, as_runtime=False)
        self.keys = load_keys(data, vault)
        self.vault = Vault(vault, self.keys)
        self.customer: str | None = None
        self.orders = self.tickets = self.applications = 0
        self.suspensions: list[Suspension] = []

    def close(self) -> None:
        self.records.dispose()
        self.vault.database.dispose()

    def refuse_filled(self, models: Sequence[type[SQLModel]]) -> None:
        with self.records.reading() as connection:
            for model in models:
                if connection.execute(select(table(model)).limit(1)).first() is not None:
                    raise SeedError(f"The database already holds {table(model).name}: seed an empty one.")

    def fill(self, processes: int) -> None:
        with self.vault.database.engine.connect() as vault, self.records.engine.connect() as records:
            with vault.begin():
                WAITING.create(vault)
            for done, share in enumerate(self._shares(processes), 1):
                self._keep(vault, records, share)
                self.report(f"{min(done * SHARE, self.plan.users):,} of {self.plan.users:,} users")
            self._index(vault)

    def _shares(self, processes: int) -> Iterator[Share]:
        places = range(share_count(self.plan.users))
        if self.plan.users <= ALONE or processes < 2:
            maker = Maker(self.keys, self.plan)
            return (maker.share(place) for place in places)
        return _shares_of_processes(processes, self.data, self.plan, places)

    def _keep(self, vault: Connection, records: Connection, share: Share) -> None:
        with vault.begin():
            bulk.prepare(vault)
            bulk.insert(vault, DATA_KEY, share.data_keys)
            bulk.insert(vault, WAITING, share.blind)
        with records.begin():
            bulk.prepare(records)
            bulk.insert(records, table(UserRow), share.users, seed_rows.COLUMNS)
            bulk.insert(records, table(TicketRow), share.tickets.tickets, TICKET_COLUMNS)
            bulk.insert(records, table(TicketLink), share.tickets.links, LINK_COLUMNS)
            bulk.insert(records, table(TicketMessage), share.tickets.messages, MESSAGE_COLUMNS)
            for model, columns in ORDER_COLUMNS.items():
                bulk.insert(records, table(model), share.orders.rows[model], columns)
            for model, columns in APPLICATION_COLUMNS.items():
                bulk.insert(records, table(model), share.applications.rows[model], columns)
        self.suspensions += share.applications.suspensions
        self.applications += len(share.applications.rows[ProApplicationRow])
        self.orders += len(share.orders.rows[OrderRow])
        self.tickets += len(share.tickets.tickets)
        if self.customer is None and share.users:
            self.customer = id_text(share.users[min(CUSTOMER, len(share.users)) - 1][1])

    def _index(self, vault: Connection) -> None:
        self.report("indexing what people are found by")
        with vault.begin():
            bulk.prepare(vault)
            bulk.insert_sorted(vault, BLIND, WAITING.name)
            WAITING.drop(vault)

    def finish(self, ids: dict[str, str], password: str) -> None:
        """Employees, the numbers that come next, and the audit log's row."""
        plan, now = self.plan, datetime.now(UTC)
        counts = {
            "users": plan.users,
            "orders": self.orders,
            "tickets": self.tickets,
            "applications": self.applications,
            "employees": len(ids),
            "seed": plan.seed,
        }
        self.vault.create(list(ids.values()))
        with self.records.writing() as session:
            if ids:
                add_employees(session, ids, password, plan.until - YEARS, self.customer)
            if plan.desk.billing and self.orders:
                Books(session, self.vault, plan, plan.desk.billing[0]).add()
            asked = bool(ids and plan.users)  # who is asked and who enters are people
            if asked:
                Surveys(session, self.vault, self.keys, plan, ids).add()
            requests = Requests(session, self.vault, self.keys, plan, ids)
            if ids:
                counts["tickets"] += requests.add()
            if asked:
                counts["tickets"] += Contests(session, self.vault, self.keys, plan, ids).add()
            if ids:
                requests.add_plans()
            numbered: list[type[SQLModel]] = [
                UserRow, TicketRow, PrivacyRequestRow, ContestRow, ContestEntryRow, AwardRow, *ORDER_COLUMNS, *APPLICATION_COLUMNS,
            ]  # fmt: skip
            for model in numbered:
                if table(model).primary_key.columns.keys() == ["number"]:
                    bulk.count_on(session.connection(), table(model), "number")
            append(session, [*self._told(), Entry(now, None, None, "platform", "seed", "done", details=counts)])
        bulk.settle(self.records)
        bulk.settle(self.vault.database)

    def _told(self) -> Iterator[Entry]:
        """What the log has of earlier suspensions."""
        names = self.vault.pseudonyms({each.person for each in self.suspensions})
        for each in sorted(self.suspensions, key=lambda each: (each.at, each.action)):
            at, subject = EPOCH + timedelta(microseconds=each.at), names[each.person]
            yield Entry(at, each.by, "manager", "users", each.action, "done", subject=subject, reason=each.reason)


# Several processes

_maker: Maker


def _start(data: Path, plan: Plan) -> None:
    global _maker
    _maker = Maker(Keys.load(data), plan)


def _make(place: int) -> Share:
    return _maker.share(place)


def _shares_of_processes(processes: int, data: Path, plan: Plan, places: range) -> Iterator[Share]:
    """Shares in their order. Only a few are made ahead, so that memory stays the same at any size."""
    with ProcessPoolExecutor(processes, get_context("spawn"), _start, (data, plan)) as pool:
        coming: deque[Future[Share]] = deque()
        try:
            for place in places:
                coming.append(pool.submit(_make, place))
                if len(coming) > processes + 1:
                    yield coming.popleft().result()
            while coming:
                yield coming.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)
