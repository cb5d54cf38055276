"""Correcting a person's values: source and before/after kept, indexes moved along (P1, P11), and the person told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from console.platform_api import blind, projection
from console.platform_api.application_tokens import index_move
from console.platform_api.documents import Value, dump
from console.platform_api.guard import Ask
from console.platform_api.keys import Keys
from console.platform_api.notices import tell_of_change
from console.platform_api.problems import Conflict, Invalid, NotAllowed
from console.platform_api.store import Answer, Write, correct
from console.platform_api.user_values import CHECKS, checked
from console.platform_api.users import USERS
from console.records.record import SEALED, categories
from console.records.users import Source, User


def correct_user(ask: Ask, named: str, values: Mapping[str, str], source: str) -> Answer:
    """Writes fields of one user. A field that no role corrects is refused like one that this role may not."""
    if unknown := set(values) - set(categories(User)):
        raise Invalid(
            "There are no such fields.",
            errors=[{"where": f"set ({len(unknown)} unknown)", "what": "is not a field of a user"}],
        )
    if not values:
        raise Invalid("Name the fields to correct.", errors=[{"where": "set", "what": "is empty"}])
    refuse_other_fields(values)
    good = checked(dict(values))
    return correct(ask, USERS, named, sorted(good), lambda write: write_values(write, good, Source(source)))


def refuse_other_fields(names: Iterable[str]) -> None:
    """Fields that no role writes: a state changes by its action, a user becomes a pro by an approved application alone (P24)."""
    kinds = categories(User)
    if any(name in kinds and (kinds[name] not in SEALED or name not in CHECKS) for name in names):
        raise NotAllowed("This field is not corrected by hand.")


def write_values(write: Write, values: Mapping[str, str], source: Source) -> None:
    """Checked values into the documents of the user that is being written."""
    vault, person = write.ask.platform.vault, str(write.row.id)
    key = vault.keys_of([person]).get(person)
    if key is None:
        raise Conflict("This person's data has been erased.")
    write.source = source
    stood: dict[str, Value] = {}
    for category in sorted({categories(User)[name] for name in values}):
        document = dict(projection.open_document(USERS, write.row, category, key))
        stood |= document
        mine = {name: value for name, value in values.items() if categories(User)[name] is category}
        document |= {name: Value(value, source, write.ask.now) for name, value in mine.items()}
        write.values[f"sealed_{category}"] = key.seal("users", person, str(category), dump(document))
    before = {name: value.value for name, value in stood.items()}
    write.changed = {name: (before.get(name), value) for name, value in values.items() if before.get(name) != value}
    write.details["source"] = str(source)
    _move_index(write, before, values)
    index_move(write.ask.platform, write.connection, write.row, key, values)
    tell_of_change(write, stood)


def _move_index(write: Write, before: Mapping[str, str], after: Mapping[str, str]) -> None:
    """New tokens before the commit, old ones away after it: a crash between leaves hints too many, never one too few."""
    vault, keys, person = write.ask.platform.vault, write.ask.platform.keys, str(write.row.id)
    old = tokens(keys, {name: before[name] for name in after if name in before})
    new = tokens(keys, after)
    vault.index(person, sorted(new - old))
    write.ask.after_commit.append(lambda: vault.unindex(person, sorted(old - new)))


def tokens(keys: Keys, values: Mapping[str, str]) -> frozenset[int]:
    """All tokens by which a person with these values is found."""
    found = set(blind.name_tokens(keys, values["name"])) if "name" in values else set()
    if "email" in values:
        found.add(blind.email_token(keys, values["email"]))
    if "phone" in values:
        found.add(blind.phone_token(keys, values["phone"]))
    return frozenset(found)
