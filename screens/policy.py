"""The privacy policy as rules: where each is enforced, what shows it, and how it stands now; the policy's text and its versions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Static
from textual.widgets.option_list import Option

from console.records.policy import Policy, PolicyRule
from console.records.policy_versions import PREFIX, PolicyVersion
from console.records.record import Record
from screens.parts import policy_view
from screens.parts.detail import Section
from screens.parts.jump import Place
from screens.parts.pick import Pick
from screens.parts.policy_posting import PostingScreen
from screens.parts.policy_reader import PolicyReader, title_of
from screens.parts.policy_rules import Rules
from screens.parts.record_table import Column, RecordTable, Source
from screens.parts.shell import Change, Go

VERSIONS = "policy-versions"
SHOWN = 50
"""Versions that are offered to read, the newest first."""


class PolicyScreen(PostingScreen):
    """All rules in their order; nothing is done with one, but to look where it is kept."""

    NAME = "policy"
    COLLECTION = VERSIONS
    WHAT = "rules"
    HINT = "ctrl+r tries again"
    NOTHING = "Put the cursor on a rule."

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("o", "read", "read the policy", id="read-policy"),
        Binding("D", "go('disclosures')", "what third parties were told", show=False, id="disclosures"),
    ]

    @dataclass
    class Came(Message):
        """The rules came, counted anew."""

        policy: Policy

    @dataclass
    class Posted(Message):
        number: str
        label: str

    def __init__(self) -> None:
        super().__init__()
        self._rules: dict[str, PolicyRule] = {}

    def above(self) -> ComposeResult:
        yield Static(Content("░" * 40), id="policy-line", classes="-waiting")

    def columns(self) -> Sequence[Column]:
        return policy_view.columns()

    def source(self) -> Source:
        return Rules(self.client, self._came_in)

    def heading(self, record: Record) -> Content:
        return policy_view.heading(cast(PolicyRule, record))

    def sections(self, record: Record) -> Sequence[Section]:
        return policy_view.sections(cast(PolicyRule, record))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in ("filter", "actions"):
            return False  # there is nothing to filter, and nothing is done with a rule
        if action == "go":
            return parameters[0] in self.shell.tab_names
        return super().check_action(action, parameters)

    # The rules

    def _came_in(self, policy: Policy) -> None:
        self.post_message(self.Came(policy))

    def on_policy_screen_came(self, message: Came) -> None:
        self._rules = {rule.number: rule for rule in message.policy.rules}
        about = self.query_one("#policy-line", Static)
        about.set_classes("")
        about.update(policy_view.about(message.policy))
        if self.record is not None:
            self.look(self.record.number)

    def on_record_table_failed(self, message: RecordTable.Failed) -> None:
        """Besides what every list says of it: a line that still waits would wait for nothing."""
        if not self._rules:
            self.query_one("#policy-line", Static).update("")

    def look(self, number: str) -> None:
        """A rule is here whole with its list."""
        self._number = number
        rule = self._rules.get(number)
        if rule is not None:
            self.arrived(rule)

    def others_changed(self, changes: tuple[Change, ...]) -> None:
        """A new version changes what is in force; figures are counted anew only when somebody asks, as each look is on the log."""
        if any(change.resource == VERSIONS for change in changes):
            self.table.reload()

    def action_go(self, name: str) -> None:
        self.shell.post_message(Go(Place(name)))

    # The text

    def action_read(self) -> None:
        self.work(self._read(), "load the policy")

    async def _read(self) -> None:
        versions = (await self.client.page(VERSIONS, params={"limit": SHOWN})).items
        number = versions[0].number if len(versions) == 1 else await self._choose_version(versions)
        if number:
            await self._open(number)

    async def _choose_version(self, versions: Sequence[PolicyVersion]) -> str | None:
        options = [Option(title_of(version), id=version.number) for version in versions]
        return await self.app.push_screen_wait(Pick(Content("Read which version of the policy"), options))

    async def _open(self, number: str) -> None:
        version = cast(PolicyVersion, await self.client.record(VERSIONS, number))
        await self.app.push_screen_wait(PolicyReader(version))

    def go_to(self, number: str) -> None:
        """A rule on the list, or the text of a version."""
        if number.startswith(f"{PREFIX}-"):
            self.work(self._open(number), f"open {number}")
        else:
            super().go_to(number)

    # Posting

    def posted(self, number: str, label: str) -> None:
        self.post_message(self.Posted(number, label))

    def on_policy_screen_posted(self, message: Posted) -> None:
        self.table.reload()
        self.told(f"{message.number} is posted: version {message.label} is in force.")
