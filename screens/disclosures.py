"""What third parties were told about people (P4): to whom, which fields, what for and for which case; never a value."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import ClassVar, cast

from textual.content import Content

from console.records.disclosures import Disclosure
from console.records.record import Record
from console.text import ago, exact, line
from screens.parts.detail import Section
from screens.parts.filter_kinds import person
from screens.parts.filter_language import Kind
from screens.parts.listing import Listing
from screens.parts.money_view import labelled, word
from screens.parts.record_table import Column
from screens.parts.within import WithinScreen

RECIPIENTS: Mapping[str, str] = {"processor": "payment processor"}
"""Recipient → what people call it."""


class DisclosuresScreen(WithinScreen):
    """Nothing is done with a row: it was told."""

    NAME = "disclosures"
    COLLECTION = "disclosures"
    WHAT = "disclosures"
    HINT = "/ shows others, esc goes back"
    NOTHING = "Each time that a third party is told something about somebody, it stands here first."
    ALL = "all that was told"
    EXAMPLES = ("user:U-1048", "recipient:processor")
    KINDS: ClassVar[Mapping[str, Kind]] = {"user": person()}
    ONCE = ("user",)

    def source(self) -> Listing:
        return Listing(self.client, self.COLLECTION, {**self.filter.params, "sort": "-number"})

    def columns(self) -> Sequence[Column]:
        return columns(self.shell.clock)

    def heading(self, record: Record) -> Content:
        told = cast(Disclosure, record)
        title = Content.assemble((line(told.number).plain, "bold"), "  ", (f"told to the {recipient(told)}", "bold"))
        return Content.assemble(title, "\n", (exact(told.at) if told.at else "", "dim"))

    def sections(self, record: Record) -> Sequence[Section]:
        return sections(cast(Disclosure, record))

    def linked(self, record: Record) -> Mapping[str, str]:
        told = cast(Disclosure, record)
        found = {told.about or "": "what it was about", told.case or "": "the case that it was for"}
        return {number: what for number, what in found.items() if number}

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return False if action == "actions" else super().check_action(action, parameters)


def columns(clock: Callable[[], datetime]) -> Sequence[Column]:
    """To whom and what for stay however narrow it gets."""

    def when(told: Disclosure) -> Content:
        return Content(ago(told.at, clock()) if told.at else "")

    return [
        Column("Number", 8, lambda told: line(told.number), sort="number"),
        Column("When", 11, when, "right", priority=1),
        Column("To", 17, lambda told: line(recipient(told))),
        Column("What for", None, lambda told: line(word(told.purpose)), narrowest=12),
        Column("Fields", 6, lambda told: Content(str(len(told.fields))), "right", priority=4),
        Column("About", 9, lambda told: line(told.about or "–"), priority=2),
        Column("Case", 7, lambda told: line(told.case or "–"), priority=3),
    ]


def recipient(told: Disclosure) -> str:
    return RECIPIENTS.get(told.recipient) or word(told.recipient)


def sections(told: Disclosure) -> Sequence[Section]:
    known = (("To", recipient(told)), ("What for", word(told.purpose)), ("About", told.about), ("Case", told.case))
    said = [labelled(label, line(value)) for label, value in known if value]
    fields = [Content.assemble("· ", line(word(name))) for name in told.fields] or [Content("none").stylize("dim")]
    gone = Content("erased, or of nobody").stylize("dim")
    whom = labelled("Pseudonym", line(told.subject) if told.subject else gone)
    return [Section("Told", beside=said), Section("Fields", text=fields), Section("Of whom", beside=(whom,))]
