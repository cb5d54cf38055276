"""Editing a record, from the form to the saved answer: drafts, faults at their fields, changes of others."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from textual.content import Content

from console.errors import Invalid, PetworksError, Stale
from console.raw import Raw
from console.records import RECORDS
from console.records.record import Record
from screens.parts.base import PetworksScreen
from screens.parts.form import EditForm, Field, FormAnswer
from screens.parts.shell import Draft
from screens.parts.stale import StaleAnswer, StaleDialog


@dataclass(frozen=True)
class Shown:
    """Values in clear, or why they are not."""

    values: Mapping[str, Raw]
    why_not: str = ""


@dataclass
class Edit:
    """One edit of one record; `run` in a worker. Nothing is overwritten that the employee has not seen."""

    screen: PetworksScreen
    collection: str
    record: Record
    fields: Sequence[Field]
    source: str
    show: Callable[[Record, Sequence[str]], Awaitable[Shown]]
    """Reveals fields of a record for the case in hand."""
    saved: Mapping[str, Raw] = field(default_factory=dict)
    """What was sent and taken."""

    async def run(self) -> Record | None:
        """The record as saved, or None when nothing was."""
        draft, errors = self._draft(), dict[str, str]()
        while True:
            answer = await self._ask(draft, errors)
            draft, errors = answer.values, {}
            if not answer.save or not draft:
                self._keep(draft)
                return None
            try:
                return await self._save(draft)
            except Invalid as error:
                errors = at_fields(error, [field.name for field in self.fields])
            except Stale as stale:
                kept = await self._compare(draft, stale)
                if isinstance(kept, Record):
                    return kept
                draft = kept

    async def _ask(self, draft: Mapping[str, Raw], errors: Mapping[str, str]) -> FormAnswer:
        title = Content(f"Edit {self.record.number}")
        values = {**self._in_clear(), **self.screen.shell.revealed.of(self.record.id)}
        form = EditForm(title, self.fields, values, self.record.masks, draft=draft, errors=errors)
        return await self.screen.app.push_screen_wait(form)

    def _in_clear(self) -> dict[str, Raw]:
        known = {field.name: getattr(self.record, field.name, None) for field in self.fields}
        return {name: value for name, value in known.items() if isinstance(value, Raw)}

    async def _save(self, values: Mapping[str, Raw]) -> Record:
        body = {"set": {name: value.typed for name, value in values.items()}, "source": self.source}
        try:
            answer = await self.screen.client.patch(
                f"/v1/{self.collection}/{self.record.id}", body, version=self.record.version, case=self.screen.case_id
            )
        except PetworksError:
            self._keep(values)
            raise
        self.screen.shell.drafts.pop(self.record.number, None)
        self.saved = values
        return RECORDS[self.collection].model_validate(answer.body)

    async def _compare(self, draft: Mapping[str, Raw], stale: Stale) -> Record | Mapping[str, Raw]:
        """Show both sides; the record when it was saved over theirs, or the draft to look at again."""
        theirs: Record = await self.screen.client.record(self.collection, self.record.id, case=self.screen.case_id)
        self.record = theirs
        answer = await self._ask_what_to_keep(theirs, draft, stale)
        if answer is None:
            return theirs
        kept = {name: value for name, value in draft.items() if name in answer.keep}
        if answer.again:
            return kept
        return await self._save(kept) if kept else theirs

    async def _ask_what_to_keep(self, theirs: Record, draft: Mapping[str, Raw], stale: Stale) -> StaleAnswer | None:
        """Until something else is wanted than to see theirs in clear."""
        labels, now = {field.name: field.label for field in self.fields}, self.screen.shell.clock()
        shown, keep = Shown({}), None
        while True:
            dialog = StaleDialog(
                theirs, draft, stale, labels, now, shown=shown.values, keep=keep, why_not=shown.why_not
            )
            answer = await self.screen.app.push_screen_wait(dialog)
            if answer is None or not answer.show:
                return answer
            keep = answer.keep
            shown = await self.show(theirs, [*draft, *(change.field for change in stale.changed)])

    def _draft(self) -> Mapping[str, Raw]:
        draft = self.screen.shell.drafts.get(self.record.number)
        return draft.values if draft and draft.owner == self.screen.session.me.id else {}

    def _keep(self, values: Mapping[str, Raw]) -> None:
        drafts = self.screen.shell.drafts
        if values:
            drafts[self.record.number] = Draft(self.screen.session.me.id, values)
        else:
            drafts.pop(self.record.number, None)


def at_fields(error: Invalid, names: Sequence[str]) -> dict[str, str]:
    """Field → what the platform says is wrong; what fits no field stands at the first."""
    said: dict[str, str] = {}
    for where, what in error.errors or [("", str(error))]:
        last = where.replace("/", ".").rpartition(".")[2]
        name = last if last in names else names[0]
        said[name] = what
    return said
