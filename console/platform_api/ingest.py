"""Users as the marketplace sends them: upserted by its own id, each change with its history, its row on the log and in the feed.

The vault's rows are committed first: what a crash leaves are keys that open nothing and hints that lead to nobody. Sending the same
again changes nothing. An opt-out is taken over; clearing one takes the person's own request to an employee, so `true` is no news.
An erased person, and one who is being erased, is not fed again; who comes again under another id keeps their opt-out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from console.platform_api import projection
from console.platform_api.application_tokens import index_move
from console.platform_api.audit import Entry
from console.platform_api.corrections import tokens
from console.platform_api.documents import Value, dump, dump_json
from console.platform_api.guard import Ask
from console.platform_api.ids import new_id
from console.platform_api.kept_hashes import have_opted_out
from console.platform_api.privacy_opt_out import GONE
from console.platform_api.problems import InFlight, Invalid
from console.platform_api.store import log
from console.platform_api.tables import ChangeRow, FieldChange, UserRow, table
from console.platform_api.users import USERS
from console.platform_api.vault import OwnerKey
from console.records.record import SEALED, Category, categories
from console.records.users import PREFIX, TOPICS, Source, User

PERSONAL: Mapping[str, Category] = {name: kind for name, kind in categories(User).items() if kind in SEALED}
"""Field → category, of the values that need a source and a seal."""

OPT_OUT_CHANNEL = "web"
"""How an opt-out came that the marketplace sends: on its pages."""

_users = table(UserRow)


@dataclass(frozen=True)
class Incoming:
    """One user as sent; `values` are the personal ones, `refused` the topics that the person wants no mail about."""

    external_id: str
    values: Mapping[str, str] = field(repr=False)
    sources: Mapping[str, Source]
    refused: frozenset[str]
    interests: tuple[str, ...] | None
    registered: datetime | None


@dataclass
class _Outcome:
    """What became of one of them. `columns` and `changed` are empty when nothing is new."""

    item: Incoming
    id: str
    number: int
    version: int
    outcome: str = "unchanged"
    columns: dict[str, Any] = field(default_factory=dict, repr=False)
    changed: dict[str, tuple[str | None, str | None]] = field(default_factory=dict, repr=False)

    def answer(self) -> dict[str, Any]:
        number = f"{PREFIX}-{self.number}"
        result = {"external_id": self.item.external_id, "id": self.id, "number": number, "version": self.version}
        return {**result, "outcome": self.outcome}

    @property
    def fields(self) -> list[str]:
        """Names of what is new."""
        plain = {name for name in self.columns if not name.startswith("sealed_")}
        return sorted({*self.changed, *plain})


def ingest_users(ask: Ask, items: Sequence[Incoming]) -> list[dict[str, Any]]:
    """The results in the order of the items."""
    _refuse_nonsense(ask, items)
    batch = _Batch(ask, items)
    batch.fill_vault()
    try:
        with ask.platform.database.writing() as session:
            outcomes = batch.write(session)
    except IntegrityError:
        raise _overtaken() from None
    batch.tidy_index()
    return [outcome.answer() for outcome in outcomes]


def _overtaken() -> InFlight:
    return InFlight("Another request is sending the same users; send this one again.", retry_after=1)


def _refuse_nonsense(ask: Ask, items: Sequence[Incoming]) -> None:
    errors, seen = [], set()
    for place, item in enumerate(items):
        if item.external_id in seen:
            errors.append({"where": f"items.{place}.external_id", "what": "stands twice in this request"})
        if item.registered is not None and item.registered > ask.now:
            errors.append({"where": f"items.{place}.registered", "what": "lies in the future"})
        seen.add(item.external_id)
    if errors:
        raise Invalid("Look at errors.", errors=errors)


class _Batch:
    """One request's users on their way."""

    def __init__(self, ask: Ask, items: Sequence[Incoming]) -> None:
        self.ask, self.items = ask, items
        self.vault, self.keys = ask.platform.vault, ask.platform.keys
        with ask.platform.database.reading() as connection:
            known = self._rows(connection, lock=False)
        self.ids = {
            item.external_id: known[item.external_id].id if item.external_id in known else new_id() for item in items
        }
        self.closed = {row.id for row in known.values() if row.state in GONE}
        self.new = [item for item in items if item.external_id not in known]
        self.created: list[tuple[_Outcome, UserRow]] = []
        self.outdated: dict[str, frozenset[int]] = {}

    def _rows(self, connection: Connection, *, lock: bool) -> dict[str, Row[Any]]:
        """External id → row. Locked in the order of their numbers, so that two requests never wait for each other."""
        wanted = [item.external_id for item in self.items]
        statement = select(_users).where(_users.c.external_id.in_(wanted)).order_by(_users.c.number)
        rows = connection.execute(statement.with_for_update() if lock else statement)
        return {row.external_id: row for row in rows}

    def fill_vault(self) -> None:
        """Keys for the new, and the index rows of all that is sent: one too many is a hint that leads to nobody."""
        self.vault.create([self.ids[item.external_id] for item in self.new])
        self.owner_keys = self.vault.keys_of(list(self.ids.values()))
        fed = {self.ids[item.external_id]: tokens(self.keys, item.values) for item in self.items}
        self.vault.index_all({owner: found for owner, found in fed.items() if self._is_fed(owner)})

    def _is_fed(self, owner: str) -> bool:
        return owner in self.owner_keys and owner not in self.closed

    def tidy_index(self) -> None:
        """After the commit: what nobody is found by any more."""
        self.vault.unindex_all(self.outdated)

    # The records' transaction

    def write(self, session: Session) -> list[_Outcome]:
        rows = self._rows(session.connection(), lock=True)
        new = {item.external_id: item.values for item in self.new}
        self.opted_out = have_opted_out(self.ask.platform, session.connection(), new)
        outcomes = [self._one(session, item, rows.get(item.external_id)) for item in self.items]
        session.flush()  # gives the new ones their numbers
        for outcome, row in self.created:
            outcome.number = row.number or 0
        self._record(session, [outcome for outcome in outcomes if outcome.outcome != "unchanged"])
        return outcomes

    def _one(self, session: Session, item: Incoming, row: Row[Any] | None) -> _Outcome:
        if row is None:
            return self._create(session, item)
        if row.id != self.ids[item.external_id]:
            raise _overtaken()
        return self._update(session, item, row)

    def _create(self, session: Session, item: Incoming) -> _Outcome:
        made = _Outcome(item, self.ids[item.external_id], 0, 1, "created")
        refused = frozenset(TOPICS) if item.external_id in self.opted_out else item.refused
        made.columns = {**self._sealed(item, self.owner_keys[made.id], {}), **_opted_out(refused, self.ask.now)}
        made.columns["interests"] = list(item.interests or ())
        made.changed = {name: (None, value) for name, value in item.values.items()}
        row = UserRow(
            id=made.id, external_id=item.external_id, registered=item.registered or self.ask.now, **made.columns
        )
        session.add(row)
        self.created.append((made, row))
        return made

    def _update(self, session: Session, item: Incoming, row: Row[Any]) -> _Outcome:
        found = _Outcome(item, str(row.id), row.number, row.version)
        key = self.owner_keys.get(found.id)
        if key is None or row.state in GONE:
            if self._is_fed(found.id):  # since this request looked: what it put into the index goes again
                self.outdated[found.id] = tokens(self.keys, item.values)
            return found
        before = {
            name: value for kind in SEALED for name, value in projection.open_document(USERS, row, kind, key).items()
        }
        news = {name: value for name, value in item.values.items() if name not in before or before[name].value != value}
        found.changed = {name: (before[name].value if name in before else None, value) for name, value in news.items()}
        found.columns = {**self._sealed(item, key, before, set(news)), **_preferences(item, row, self.ask.now)}
        if not found.columns:
            return found
        self._outdate(found.id, before, news)
        index_move(self.ask.platform, session.connection(), row, key, news)
        found.version, found.outcome = row.version + 1, "updated"
        session.connection().execute(
            update(_users).where(_users.c.id == found.id).values(**found.columns, version=found.version)
        )
        return found

    def _outdate(self, owner: str, before: Mapping[str, Value], news: Mapping[str, str]) -> None:
        """Old tokens go after the commit, unless a value that stays has them too."""
        old = {name: value.value for name, value in before.items()}
        gone = tokens(self.keys, old) - tokens(self.keys, {**old, **news})
        self.outdated[owner] = gone

    def _sealed(
        self, item: Incoming, key: OwnerKey, before: Mapping[str, Value], news: set[str] | None = None
    ) -> dict[str, bytes]:
        """The categories with something new, whole; a value that stays keeps its source and time."""
        fresh = {name: item.values[name] for name in (item.values if news is None else news)}
        made: dict[str, bytes] = {}
        for kind in {PERSONAL[name] for name in fresh}:
            document = {name: value for name, value in before.items() if PERSONAL[name] is kind}
            mine = {name: value for name, value in fresh.items() if PERSONAL[name] is kind}
            document |= {name: Value(value, item.sources[name], self.ask.now) for name, value in mine.items()}
            made[f"sealed_{kind}"] = key.seal("users", key.owner, str(kind), dump(document))
        return made

    def _record(self, session: Session, outcomes: Sequence[_Outcome]) -> None:
        """The history of each, the log's rows in one go with the chain's lock taken last, and the feed."""
        for outcome in outcomes:
            if outcome.outcome == "updated":
                session.add(self._field_change(outcome))
        if not outcomes:
            log(session, [self.ask.entry(details={"count": len(self.items), "changed": 0})])
            return
        pseudonyms = self.vault.pseudonyms([outcome.id for outcome in outcomes])
        entries = [self._entry(outcome, pseudonyms.get(outcome.id)) for outcome in outcomes]
        for seq, outcome in zip(log(session, entries), outcomes, strict=True):
            session.add(ChangeRow(seq=seq, resource="users", record=outcome.id, version=outcome.version))

    def _entry(self, outcome: _Outcome, pseudonym: str | None) -> Entry:
        details = {"version": outcome.version, "outcome": outcome.outcome}
        return self.ask.entry(subject=pseudonym, fields=tuple(outcome.fields), details=details)

    def _field_change(self, outcome: _Outcome) -> FieldChange:
        sources = {str(outcome.item.sources[name]) for name in outcome.changed}
        sealed = self.owner_keys[outcome.id].seal("users", outcome.id, "change", dump_json(outcome.changed))
        return FieldChange(
            id=new_id(), resource="users", record=outcome.id, version=outcome.version, at=self.ask.now,
            employee=self.ask.actor.id, role=self.ask.actor.role, fields=outcome.fields,
            source="+".join(sorted(sources)) or None, owner=outcome.id, sealed_change=sealed if outcome.changed else None,
        )  # fmt: skip


def _opted_out(refused: frozenset[str], now: datetime) -> dict[str, Any]:
    """Mail is welcome until somebody asks us not to write."""
    if not refused:
        return {}
    how = {"opted_out": True, "opted_out_at": now, "opted_out_channel": OPT_OUT_CHANNEL}
    return {**dict.fromkeys(sorted(refused), False), **how}


def _preferences(item: Incoming, row: Row[Any], now: datetime) -> dict[str, Any]:
    """What is new of interests and opt-outs."""
    news = _opted_out(frozenset(topic for topic in item.refused if getattr(row, topic)), now)
    if item.interests is not None and sorted(item.interests) != sorted(row.interests or ()):
        news["interests"] = list(item.interests)
    return news
