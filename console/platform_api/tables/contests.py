"""Contests, who entered them (sealed), and what was won."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, BigInteger, Index, LargeBinary, Text
from sqlmodel import Field

from console.platform_api.tables.base import Row, id_field, moment, number, sealed


class ContestRow(Row, table=True):
    """`sealed_seed` is under a key of the contest's own (owner: its id), and gone once it is drawn; `seed` is it in hexadecimal then.

    `excluded_then` and `excluded_hash` are of the leaves that took no part when the list was fixed, `excluded` is how many there are now.
    `gone` counts how often an entry left the closed list of those who take part: a draw that was prepared before is prepared anew.
    `task` is what goes on (closing, drawing, purging), `done` how many entries it has been through, `total` of how many.
    """

    __tablename__ = "contests"
    __table_args__ = (
        Index("contests_state", "state", "number"),
        Index("contests_closes", "closes", "number"),
        Index("contests_state_closes", "state", "closes", "number"),
    )

    number: int | None = number()
    id: str = id_field(unique=True)
    version: int = 1
    state: str = "draft"
    title: str = Field(sa_type=Text)
    rules: str = Field(sa_type=Text)
    prize: str = Field(sa_type=Text)
    prize_value: int = Field(default=0, sa_type=BigInteger)
    currency: str
    places: int
    reserves: int
    of_age: bool = True
    regions: list[str] = Field(default_factory=list, sa_type=JSON)
    answer_days: int
    opens: datetime = moment()
    closes: datetime = moment()
    policy_version: str | None = None
    created: datetime = moment()
    created_by: str | None = id_field(default=None)
    opened: datetime | None = moment(default=None)
    opened_by: str | None = id_field(default=None)
    closed: datetime | None = moment(default=None)
    closed_by: str | None = id_field(default=None)
    drawn: datetime | None = moment(default=None)
    drawn_by: str | None = id_field(default=None)
    awarded: datetime | None = moment(default=None)
    purged: datetime | None = moment(default=None)
    purged_entries: int = 0
    reminded: datetime | None = moment(default=None)
    entries: int = 0
    eligible: int | None = None
    excluded: int = 0
    gone: int = 0
    commitment: str | None = None
    terms_hash: str | None = None
    entries_hash: str | None = None
    excluded_hash: str | None = None
    excluded_then: int | None = None
    seed: str | None = None
    task: str | None = None
    done: int = 0
    total: int = 0
    sealed_seed: bytes | None = sealed()


class ContestEntryRow(Row, table=True):
    """Its contact is sealed under a key of its own (owner: its id). No column leads to a user: `taker` is a keyed token of the person's,
    by which their own package and their erasure find it.

    `leaf` is what stands on the list; `salt` lets who entered find theirs. Both say nothing without the other. `gone`: since when it takes no
    part although it stands on the closed list. `late`: it came to take no part once
    the list was fixed. `taken_out_by`: the employee who disqualified it.
    """

    __tablename__ = "contest_entries"
    __table_args__ = (
        Index("contest_entries_contest", "contest", "number"),
        Index("contest_entries_contest_state", "contest", "state", "number"),
        Index("contest_entries_entered", "contest", "entered"),
        Index("contest_entries_state", "state", "number"),
        Index("contest_entries_leaf", "contest", "leaf", unique=True),
        Index("contest_entries_taker", "taker", "contest"),
        Index("contest_entries_taken_out", "taken_out_by", "contest"),
    )

    number: int | None = number()
    id: str = id_field(unique=True)
    external_id: str | None = Field(default=None, unique=True)
    version: int = 1
    contest: str = id_field()
    state: str = "entered"
    entered: datetime = moment()
    reason: str | None = None
    taker: int | None = Field(default=None, sa_type=BigInteger)
    salt: bytes | None = Field(default=None, sa_type=LargeBinary)
    leaf: bytes = Field(sa_type=LargeBinary)
    rank: int | None = None
    gone: datetime | None = moment(default=None)
    late: bool = False
    taken_out_by: str | None = id_field(default=None)
    purged: datetime | None = moment(default=None)
    sealed_entry_contact: bytes | None = sealed()


class AwardRow(Row, table=True):
    """`sealed_entry_contact` is the winner's, under the entry's key; it goes with the award's end, and `purged` says when its key went.

    `taker` is the entry's. It stays with what was awarded for as long as tax law makes us keep who won.
    """

    __tablename__ = "awards"
    __table_args__ = (
        Index("awards_state", "state", "number"),
        Index("awards_due", "due", "number"),
        Index("awards_state_due", "state", "due", "number"),
        Index("awards_contest", "contest", "number"),
        Index("awards_entry", "entry"),
        Index("awards_taker", "taker"),
        Index("awards_ticket", "ticket"),
    )

    number: int | None = number()
    id: str = id_field(unique=True)
    version: int = 1
    contest: str = id_field()
    entry: str = id_field()
    state: str = "drawn"
    place: int
    rank: int
    drawn: datetime = moment()
    notified: datetime | None = moment(default=None)
    due: datetime = moment()
    shipped: datetime | None = moment(default=None)
    ended: datetime | None = moment(default=None)
    ended_by: str | None = id_field(default=None)
    reason: str | None = None
    purged: datetime | None = moment(default=None)
    ticket: str = id_field()
    taker: int | None = Field(default=None, sa_type=BigInteger)
    sealed_entry_contact: bytes | None = sealed()
