"""The built-in processor's file: one SQLite database, opened anew for each call, so that a kill leaves it whole."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from console.platform_api.private_files import private_database

TABLES = """
CREATE TABLE IF NOT EXISTS payments (
    token TEXT PRIMARY KEY, state TEXT, amount INTEGER, captured INTEGER, currency TEXT, failure TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS refunds (
    number TEXT PRIMARY KEY, reference TEXT, token TEXT NOT NULL, state TEXT NOT NULL, amount INTEGER NOT NULL,
    currency TEXT NOT NULL, order_number TEXT NOT NULL, failure TEXT);
CREATE INDEX IF NOT EXISTS refunds_token ON refunds (token);
CREATE TABLE IF NOT EXISTS disputes (
    reference TEXT PRIMARY KEY, token TEXT NOT NULL, state TEXT NOT NULL, reason TEXT NOT NULL, amount INTEGER NOT NULL,
    currency TEXT NOT NULL, opened TEXT NOT NULL, evidence_due TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS disputes_token ON disputes (token);
CREATE TABLE IF NOT EXISTS scripts (
    place INTEGER PRIMARY KEY, target TEXT NOT NULL, behaviour TEXT NOT NULL, times INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS events (place INTEGER PRIMARY KEY, body BLOB NOT NULL);
"""
BEHAVIOURS_BY_TOKEN = (
    "decline", "away", "timeout_before", "timeout_after", "pending", "twice", "dispute", "late_failure"
)  # fmt: skip
"""A payment whose token ends in `_<one of these>` behaves so for its first refund."""

BUSY_SECONDS = 10


class File:
    def __init__(self, path: Path) -> None:
        self.path = path
        self._made = False

    @contextmanager
    def reading(self) -> Iterator[Rows]:
        with self._opened("BEGIN") as rows:
            yield rows

    @contextmanager
    def writing(self) -> Iterator[Rows]:
        """Rolled back when the block fails, unless it said `keep` before."""
        with self._opened("BEGIN IMMEDIATE") as rows:
            yield rows

    @contextmanager
    def _opened(self, begin: str) -> Iterator[Rows]:
        if not self._made:
            private_database(f"sqlite:///{self.path}")
        connection = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None)
        connection.row_factory = sqlite3.Row
        try:
            connection.execute("PRAGMA synchronous=FULL")
            if not self._made:
                connection.executescript(TABLES)
                self._made = True
            connection.execute(begin)
            rows = Rows(connection)
            try:
                yield rows
            except BaseException:
                connection.execute("COMMIT" if rows.kept else "ROLLBACK")
                raise
            connection.execute("COMMIT")
        finally:
            connection.close()


class Rows:
    """What is in the file, within one transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.kept = False

    def keep(self) -> None:
        """What was written stays, whatever is raised from now on."""
        self.kept = True

    def _one(self, statement: str, *values: Any) -> dict[str, Any] | None:
        row = self._connection.execute(statement, values).fetchone()
        return dict(row) if row is not None else None

    def _all(self, statement: str, *values: Any) -> list[dict[str, Any]]:
        return [dict(row) for row in self._connection.execute(statement, values)]

    # Payments

    def payment(self, token: str) -> dict[str, Any] | None:
        return self._one("SELECT * FROM payments WHERE token = ?", token)

    def adopt(self, token: str, currency: str) -> dict[str, Any]:
        """A payment that nobody made here: what it can give back is not known, so there is no limit."""
        self.set_payment(token, state="captured", currency=currency)
        return {"token": token, "state": "captured", "captured": None, "currency": currency}

    def set_payment(self, token: str, **values: Any) -> None:
        self._connection.execute("INSERT OR IGNORE INTO payments (token) VALUES (?)", (token,))
        for name in ("state", "amount", "captured", "currency", "failure"):
            if name in values:
                self._connection.execute(
                    f"UPDATE payments SET {name} = ? WHERE token = ?",  # noqa: S608 - one of the names above
                    (values[name], token),
                )

    # Refunds

    def refund(self, number: str) -> dict[str, Any] | None:
        return self._one("SELECT * FROM refunds WHERE number = ?", number)

    def refunds(self, token: str) -> list[dict[str, Any]]:
        statement = "SELECT * FROM refunds WHERE token = ? AND reference IS NOT NULL ORDER BY rowid"
        return self._all(statement, token)

    def given_back(self, token: str) -> int:
        statement = "SELECT COALESCE(SUM(amount), 0) AS sum FROM refunds WHERE token = ? AND state != 'failed'"
        found = self._one(statement, token)
        return int(found["sum"]) if found else 0

    def token_of(self, number: str) -> str:
        found = self.refund(number)
        if found is None:
            raise LookupError(number)
        return str(found["token"])

    def add_refund(
        self, sent: Mapping[str, Any], reference: str | None, state: str, failure: str | None = None
    ) -> dict[str, Any]:
        row = {
            "number": sent["refund"], "reference": reference, "token": sent["token"], "state": str(state),
            "amount": sent["amount"], "currency": sent["currency"], "order_number": sent["order"], "failure": failure,
        }  # fmt: skip
        self._connection.execute("INSERT INTO refunds VALUES (?, ?, ?, ?, ?, ?, ?, ?)", tuple(row.values()))
        return row

    def decline(self, sent: Mapping[str, Any], failure: str) -> dict[str, Any]:
        """Kept as well: the same number gets the same answer."""
        return self.add_refund(sent, None, "failed", failure)

    def set_refund(self, number: str, *, state: str, failure: str | None) -> None:
        values = (str(state), failure, number)
        self._connection.execute("UPDATE refunds SET state = ?, failure = ? WHERE number = ?", values)

    # Disputes

    def disputes(self, token: str) -> list[dict[str, Any]]:
        return self._all("SELECT * FROM disputes WHERE token = ? ORDER BY rowid", token)

    def is_disputed(self, token: str) -> bool:
        """Whether the bank has not decided yet."""
        return any(dispute["state"] not in ("won", "lost") for dispute in self.disputes(token))

    def add_dispute(
        self, reference: str, token: str, reason: str, amount: int, currency: str, opened: datetime, due: datetime
    ) -> None:
        values = (reference, token, "needs_response", reason, amount, currency, opened.isoformat(), due.isoformat())
        self._connection.execute("INSERT INTO disputes VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)

    def set_dispute(self, reference: str, state: str) -> str:
        self._connection.execute("UPDATE disputes SET state = ? WHERE reference = ?", (state, reference))
        found = self._one("SELECT token FROM disputes WHERE reference = ?", reference)
        if found is None:
            raise LookupError(reference)
        return str(found["token"])

    # What it is told to do at the wrong moment

    def script(self, target: str, behaviour: str, times: int) -> None:
        self._connection.execute("DELETE FROM scripts WHERE target = ?", (target,))
        if times:
            values = (target, str(behaviour), times)
            self._connection.execute("INSERT INTO scripts (target, behaviour, times) VALUES (?, ?, ?)", values)

    def is_away(self, number: str, token: str) -> bool:
        statement = "SELECT 1 FROM scripts WHERE target IN (?, ?, '*') AND behaviour = 'away' AND times > 0"
        return self._one(statement, number, token) is not None

    def next_behaviour(self, number: str, token: str) -> str | None:
        found = self._one("SELECT * FROM scripts WHERE target IN (?, ?) AND times > 0 ORDER BY place", number, token)
        if found is not None:
            self._connection.execute("UPDATE scripts SET times = times - 1 WHERE place = ?", (found["place"],))
            return str(found["behaviour"])
        return self._by_token(token)

    def _by_token(self, token: str) -> str | None:
        """Once a token: its script is noted as used up."""
        named = next((name for name in BEHAVIOURS_BY_TOKEN if token.endswith(f"_{name}")), None)
        if named is None or self._one("SELECT 1 FROM scripts WHERE target = ?", token) is not None:
            return None
        values = (token, named)
        self._connection.execute("INSERT INTO scripts (target, behaviour, times) VALUES (?, ?, 0)", values)
        return named

    # Webhooks

    def add_event(self, event: str, kind: str, token: str, at: datetime) -> None:
        named = "dispute" if kind.startswith("charge.dispute.") else kind.partition(".")[0]
        found = {"object": named, "id" if named == "payment_intent" else "payment_intent": token}
        body = {"id": event, "object": "event", "type": kind, "created": int(at.timestamp()), "data": {"object": found}}
        self._connection.execute("INSERT INTO events (body) VALUES (?)", (json.dumps(body).encode(),))

    def events(self) -> list[tuple[int, bytes]]:
        return [
            (row["place"], bytes(row["body"])) for row in self._all("SELECT * FROM events ORDER BY place LIMIT 100")
        ]

    def drop_event(self, place: int) -> None:
        self._connection.execute("DELETE FROM events WHERE place = ?", (place,))
