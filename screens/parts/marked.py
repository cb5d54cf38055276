"""What a list does with its marked records: one deed on all, after a dry run, with progress and a result for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets.option_list import Option

from console.records.record import Record
from console.text import line
from screens.parts.at_work import WorkingScreen
from screens.parts.bulk import Outcome, Plan, Refusal, refusals, run
from screens.parts.bulk_results import Results
from screens.parts.confirm import Confirm
from screens.parts.filter_bar import FilterBar
from screens.parts.pick import Pick
from screens.parts.problems import Notice
from screens.parts.progress import Steps
from screens.parts.record_table import RecordTable


class MarkedScreen(WorkingScreen):
    """`x` with marks in the list acts on all of them; `MANY` names the actions that can be done so."""

    MANY: ClassVar[Mapping[str, str]] = {}
    """Action → words."""
    DOING: ClassVar[Mapping[str, str]] = {}
    """Action → words while it is done, as in "Refunding"."""
    RESULTS: ClassVar[bool] = False
    """Whether the work ends with a line for each record, from which what failed can be tried again at once."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("M", "unmark", "unmark all", show=False, id="unmark")]

    @dataclass
    class Finished(Message):
        """Work on marked records is over, or was stopped."""

        words: str
        outcome: Outcome
        money: str = ""
        refused: Sequence[Refusal] = ()
        again: Callable[[], None] | None = None
        """Tries those again that failed or were left, with the same answer."""

    @property
    def those(self) -> str:
        """What people call the records."""
        return self.WHAT or self.NAME

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "unmark":
            return bool(self.table.marked)
        if action == "actions" and self.table.marked:
            return True
        return super().check_action(action, parameters)

    def action_unmark(self) -> None:
        self.table.keep_marks(frozenset())

    def action_actions(self) -> None:
        if self.has_class("-inside") or not self.table.marked or not self.MANY:
            super().action_actions()
        elif not self.busy:
            job = self.until_idle(partial(self._choose_and_run, sorted(self.table.marked)))
            self.work(job, "work on the marked ones", group="marked")

    async def _choose_and_run(self, ids: list[str]) -> Notice | None:
        options = [Option(Content(words), id=name) for name, words in self.MANY.items() if self.may_do_many(name)]
        title = Content(f"{len(ids)} marked {self.those}")
        name = await self.app.push_screen_wait(Pick(title, options, "a dry run comes first · escape leaves"))
        return None if name is None else await self._plan_and_run(ids, name)

    async def _plan_and_run(
        self, ids: Sequence[str], name: str, answer: Mapping[str, Any] | None = None
    ) -> Notice | None:
        """The dry run, the question unless it is answered already, the work."""
        plan = await self._dry_run(ids, name)
        stopped = self.stopping
        self.post_message(self.Idle())
        if stopped:
            return Notice("said", f"{self.MANY[name]}: stopped before anything was done.", "They stay marked.")
        if not plan.allowed:
            why = plan.refused[0].why if plan.refused else "They are gone."
            return Notice("not-allowed", f"{self.MANY[name]}: not allowed for any of the {len(ids)} marked. {why}")
        body = await self.ask_for_many(name, plan) if answer is None else answer
        if body is not None:
            await self._run(name, plan, body)
        return None

    async def _dry_run(self, ids: Sequence[str], name: str) -> Plan:
        """Ask the platform of each what it allows now; nothing is changed."""
        plan, what = Plan(), f"Checking {len(ids)} {self.those}"
        for done, id in enumerate(ids):
            self.step(Steps(what, len(ids), done, stopping=self.stopping))
            if self.stopping:
                return Plan()
            await self.plan_one(plan, await self.client.record(self.COLLECTION, id, case=self.case_id), name)
        return plan

    def may_do_many(self, name: str) -> bool:
        """Whether the role has the action at all."""
        return name in self.session.me.may.get(self.COLLECTION, ())

    async def plan_one(self, plan: Plan, record: Record, name: str) -> None:
        """Say whether the deed is allowed for a record, as it is now; override where the record's own actions don't tell."""
        plan.add(record, name)

    async def do_one(self, record: Record, name: str, body: Mapping[str, Any]) -> Record:
        """Do the deed with one of the allowed records; the record as it is then."""
        deed = self.DEEDS.get(name)
        return await self.send(record, name, body, versioned=deed is None or deed.versioned)

    async def ask_for_many(self, name: str, plan: Plan) -> dict[str, Any] | None:
        """Ask what a single one would ask, saying how many it is for and for whom it isn't allowed; None: leave it."""
        deed, count = self.DEEDS[name], len(plan.allowed)
        effect = deed.effect.replace("{number}", f"Each of these {count}")
        reasons = self.reasons(deed.reasons) if deed.reasons else None
        title = deed.titled(f"{count} {self.those}")
        answer = await self.app.push_screen_wait(
            Confirm(
                title, said_of(plan, effect), title, reasons=reasons, ask=deed.ask, must=deed.must, typed=deed.typed
            )
        )
        return None if answer is None else deed.body(answer)

    async def _run(self, name: str, plan: Plan, body: Mapping[str, Any]) -> None:
        words, total = self.MANY[name], len(plan.allowed)
        doing = f"{self.DOING[name]} {total} {self.those}" if name in self.DOING else f"{words}: {total} {self.those}"

        async def deed(record: Record) -> Record:
            return await self.do_one(record, name, body)

        def step(outcome: Outcome) -> None:
            done, failed = len(outcome.done) + len(outcome.failed), len(outcome.failed)
            self.post_message(self.Stepped(Steps(doing, total, done, failed, self.stopping, plan.total(outcome.done))))

        step(Outcome())
        outcome = await run(plan.allowed, deed, stopped=lambda: self.stopping, step=step)

        def again() -> None:
            if not self.busy:
                job = self.until_idle(partial(self._plan_and_run, sorted(outcome.again), name, body))
                self.work(job, "work on the marked ones", group="marked")

        self.post_message(self.Finished(words, outcome, plan.total(outcome.done), plan.refused, again))

    def on_marked_screen_finished(self, message: Finished) -> None:
        outcome = message.outcome
        for record in outcome.done:
            self.table.refresh_record(self.in_list(record))
        self.table.keep_marks(frozenset(outcome.again))
        self.say(result(message.words, outcome, message.money))
        self.look_again()
        if self.RESULTS:
            self.work(self._show_results(message), "show what came of it", group="results")

    async def _show_results(self, message: Finished) -> None:
        again = await self.app.push_screen_wait(Results(message.words, message.outcome, message.refused))
        if again and message.again is not None:
            message.again()

    @on(RecordTable.MarksChanged)
    def _say_marked(self, message: RecordTable.MarksChanged) -> None:
        for bar in self.query(FilterBar):
            bar.show_marked(len(message.marked))
        self.refresh_bindings()


def said_of(plan: Plan, effect: str) -> Content:
    """The effect, the money that it moves and what else is to be known, and below it those that are left as they are."""
    said = [effect]
    if total := plan.total(plan.allowed):
        said.append(f"Together {total}.")
    said += [f"{count} of them: {remark}" for remark, count in plan.remarks.items()]
    about = Content("\n").join([line(each) for each in said])
    if not plan.refused:
        return about
    left = Content(f"\n\nNot allowed for {len(plan.refused)}, which stay as they are:\n")
    return Content.assemble(about, left, refusals(plan.refused))


def result(words: str, outcome: Outcome, money: str = "") -> Notice:
    """How many were done, which failed and why; what isn't done stays marked."""
    done = f"{words}: {len(outcome.done)} done" + (f", {money}" if money else "")
    if outcome.failed:
        first = outcome.failed[0]
        failed = f"{done}, {len(outcome.failed)} failed, {len(outcome.left)} not tried. {first.number}: {first.why}"
        return Notice("failed", failed, "They stay marked: x tries them again.")
    if outcome.left:
        return Notice("said", f"{done}, {len(outcome.left)} not tried.", "They stay marked: x goes on.")
    return Notice("said", f"{done}.")
