"""What the list and the detail show of a pro application: what speaks for it and against it, first of all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from textual.content import Content

from console.raw import Raw
from console.records.pro_applications import OPEN, ProApplication
from console.text import block, exact, line
from screens.parts import application_checks as checks
from screens.parts import application_words as words
from screens.parts.detail import Row, Section
from screens.parts.money_view import Beside, labelled, word
from screens.parts.record_table import Column
from screens.parts.thread import thread


@dataclass(frozen=True)
class Words:
    """What the platform calls things, and the time it is."""

    now: datetime
    decline: Mapping[str, str]
    """Code → words of the reasons to decline."""
    suspend: Mapping[str, str]
    """The same of suspensions."""
    reopen: Mapping[str, str]


# The list


def columns(clock: Callable[[], datetime]) -> Sequence[Column]:
    """Number, business, what is the matter with it and its limit stay however narrow it gets."""

    def waiting(application: ProApplication) -> Content:
        return Content(words.waiting(application, clock()))

    return [
        Column("Number", 8, lambda application: line(application.number), sort="number"),
        Column("Business", None, business, narrowest=16),
        Column("Services", 18, services, priority=3),
        Column("State", 9, _standing, priority=1),
        Column("Checks", None, marks, narrowest=18),
        Column("Waiting", 11, waiting, "right", priority=2),
        Column("Limit", 14, lambda application: words.brief_limit(application, clock()), "right", sort="due"),
    ]


def business(application: ProApplication) -> Content:
    known = application.business_name
    return line(known) if known else line(application.masks.get("business_name", "–"))


def services(application: ProApplication) -> Content:
    return line(", ".join(word(each) for each in application.services) or "–")


def _standing(application: ProApplication) -> Content:
    """Who looks at it, which says that it is in review, too; else its state."""
    if application.state != "in_review" or not (application.yours or application.assignee):
        return Content(words.state(application.state))
    return Content.assemble("with ", "you" if application.yours else line(application.assignee or ""))


def marks(application: ProApplication) -> Content:
    """A word each, so that colour alone says nothing: what it lacks, what it is like, what was recommended."""
    found: list[Content] = []
    if application.missing and application.state in OPEN:
        found.append(Content(f"! lacks {len(application.missing)}").stylize("$text-warning"))
    if application.alike:
        found.append(Content("≈ alike").stylize("$text-warning"))
    if application.recommendation:
        found.append(Content(words.recommended(application)))
    return Content(" ").join(found)


# The detail


def heading(application: ProApplication, now: datetime) -> Content:
    """Number and business; below them the state, whose it is and how long there is."""
    said = Content(" · ").join(_said(application, now))
    name = business(application).stylize("bold")
    return Content.assemble(line(application.number).stylize("bold"), "  ", name, "\n", said)


def _said(application: ProApplication, now: datetime) -> Iterator[Content]:
    yield Content(words.state(application.state)).stylize("dim")
    if limit := words.limit(application, now):
        yield limit
    if whose := words.whose(application, now):
        yield Content(whose).stylize("dim")


def sections(application: ProApplication, known: Words, person: Mapping[str, Raw]) -> Sequence[Section]:
    """What is to be decided on, then what was said and sent; `person` is what of the applicant is in clear now."""
    found = [Section("Checks", hint=_next_step(application), beside=tuple(checks.lines(application, known.now)))]
    if former := tuple(checks.former(application, {**known.suspend, **known.decline})):
        found.append(Section("Before", hint="o open", beside=former))
    if decision := tuple(_decision(application, known)):
        found.append(Section("Decision", beside=decision))
    found += [_profile(application), *_answers(application), _documents(application, known.now)]
    return [*found, _person(application, person), _thread(application, known.now), _about(application)]


def _next_step(application: ProApplication) -> str:
    """The key that comes next; the platform says what is allowed."""
    allowed = {action.name for action in application.actions if action.allowed}
    steps = (("approve", "a approve"), ("decline", "d decline"), ("recommend", "r recommend"), ("claim", "t take"))
    said = [key for name, key in steps if name in allowed and not (name == "claim" and application.yours)]
    return " · ".join(said[:2])


def _profile(application: ProApplication) -> Section:
    rows = (
        Row("business_name", "Business"),
        Row("services", "Services", lambda _: services(application)),
        Row("area", "Area"),
        Row("postcode", "Postcode"),
        Row("experience", "Experience", block),
        Row("rates", "Rates", block),
    )
    return Section("What they say", rows)


def _answers(application: ProApplication) -> Iterator[Section]:
    """As typed: what looks like a link is text."""
    if application.answers:
        yield Section("Answers", text=tuple(block(application.answers).split("\n", allow_blank=True)))
    elif "answers" in application.masks:
        yield Section("Answers", (Row("answers", "Answers"),))


def _documents(application: ProApplication, now: datetime) -> Section:
    hint = "D documents" if application.documents else ""
    return Section("Documents", hint=hint, beside=tuple(checks.documents(application, now)))


def _person(application: ProApplication, known: Mapping[str, Raw]) -> Section:
    shown = [labelled(label, line(known[name]).stylize("$revealed")) for name, label in PERSON.items() if name in known]
    beside = (labelled("Person", line(application.person or "–").stylize("bold")), *shown)
    return Section("Applicant", hint="o open · v reveal", beside=beside)


PERSON = {
    "name": "Name",
    "email": "E-mail",
    "phone": "Phone",
    "street": "Street",
    "postcode": "Postcode",
    "city": "City",
}
"""Field of the person → label."""


def _decision(application: ProApplication, known: Words) -> Iterator[Beside]:
    if application.decided is None:
        return
    reasons = {**known.reopen, **known.decline}
    how = words.state(application.state)
    yield labelled("Decided", f"{how}, {exact(application.decided)}")
    if application.decided_by:
        yield labelled("By", line(application.decided_by))
    if application.reason:
        yield labelled("Reason", reasons.get(application.reason) or word(application.reason))


KINDS = {"in": "from the applicant", "out": "to the applicant", "note": "note by"}
"""Kind of a message → the word before who wrote it."""


def _thread(application: ProApplication, now: datetime) -> Section:
    may = {action.name for action in application.actions}
    return Section("Thread", hint="N note" if "note" in may else "", text=thread(application.messages, now, KINDS))


def _about(application: ProApplication) -> Section:
    rows = (Row("received", "Received"), Row("due", "Decide by"), Row("stopped", "Asked"), Row("case", "Case"))
    return Section("About", tuple(row for row in rows if getattr(application, row.field) is not None))
