"""What every record has: an id, a number, a version, fields with a data category, masks and actions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from pydantic import BaseModel, ConfigDict


class Category(StrEnum):
    """What kind of data a field holds; the access table gives a level for each."""

    PLAIN = "plain"
    PREFERENCE = "preference"
    IDENTITY = "identity"
    CONTACT = "contact"
    LOCALITY = "locality"
    ADDRESS = "address"
    SERVICE = "service"
    PROFILE = "profile"
    DEMOGRAPHIC = "demographic"
    GOOGLE = "google"
    INSTRUMENT = "instrument"
    DOCUMENT = "document"
    ANSWERS = "answers"
    ENTRY_CONTACT = "entry_contact"
    THREAD = "thread"


SEALED = frozenset(Category) - {Category.PLAIN, Category.PREFERENCE}
"""Categories whose values are personal: encrypted at rest under the person's key."""


class Action(BaseModel):
    """One thing this employee may do with a record now, or why not."""

    name: str
    allowed: bool
    because: str = ""


class Record(BaseModel):
    """The base of all records. Unknown fields of a newer platform are tolerated and dropped."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    id: str
    number: str
    version: int
    masks: dict[str, str] = {}
    withheld: dict[str, str] = {}
    actions: tuple[Action, ...] = ()

    def find_action(self, name: str) -> Action:
        """The action of that name; one that the answer doesn't list is not allowed."""
        found = (action for action in self.actions if action.name == name)
        return next(found, Action(name=name, allowed=False, because="Your role does not have this."))


@dataclass(frozen=True)
class Transition:
    """An action that takes a record from one of some states to another."""

    sources: frozenset[str]
    target: str


def transition(*sources: str, to: str) -> Transition:
    return Transition(frozenset(sources), to)


@cache
def categories(record: type[Record]) -> Mapping[str, Category]:
    """Field → category, of every field beyond the base's. A field without a category is a mistake: TypeError."""
    found: dict[str, Category] = {}
    for name, field in record.model_fields.items():
        if name in Record.model_fields:
            continue
        marks = [mark for mark in field.metadata if isinstance(mark, Category)]
        if len(marks) != 1:
            raise TypeError(f"{record.__name__}.{name} needs exactly one data category")
        found[name] = marks[0]
    return found
