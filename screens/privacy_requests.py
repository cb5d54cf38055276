"""Privacy requests: what people ask of what is stored about them, by when it has to be answered, and the one next step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, cast

from textual.binding import Binding, BindingType
from textual.content import Content

from console.records.privacy_requests import PrivacyRequest
from console.records.record import Action, Record
from screens.parts import privacy_filters, privacy_history, privacy_view
from screens.parts import privacy_words as words
from screens.parts.detail import Section
from screens.parts.exporting import ExportingScreen
from screens.parts.jump import Place
from screens.parts.linked import Linked, LinkedScreen, named
from screens.parts.ordered import OrderedScreen
from screens.parts.presence import PresenceScreen
from screens.parts.privacy_deeds import DEEDS
from screens.parts.privacy_doing import PrivacyDoingScreen
from screens.parts.privacy_figures import PrivacyFiguresScreen
from screens.parts.privacy_intake import IntakeScreen, Start
from screens.parts.privacy_person import PrivacyPersonScreen
from screens.parts.privacy_view import Words
from screens.parts.record_table import Column
from screens.parts.shell import Go
from screens.parts.timeline import History

REASONS: Mapping[str, str] = {
    "partly_fulfilled": "fulfil_partly_reasons",
    "unverifiable": "unverifiable_reasons",
    "withdrawn": "privacy_withdraw_reasons",
    "denied": "deny_reasons",
}
"""State → the reasons that led to it; one code may stand in several lists, with other words."""


class PrivacyRequestsScreen(
    PrivacyFiguresScreen, IntakeScreen, PrivacyDoingScreen, PrivacyPersonScreen, LinkedScreen, ExportingScreen, PresenceScreen,
    OrderedScreen,
):  # fmt: skip
    """What is due first stands first; the ticket that is a request's case is what is taken in hand."""

    NAME = "privacy-requests"
    COLLECTION = "privacy-requests"
    WHAT = "privacy requests"
    HINT = "/ shows others, n takes one in, esc goes back to what is open"
    NOTHING = "Privacy requests come here, what is due first on top. n takes one in."
    ALL = "all privacy requests"
    HISTORY = True
    DEEDS = DEEDS
    NEEDS: ClassVar[Mapping[str, str]] = {
        "take": "claim",
        "undo": "claim",
        "new": "create",
    }
    DEFAULT = privacy_filters.OPEN
    EXAMPLES = privacy_filters.EXAMPLES
    KINDS = privacy_filters.KINDS
    ONCE = privacy_filters.ONCE
    ORDERS = privacy_filters.ORDERS
    EXPORTED = privacy_view.EXPORTED

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "new", "new", id="new-request"),
        Binding("o", "open_linked", "open linked", id="open-linked"),
        Binding("W", "go('google-access')", "values from Google", show=False, id="google-list"),
    ]

    # The list

    def columns(self) -> Sequence[Column]:
        return privacy_view.columns(self.shell.clock)

    # The list as a file

    def export_wish(self) -> Mapping[str, object]:
        return {"filters": {name: list(values) for name, values in self.filter.params.items()}, "sort": self.sort}

    def exported(self, row: Mapping[str, Any]) -> Mapping[str, Any]:
        """The record of a request is what was done and when; nothing that was typed about a person goes into a file."""
        return {name: value for name, value in super().exported(row).items() if name in self.EXPORTED}

    def export_said(self) -> str:
        return f"{self.filter.words or self.ALL}, {self.ORDERS[self.sort]}: what was asked, done and decided, and when."

    # The detail

    def heading(self, record: Record) -> Content:
        return self.with_others(privacy_view.heading(cast(PrivacyRequest, record), self.shell.clock()))

    def sections(self, record: Record) -> Sequence[Section]:
        request = cast(PrivacyRequest, record)
        kinds = [*REASONS.values(), REASONS.get(request.state, "deny_reasons")]
        reasons = {code: words for kind in kinds for code, words in self.reasons(kind).items()}
        return privacy_view.sections(request, Words(self.shell.clock(), reasons), self.in_clear(request))

    def in_words(self, page: History) -> History:
        return page.model_copy(update={"items": tuple(privacy_history.in_words(each) for each in page.items)})

    # What can be done

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in ("reveal", "reveal_dialog"):
            return self.has("claim") and "users" in self.session.me.may
        if action == "open_linked":
            return bool({"users", "tickets"} & set(self.shell.tab_names))
        if action == "next_step":
            return self.has("begin") or self._is_next_here()
        if action == "go":
            return parameters[0] in self.shell.tab_names
        return super().check_action(action, parameters)

    def _is_next_here(self) -> bool:
        """A deputy takes the one step that they stand in for, and has no other."""
        return isinstance(self.record, PrivacyRequest) and words.following(self.record) == words.MINE

    def actions_of(self, record: Record) -> Sequence[Action]:
        """What can be done first, the next step on top: there are many, and most wait for their state."""
        following = {step.action for step in cast(PrivacyRequest, record).steps if step.state == "next"}
        return sorted(record.actions, key=lambda action: (not action.allowed, action.name not in following))

    def action_new(self) -> None:
        self.work(self.take_in(Start()), "take a privacy request in")

    def on_intake_screen_taken_in(self, message: IntakeScreen.TakenIn) -> None:
        """It is shown whether the list as filtered has it or not."""
        request = message.request
        self.table.reload()
        self._gone_to = self._number = request.number
        self.go_inside()
        after = "Its clock runs from its receipt."
        self.arrived(
            request, f"{request.number} is taken in. {after}{' t takes it in hand.' if self.has('claim') else ''}"
        )

    # Other places

    def action_go(self, name: str) -> None:
        self.shell.post_message(Go(Place(name)))

    def linked_places(self, record: Record) -> Linked:
        request = cast(PrivacyRequest, record)
        found = [
            ("users", request.person, "whom it is about"),
            ("tickets", request.case, "its case"),
            ("tickets", request.ticket, "where it came from"),
            *((self.NAME, each, "may be the same request") for each in request.alike),
        ]
        return {
            number: (Place(screen, number), named(number, what))
            for screen, number, what in found
            if number and screen in self.shell.tab_names
        }
