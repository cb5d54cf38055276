"""The audit log: one's own entries, all of them for the auditor, whose console is a witness of the chain's head."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, cast

from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from console.chain import Head
from console.errors import NotFound
from console.records.audit import AuditRow
from console.records.record import Record
from screens.parts import audit_view
from screens.parts.detail import Section
from screens.parts.doing import reason_words
from screens.parts.filter_kinds import exact_moment, moment, name, numbered, person
from screens.parts.filter_language import Filter, Kind
from screens.parts.filtered import FilteredScreen
from screens.parts.listing import Listing
from screens.parts.record_table import Column
from screens.parts.witness import Unreadable, Verdict, Witness, judge

REASONS = "_reasons"
"""How the names of lists of reasons end in the platform's offer."""


class AuditScreen(FilteredScreen):
    """Never a value: who, what, when, for which case."""

    NAME = "audit"
    COLLECTION = "audit"
    HINT = "esc shows all that your role may see"
    NOTHING = "Each look and each deed has an entry here."
    ALL = "all that your role may see"
    EXAMPLES = ("action:reveal", "outcome:refused", "told:manager", "actor:me")
    KINDS: ClassVar[Mapping[str, Kind]] = {
        "actor": numbered("E"),
        "subject": person(),
        "resource": name(),
        "action": name(),
        "told": name(),
        "since": moment(),
        "until": moment(),
    }
    ONCE = ("actor", "subject", "resource", "action", "outcome", "told", "since", "until")

    @dataclass
    class Judged(Message):
        """The chain was compared with what this console saw of it before."""

        verdict: Verdict

    def columns(self) -> Sequence[Column]:
        return audit_view.columns(self.shell.clock)

    def above(self) -> ComposeResult:
        yield from super().above()
        yield Static(id="witness")

    def on_mount(self) -> None:
        self.query_one("#witness").display = False
        self.bar.show_order(_shortcut(self.session.me.roles))
        self._compare()

    def action_reload(self) -> None:
        super().action_reload()
        self._compare()

    # Which entries

    def offered_filters(self) -> dict[str, Sequence[str]]:
        """What the platform lists, and the names that stand in the log: of resources, actions and who is told."""
        resources = self.session.offer.resources if self.session.offer else {}
        actions = {each for resource in resources.values() for each in resource.get("actions", ())}
        known = {"resource": sorted(resources), "action": sorted(actions | {"reveal", "correct"}), "told": ["manager"]}
        offered = super().offered_filters()
        return offered | {filter: values for filter, values in known.items() if filter in offered}

    def source(self) -> Listing:
        return Listing(self.client, "audit", _as_asked(self.filter, self.shell.clock()))

    # The witness

    def _compare(self) -> None:
        if "head" in self.session.me.may.get("audit", ()):
            self.work(self._witness(), "compare the chain with what was seen before", group="witness", exclusive=True)

    async def _witness(self) -> None:
        witness = Witness(self.shell.platform)
        try:
            seen = witness.seen()
        except Unreadable as error:
            self.post_message(self.Judged(Verdict(False, f"✗ No witness: {error} {error.advice}")))
            return
        now_there = await self._head_at(seen.seq) if seen else None
        answer = (await self.client.get("/v1/audit/head")).body
        latest = Head(int(answer["seq"]), bytes.fromhex(str(answer["hash"])))
        verdict = judge(seen, now_there, latest)
        if verdict.holds:
            witness.keep(latest)
        self.post_message(self.Judged(verdict))

    async def _head_at(self, seq: int) -> Head | None:
        try:
            body = (await self.client.get(f"/v1/audit/{seq}")).body
        except NotFound:
            return None
        return Head(int(body["seq"]), bytes.fromhex(str(body["hash"])))

    def on_audit_screen_judged(self, message: Judged) -> None:
        place = self.query_one("#witness", Static)
        place.display = True
        place.set_classes("" if message.verdict.holds else "-broken")
        place.update(Content(message.verdict.words))

    # The detail

    def heading(self, record: Record) -> Content:
        return audit_view.heading(cast(AuditRow, record))

    def sections(self, record: Record) -> Sequence[Section]:
        return audit_view.sections(cast(AuditRow, record), self._reason_words())

    def _reason_words(self) -> dict[str, str]:
        """Code → words, of all reasons that the platform offers for anything."""
        extra = (self.session.offer.model_extra or {}) if self.session.offer else {}
        lists = [reason_words(offered) for name, offered in extra.items() if name.endswith(REASONS)]
        return {code: words for each in lists for code, words in each.items()}

    def others_changed(self, changes: object) -> None:
        """Entries never change."""


def _shortcut(roles: Sequence[str]) -> str:
    """The filter that a role needs most."""
    if "manager" in roles:
        return "told:manager is what you were told"
    return "subject:U-… is about one person" if "privacy" in roles else ""


def _as_asked(chosen: Filter, now: datetime) -> Mapping[str, Sequence[str]]:
    """The list shows actions as `users:reveal`; the platform filters by resource and action apart, and knows no `3d`."""
    params = dict(chosen.params)
    params |= {name: (exact_moment(params[name][0], now),) for name in ("since", "until") if name in params}
    resource, colon, action = params.get("action", ("",))[0].partition(":")
    if colon:
        params |= {"resource": (resource,), "action": (action,)}
    return params
