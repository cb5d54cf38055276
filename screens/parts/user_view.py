"""What is shown of a user: columns of the list, sections of the detail."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import cast

from textual.content import Content

from console.records.record import Record
from console.records.users import TOPICS, Hold, Paper, User
from console.text import ago, day, exact, line
from screens.parts.detail import Row, Section
from screens.parts.money_view import word
from screens.parts.record_table import Column
from screens.parts.topics import TOPIC_WORDS

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Linked:
    """The tickets of a person, by number, more when there are others; and how many orders, None where the role sees none."""

    of: str = ""
    tickets: tuple[str, ...] = ()
    more: bool = False
    orders: int | None = None

    @property
    def order_words(self) -> str:
        if self.orders is None:
            return ""
        return "1 order" if self.orders == 1 else f"{self.orders:,} orders" if self.orders else "no orders"


def columns(clock: Clock, *, found_by_name: bool) -> Sequence[Column]:
    """The columns of the list; what was found by name tells namesakes apart by place and last service."""

    def registered(user: User) -> Content:
        return Content(ago(user.registered, clock()) if user.registered else "")

    when = Column("Registered", 12, registered, "right", sort="registered", priority=2)
    return (
        [NUMBER, NAME, CITY, LAST_SERVICE, STATE, when] if found_by_name else [NUMBER, NAME, EMAIL, STATE, KIND, when]
    )


def _known(user: User, name: str) -> Content:
    value = getattr(user, name)
    return line(value) if value else line(user.masks.get(name, "–"))


NUMBER = Column("Number", 11, lambda user: line(user.number), sort="number")
NAME = Column("Name", None, lambda user: _known(user, "name"))
EMAIL = Column("E-mail", None, lambda user: _known(user, "email"), priority=3, narrowest=12)
STATE = Column("State", 9, lambda user: line(user.state), sort="state", priority=1)
KIND = Column("", 3, lambda user: Content("pro" if user.pro else ""), priority=4)
CITY = Column("City", None, lambda user: line(user.city))
LAST_SERVICE = Column("Last service", 12, lambda user: line(user.last_service or "–"), priority=2)


def heading(record: Record) -> Content:
    user = cast(User, record)
    said = f"{line(user.state).plain} · {'pro' if user.pro else 'parent'}"
    registered = f"registered {exact(user.registered)}" if user.registered else ""
    return Content.assemble((user.number, "bold"), "  ", said, "\n", (registered, "dim"))


def sections(record: Record, linked: Linked, now: datetime, why: Mapping[str, str]) -> Sequence[Section]:
    """`why`: code → words, of the reasons for legal holds."""
    user = cast(User, record)
    found = [*_holds(user, why), replace(CONTACT, hint=_keys(user)), _preferences(user), *_as_a_pro(user, now)]
    found.append(_tickets(user, linked))
    more = tuple(row for row in MORE.rows if _has(user, row.field))
    return [*found, Section(MORE.title, more)] if more else found


CONTACT = Section(
    "Contact",
    (
        Row("name", "Name"),
        Row("email", "E-mail"),
        Row("phone", "Phone"),
        Row("street", "Street"),
        Row("postcode", "Postcode"),
        Row("city", "City"),
    ),
)
MORE = Section("More", (Row("gender", "Gender"), Row("age_band", "Age"), Row("google_email", "Google")))


def _holds(user: User, why: Mapping[str, str]) -> Iterator[Section]:
    """What keeps everything of them from being erased, the one that lasts first; nothing of who never had one."""
    if user.holds:
        hint = "x lift it" if user.find_action("lift-hold").allowed else ""
        yield Section("Legal hold", hint=hint, text=[each for hold in user.holds for each in _hold(hold, why)])


def _hold(hold: Hold, why: Mapping[str, str]) -> Iterator[Content]:
    said = why.get(hold.reason) or word(hold.reason)
    placed = f"  since {day(hold.placed)}, by {line(hold.placed_by or '–').plain}"
    if hold.lifted is None:
        yield Content.assemble(("! ", "bold $text-warning"), line(said).stylize("bold"))
        yield Content(placed)
    else:
        yield Content(f"{line(said).plain}: lifted {day(hold.lifted)} by {line(hold.lifted_by or '–').plain}").stylize(
            "dim"
        )


KEYS = {"reveal": "v reveal", "correct": "e edit"}
"""Action → the key for it, of the values above."""


def _keys(user: User) -> str:
    """Those that the role has, allowed now or not."""
    return " · ".join(KEYS[action.name] for action in user.actions if action.name in KEYS)


def _has(user: User, name: str) -> bool:
    return getattr(user, name) is not None or name in user.masks or name in user.withheld


def _preferences(user: User) -> Section:
    hint = "x opt out" if any(action.name == "opt-out" for action in user.actions) else ""
    return Section("Preferences", hint=hint, text=list(_preference_lines(user)))


def _preference_lines(user: User) -> Iterator[Content]:
    chosen = ((TOPIC_WORDS[topic], getattr(user, topic)) for topic in TOPICS)
    yield Content(" · ".join(f"{words} {_on(value)}" for words, value in chosen))
    if user.opted_out:
        when = f" {exact(user.opted_out_at)}" if user.opted_out_at else ""
        how = f", by {line(user.opted_out_channel).plain}" if user.opted_out_channel else ""
        yield Content(f"opted out{when}{how}")
    if user.interests:
        yield Content.assemble(("interests ", "dim"), line(", ".join(user.interests)))


def _on(value: bool | None) -> str:
    return "–" if value is None else "on" if value else "off"


def _as_a_pro(user: User, now: datetime) -> Iterator[Section]:
    """What they applied for, until when its papers count, and their orders; nothing of who never was or wanted to be one."""
    if user.applications or user.orders_as_pro:
        hint = "o open" if user.applications else ""
        yield Section("As a pro", hint=hint, text=list(_pro_lines(user, now)))


def _pro_lines(user: User, now: datetime) -> Iterator[Content]:
    for applied in user.applications:
        when = f"{word(applied.state)} {day(applied.decided or applied.received)}"
        services = ", ".join(word(each) for each in applied.services)
        said = f"  {when}: {services}" if services else f"  {when}"
        yield Content.assemble(line(applied.number).stylize("bold"), said)
        yield from (_paper(paper, now) for paper in applied.papers)
    if user.orders_as_pro:
        counts = ", ".join(f"{count:,} {word(state)}" for state, count in user.orders_as_pro.items())
        yield Content.assemble(("orders ", "dim"), counts)


def _paper(paper: Paper, now: datetime) -> Content:
    if paper.expires <= now:
        return Content(f"  ✗ {word(paper.kind)} expired {day(paper.expires)}").stylize("$text-error")
    return Content(f"  {word(paper.kind)} until {day(paper.expires)}")


def _tickets(user: User, linked: Linked) -> Section:
    if linked.of != user.number:
        return Section("Linked", text=[Content("…")])
    numbers = ", ".join(linked.tickets) or "no tickets"
    said = [linked.order_words, f"{numbers}{' and more' if linked.more else ''}"]
    return Section("Linked", hint="o open · l link", text=[line(" · ".join(each for each in said if each))])
