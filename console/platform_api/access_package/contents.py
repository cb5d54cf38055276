"""All that a package is made of, in its order, and the next stretch of it, cut so that little stands in memory at a time."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from console.platform_api.access_package import (
    of_cases,
    of_contests,
    of_looks,
    of_orders,
    of_pros,
    of_surveys,
    of_the_person,
    pages,
)
from console.platform_api.access_package.gathering import Gathering
from console.platform_api.access_package.section import AT_ONCE, File, Section

SECTIONS: tuple[Section, ...] = (
    of_the_person.PROFILE, of_cases.REQUESTS, of_orders.ORDERS, of_orders.AS_PRO, of_orders.PAYMENTS, of_orders.REVIEWS,
    of_orders.PAYOUTS, of_orders.ACCOUNTS, of_pros.APPLICATIONS, of_pros.DOCUMENTS, of_cases.TICKETS, of_cases.MAILS, of_surveys.SURVEYS,
    of_contests.CONTESTS,
    of_the_person.CHECKS, of_the_person.HOLDS, of_the_person.GOOGLE, of_the_person.DISCLOSURES, of_looks.LOOKS,
)  # fmt: skip


@dataclass(frozen=True)
class Place:
    """How far it got: within which section, behind which row; `begun`: whether its heading is written. `part`: the next piece."""

    section: int = 0
    after: str = ""
    begun: bool = False
    part: int = 0

    @classmethod
    def read(cls, step: str) -> Place:
        if not step:
            return cls()
        section, begun, part, after = step.split("|", 3)
        return cls(int(section), after, begun == "1", int(part))

    def __str__(self) -> str:
        return f"{self.section}|{int(self.begun)}|{self.part}|{self.after}"

    @property
    def over(self) -> bool:
        return self.section >= len(SECTIONS)


@dataclass
class Stretch:
    """What was gathered: a piece of either file, documents beside, and where to go on."""

    json: list[bytes] = field(default_factory=list)
    html: list[bytes] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    rows: int = 0
    place: Place = field(default_factory=Place)


def total(gathering: Gathering) -> int:
    return sum(section.count(gathering) for section in SECTIONS)


def gather(gathering: Gathering, place: Place, most: int = AT_ONCE) -> Stretch:
    """So many rows, of one section or of several short ones; a document ends it."""
    found = Stretch(place=place)
    while not found.place.over and found.rows < most and not found.files:
        _some(gathering, SECTIONS[found.place.section], found, most)
    return found


def _some(gathering: Gathering, section: Section, found: Stretch, most: int) -> None:
    place = found.place
    rows = section.some(gathering, place.after, most)
    items = section.dress(gathering, rows) if rows else []
    if not place.begun:
        found.json.append(pages.json_begins(section.name, first=place.section == 0))
        found.html.append(pages.html_begins(section.title))
        found.counts[section.name] += 0
    found.json.append(pages.json_items(items, first=not place.after))
    found.html.append(pages.html_items(items))
    found.files += section.files(gathering, rows) if section.files is not None and rows else []
    found.rows += len(rows)
    found.counts[section.name] += len(rows)
    if len(rows) == min(most, section.at_once):
        found.place = Place(place.section, section.place_of(rows[-1]), True, place.part)
        return
    found.json.append(pages.json_ends())
    found.html.append(pages.html_ends(none=not rows and not place.after))
    found.place = Place(place.section + 1, part=place.part)
