"""The documents of an application: which there are, what they are worth, and opening them for the case in hand.

Text and pictures are shown here; all else becomes a file that only the employee reads and that goes with the case.
"""

from __future__ import annotations

from collections.abc import Coroutine, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from console.client import File, path
from console.errors import ContractBroken
from console.export import NoFile
from console.raw import Raw
from console.records.application_documents import MOST_BYTES, RESOURCE, ApplicationDocument, DocumentState
from console.records.pro_applications import ProApplication
from console.session import CaseInHand
from console.text import day, line
from screens.parts import document_words
from screens.parts.base import PetworksScreen
from screens.parts.confirm import Confirm, Confirmed
from screens.parts.document_reader import PictureReader, Reader, TextReader
from screens.parts.problems import Notice, explain
from screens.parts.reveal import NO_CASE, Opened, maskable, nothing_to_reveal, reveal
from screens.parts.saved_documents import file_name
from screens.parts.shell import Change, Shell

PRESET = "application"
"""The reason that `v` gives."""

SHOWN = timedelta(minutes=30)
"""As long as a reveal."""

OPENING = "enter opens · s saves a file · v reveals"
LOOKING = "ctrl+r again · escape leaves"
MEANS = (
    "It becomes a file that only you can read, and it is logged. The file is removed when the case ends, the console locks, "
    "or you leave."
)
LABELS = {"file_name": "File name", "provider": "Provider", "result": "Result"}


def open_documents(screen: PetworksScreen, application: ProApplication) -> None:
    """Shows the documents of `application`, read whole, on top of `screen`.

    It needs nothing else and answers nothing: it fetches the application anew, follows the case in hand, and says itself what is not allowed.
    """
    screen.app.push_screen(DocumentsDialog(screen, application))


