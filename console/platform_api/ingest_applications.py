"""Pro applications from the marketplace: upserted by its own ids. What changes is the answer that a stopped clock waits for.

Sending the same again changes nothing. Of an applicant who is erased, or is being erased, no text is stored.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from console.platform_api import projection
from console.platform_api.application_clock import applications, due_from, ended, take_answer
from console.platform_api.application_marks import mark_profile, services_of
from console.platform_api.application_tokens import index_applications
from console.platform_api.blind import postcode_token
from console.platform_api.cases import solve_case
from console.platform_api.documents import Value, dump, dump_json
from console.platform_api.guard import Ask
from console.platform_api.ids import new_id
from console.platform_api.incoming_applications import Known, SentApplication, check
from console.platform_api.ingest_batch import Outcome, answers, by_external_id, finish, ingesting, open_keys
from console.platform_api.pro_applications import APPLICATIONS, users
from console.platform_api.tables import FieldChange, ProApplicationRow
from console.platform_api.transaction import Transaction
from console.platform_api.vault import OwnerKey
from console.records.pro_applications import PREFIX, PROFILE_NEEDED, RESOURCE, ApplicationState
from console.records.record import Category
from console.records.users import Source

Stored = dict[str, Value]
OwnerKeys = Mapping[str, OwnerKey]


@dataclass(frozen=True)
class _Found:
    """One that is here already: what is stored of it, and what of that is sent otherwise."""

    row: Row[Any]
    key: OwnerKey | None
    stored: Stored
    services: tuple[str, ...]
    news: Mapping[str, str]
    new_services: bool

    @property
    def differs(self) -> bool:
        return bool(self.news) or self.new_services


def ingest_applications(ask: Ask, items: Sequence[SentApplication]) -> list[dict[str, Any]]:
    """The results in the order of the items."""
    with ingesting(ask) as work:
        rows = by_external_id(work.connection, applications, [item.external_id for item in items], lock=True)
        people = by_external_id(work.connection, users, [item.person for item in items])
        applicants = [*(row.person for row in rows.values()), *(row.id for row in people.values())]
        keys = open_keys(work.platform, work.connection, applicants)
        found = _compared(work, items, rows, keys)
        differing = frozenset(name for name, one in found.items() if one.differs)
        check(items, Known(people, rows, differing), ask.now)
        _index(work, items, people, rows, keys)
        outcomes = [
            _updated(ask, work, item, found[item.external_id])
            if item.external_id in found
            else _created(work, item, str(people[item.person or ""].id), keys)
            for item in items
        ]
        finish(ask, work, outcomes)
        return answers(work.connection, applications, PREFIX, outcomes)


def _compared(
    work: Transaction, items: Sequence[SentApplication], rows: Mapping[str, Row[Any]], keys: OwnerKeys
) -> dict[str, _Found]:
    services = services_of(work.connection, [row.id for row in rows.values()])
    return {
        item.external_id: _compare(item, row, keys.get(row.person), services[row.id])
        for item in items
        if (row := rows.get(item.external_id)) is not None
    }


def _compare(item: SentApplication, row: Row[Any], key: OwnerKey | None, services: tuple[str, ...]) -> _Found:
    """Without a key there is nobody any more of whom anything could be kept."""
    stored = dict(projection.open_document(APPLICATIONS, row, Category.PROFILE, key))
    news = {n: v for n, v in item.values.items() if n not in stored or stored[n].value != v} if key else {}
    new_services = key is not None and item.services is not None and set(item.services) != set(services)
    return _Found(row, key, stored, services, news, new_services)


def _index(
    work: Transaction,
    items: Sequence[SentApplication],
    people: Mapping[str, Row[Any]],
    rows: Mapping[str, Row[Any]],
    keys: OwnerKeys,
) -> None:
    """By what duplicates are found; before the commit, as hints may be too many."""
    names: dict[str, str | None] = {}
    for item in items:
        row = rows.get(item.external_id)
        if row is None or "business_name" in item.values:
            names[str(row.person if row is not None else people[item.person or ""].id)] = item.values.get(
                "business_name"
            )
    index_applications(work.platform, work.connection, {person: names[person] for person in names if person in keys})


def _created(work: Transaction, item: SentApplication, person: str, keys: OwnerKeys) -> Outcome:
    application, received = new_id(), item.submitted or work.now
    key = keys.get(person)
    end = ended(ApplicationState.WITHDRAWN, work.now) if item.state == ApplicationState.WITHDRAWN else {}
    columns = {
        "person": person, "received": received, "due": due_from(received, work.platform.rules.decide_hours),
        **_profile(work, application, key, {}, item.values), **end,
    }  # fmt: skip
    work.session.add(ProApplicationRow(id=application, external_id=item.external_id, **columns))
    work.session.flush()
    _mark(work, application, item.services or (), item.values if key is not None else {})
    work.created(RESOURCE, application)
    return Outcome(item.external_id, application, "created", person, tuple(sorted(item.values)))


def _profile(
    work: Transaction, application: str, key: OwnerKey | None, stored: Stored, news: Mapping[str, str]
) -> dict[str, Any]:
    """The columns of what the applicant wrote, as they are with what is new in it."""
    if key is None or not news:
        return {}
    document = stored | {name: Value(text, Source.SELF, work.now) for name, text in news.items()}
    found: dict[str, Any] = {"sealed_profile": key.seal(RESOURCE, application, str(Category.PROFILE), dump(document))}
    if "postcode" in news:
        found["area_token"] = postcode_token(work.platform.keys, news["postcode"])
    return found


def _mark(work: Transaction, application: str, services: Sequence[str], there: Mapping[str, object]) -> None:
    lacking = [name for name in PROFILE_NEEDED if name not in there]
    mark_profile(work.connection, application, services, lacking)


def _updated(ask: Ask, work: Transaction, item: SentApplication, found: _Found) -> Outcome:
    row = found.row
    columns = _profile(work, row.id, found.key, found.stored, found.news)
    if found.differs:
        columns |= take_answer(work, row)
        services = item.services if item.services is not None else found.services
        _mark(work, row.id, services, {**found.stored, **found.news})
    if item.state == ApplicationState.WITHDRAWN != row.state:
        columns |= ended(ApplicationState.WITHDRAWN, work.now)
        if row.ticket is not None:
            solve_case(work, row.ticket)
    if not columns and not found.differs:
        return Outcome(item.external_id, row.id, "unchanged", row.person)
    work.change(RESOURCE, applications, row, **columns)
    work.session.add(_change(ask, work, found, columns))
    return Outcome(item.external_id, row.id, "updated", row.person, tuple(sorted(found.news)))


def _change(ask: Ask, work: Transaction, found: _Found, columns: Mapping[str, Any]) -> FieldChange:
    """For the history: before and after of what the applicant wrote."""
    row, names = found.row, [*found.news, *(["services"] if found.new_services else [])]
    changed = {
        name: (found.stored[name].value if name in found.stored else None, new) for name, new in found.news.items()
    }
    if "state" in columns:
        names, changed = [*names, "state"], changed | {"state": (row.state, columns["state"])}
    sealed = found.key.seal(RESOURCE, row.id, "change", dump_json(changed)) if found.key and changed else None
    return FieldChange(
        id=new_id(), resource=RESOURCE, record=row.id, version=row.version + 1, at=work.now, employee=ask.actor.id,
        role=ask.actor.role, fields=sorted(names), source=str(Source.SELF), owner=row.person, sealed_change=sealed,
    )  # fmt: skip
