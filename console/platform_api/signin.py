"""Signing in, staying signed in, and who is behind a token.

A sign-in is a family of tokens. Its refresh token works once and makes its successor; a used one that comes back ends
the family, unless a console asks for its lost answer: the same nonce, within 30 seconds, before the successor was used.
"""

from __future__ import annotations

import asyncio
import math
import os
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from anyio import CapacityLimiter, to_thread
from sqlalchemy import bindparam, delete, select
from sqlmodel import Session

from console.platform_api import passwords, tokens
from console.platform_api.actor import Actor
from console.platform_api.audit import Entry, append
from console.platform_api.ids import new_id
from console.platform_api.platform import Platform
from console.platform_api.problems import Busy, NotSignedIn, TooMany
from console.platform_api.tables import EmployeeRole, EmployeeRow, RefreshToken, SignIn, table
from console.platform_api.tries import Count, Strangers
from console.records.employees import Role

REPEAT_WITHIN = timedelta(seconds=30)
FORGOTTEN_AFTER = timedelta(days=30)
FAILURE_STEP = 0.5
"""Seconds: failures answer at whole steps, so that their time doesn't tell a known address from an unknown one."""

HASHES_AT_ONCE = max(2, os.cpu_count() or 1)
HASHES_WAITING = 50
"""Each takes 64 MiB and a core for a quarter of a second; who comes after that many is asked to come back."""

_WRONG = "The e-mail or the password is wrong."
_ENDED = "The session has ended."
_UNKNOWN = "This token isn't one of ours, or it is too old."

_sign_ins, _employees, _roles = table(SignIn), table(EmployeeRow), table(EmployeeRole)
_BEHIND_TOKEN = (
    select(
        _sign_ins.c.signed_in, _sign_ins.c.ended, _employees.c.id, _employees.c.number, _employees.c.name,
        _employees.c.email, _employees.c.person, _employees.c.disabled, _roles.c.role,
    )
    .join(_employees, _employees.c.id == _sign_ins.c.employee)
    .outerjoin(_roles, _roles.c.employee == _employees.c.id)
    .where(_sign_ins.c.id == bindparam("sign_in"))
)  # fmt: skip


@dataclass(frozen=True)
class Tokens:
    access: str
    refresh: str
    actor: Actor


def actor_of(platform: Platform, token: str) -> Actor:
    """Who an access token speaks for, with the roles that they have now. One indexed query, for the event loop."""
    sign_in = tokens.sign_in_of(platform.keys.token, token, platform.clock())
    if sign_in is None:
        raise NotSignedIn(_UNKNOWN)
    return _actor(platform, sign_in)


def _actor(platform: Platform, sign_in: str) -> Actor:
    with platform.database.reading() as connection:
        rows = connection.execute(_BEHIND_TOKEN, {"sign_in": sign_in}).all()
    if not rows or rows[0].ended is not None or rows[0].disabled:
        raise NotSignedIn(_ENDED)
    first = rows[0]
    roles = frozenset(Role(row.role) for row in rows if row.role is not None)
    return Actor(first.id, first.number, first.name, first.email, roles, first.person, sign_in, first.signed_in)


def normal_address(email: str) -> str:
    """How an employee's e-mail is stored and looked up."""
    return email.strip().casefold()


