"""What the list and the detail show of a ticket."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from textual.content import Content

from console.records.tickets import Message, Ticket
from console.text import ago, block, exact, line
from screens.parts import outgoing
from screens.parts.case_words import known_as, yours
from screens.parts.detail import Row, Section
from screens.parts.record_table import Column

KINDS = {"in": "from", "out": "mail by", "note": "note by"}
"""Kind of a message → the word before who wrote it."""


def columns(clock: Callable[[], datetime]) -> Sequence[Column]:
    """The queue's columns; the subject stays however narrow it gets."""

    def opened(ticket: Ticket) -> Content:
        return Content(ago(ticket.opened, clock()) if ticket.opened else "")

    return [
        Column("Number", 8, lambda ticket: line(ticket.number), sort="number"),
        Column("State", 8, lambda ticket: line(ticket.state)),
        Column("Subject", None, subject),
        Column("Of", 7, _assignee, priority=2),
        Column("By", 8, lambda ticket: line(ticket.channel), priority=3),
        Column("Opened", 11, opened, "right", sort="opened", priority=1),
    ]


def heading(ticket: Ticket, now: datetime) -> Content:
    """Number and subject; below them state, whose it is, and how it came."""
    said = " · ".join([line(ticket.state).plain, _whose(ticket, now), f"by {line(ticket.channel).plain}"])
    return Content.assemble((ticket.number, "bold"), "  ", subject(ticket).stylize("bold"), "\n", (said, "dim"))


def sections(ticket: Ticket, now: datetime) -> Sequence[Section]:
    """The thread with how it stands with what goes out, what it is linked to, where it came from."""
    linked = ", ".join(line(link.number or link.resource).plain for link in ticket.links) or "nothing yet"
    names = {action.name for action in ticket.actions}
    hints = [words for name, words in (("reply", "r reply"), ("note", "N note")) if name in names]
    about = (Row("reference", "Reference"), Row("opened", "Opened"), Row("opened_by", "Opened by"))
    return [
        Section("Thread", hint=" · ".join(hints), text=tuple(_thread(ticket, now))),
        Section("Linked", hint="l link · o open" if "link" in names else "o open", text=(Content(linked),)),
        Section("About", about),
    ]


def subject(ticket: Ticket) -> Content:
    known = known_as(ticket)
    return line(known) if known else line(ticket.masks.get("subject", "–"))


def _assignee(ticket: Ticket) -> Content:
    return Content("you") if ticket.yours else line(ticket.assignee or "–")


def _whose(ticket: Ticket, now: datetime) -> str:
    if not ticket.yours:
        return f"of {line(ticket.assignee).plain}" if ticket.assignee else "of nobody"
    return yours(ticket.lease_until, now)


def _thread(ticket: Ticket, now: datetime) -> Iterator[Content]:
    for message in ticket.messages:
        yield Content.assemble((exact(message.at), "dim"), "  ", (_kind(message), "bold"), " ", line(message.by))
        if message.subject:
            yield Content.assemble("  ", line(message.subject).stylize("bold"))
        body = block(message.body or message.mask or "–")
        yield from (Content.assemble("  ", each) for each in body.split("\n", allow_blank=True))
        if message.mail is not None:
            yield Content.assemble("  ", outgoing.standing(message, now))
    if not ticket.messages:
        yield Content("no messages yet").stylize("dim")


def _kind(message: Message) -> str:
    return KINDS.get(message.kind, line(message.kind).plain)
