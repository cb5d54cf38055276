"""What was written in a case, as its record's detail shows it: when, by whom, and how it stands with what goes out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from textual.content import Content

from console.records.tickets import Message
from console.text import block, exact, line
from screens.parts import outgoing
from screens.parts.money_view import word


def thread(messages: Sequence[Message], now: datetime, kinds: Mapping[str, str]) -> tuple[Content, ...]:
    """`kinds`: kind of a message → the word before who wrote it."""
    lines = tuple(each for message in messages for each in _message(message, now, kinds))
    return lines or (Content("nothing written yet").stylize("dim"),)


def _message(message: Message, now: datetime, kinds: Mapping[str, str]) -> Iterator[Content]:
    who = Content("") if message.kind == "in" else line(message.by)
    kind = kinds.get(message.kind) or word(message.kind)
    yield Content.assemble((exact(message.at), "dim"), "  ", (kind, "bold"), " ", who)
    if message.subject:
        yield Content.assemble("  ", line(message.subject).stylize("bold"))
    text = block(message.body or message.mask or "–")
    yield from (Content.assemble("  ", each) for each in text.split("\n", allow_blank=True))
    if message.mail:
        yield Content.assemble("  ", outgoing.standing(message, now))
