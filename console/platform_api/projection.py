"""From rows to what an employee may see of them. Every answer that carries a record is made here, so none can forget to mask."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row

from console import access, conditions
from console.access import Level
from console.conditions import Case, Facts
from console.platform_api import masks
from console.platform_api.documents import Value, load
from console.platform_api.entities import Entity, by_pseudonym
from console.platform_api.facts import base_facts
from console.platform_api.guard import Ask
from console.platform_api.problems import only_from
from console.platform_api.vault import OwnerKey
from console.records.record import SEALED, Category, categories

Document = Mapping[str, Value]
COLLECTION_ACTIONS = frozenset(
    (
        "list", "read", "history", "search", "search-name", "search-card", "contact", "ingest", "open", "create", "head",
        "export", "figures", "import", "record",
    )
)  # fmt: skip
"""Permissions that are about a list or a look, not something to do with one record."""


def facts_of(ask: Ask, connection: Connection, entity: Entity, row: Row[Any], case: Case | None) -> Facts:
    asked = entity.asked_facts(ask, connection, row) if entity.asked_facts else {}
    return base_facts(ask.actor, ask.now, case, record=entity.id_of(row), **{**entity.facts(connection, row), **asked})


def open_document(entity: Entity, row: Row[Any], category: Category, key: OwnerKey | None) -> Document:
    """The values of one category; empty when there are none, or when the person's key is gone (erased)."""
    sealed = entity.document_of(row, category)
    if sealed is None or key is None:
        return {}
    return load(key.open(entity.resource, entity.id_of(row), str(category), sealed))


def page(
    ask: Ask, connection: Connection, entity: Entity, rows: Sequence[Row[Any]], case: Case | None
) -> list[dict[str, Any]]:
    """The items of a list: fields and masks."""
    dressed = entity.dress(ask, connection, rows)
    keys = _keys(ask, entity, rows)
    mask = _mask(ask, connection, entity, rows)
    fixed = _fixed_levels(ask, entity)
    items = []
    for row, plain in zip(rows, dressed, strict=True):
        levels = fixed or _levels(ask, entity, facts_of(ask, connection, entity, row, case), entity.listed)
        items.append(_record(entity, row, plain, levels, keys.get(entity.owner(row) or ""), mask))
    return _by_pseudonym(ask, entity, rows, items)


def one(ask: Ask, connection: Connection, entity: Entity, row: Row[Any], case: Case | None) -> dict[str, Any]:
    """One record whole: fields, masks, what is withheld and why, and what may be done with it."""
    plain = entity.dress(ask, connection, [row])[0]
    facts = facts_of(ask, connection, entity, row, case)
    key = _keys(ask, entity, [row]).get(entity.owner(row) or "")
    levels = _levels(ask, entity, facts, frozenset(Category))
    record = _record(entity, row, plain, levels, key, _mask(ask, connection, entity, [row]))
    record["withheld"] = _withheld(ask, entity, facts)
    record["actions"] = actions(ask, connection, entity, row, facts)
    if entity.more:
        record.update(entity.more(ask, connection, row, facts))
    return _by_pseudonym(ask, entity, [row], [record])[0]


def _keys(ask: Ask, entity: Entity, rows: Sequence[Row[Any]]) -> dict[str, OwnerKey]:
    owners = {owner for row in rows if (owner := entity.owner(row))}
    wanted = any(
        access.sees(ask.actor.roles, entity.resource, c) for c in SEALED & set(categories(entity.record).values())
    )
    return ask.platform.vault.keys_of(owners) if owners and wanted else {}


def _mask(
    ask: Ask, connection: Connection, entity: Entity, rows: Sequence[Row[Any]]
) -> Callable[[Row[Any], str, str], str]:
    if entity.mask is None:
        return lambda _row, field, value: masks.mask(field, value)
    return entity.mask(ask, connection, rows)


Levels = Mapping[Category, Level]


def _levels(ask: Ask, entity: Entity, facts: Facts, shown: frozenset[Category]) -> Levels:
    kinds = set(categories(entity.record).values()) & shown
    return {kind: access.level(ask.actor.roles, entity.resource, kind, facts) for kind in kinds}


def _fixed_levels(ask: Ask, entity: Entity) -> Levels | None:
    """The levels of all rows of a list, when no row's facts can change them."""
    kinds = set(categories(entity.record).values()) & entity.listed
    found = {kind: access.fixed_level(ask.actor.roles, entity.resource, kind) for kind in kinds}
    fixed = {kind: level for kind, level in found.items() if level is not None}
    return fixed if len(fixed) == len(found) else None


