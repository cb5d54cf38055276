"""What the general mechanisms (lists, reads, writes, reveals) need to know of an entity. The next one is a row in ENTITIES."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table

from console import access
from console.conditions import Facts
from console.platform_api.guard import Ask
from console.platform_api.lookup import reference
from console.records.record import SEALED, Category, Record, Transition

Rows = Sequence[Row[Any]]
Clauses = Sequence[ColumnElement[bool]]


@dataclass(frozen=True)
class Filter:
    """A list parameter. `clauses` turns its values into alternatives; a list is merged from one query for each, so each uses its index."""

    clauses: Callable[[Ask, Connection, Sequence[str]], Clauses]
    values: tuple[str, ...] = ()
    """The values offered, when they are a closed set."""
    span: str = ""
    """The index of many values (dates, amounts, persons) that its clauses stand on; filters of one span narrow it together.
    A list that a span makes short is read from those few rows alone, whatever else it is filtered and sorted by. In the order of
    the column that is named like the span its index is followed; in another order the span is looked at row by row."""
    rare: bool = False
    """Whether even a long span is short beside the whole, so that its own index serves every order."""
    rises: bool = False
    """Whether the span rises with the numbers, more or less: then it lies between two of them."""


@dataclass(frozen=True)
class Entity:
    """`dress` turns a page of rows into the plain fields of their records; `facts` says what conditions may look at of one row."""

    resource: str
    prefix: str
    record: type[Record]
    table: Table
    sorts: Mapping[str, Any]
    filters: Mapping[str, Filter]
    dress: Callable[[Ask, Connection, Rows], list[dict[str, Any]]]
    facts: Callable[[Connection, Row[Any]], dict[str, Any]]
    owner: Callable[[Row[Any]], str | None]
    listed: frozenset[Category] = frozenset(Category)
    facets: tuple[str, ...] = ()
    """Filters of few values that one index begins with, in its order: a list by one of them takes all values of the others,
    so that every run of it stands in that index (see `paging`)."""
    alone: frozenset[str] = frozenset()
    """Facets with an index of their own, in the order of numbers: a list by one of them alone needs one run for each value."""
    key: str = "number"
    """The column of the number."""
    transitions: Mapping[str, Transition] = field(default_factory=dict)
    only_in: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Actions that change no state but are of some states alone."""
    deeds: frozenset[str] = frozenset()
    """Actions with one record whose names mean a list's elsewhere: a document is opened, where tickets are opened anew."""
    mask: Callable[[Ask, Connection, Rows], Callable[[Row[Any], str, str], str]] | None = None
    """(row, field, value) → mask, prepared for a page at once; None: `masks.mask`."""
    more: Callable[[Ask, Connection, Row[Any], Facts], dict[str, Any]] | None = None
    """What a record answers with when it is read whole, and not in a list."""
    asked_facts: Callable[[Ask, Connection, Row[Any]], dict[str, Any]] | None = None
    """Facts that depend on who asks, beside `facts`."""
    hinders: Callable[[Ask, Connection, Row[Any], str], str] | None = None
    """(row, action) → why more than the state hinders it now; empty when nothing does."""
    nothing_for: Callable[[Ask, Connection, Row[Any], str], str] | None = None
    """(row, action) → why an action that is done with one of several things, as a letter, has none of them; of the one that is named
    the action says it itself."""
    reveal_reasons: tuple[str, ...] = ()
    """What its values may be revealed for; none: any of the reasons that there are."""
    shown_in: frozenset[str] | None = None
    """States in which its values have a use. In any other none of them is shown or masked, although a legal hold may keep them."""
    first_sort: str | None = None
    """The order of a list that asks for none; None: the first of `sorts`, descending."""

    def document_of(self, row: Any, category: Category) -> bytes | None:
        """The sealed document of one category, if the table has one, and the row has it for some use."""
        if self.shown_in is not None and row.state not in self.shown_in:
            return None
        found = getattr(row, f"sealed_{category}", None) if category in SEALED else None
        return bytes(found) if found is not None else None

    def name_of(self, row: Any) -> str:
        return f"{self.prefix}-{getattr(row, self.key)}"

    def named(self, text: str) -> ColumnElement[bool]:
        """The clause that finds one by its id or number; NotFound for what can be neither."""
        return reference(self.table, self.prefix, text, self.key)

    def place_of(self, number: int) -> int:
        """What stands in the key's column for a number."""
        return number

    def id_of(self, row: Any) -> str:
        """The record's id; a row of the log goes by its number alone."""
        return str(getattr(row, "id", None) or self.name_of(row))


def by_pseudonym(ask: Ask, resource: str) -> bool:
    """Whether this employee knows the records, which are persons, by their pseudonym alone."""
    return resource == "users" and access.by_pseudonym(ask.actor.roles, resource)


def known_as(ask: Ask, resource: str, named: str) -> str:
    """What an employee calls a record, as its id or number: who goes by pseudonyms finds nobody by anything else."""
    return ask.platform.vault.owner_of(named) or "" if by_pseudonym(ask, resource) else named
