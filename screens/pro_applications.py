"""Pro applications: who would like to offer services, what speaks for and against it, and the decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, cast

from textual.binding import Binding, BindingType
from textual.content import Content

from console.records.pro_applications import ProApplication
from console.records.record import Record
from screens.parts import application_checks, application_filters, application_history, application_view
from screens.parts.application_bulk import ManyApplications
from screens.parts.application_deeds import DEEDS, WORDS
from screens.parts.application_figures import ApplicationFiguresScreen
from screens.parts.application_next import NextItemsScreen
from screens.parts.application_person import ApplicantScreen
from screens.parts.application_view import Words
from screens.parts.detail import Section
from screens.parts.document_view import open_documents
from screens.parts.filtered import FilteredScreen
from screens.parts.jump import Place
from screens.parts.linked import Linked, LinkedScreen, named
from screens.parts.listing import Listing
from screens.parts.presence import PresenceScreen
from screens.parts.record_table import Column
from screens.parts.shell import Change, Go
from screens.parts.sorting import SortedScreen
from screens.parts.timeline import History


class ProApplicationsScreen(
    ApplicationFiguresScreen,
    ManyApplications,
    LinkedScreen,
    SortedScreen,
    ApplicantScreen,
    NextItemsScreen,
    PresenceScreen,
    FilteredScreen,
):
    """What has least time left first; the ticket that is an application's case is what is taken in hand."""

    NAME = "pro-applications"
    COLLECTION = "pro-applications"
    WHAT = "applications"
    HINT = "/ shows others, esc goes back to what waits"
    NOTHING = "Applications come here, those with least time left first. n takes one after the other."
    HISTORY = True
    OPENS_AGAIN = False
    DEEDS = DEEDS
    NEEDS: ClassVar[Mapping[str, str]] = {"take": "claim", "undo": "claim", "next_items": "claim"}
    DEFAULT = application_filters.WAITS
    EXAMPLES = application_filters.EXAMPLES
    KINDS = application_filters.KINDS
    ONCE = application_filters.ONCE
    ORDERS = application_filters.ORDERS

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("D", "documents", "documents", id="documents"),
        Binding("o", "open_linked", "open linked", id="open-linked"),
    ]

    # The list

    def source(self) -> Listing:
        return Listing(self.client, self.COLLECTION, self.queue())

    def queue(self) -> Mapping[str, str | Sequence[str]]:
        return {**self.filter.params, "sort": self.sort}

    def columns(self) -> Sequence[Column]:
        return application_view.columns(self.shell.clock)

    def on_mount(self) -> None:
        self.mode_changed()

    def sort_by(self, sort: str) -> None:
        self.sort = sort
        self.mode_changed()
        self.show_filtered(self.filter)

    def mode_changed(self) -> None:
        self.table.sort = self.sort
        self.bar.show_order(self.order_words(self.ORDERS[self.sort]))

    def others_changed(self, changes: tuple[Change, ...]) -> None:
        """A document that came or was replaced changes the application that is shown, too."""
        super().others_changed(changes)
        shown = self.record
        documents = {each.id for each in shown.documents} if isinstance(shown, ProApplication) else set()
        if shown is not None and any(each.id in documents for each in changes):
            self.look(shown.number)

    # The detail

    def heading(self, record: Record) -> Content:
        return self.with_others(application_view.heading(cast(ProApplication, record), self.shell.clock()))

    def sections(self, record: Record) -> Sequence[Section]:
        application = cast(ProApplication, record)
        reasons = (self.reasons(f"{name}_reasons") for name in ("decline", "suspend", "reopen"))
        return application_view.sections(application, Words(self.shell.clock(), *reasons), self.in_clear(application))

    def in_words(self, page: History) -> History:
        return page.model_copy(update={"items": tuple(application_history.in_words(each) for each in page.items)})

    # What can be done

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in ("reveal", "reveal_dialog"):
            return "users" in self.session.me.may
        if action == "documents":
            return "read" in self.session.me.may.get("application-documents", ())
        if action == "open_linked":
            return "users" in self.shell.tab_names
        return super().check_action(action, parameters)

    def may_do_many(self, name: str) -> bool:
        return name in self.session.me.may.get(self.COLLECTION, ())

    def words_of(self, record: Record) -> Mapping[str, str]:
        return {**WORDS, **super().words_of(record)}

    async def open_action(self, name: str, record: Record) -> None:
        if name == "reveal":
            self.action_reveal()
        else:
            await super().open_action(name, record)

    def action_documents(self) -> None:
        self.with_selected(self._documents, "look at the documents of {number}")

    async def _documents(self, record: Record) -> None:
        open_documents(self, cast(ProApplication, record))

    # Other places

    def go_to(self, number: str) -> None:
        """A document's number leads to the application that it came with."""
        if number.startswith("PD-"):
            self.work(self._go_to_document(number), f"look at {number}")
        else:
            super().go_to(number)

    async def _go_to_document(self, number: str) -> None:
        document = await self.client.record("application-documents", number)
        self.shell.post_message(Go(Place(self.NAME, str(document.application))))

    def linked_places(self, record: Record) -> Linked:
        application = cast(ProApplication, record)
        found: list[tuple[str, str | None, Content]] = [
            ("users", application.person, named(application.person, "who applied")),
            ("tickets", application.case, named(application.case, "its case")),
        ]
        found += [(self.NAME, each.number, application_checks.alike_words(each)) for each in application.alike]
        reasons = {**self.reasons("suspend_reasons"), **self.reasons("decline_reasons")}
        former = [each for each in application.former if each.kind == "application"]
        found += [(self.NAME, each.number, application_checks.former_words(each, reasons)) for each in former]
        return {
            number: (Place(screen, number), words)
            for screen, number, words in found
            if number and screen in self.shell.tab_names
        }