class SignIns:
    """What changes sign-ins. One of it serves a process."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._strangers = Strangers(platform.keys.token)
        self._hashing = CapacityLimiter(HASHES_AT_ONCE)

    # With a password

    async def by_password(self, email: str, password: str) -> Tokens:
        """NotSignedIn when wrong, TooMany while locked; an unknown address looks and takes the same."""
        if self._hashing.statistics().tasks_waiting >= HASHES_WAITING:
            raise Busy(retry_after=2)
        began = time.monotonic()
        try:
            return await to_thread.run_sync(self._by_password, normal_address(email), password, limiter=self._hashing)
        except (NotSignedIn, TooMany):
            elapsed = time.monotonic() - began
            await asyncio.sleep(math.ceil(elapsed / FAILURE_STEP) * FAILURE_STEP - elapsed)
            raise

    def _by_password(self, email: str, password: str) -> Tokens:
        tried = self._charge(email)
        stored = tried.password_hash if tried is not None else passwords.NOBODYS
        if not passwords.matches(stored, password) or tried is None or tried.disabled:
            self._fail(tried)
            raise NotSignedIn(_WRONG)
        return self._begin(tried, password)

    def _charge(self, email: str) -> EmployeeRow | None:
        """Counts the try before it is looked at, so that tries at the same moment count too."""
        now = self._platform.clock()
        with self._platform.database.writing() as session:
            row = session.scalars(select(EmployeeRow).where(_employees.c.email == email).with_for_update()).first()
            if row is None:
                self._strangers.charge(email, now)
                return None
            count = Count(row.failures, row.locked_until).charged(now)
            row.failures, row.locked_until = count.failures, count.locked_until
            return row

    def _fail(self, tried: EmployeeRow | None) -> None:
        record = tried.id if tried is not None else None
        entries = [self._entry("sign-in", "refused", record)]
        if tried is not None and tried.locked_until is not None:
            entries.append(self._entry("lock-out", "done", record))
        with self._platform.database.writing() as session:
            append(session, entries)

    def _begin(self, tried: EmployeeRow, password: str) -> Tokens:
        now, refresh, sign_in = self._platform.clock(), tokens.new_refresh_token(), new_id()
        with self._platform.database.writing() as session:
            row = session.scalars(select(EmployeeRow).where(_employees.c.id == tried.id).with_for_update()).one()
            if row.disabled or row.password_hash != tried.password_hash:  # since it was compared
                raise NotSignedIn(_WRONG)
            row.failures, row.locked_until = 0, None
            if passwords.is_outdated(row.password_hash):
                row.password_hash = passwords.hash_password(password)
            _forget_old(session, row.id, now)
            session.add(SignIn(id=sign_in, employee=row.id, signed_in=now, used=now))
            session.add(RefreshToken(hash=tokens.token_hash(refresh), sign_in=sign_in, issued=now))
            roles = session.scalars(select(_roles.c.role).where(_roles.c.employee == row.id))
            entry = self._entry("sign-in", "done", row.id, actor=row.id, role="+".join(sorted(roles)))
            session.flush()
            append(session, [entry])
        return self._tokens(sign_in, refresh)

    # With a refresh token

    def by_refresh_token(self, token: str, nonce: str) -> Tokens:
        """The successor of a refresh token; NotSignedIn when it is unknown, too old, or somebody else used it."""
        now = self._platform.clock()
        with self._platform.database.writing() as session:
            use, family = self._use(session, token, nonce, now)
            if use is _Use.STOLEN and family is not None:
                family.ended = now
                session.flush()
                append(session, [self._entry("refresh-reuse", "refused", family.employee)])
        if use is not _Use.GOOD or family is None:  # raised here: the transaction above must commit
            raise NotSignedIn(_ENDED if use is _Use.STOLEN else _UNKNOWN)
        return self._tokens(family.id, tokens.successor(self._platform.keys.token, token, nonce))

    def _use(self, session: Session, token: str, nonce: str, now: datetime) -> tuple[_Use, SignIn | None]:
        row = session.get(RefreshToken, tokens.token_hash(token), with_for_update=True)
        family = session.get(SignIn, row.sign_in, with_for_update=True) if row is not None else None
        if row is None or family is None or family.ended is not None:
            return _Use.UNKNOWN, None
        following = tokens.token_hash(tokens.successor(self._platform.keys.token, token, nonce))
        if row.used is not None:
            return self._used_before(session, row, nonce, following, now), family
        if row.issued + tokens.REFRESH_LIFE <= now:
            return _Use.UNKNOWN, None
        row.used, row.nonce, family.used = now, nonce, now
        session.add(RefreshToken(hash=following, sign_in=family.id, issued=now))
        return _Use.GOOD, family

    def _used_before(self, session: Session, row: RefreshToken, nonce: str, following: bytes, now: datetime) -> _Use:
        """A lost answer is asked for again by the one who knows the nonce, before the successor was ever used."""
        next_one = session.get(RefreshToken, following)
        fresh = row.used is not None and row.used + REPEAT_WITHIN >= now
        if row.nonce == nonce and fresh and next_one is not None and next_one.used is None:
            return _Use.GOOD
        return _Use.STOLEN

    # Ending

    def end(self, actor: Actor) -> None:
        with self._platform.database.writing() as session:
            family = session.get(SignIn, actor.sign_in, with_for_update=True)
            if family is not None and family.ended is None:
                family.ended = self._platform.clock()
                session.flush()
                append(session, [self._entry("sign-out", "done", actor.id, actor=actor.id, role=actor.role)])

    def _tokens(self, sign_in: str, refresh: str) -> Tokens:
        now = self._platform.clock()
        return Tokens(
            tokens.access_token(self._platform.keys.token, sign_in, now), refresh, _actor(self._platform, sign_in)
        )

    def _entry(self, action: str, outcome: str, employee: str | None, **more: Any) -> Entry:
        """`actor` only once the password was right."""
        row: dict[str, Any] = {"actor": None, "role": None, "record": employee, **more}
        return Entry(at=self._platform.clock(), resource="sign-ins", action=action, outcome=outcome, **row)


class _Use(Enum):
    GOOD = 1
    UNKNOWN = 2
    STOLEN = 3


def _forget_old(session: Session, employee: str, now: datetime) -> None:
    """Families that nobody used for a month are gone, with the hashes of their tokens."""
    old = select(_sign_ins.c.id).where(_sign_ins.c.employee == employee, _sign_ins.c.used < now - FORGOTTEN_AFTER)
    hashes = table(RefreshToken)
    session.execute(delete(hashes).where(hashes.c.sign_in.in_(old)))
    session.execute(delete(_sign_ins).where(_sign_ins.c.employee == employee, _sign_ins.c.used < now - FORGOTTEN_AFTER))
