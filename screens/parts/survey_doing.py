"""Working on a survey: writing its draft, looking at its figures, reading what people wrote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from textual.message import Message

from console.client import path
from console.errors import Invalid
from console.records.record import Record
from console.records.surveys import Kind, Survey, SurveyState
from screens.parts import survey_draft
from screens.parts.asking import forget, keep, kept
from screens.parts.campaign_form import WHEN, moment_of, said_at
from screens.parts.campaign_making import MakingScreen
from screens.parts.problems import Notice
from screens.parts.survey_dialog import SurveyDialog
from screens.parts.survey_draft import SurveyDraft
from screens.parts.survey_editor import FIELDS, Drafted, SurveyEditor
from screens.parts.survey_figures import SurveyFigures
from screens.parts.survey_texts import Texts, TextsDialog
from screens.parts.survey_view import NOT_YOURS, Known

NEW = "new survey"


class SurveyDoingScreen(MakingScreen):
    """The figures come after the record, for whoever may see them; each look at them is on the log."""

    @dataclass
    class FiguresCame(Message):
        survey: str
        figures: SurveyFigures

    def __init__(self) -> None:
        super().__init__()
        self._figures: tuple[str, SurveyFigures] | None = None
        """The id of a survey, and its figures."""

    # The figures

    async def fetch_figures(self, survey: Survey) -> None:
        """With the record that is looked at, where there are any."""
        if survey.find_action("figures").allowed:
            self.post_message(self.FiguresCame(survey.id, await self._fetch_by(survey.number, "")))

    async def _fetch_by(self, number: str, by: str) -> SurveyFigures:
        answer = await self.client.get(path("surveys", number, "figures"), params={"by": by} if by else None)
        return SurveyFigures.model_validate(answer.body)

    def on_survey_doing_screen_figures_came(self, message: FiguresCame) -> None:
        self._figures = (message.survey, message.figures)
        self.redraw()

    def known_of(self, survey: Survey) -> Known:
        figures = self._figures[1] if self._figures is not None and self._figures[0] == survey.id else None
        width = max(30, self.detail.scrollable_content_region.width)
        action = survey.find_action("figures")
        has = any(each.name == "figures" for each in survey.actions)
        draft = survey.state == SurveyState.DRAFT
        why_not = "" if draft or action.allowed else action.because if has else NOT_YOURS
        return Known(self.shell.clock(), width, figures, why_not)

    def show_figures(self, survey: Survey, by: str = "") -> None:
        async def fetch(by: str) -> SurveyFigures:
            return await self._fetch_by(survey.number, by)

        self.app.push_screen(SurveyDialog(f"Answers to {survey.number}", fetch, by))

    # What people wrote

    def show_texts(self, survey: Survey) -> None:
        asked = [each for each in survey.questions if each.kind == Kind.TEXT]
        if not asked:
            self.post_message(self.Refused(Notice("said", f"{survey.number} asks nothing that is answered in words.")))
            return

        async def fetch(question: str, cursor: str | None) -> Texts:
            params = {"question": question, **({"cursor": cursor} if cursor else {})}
            answer = await self.client.get(path("surveys", survey.number, "texts"), params=params)
            return Texts.model_validate(answer.body)

        self.app.push_screen(TextsDialog(f"What people wrote in {survey.number}", asked, fetch))

    # Its draft

    async def write_survey(self, survey: Survey | None) -> None:
        """A new one, or a draft that is changed; until the platform takes it, or it is left."""
        place = survey.number if survey else NEW
        if not await self.goes_on(place, survey):
            return
        start = survey_draft.of_survey(survey) if survey else SurveyDraft()
        before = kept(self, place)
        draft = survey_draft.read(before.values) if before else start
        errors: Mapping[str, str] = {}
        while True:
            title = f"Draft {survey.number}" if survey else "New survey"
            answer: Drafted = await self.app.push_screen_wait(SurveyEditor(title, draft, errors))
            draft = survey_draft.settled(answer.draft, self.shell.clock())
            self._keep_survey(place, draft, start, survey)
            if not answer.go_on:
                return
            wish, errors = self._survey_wish(draft)
            if errors:
                continue
            try:
                done = await self.save("surveys", survey, wish)
            except Invalid as error:
                errors = said_at(error, list(FIELDS))
            else:
                forget(self, place)
                self.made(done, f"{done.number}: the draft is saved. a opens it.")
                return

    def _survey_wish(self, draft: SurveyDraft) -> tuple[dict[str, Any], dict[str, str]]:
        moments = {name: moment_of(getattr(draft, name).typed, self.shell.clock()) for name in ("opens", "closes")}
        wrong = {name: f"a date or a time, {WHEN}" for name, at in moments.items() if at is None}
        opens, closes = (at.isoformat() if at else "" for at in moments.values())
        return survey_draft.wish(draft, opens, closes), wrong

    def _keep_survey(self, place: str, draft: SurveyDraft, start: SurveyDraft, survey: Survey | None) -> None:
        if draft == start:
            forget(self, place)
        else:
            keep(self, place, survey_draft.kept(draft), survey.version if survey else None)

    async def open_action(self, name: str, record: Record) -> None:
        survey = cast(Survey, record)
        if name == "edit":
            await self.write_survey(survey)
        elif name == "figures":
            self.show_figures(survey)
        elif name == "texts":
            self.show_texts(survey)
        elif name == "export":
            self.action_export()
        else:
            await super().open_action(name, record)
