"""Answering the person whom a ticket is about: writing, taking back, sending again, and the seconds until it goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from textual.content import Content
from textual.message import Message as TextualMessage
from textual.widgets.option_list import Option

from console.errors import Invalid
from console.records.record import Record
from console.records.tickets import MailState, Message, Ticket
from console.text import exact, line
from screens.parts import outgoing
from screens.parts.composer import Writing, Written, ask_message, forget_message, keep_message, what_is_wrong
from screens.parts.confirm import Confirm
from screens.parts.list_detail import ListDetailScreen
from screens.parts.pick import Pick
from screens.parts.problems import Notice

REPLY = "reply"
WORDS: Mapping[str, str] = {REPLY: "Reply by e-mail", "undo-reply": "Take the message back", "resend": "Send it again"}
"""Action → what `x` calls it."""
AGAIN: Mapping[str, str] = {
    MailState.FAILED: "It goes to the person at once, as it was written. The try before certainly did not go out.",
    MailState.UNKNOWN: "It goes to the person at once, as it was written. Nobody can tell whether it went out before: it may arrive "
    "twice.",
}


class RepliesScreen(ListDetailScreen):
    """Of the tickets: `r` writes, `u` takes back for 10 seconds, `x` sends again."""

    @dataclass
    class TakenBack(TextualMessage):
        """A message was undone: what it said is a draft again."""

        ticket: Ticket
        message: Message

    def words_of(self, record: Record) -> Mapping[str, str]:
        return {**super().words_of(record), **WORDS}

    async def open_action(self, name: str, record: Record) -> None:
        ways = {REPLY: self._reply, "undo-reply": self._take_back, "resend": self._send_again}
        await (ways[name](cast(Ticket, record)) if name in ways else super().open_action(name, record))

    # Writing

    async def _reply(self, ticket: Ticket) -> None:
        person = await self._to_whom(ticket)
        if person is None:
            return
        title = f"Reply to {person} on {ticket.number}"
        writing, wrong = Writing(title=title, purpose=REPLY, ticket=ticket.number, person=person), ""
        while (written := await ask_message(self, writing, wrong)) is not None:
            try:
                await self._send_reply(ticket, person, written)
                return
            except Invalid as error:
                wrong = what_is_wrong(error)

    async def _to_whom(self, ticket: Ticket) -> str | None:
        """The one who is linked, or the one who is chosen."""
        people = list(dict.fromkeys(link.number for link in ticket.links if link.resource == "users" and link.number))
        if not people:
            nobody = Notice("said", f"{ticket.number} is about nobody yet.", "l links the person.")
            self.post_message(self.Refused(nobody))
            return None
        if len(people) == 1:
            return people[0]
        options = [Option(line(number), id=number) for number in people]
        chosen: str | None = await self.app.push_screen_wait(Pick(Content(f"Reply on {ticket.number} to"), options))
        return chosen

    async def _send_reply(self, ticket: Ticket, person: str, written: Written) -> None:
        """The same text to the same person is one intent until its outcome is known, whatever else happens to the ticket."""
        body = {**written.body, "to": person}
        done = await self._act(ticket, REPLY, body)
        forget_message(self, ticket.number, REPLY)
        self.arrived(done, f"{ticket.number}: the message goes out in 10 seconds. u takes it back.")

    async def _act(self, ticket: Ticket, name: str, body: Mapping[str, object]) -> Ticket:
        async def act(key: str) -> Ticket:
            done: Ticket = await self.client.act("tickets", ticket.id, name, body, key=key, case=self.case_id)
            return done

        return await self.once((ticket.id, name, repr(sorted(body.items()))), act)

    # Taking back

    def take_back_message(self) -> bool:
        """Take back what has not gone yet of the shown ticket; whether there was anything."""
        ticket = self.selected
        if not isinstance(ticket, Ticket) or outgoing.to_take_back(ticket.messages) is None:
            return False
        self.do("undo-reply")
        return True

    async def _take_back(self, ticket: Ticket) -> None:
        message = outgoing.to_take_back(ticket.messages)
        if message is None:
            self.post_message(self.Refused(Notice("said", f"{ticket.number}: nothing waits to go out.")))
            return
        done = await self._act(ticket, "undo-reply", {"message": message.id})
        self.post_message(self.TakenBack(ticket, message))
        self.arrived(done, f"{ticket.number}: taken back, nothing was sent. r goes on with the text.")

    def on_replies_screen_taken_back(self, event: TakenBack) -> None:
        subject, text = event.message.subject, event.message.body
        if subject is not None and text is not None:
            keep_message(self, event.ticket.number, REPLY, Written(subject, text))

    # Sending again

    async def _send_again(self, ticket: Ticket) -> None:
        message = await self._which(ticket, outgoing.to_send_again(ticket.messages))
        if message is None:
            return
        effect = Content.assemble((_named(message).plain, "bold"), "\n\n", AGAIN[str(message.mail)])
        question = Confirm(f"Send it again, {ticket.number}", effect, "Send it again")
        if await self.app.push_screen_wait(question) is not None:
            done = await self._act(ticket, "resend", {"message": message.id})
            self.arrived(done, f"{ticket.number}: it goes out again.")

    async def _which(self, ticket: Ticket, messages: Sequence[Message]) -> Message | None:
        """The only one that did not go out, or the one that is chosen."""
        if not messages:
            self.post_message(self.Refused(Notice("said", f"{ticket.number}: all that was sent has gone out.")))
            return None
        if len(messages) == 1:
            return messages[0]
        options = [Option(_named(each), id=each.id) for each in messages]
        chosen = await self.app.push_screen_wait(Pick(Content("Send again"), options))
        return next((each for each in messages if each.id == chosen), None)


def _named(message: Message) -> Content:
    return Content.assemble(exact(message.at), "  ", line(message.subject, 60))
