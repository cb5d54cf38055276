"""Surveys and contests: what people are asked and what they say in counts, and prizes that are drawn so that anybody can check it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, cast

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets.option_list import Option

from console.client import path
from console.records.awards import Award
from console.records.contests import Contest
from console.records.record import Action, Record
from console.records.surveys import Survey, SurveyState
from console.records.tickets import Message
from screens.parts import campaign_view, campaign_words, contest_view, survey_view
from screens.parts.campaign_deeds import FORFEITED, NAMES, NOT_OFFERED, deeds_of
from screens.parts.campaign_entries import EntriesDialog
from screens.parts.contest_doing import ContestDoingScreen
from screens.parts.deed import Deed
from screens.parts.detail import Section
from screens.parts.jump import Place
from screens.parts.list_detail import ListDetailScreen
from screens.parts.ordered import OrderedScreen
from screens.parts.pick import Pick
from screens.parts.problems import Notice
from screens.parts.record_table import Column
from screens.parts.shell import Change, Go
from screens.parts.survey_doing import SurveyDoingScreen

KINDS: Mapping[str, str] = {
    "survey": "A survey: questions, whose answers are told in counts",
    "contest": "A contest: prizes, drawn from its entries",
}

OF_IT = frozenset({"surveys", "contests"})
"""What the list is made of."""


NEXT: Mapping[str, str] = {SurveyState.DRAFT: "open", SurveyState.OPEN: "close"}
"""State of a survey → what is next."""

OF_SURVEYS: Mapping[str, str] = {"export": "export", "texts": "texts", "breakdowns": "figures"}
"""What a key does with surveys alone → the permission without which the role has no such key."""


class SurveysScreen(ContestDoingScreen, SurveyDoingScreen, OrderedScreen):
    """One list of both; each is read whole as what it is, and its own actions are what `x` offers."""

    NAME = "surveys"
    COLLECTION = "campaigns"
    WHAT = "surveys or contests"
    HINT = "/ shows others, n makes one"
    NOTHING = "Surveys and contests come here, the newest first."
    ALL = "all surveys and contests"
    NEEDS: ClassVar[Mapping[str, str]] = {
        "new": "create", "next_step": "open", "take": "claim", "undo": "claim", "letter": "claim", "reveal": "claim", "reveal_dialog": "claim",
    }  # fmt: skip
    EXAMPLES = campaign_words.EXAMPLES
    ONCE = campaign_words.ONCE
    ORDERS = campaign_words.ORDERS
    EXPORTED = ("survey", "question", "kind", "text", "breakdown", "value", "answer", "label", "count", "hidden")

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "next_step", "next step", id="next-step"),
        Binding("n", "new", "new", id="new-campaign"),
        Binding("e", "do('edit')", "change the draft", show=False, id="edit-draft"),
        Binding("c", "figures", "figures", id="figures"),
        Binding("b", "breakdowns", "breakdowns", show=False, id="breakdowns"),
        Binding("w", "texts", "free texts", show=False, id="texts"),
        Binding("l", "entries", "entries", id="entries"),
    ]

    # The list

    def columns(self) -> Sequence[Column]:
        return campaign_view.columns(self.shell.clock)

    def in_list(self, record: Record) -> Record:
        return campaign_view.as_listed(record)

    def on_detail_widened(self) -> None:
        self.redraw()  # charts are as wide as there is room

    def others_changed(self, changes: tuple[Change, ...]) -> None:
        """A survey or a contest is a row of this list; a prize that changed belongs to the contest that is shown."""
        ours = tuple(Change(self.COLLECTION, it.id, it.version) for it in changes if it.resource in OF_IT)
        super().others_changed(ours)
        shown = self.record
        prizes = {each.id for each in shown.awards} if isinstance(shown, Contest) else set()
        if shown is not None and any(each.id in prizes for each in changes):
            self.look(shown.number)

    @property
    def at_work(self) -> bool:
        return self.record is not None and under_way(self.record)

    @property
    def letters(self) -> Sequence[Message]:
        """Those of the prize in hand."""
        held = self.in_hand(self.record) if isinstance(self.record, Contest) else None
        return held.messages if held is not None else ()

    # The detail

    def collection_of(self, number: str) -> str:
        return campaign_words.collection_of(number) or self.COLLECTION

    def on_list_detail_screen_arrived(self, message: ListDetailScreen.Arrived) -> None:
        """What its detail needs besides the record comes after it."""
        record = message.record
        if isinstance(record, Survey):
            self.work(self.fetch_figures(record), f"count the answers of {record.number}", group="more", exclusive=True)
        elif isinstance(record, Contest):
            self.work(self.fetch_award(record), f"look at the prize of {record.number}", group="more", exclusive=True)

    def heading(self, record: Record) -> Content:
        return (
            survey_view.heading(record) if isinstance(record, Survey) else contest_view.heading(cast(Contest, record))
        )

    def sections(self, record: Record) -> Sequence[Section]:
        if isinstance(record, Survey):
            return survey_view.sections(record, self.known_of(record))
        contest = cast(Contest, record)
        held = self.in_hand(contest)
        reasons = {**self.reasons("forfeit_reasons"), **FORFEITED}
        known = contest_view.Known(self.shell.clock(), reasons, held, self.in_clear)
        return contest_view.sections(contest, known)

    def arrived(self, record: Record, said: str = "") -> None:
        """A prize that came is part of the contest that is shown."""
        if isinstance(record, Award):
            self.award_arrived(record, said)
        else:
            super().arrived(record, said)

    def look(self, number: str) -> None:
        """Of a prize or an entry, at what is shown: it has it."""
        if campaign_words.collection_of(number) in OF_IT:
            super().look(number)
        else:
            self.look_again()

    # What can be done

    def has(self, name: str) -> bool:
        may = self.session.me.may
        return name in self.offered or any(name in may.get(each, ()) for each in ("surveys", "contests", "awards"))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in OF_SURVEYS:
            return OF_SURVEYS[action] in self.session.me.may.get("surveys", ())
        return super().check_action(action, parameters)

    def deeds_of(self, record: Record) -> Mapping[str, Deed]:
        return deeds_of(record)

    def words_of(self, record: Record) -> Mapping[str, str]:
        award = self.award_words(record) if isinstance(record, Contest) else {}
        return {**NAMES, **award, **super().words_of(record)}

    def actions_of(self, record: Record) -> Sequence[Action]:
        """What can be done first."""
        found = self.actions_of_contest(record) if isinstance(record, Contest) else record.actions
        offered = [action for action in found if action.name not in NOT_OFFERED]
        return sorted(offered, key=lambda action: not action.allowed)

    def action_do(self, name: str) -> None:
        self.do(name)

    def action_next_step(self) -> None:
        self.with_selected(self._next_step, "do the next step of {number}")

    async def _next_step(self, record: Record) -> None:
        if isinstance(record, Contest):
            await self.next_of_contest(record)
            return
        survey = cast(Survey, record)
        name = NEXT.get(survey.state)
        if name is None:
            said = f"{survey.number} is {campaign_words.state(survey.state)}: nothing is next."
            self.post_message(self.Refused(Notice("said", said)))
        else:
            await self.perform(record, name)

    # New ones

    def action_new(self) -> None:
        self.work(self._new(), "make a new one")

    async def _new(self) -> None:
        options = [Option(Content(words), id=kind) for kind, words in KINDS.items()]
        chosen = await self.app.push_screen_wait(Pick(Content("What is made"), options))
        if chosen == "survey":
            await self.write_survey(None)
        elif chosen == "contest":
            await self.write_contest(None)

    # Looking closer

    def action_figures(self) -> None:
        self.with_selected(self._figures_of, "count the answers of {number}")

    async def _figures_of(self, record: Record) -> None:
        """Entries a day of a contest are whoever's who reads it; answers are not."""
        if isinstance(record, Contest):
            self.show_contest_figures(record)
        elif record.find_action("figures").allowed or any(it.name == "figures" for it in record.actions):
            await self.perform(record, "figures")
        else:
            self.post_message(self.Refused(Notice("not-allowed", f"{record.number}: {survey_view.NOT_YOURS}")))

    def action_breakdowns(self) -> None:
        self.with_selected(self._breakdowns, "break the answers of {number} down")

    async def _breakdowns(self, record: Record) -> None:
        if isinstance(record, Survey) and record.find_action("figures").allowed:
            self.show_figures(record, "age_band")
        else:
            await self._figures_of(record)

    def action_texts(self) -> None:
        self.with_selected(self._texts_of, "read the texts of {number}")

    async def _texts_of(self, record: Record) -> None:
        if isinstance(record, Survey):
            await self.perform(record, "texts")
        else:
            self.post_message(self.Refused(Notice("said", "Nobody writes anything into a contest.")))

    def action_entries(self) -> None:
        self.with_selected(self._entries_of, "list the entries of {number}")

    async def _entries_of(self, record: Record) -> None:
        self.app.push_screen(EntriesDialog(self, record))

    # What is told of a survey, as a file

    def action_export(self) -> None:
        self.with_selected(self._export_survey, "export {number}")

    async def _export_survey(self, record: Record) -> None:
        """The platform says whether it is settled, before a file is named."""
        action = record.find_action("export")
        if not isinstance(record, Survey):
            said = Notice("said", "Of a contest nothing is exported but its published record (R).")
            self.post_message(self.Refused(said))
        elif not action.allowed:
            self.post_message(self.Refused(Notice("not-allowed", f"{record.number}: {action.because}")))
        else:
            self._exports = record.number
            super().action_export()

    _exports = ""
    """The survey that is exported."""

    def export_from(self) -> str:
        return path("surveys", self._exports, "export")

    def export_name(self) -> str:
        return self._exports

    def export_wish(self) -> Mapping[str, object]:
        return {}

    def exported(self, row: Mapping[str, Any]) -> Mapping[str, Any]:
        return row

    def export_said(self) -> str:
        return f"What is told of {self._exports}: each answer's count, all together and by every breakdown. Hidden cells have none."

    # Other places

    def go_to(self, number: str) -> None:
        """A prize or an entry leads to what it belongs to."""
        if campaign_words.collection_of(number) in OF_IT:
            super().go_to(number)
        else:
            self.work(self._go_to_part(number), f"look at {number}")

    async def _go_to_part(self, number: str) -> None:
        record = await self.client.record(self.collection_of(number), number)
        whole = str(getattr(record, "contest", None) or getattr(record, "survey", None))
        self.shell.post_message(Go(Place(self.NAME, whole)))


def under_way(record: Record) -> bool:
    """Whether the platform is at it: counting, closing, drawing, purging."""
    if isinstance(record, Contest):
        return record.work is not None
    return isinstance(record, Survey) and record.state == SurveyState.CLOSED and record.settled is None
