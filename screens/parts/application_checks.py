"""What speaks for and against a pro application, each with a sign: what is missing or expires, who is like it, what was before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from textual.content import Content

from console.records.application_documents import ApplicationDocument
from console.records.pro_applications import Former, Likeness, ProApplication
from console.text import day, line
from screens.parts import application_words as words
from screens.parts.money_view import Beside, labelled, span, word

GOOD, BAD, CARE = ("✓ ", "$text-success"), ("✗ ", "bold $text-error"), ("! ", "bold $text-warning")


def lines(application: ProApplication, now: datetime) -> Iterator[Beside]:
    """Completeness, what expires, likely duplicates, the recommendation."""
    yield labelled("Complete", _complete(application))
    if application.expiring:
        soon = ", ".join(word(each) for each in application.expiring)
        yield labelled("Expiring", Content.assemble(CARE, soon))
    yield from _alike(application)
    yield labelled("Recommended", _recommendation(application))


def _complete(application: ProApplication) -> Content:
    if not application.missing:
        return Content.assemble(GOOD, "nothing is missing")
    return Content.assemble(BAD, "missing: ", words.lacks(application))


def _alike(application: ProApplication) -> Iterator[Beside]:
    if not application.alike:
        yield labelled("Alike", Content.assemble(GOOD, "no other application is like it"))
    for place, other in enumerate(application.alike):
        yield labelled("" if place else "Alike", alike_words(other))
    if application.alike_cut:
        yield labelled("", Content("… and others").stylize("dim"))


def alike_words(other: Likeness) -> Content:
    """The number, whose and how it stands, and what is the same."""
    number = line(other.number).stylize("bold")
    said = f"  {line(other.person).plain}, {words.state(other.state)}: same {words.alike(other.by)}"
    return Content.assemble(CARE, number, said)


def _recommendation(application: ProApplication) -> Content:
    if not application.recommendation:
        return Content("nothing yet").stylize("dim")
    by = f", by {line(application.recommended_by).plain}" if application.recommended_by else ""
    return Content.assemble((word(application.recommendation), "bold"), by)


def former(application: ProApplication, reasons: Mapping[str, str]) -> Iterator[Beside]:
    """Earlier applications and suspensions of the same person."""
    for place, each in enumerate(application.former):
        yield labelled("" if place else "The person", former_words(each, reasons))


def former_words(each: Former, reasons: Mapping[str, str]) -> Content:
    bad = each.kind == "suspension" or each.state in ("declined", "expired")
    why = f": {reasons.get(each.reason) or word(each.reason)}" if each.reason else ""
    number = line(each.number).stylize("bold")
    return Content.assemble(CARE if bad else "  ", number, f"  {words.state(each.state)} {day(each.at)}{why}")


# Documents


def documents(application: ProApplication, now: datetime) -> Iterator[Beside]:
    """What came, what it is worth and until when; one that was replaced is left out."""
    shown = [each for each in application.documents if each.state != "replaced"]
    for document in shown:
        yield labelled(word(document.kind).capitalize()[:11], document_words(document, now))
    if not shown:
        yield Content(""), Content("none came").stylize("dim")


def document_words(document: ApplicationDocument, now: datetime) -> Content:
    number = line(document.number).stylize("dim")
    if document.state == "pending":
        return Content.assemble(CARE, "the provider has not answered  ", number)
    sign = GOOD if document.complete else BAD
    return Content.assemble(sign, _expiry(document, now), "  ", number)


def _expiry(document: ApplicationDocument, now: datetime) -> str:
    if document.expires is None:
        return "received"
    if document.expires <= now:
        return f"expired {day(document.expires)}, {span(now - document.expires)} ago"
    return f"good until {day(document.expires)}, {_left(document.expires - now)} left"


def _left(length: timedelta) -> str:
    """Days while they matter, then months, then years."""
    months = length.days // 30
    return span(length) if months < 3 else f"{months} months" if months < 24 else f"{months // 12} years"
