"""Working on a contest: its draft, the draw by a typed word, its prizes one by one, and the record that anybody can check."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from console.client import path
from console.export import NoFile, created
from console.plain import safe_line
from console.records.awards import OPEN, Award, AwardState
from console.records.contests import Contest
from console.records.record import Action, Record
from screens.parts import campaign_form as form
from screens.parts.asking import Asking, ask_until_taken
from screens.parts.campaign_deeds import AWARD_NAMES, draw_effect
from screens.parts.campaign_making import MakingScreen
from screens.parts.chart_dialog import ChartDialog
from screens.parts.confirm import Confirm
from screens.parts.contest_figures import WORDS, ContestFigures
from screens.parts.contest_letters import AwardLettersScreen
from screens.parts.contest_steps import next_step
from screens.parts.problems import Notice
from screens.parts.prompt import Prompt
from screens.parts.question_form import Answers

NEW = "new contest"
ABOUT = "A draft can be changed until it is opened. From then on nobody changes what was promised."


class ContestDoingScreen(AwardLettersScreen, MakingScreen):
    """The platform says what is allowed; each way here asks, sends, and shows what came of it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("m", "letter", "letter", show=False, id="letter"),
        Binding("R", "record", "published record", show=False, id="published-record"),
    ]

    # The next step

    async def next_of_contest(self, contest: Contest) -> None:
        """A prize that nobody has in hand is taken first."""
        step = next_step(contest, self.shell.clock())
        if step is None or not step.action:
            said = "the platform does what is next by itself" if contest.purged is None else "nothing is next"
            self.post_message(self.Refused(Notice("said", f"{contest.number}: {said}.")))
        elif step.action in ("notify", "award"):
            await self._next_of_award(contest)
        else:
            await self.perform(contest, step.action)

    async def _next_of_award(self, contest: Contest) -> None:
        held = self.in_hand(contest)
        if held is None or held.state not in OPEN:
            await self._take(contest)
        else:
            held = await self.as_it_is(held)
            await self.perform(held, "notify" if held.state == AwardState.DRAWN else "award")

    # What `x` offers: the contest's own, and what can be done with its prize in hand

    def actions_of_contest(self, contest: Contest) -> Sequence[Action]:
        held = self.in_hand(contest)
        if held is None:
            return contest.actions
        own = [_of_award(held, it) for it in held.actions if it.name in AWARD_NAMES]
        return [*own, *contest.actions]

    def award_words(self, contest: Contest) -> Mapping[str, str]:
        held = self.in_hand(contest)
        return (
            {f"{name} {held.number}": f"{words}, {held.number}" for name, words in AWARD_NAMES.items()} if held else {}
        )

    async def perform(self, record: Record, name: str) -> None:
        """`notify AW-3` is what `x` calls an action of the prize in hand."""
        action, _, number = name.partition(" ")
        held = self.in_hand(record) if isinstance(record, Contest) else None
        if number and held is not None and held.number == number:
            await super().perform(await self.as_it_is(held), action)
        else:
            await super().perform(record, name)

    def action_letter(self) -> None:
        self.with_selected(self._letter, "write to a winner of {number}")

    async def _letter(self, record: Record) -> None:
        held = self.in_hand(record) if isinstance(record, Contest) else None
        if held is None:
            self.post_message(self.Refused(Notice("said", "Take a prize in hand first (t): its winner is written to.")))
        else:
            await self.perform(await self.as_it_is(held), "notify")

    async def as_it_is(self, award: Award) -> Award:
        """Its mail goes out beside what is shown, and counts as a change: a question is asked about the prize as it is now."""
        now: Award = await self.client.record("awards", award.number, case=self.case_id)
        return now

    async def open_action(self, name: str, record: Record) -> None:
        if isinstance(record, Award):
            await self.open_award_action(name, record)
        elif not isinstance(record, Contest):
            await super().open_action(name, record)
        elif name == "edit":
            await self.write_contest(record)
        elif name == "draw":
            await self._draw(record)
        else:
            await super().open_action(name, record)

    # The draw

    async def _draw(self, contest: Contest) -> None:
        question = Confirm(f"Draw {contest.number}", draw_effect(contest), "Draw", typed=contest.number)
        if await self.app.push_screen_wait(question) is None:
            return
        body = {"word": contest.number}
        done = await self.freshly(f"draw {contest.number}", lambda: self.send(contest, "draw", body))
        self.arrived(done, f"{done.number} is being drawn. It goes on when you leave the console.")

    # The published record

    def action_record(self) -> None:
        self.with_selected(self._record, "save the record of {number}")

    async def _record(self, record: Record) -> None:
        if isinstance(record, Contest):
            await self._save_record(record)
        else:
            self.post_message(
                self.Refused(Notice("said", "A contest has a published record; of a survey E exports counts."))
            )

    async def _save_record(self, contest: Contest) -> None:
        """Until a file could be made, or none is wanted."""
        title, wrong, start = Content(f"Save the published record of {contest.number}"), "", f"~/{contest.number}.json"
        while typed := await self.app.push_screen_wait(
            Prompt(title, start, _no_file, start=start, error=wrong, longest=1000)
        ):
            file = _named(typed)
            try:
                await self._write_record(contest, file)
            except NoFile as error:
                wrong, start = safe_line(str(error)), typed
            else:
                said = f"The record is in {safe_line(str(file))}. Anybody checks it:"
                self.post_message(
                    self.Refused(Notice("said", said, f"petworks contest verify {shlex.quote(safe_line(str(file)))}"))
                )
                return

    async def _write_record(self, contest: Contest, file: Path) -> None:
        with created(file) as out:
            async with self.client.stream(path("contests", contest.number, "record")) as stream:
                async for part in stream:
                    out.write(part)

    # Entries a day

    def show_contest_figures(self, contest: Contest) -> None:
        async def fetch(by: str) -> ContestFigures:
            answer = await self.client.get(path("contests", contest.number, "figures"), params={"by": by})
            return ContestFigures.model_validate(answer.body)

        self.app.push_screen(ChartDialog(f"Entries of {contest.number}", fetch, WORDS, "day"))

    # Its draft

    async def write_contest(self, contest: Contest | None) -> None:
        """A new one, or a draft that is changed; until the platform takes it, or it is left."""
        place = contest.number if contest else NEW
        if not await self.goes_on(place, contest):
            return
        asking = Asking(
            place=place,
            title=f"Draft {contest.number}" if contest else "New contest",
            questions=form.CONTEST,
            act="Save the draft",
            about=ABOUT,
            start=form.of_contest(contest) if contest else form.FRESH,
            version=contest.version if contest else None,
            settled=lambda typed: form.settled(typed, self.shell.clock()),
            said_at=form.said_at,
        )

        async def take(answers: Answers) -> Record:
            return await self.save("contests", contest, form.contest_wish(answers, self.shell.clock()))

        done = await ask_until_taken(self, asking, take)
        if done is not None:
            self.made(done, f"{done.number}: the draft is saved. a opens it.")


def _of_award(award: Award, action: Action) -> Action:
    return Action(name=f"{action.name} {award.number}", allowed=action.allowed, because=action.because)


def _named(typed: str) -> Path:
    return Path(typed.strip()).expanduser()


def _no_file(typed: str) -> str:
    return "" if typed.strip() and not typed.strip().endswith("/") else "Name a file."