def _record(
    entity: Entity,
    row: Row[Any],
    plain: dict[str, Any],
    levels: Levels,
    key: OwnerKey | None,
    mask: Callable[[Row[Any], str, str], str],
) -> dict[str, Any]:
    record: dict[str, Any] = {
        "id": entity.id_of(row),
        "number": entity.name_of(row),
        "version": getattr(row, "version", 1),
    }
    hidden: dict[str, str] = {}
    for name, category in categories(entity.record).items():
        if category not in SEALED and levels.get(category, Level.NONE) >= Level.PSEUDONYM and name in plain:
            record[name] = plain[name]
    for category in sorted(SEALED & set(levels)):
        _sealed_fields(entity, row, category, levels[category], key, mask, record, hidden)
    return {**record, "masks": hidden}


def _sealed_fields(
    entity: Entity,
    row: Row[Any],
    category: Category,
    level: Level,
    key: OwnerKey | None,
    mask: Callable[[Row[Any], str, str], str],
    record: dict[str, Any],
    hidden: dict[str, str],
) -> None:
    if level is Level.NONE:
        return
    for name, value in open_document(entity, row, category, key).items():
        if level is Level.FULL:
            record[name] = value.value
        else:
            hidden[name] = mask(row, name, value.value)


def _withheld(ask: Ask, entity: Entity, facts: Facts) -> dict[str, str]:
    """Why each field that a role could open stays closed now; fields that no role of theirs opens are not mentioned."""
    found = {}
    for name, category in categories(entity.record).items():
        decision = access.may_reveal(ask.actor.roles, entity.resource, category, facts)
        if decision.failed and access.level(ask.actor.roles, entity.resource, category, facts) is not Level.FULL:
            found[name] = decision.because
    return found


def actions(ask: Ask, connection: Connection, entity: Entity, row: Row[Any], facts: Facts) -> list[dict[str, Any]]:
    """What this employee may do with the record now, in the table's order, each with the reason why not."""
    roles, resource = ask.actor.roles, entity.resource
    found = [
        _action(ask, connection, entity, row, name, facts)
        for name in access.actions(roles, resource)
        if name not in COLLECTION_ACTIONS or name in entity.deeds
    ]
    looks = access.may_reveal_any(roles, resource, facts)
    if looks.allowed or looks.failed:
        found.insert(0, {"name": "reveal", "allowed": looks.allowed, "because": looks.because})
    writes = [access.may_correct(roles, resource, category, facts) for category in Category]
    if any(d.allowed or d.failed for d in writes):
        best = min(writes, key=lambda d: (not d.allowed, not d.failed, len(d.failed)))
        found.insert(1, {"name": "correct", "allowed": best.allowed, "because": best.because})
    return found


def _action(ask: Ask, connection: Connection, entity: Entity, row: Row[Any], name: str, facts: Facts) -> dict[str, Any]:
    decision = access.may(ask.actor.roles, entity.resource, name, facts)
    # What lacks nothing but the password is offered: doing it answers 401 `fresh-sign-in`, and then goes on.
    because = "" if conditions.SIGN_IN_AGAIN.issuperset(decision.failed) and decision.failed else decision.because
    because = because or state_hinders(ask, connection, entity, row, name)
    if not because and entity.nothing_for is not None:
        because = entity.nothing_for(ask, connection, row, name)
    return {"name": name, "allowed": not because, "because": because}


def state_hinders(ask: Ask, connection: Connection, entity: Entity, row: Row[Any], action: str) -> str:
    """Why the record as it stands does not allow the action; empty when it does."""
    change = entity.transitions.get(action)
    sources = change.sources if change is not None else entity.only_in.get(action)
    if sources is None or row.state in sources:
        return entity.hinders(ask, connection, row, action) if entity.hinders else ""
    return only_from(row.state, *sorted(sources))


def _by_pseudonym(
    ask: Ask, entity: Entity, rows: Sequence[Row[Any]], items: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """For a role that sees pseudonyms, a person's record goes by its subject's pseudonym instead of id and number."""
    if not by_pseudonym(ask, entity.resource):
        return items
    names = ask.platform.vault.pseudonyms([row.id for row in rows])
    known = [(item, names.get(row.id, "erased")) for row, item in zip(rows, items, strict=True)]
    return [{**item, "id": name, "number": name} for item, name in known]