class DocumentsDialog(ModalScreen[None]):
    """What may be done with each, the platform says: `actions` of the record, with its reason why not."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss", "back"),
        Binding("s", "save", "save as a file"),
        Binding("v", "reveal", "reveal"),
        Binding("ctrl+r,f5", "reload", "reload"),
        Binding("j", "move('cursor_down')", show=False),
        Binding("k", "move('cursor_up')", show=False),
    ]
    AUTO_FOCUS = "#documents-list"
    VERTICAL_BREAKPOINTS = [(0, "-low"), (30, "-high")]  # noqa: RUF012 - Textual's own annotation

    @dataclass
    class Came(Message):
        """The application, as it is now."""

        application: ProApplication

    @dataclass
    class Fetched(Message):
        """The bytes of a document came, for this case."""

        document: ApplicationDocument
        case: str
        file: File
        save: bool

    @dataclass
    class Cleared(Message):
        """The platform revealed values of a document."""

        document: ApplicationDocument
        case: str
        opened: Opened

    @dataclass
    class Failed(Message):
        error: Exception
        doing: str

    def __init__(self, screen: PetworksScreen, application: ProApplication) -> None:
        super().__init__()
        self._screen, self._application = screen, application

    @property
    def shell(self) -> Shell:
        return cast(Shell, self.app)

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog", id="documents"):
            yield Static(line(f"Documents of {self._application.number}"), classes="dialog-title")
            yield OptionList(id="documents-list")
            yield Static(id="documents-one")
            yield Static(id="documents-said")
            yield Static(Content(self._keys()), classes="dialog-hint")

    def _keys(self) -> str:
        """Who never opens any is not told how."""
        opens = "open" in self.shell.session.me.may.get(RESOURCE, ())
        return f"{OPENING} · {LOOKING}" if opens else LOOKING

    def on_mount(self) -> None:
        self._show_list()
        self.shell.reveals_changed.subscribe(self, lambda _: self._show_one())
        self.shell.case_changed.subscribe(self, lambda _: self.action_reload())
        self.shell.records_changed.subscribe(self, self._others_changed)
        self.action_reload()

    # Fetching

    def _work(self, job: Coroutine[Any, Any, None], doing: str, group: str) -> None:
        self.run_worker(self._guarded(job, doing), group=group, exclusive=True, exit_on_error=False)

    async def _guarded(self, job: Coroutine[Any, Any, None], doing: str) -> None:
        try:
            await job
        except Exception as error:  # noqa: BLE001 - it is said in the dialog
            self.post_message(self.Failed(error, doing))

    def action_reload(self) -> None:
        self._work(self._load(), "load the documents", "load")

    async def _load(self) -> None:
        case = self.shell.session.case
        found = await self.shell.session.client.record(
            "pro-applications", self._application.id, case=case.id if case else None
        )
        self.post_message(self.Came(found))

    def _others_changed(self, changes: tuple[Change, ...]) -> None:
        ours = {self._application.id, *(each.id for each in self._application.documents)}
        if any(each.id in ours for each in changes):
            self.action_reload()

    def on_documents_dialog_came(self, message: Came) -> None:
        self._application = message.application
        self._show_list()

    def on_documents_dialog_failed(self, message: Failed) -> None:
        self._screen.noted(message.error)
        self._say(explain(message.error, message.doing))

    # What it shows

    def _show_list(self) -> None:
        listed = self.query_one("#documents-list", OptionList)
        place = listed.highlighted or 0
        listed.clear_options()
        listed.add_options(Option(self._line(each), id=each.id) for each in self._newest_first())
        listed.highlighted = min(place, len(self._application.documents) - 1) if self._application.documents else None
        self._show_one()

    def _newest_first(self) -> list[ApplicationDocument]:
        """What counts stands above what was replaced."""
        newest = self._application.documents[::-1]
        return sorted(newest, key=lambda each: each.state == DocumentState.REPLACED)

    def _line(self, document: ApplicationDocument) -> Content:
        soon = document.kind in self._application.expiring
        standing = document_words.standing(document, self.shell.clock(), soon=soon)
        kind = document_words.kind(document)
        return Content.assemble((line(document.number).plain.ljust(10), "dim"), kind.ljust(18), standing)

    @property
    def _chosen(self) -> ApplicationDocument | None:
        place = self.query_one("#documents-list", OptionList).highlighted
        return None if place is None else self._newest_first()[place]

    @on(OptionList.OptionHighlighted)
    def _show_one(self) -> None:
        document = self._chosen
        lines = list(self._about(document)) if document else [Content("No documents came with it.").stylize("dim")]
        self.query_one("#documents-one", Static).update(Content("\n").join(lines))

    def _about(self, document: ApplicationDocument) -> Iterator[Content]:
        yield _row("Content", Content(document_words.content(document)))
        yield _row("Received", Content(day(document.received) if document.received else "–"))
        shown = self.shell.revealed.of(document.id)
        for name, label in LABELS.items():
            if name in shown:
                yield _row(label, line(shown[name]).stylize("$revealed"))
            elif name in document.masks:
                yield _row(label, line(document.masks[name]).stylize("dim"))
        saved = self.shell.saved_documents.path_of(document.id)
        if saved is not None:
            yield _row("Saved as", line(str(saved), 1000))

    def _say(self, notice: Notice | None) -> None:
        said = self.query_one("#documents-said", Static)
        said.display = notice is not None
        if notice is not None:
            said.set_classes(f"-{notice.tone}")
            said.update(notice.content())

    def action_move(self, step: str) -> None:
        getattr(self.query_one("#documents-list", OptionList), f"action_{step}")()

    # Opening and saving

    @on(OptionList.OptionSelected)
    def _open(self) -> None:
        document = self._chosen
        if document is None or (case := self._case_for(document)) is None:
            return
        if document.media_type in ("text/plain", "image/png", "image/jpeg"):
            self._fetch(document, case, save=False)
        else:
            self._ask_to_save(document, case, "The terminal can't show it. ")

    def action_save(self) -> None:
        document = self._chosen
        if document is not None and (case := self._case_for(document)) is not None:
            self._ask_to_save(document, case)

    def _case_for(self, document: ApplicationDocument) -> CaseInHand | None:
        """The case in hand, if the platform opens the document for it; else it is said why not."""
        action, case = document.find_action("open"), self.shell.session.case
        because = action.because if not action.allowed else NO_CASE if case is None else ""
        self._say(Notice("not-allowed", f"{document.number} can't be opened: {because}") if because else None)
        return None if because else case

    def _ask_to_save(self, document: ApplicationDocument, case: CaseInHand, why: str = "") -> None:
        def answered(answer: Confirmed | None) -> None:
            if answer is not None:
                self._fetch(document, case, save=True)

        title = line(f"Save {document.number}, {document_words.content(document)}")
        self.app.push_screen(Confirm(title, f"{why}{MEANS}", "Save"), answered)

    def _fetch(self, document: ApplicationDocument, case: CaseInHand, *, save: bool) -> None:
        self._say(Notice("said", f"Opening {document.number} …"))
        self._work(self._fetched(document, case, save=save), f"open {document.number}", "open")

    async def _fetched(self, document: ApplicationDocument, case: CaseInHand, *, save: bool) -> None:
        body = {"case": case.id, "purpose": "save" if save else "view"}
        where = path(RESOURCE, document.id, "open")
        file = await self.shell.session.client.content(where, body, most=MOST_BYTES, case=case.id)
        if file.media_type != document.media_type:
            raise ContractBroken("The document came as another kind than it is said to be.")
        self.post_message(self.Fetched(document, case.id, file, save))

    def on_documents_dialog_fetched(self, message: Fetched) -> None:
        if not self._still(message.case):
            return
        self._say(None)
        if message.save:
            self._save(message.document, message.file)
        else:
            self._read(message.document, message.file, message.case)

    def _still(self, case: str) -> bool:
        """Whether it is still in hand: what comes for a case that was put down, or to a locked console, is dropped."""
        held = self.shell.session.case
        return held is not None and held.id == case and not self.shell.is_hidden

    def _save(self, document: ApplicationDocument, file: File) -> None:
        name = file_name(self._application.number, document.kind, file.media_type)
        try:
            saved = self.shell.saved_documents.save(document.id, name, file.data)
        except (NoFile, OSError) as error:
            self._say(explain(error, f"save {document.number}"))
            return
        self._say(
            Notice("said", f"Saved as {saved.name}.", "It goes when the case ends, the console locks, or you leave.")
        )
        self._show_one()

    def _read(self, document: ApplicationDocument, file: File, case: str) -> None:
        """What is shown counts as revealed: it goes with everything else that is in clear."""
        typed = Raw(file.data.decode("utf-8-sig", "replace") if file.media_type == "text/plain" else "")
        self.shell.revealed.keep(document.id, {"content": typed}, self.shell.clock() + SHOWN)
        title = line(
            f"{document_words.kind(document)} of {self._application.number}, {document_words.content(document)}"
        )
        reader: Reader = TextReader(title, typed) if typed else PictureReader(title, file.data)

        def left(save: bool | None) -> None:
            if save and self._still(case):
                self.action_save()

        self.app.push_screen(reader, left)

    # Revealing

    def action_reveal(self) -> None:
        document, case = self._chosen, self.shell.session.case
        if document is None:
            return
        if case is None:
            self._say(Notice("not-allowed", "There is no case in hand.", NO_CASE))
        elif not maskable(document):
            self._say(nothing_to_reveal(document))
        else:
            self._say(None)
            self._work(self._reveal(document, case), f"reveal {document.number}", "reveal")

    async def _reveal(self, document: ApplicationDocument, case: CaseInHand) -> None:
        opened = await reveal(self.shell.session, RESOURCE, document, maskable(document), case=case, reason=PRESET)
        self.post_message(self.Cleared(document, case.id, opened))

    def on_documents_dialog_cleared(self, message: Cleared) -> None:
        if self._still(message.case):
            self.shell.revealed.keep(message.document.id, message.opened.values, message.opened.until)
            self.shell.reveals_changed.publish(None)


def _row(label: str, value: Content) -> Content:
    return Content.assemble((label.ljust(11), "dim"), value)
