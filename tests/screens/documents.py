"""Documents on the screen: files as applicants send them, a manager with the application's case in hand, and its dialog."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw
from textual.pilot import Pilot
from textual.worker import Worker

from console.app import ConsoleApp
from console.platform_api.platform import Platform
from console.records.pro_applications import ProApplication
from screens.parts.document_view import DocumentsDialog, open_documents
from tests.platform_api.applications_made import add_application, add_document, claimed
from tests.screens.consoles import until

LETTER = "To whom it may concern:\n\nAda walks our dogs.\x1b[2J\x1b]0;evil\x07\n\u202e[b]bold[/b]\n"
"""A text that would clear the screen, set the title and turn itself round."""

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\nstartxref\n9\n%%EOF\n"


def picture(kind: str = "PNG", size: tuple[int, int] = (120, 80)) -> bytes:
    """A licence with a portrait: blue, with a red disc on white."""
    drawn = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(drawn)
    pen.rectangle((0, 0, size[0], size[1] // 4), fill=(20, 60, 200))
    pen.ellipse((10, size[1] // 3, 50, size[1] // 3 + 40), fill=(200, 30, 30))
    held = BytesIO()
    drawn.save(held, kind)
    return held.getvalue()


def applied(platform: Platform) -> str:
    """An application in review by the manager, with a document of each kind that there is; its id."""
    application = add_application(platform, complete=False, services=("boarding",), assignee="manager")
    now = platform.clock()
    add_document(
        platform, application, "insurance", content=b"Last year's", state="replaced", expires=now - timedelta(days=9)
    )
    add_document(platform, application, "licence", content=picture(), media_type="image/png", file_name="me.png")
    add_document(
        platform, application, "insurance", content=PDF, media_type="application/pdf", expires=now + timedelta(days=4)
    )
    add_document(platform, application, "other", content=LETTER.encode(), expires=now - timedelta(days=2))
    pending: dict[str, Any] = {"state": "pending", "media_type": None, "size": None}
    add_document(platform, application, "background_check", file_name="", result="pending", **pending)
    return application


async def in_hand(app: ConsoleApp, platform: Platform, application: str) -> None:
    """The manager takes the application's case."""
    ticket = await app.session.client.record("tickets", claimed(platform, application))
    app.take_ticket(ticket)


def loading(dialog: DocumentsDialog) -> list[Worker[None]]:
    return [each for each in dialog.workers if each.node is dialog and each.group == "load"]


async def opened(app: ConsoleApp, pilot: Pilot[int], application: str, kind: str = "") -> DocumentsDialog:
    """The dialog, with the cursor on the first document of that kind."""
    case = app.session.case
    record = await app.session.client.record("pro-applications", application, case=case.id if case else None)
    assert isinstance(record, ProApplication)
    open_documents(app.current, record)
    await until(pilot, lambda: isinstance(app.screen, DocumentsDialog) and app.screen.query("#documents-said"))
    dialog = app.screen
    assert isinstance(dialog, DocumentsDialog)
    await until(pilot, lambda: dialog.is_mounted and all(each.is_finished for each in loading(dialog)))
    while kind and (dialog._chosen is None or dialog._chosen.kind != kind):
        await pilot.press("j")
    return dialog
