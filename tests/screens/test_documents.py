"""Documents in the console: text with marks, pictures as blocks, files that are the employee's alone and go with the case."""

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update
from textual.pilot import Pilot
from textual.widgets import Static

from console.app import ConsoleApp
from console.platform_api.platform import Platform
from console.platform_api.tables import ApplicationDocumentRow, AuditEntry, table
from screens.lock import LockScreen
from screens.parts.confirm import Confirm
from screens.parts.document_reader import PictureReader, TextReader
from screens.parts.document_view import DocumentsDialog
from screens.parts.saved_documents import SavedDocuments, file_name, places, remove_leftovers
from screens.sign_in import SignInScreen
from tests.platform_api.applications_made import add_document
from tests.screens.consoles import on_screen, signed_in, signed_in_by_a_bad_line, until
from tests.screens.documents import LETTER, PDF, applied, in_hand, opened

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def runtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """What the system keeps for as long as the session."""
    folder = tmp_path / "run"
    folder.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    yield folder
    assert not saved_files(folder), "no test leaves a file"


def saved_files(runtime: Path) -> list[Path]:
    """Every document that stands there as a file."""
    return [each for each in (runtime / "petworks" / "documents").glob("*/*") if each.name != "lock"]


def said(dialog: DocumentsDialog) -> str:
    return str(dialog.query_one("#documents-said", Static).content)


async def save(app: ConsoleApp, pilot: Pilot[int], key: str = "enter") -> None:
    """Opens the chosen document, and confirms that it becomes a file."""
    await pilot.press(key)
    await until(pilot, lambda: isinstance(app.screen, Confirm))
    await pilot.press("tab", "enter")
    await until(pilot, lambda: app.saved_documents)


# Looking


async def test_a_text_is_shown_and_what_would_steer_the_terminal_is_marked(seeded_platform: Platform):
    application = applied(seeded_platform)
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        await in_hand(app, seeded_platform, application)
        await opened(app, pilot, application, "other")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, TextReader))
        await until(pilot, lambda: "Ada walks our dogs" in on_screen(app))
        shown = on_screen(app)
        assert "[b]bold[/b]" in shown, "it is no markup"
        assert not {"\x1b", "\x07", "\u202e"} & set(shown)
        assert "dogs.␛[2J␛]0;evil␇" in shown
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, DocumentsDialog))


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
async def test_a_picture_is_drawn_as_half_blocks(seeded_platform: Platform, kind: str):
    from tests.screens.documents import picture

    application = applied(seeded_platform)
    add_document(seeded_platform, application, "other", content=picture(kind), media_type=f"image/{kind.lower()}")
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        await in_hand(app, seeded_platform, application)
        await opened(app, pilot, application, "other")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, PictureReader))
        await until(pilot, lambda: "▀▀▀" in on_screen(app))
        assert "120 × 80 pixels" in on_screen(app)
        await pilot.press("plus")
        await until(pilot, lambda: "2 times closer" in on_screen(app))


async def test_a_picture_that_breaks_the_decoder_says_so(seeded_platform: Platform):
    from tests.screens.documents import picture

    application = applied(seeded_platform)
    broken = bytearray(picture())
    broken[60:80] = b"\xff" * 20
    add_document(seeded_platform, application, "other", content=bytes(broken), media_type="image/png")
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        await in_hand(app, seeded_platform, application)
        await opened(app, pilot, application, "other")
        await pilot.press("enter")
        await until(pilot, lambda: "Could not draw the picture" in on_screen(app))
        assert "s saves it as a file" in on_screen(app)


async def test_the_dialog_says_what_each_document_is_worth(seeded_platform: Platform):
    application = applied(seeded_platform)
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        await in_hand(app, seeded_platform, application)
        await opened(app, pilot, application)
        shown = on_screen(app)
        for words in (
            "expired 2 d ago",
            "! complete, expires in",
            "never expires",
            "replaced by a newer one",
            "not answered",
        ):
            assert words in shown, words


# Files


async def test_what_the_terminal_can_not_show_becomes_a_file_of_the_employee_alone(
    seeded_platform: Platform, runtime: Path
):
    application = applied(seeded_platform)
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        await in_hand(app, seeded_platform, application)
        dialog = await opened(app, pilot, application, "insurance")
        await save(app, pilot)
        [file] = saved_files(runtime)
        assert file.name.startswith("PA-") and file.name.endswith("-insurance.pdf")
        assert file.read_bytes() == PDF
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
        assert stat.S_IMODE(file.parent.parent.stat().st_mode) == 0o700
        assert file.name in said(dialog) and "goes when the case ends" in said(dialog)
        assert str(file) in str(dialog.query_one("#documents-one", Static).content)
        assert purposes(seeded_platform) == ['{"purpose":"save"}']
    assert not saved_files(runtime), "it went with the console"


def purposes(platform: Platform) -> list[str]:
    found = table(AuditEntry)
    with platform.database.reading() as connection:
        rows = connection.execute(found.select().where(found.c.action == "open", found.c.outcome == "done"))
        return [row.details for row in rows if row.resource == "application-documents"]


async def test_a_text_can_be_saved_too_and_never_by_the_applicants_name(seeded_platform: Platform, runtime: Path):
    application = applied(seeded_platform)
    name = "../../../.bashrc"
    add_document(seeded_platform, application, "other", content=b"Hello", file_name=name)
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        await in_hand(app, seeded_platform, application)
        await opened(app, pilot, application, "other")
        await save(app, pilot, "s")
        [file] = saved_files(runtime)
        assert file.name.endswith("-other.txt") and file.read_bytes() == b"Hello"


async def test_nothing_is_saved_when_the_question_is_left(seeded_platform: Platform, runtime: Path):
    application = applied(seeded_platform)
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        await in_hand(app, seeded_platform, application)
        await opened(app, pilot, application, "insurance")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, DocumentsDialog))
        assert not saved_files(runtime) and not purposes(seeded_platform)


# When it goes


async def with_a_file(app: ConsoleApp, pilot: Pilot[int], platform: Platform, runtime: Path) -> None:
    application = applied(platform)
    await in_hand(app, platform, application)
    await opened(app, pilot, application, "insurance")
    await save(app, pilot)
    assert saved_files(runtime)


async def test_a_file_goes_when_the_case_is_put_down(seeded_platform: Platform, runtime: Path):
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        await with_a_file(app, pilot, seeded_platform, runtime)
        app.take_case(None)
        assert not saved_files(runtime)


async def test_a_file_goes_when_the_console_locks(seeded_platform: Platform, runtime: Path):
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        await with_a_file(app, pilot, seeded_platform, runtime)
        await pilot.press("ctrl+g")
        await until(pilot, lambda: isinstance(app.screen, LockScreen))
        assert not saved_files(runtime)


async def test_a_file_goes_with_the_sign_out(seeded_platform: Platform, runtime: Path):
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        await with_a_file(app, pilot, seeded_platform, runtime)
        app.action_sign_out()
        assert not saved_files(runtime)
        await until(pilot, lambda: isinstance(app.screen, SignInScreen))


async def test_a_file_goes_with_a_crash(seeded_platform: Platform, runtime: Path):
    async def until_it_crashes() -> None:
        async with signed_in(seeded_platform, "manager") as (app, pilot):
            await with_a_file(app, pilot, seeded_platform, runtime)
            app.call_later(lambda: 1 // 0)
            await until(pilot, lambda: not app.is_running)

    with pytest.raises(ZeroDivisionError):
        await until_it_crashes()
    assert not saved_files(runtime)


async def test_a_file_stays_while_another_program_shows_it(seeded_platform: Platform, runtime: Path):
    """The terminal out of focus wipes what is on the screen; the viewer that has the focus then needs its file."""
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        await with_a_file(app, pilot, seeded_platform, runtime)
        app.wipe()
        assert saved_files(runtime)


async def test_what_is_shown_goes_with_the_case(seeded_platform: Platform):
    application = applied(seeded_platform)
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        await in_hand(app, seeded_platform, application)
        await opened(app, pilot, application, "other")
        await pilot.press("enter")
        await until(pilot, lambda: "Ada walks our dogs" in on_screen(app))
        app.take_case(None)
        await until(pilot, lambda: isinstance(app.screen, DocumentsDialog))
        await until(pilot, lambda: "Ada walks" not in on_screen(app))


async def test_what_comes_when_the_case_is_over_is_neither_shown_nor_kept(seeded_platform: Platform, runtime: Path):
    application = applied(seeded_platform)
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        await in_hand(app, seeded_platform, application)
        dialog = await opened(app, pilot, application, "insurance")
        document, case = dialog._chosen, app.session.case
        assert document and case
        file = await app.session.client.content(
            f"/v1/application-documents/{document.id}/open", {"case": case.id, "purpose": "save"}, most=1000
        )
        app.take_case(None)
        for save_it in (True, False):
            dialog.post_message(DocumentsDialog.Fetched(document, case.id, file, save_it))
        await pilot.pause()
        assert app.screen is dialog and not saved_files(runtime)


# What is refused


async def test_without_its_case_nothing_opens_and_it_is_said_why(seeded_platform: Platform):
    application = applied(seeded_platform)
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        dialog = await opened(app, pilot, application, "licence")
        assert "enter opens · s saves a file · v reveals" in on_screen(app)
        await pilot.press("enter")
        assert "claim the application, and take it with t" in said(dialog)
        await pilot.press("s")
        assert app.screen is dialog and not purposes(seeded_platform)


async def test_support_sees_that_documents_are_there_and_opens_none(seeded_platform: Platform):
    application = applied(seeded_platform)
    async with signed_in(seeded_platform, "support") as (app, pilot):
        dialog = await opened(app, pilot, application, "licence")
        assert "never expires" in on_screen(app) and "me.png" not in on_screen(app)
        assert "escape leaves" in on_screen(app) and "enter opens" not in on_screen(app)
        await pilot.press("enter")
        assert "Your role does not have this" in said(dialog)
        await pilot.press("v")
        assert app.screen is dialog


async def test_what_has_no_content_yet_says_so(seeded_platform: Platform):
    application = applied(seeded_platform)
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        await in_hand(app, seeded_platform, application)
        dialog = await opened(app, pilot, application, "background_check")
        await pilot.press("enter")
        assert "not answered yet" in said(dialog)


async def test_a_document_that_comes_as_another_kind_is_not_shown(seeded_platform: Platform, runtime: Path):
    application = applied(seeded_platform)
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        await in_hand(app, seeded_platform, application)
        dialog = await opened(app, pilot, application, "other")
        rows = table(ApplicationDocumentRow)
        with seeded_platform.database.writing() as session:
            session.connection().execute(update(rows).values(media_type="application/pdf"))
        await pilot.press("enter")
        await until(pilot, lambda: "can't be read" in said(dialog))
        assert app.screen is dialog and not saved_files(runtime)


async def test_the_values_beside_it_are_revealed_for_the_case_and_masked_again(seeded_platform: Platform):
    application = applied(seeded_platform)
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        await in_hand(app, seeded_platform, application)
        await opened(app, pilot, application, "licence")
        assert "me.png" not in on_screen(app)
        await pilot.press("v")
        await until(pilot, lambda: "me.png" in on_screen(app))
        app.take_case(None)
        await until(pilot, lambda: "me.png" not in on_screen(app))


async def test_a_line_that_breaks_is_told_and_leaves_no_file(seeded_platform: Platform, runtime: Path):
    from tests.faults.proxy import Cut

    application = applied(seeded_platform)
    async with signed_in_by_a_bad_line(seeded_platform, "manager") as (app, pilot, proxy):
        await in_hand(app, seeded_platform, application)
        dialog = await opened(app, pilot, application, "insurance")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        app.workers.cancel_group(app, "feed")
        proxy.faults = [Cut(20)] * 3
        await pilot.press("tab", "enter")
        await until(pilot, lambda: "No connection" in said(dialog))
        assert not saved_files(runtime)


# Files, by themselves


def test_a_name_is_made_of_what_the_platform_says_alone():
    assert file_name("PA-104", "background_check", "application/pdf") == "PA-104-background-check.pdf"
    assert file_name("../PA", "a/b", "text/html") == "document.bin"


def test_two_documents_of_a_kind_have_two_files_and_one_saved_twice_has_one(runtime: Path):
    saved = SavedDocuments()
    names = {saved.save(document, "PA-1-other.txt", b"x").name for document in ("a", "b", "a")}
    assert names == {"PA-1-other.txt", "PA-1-other-2.txt"} and len(saved_files(runtime)) == 2
    assert saved.clear() and not saved_files(runtime)
    assert not saved.clear()


CONSOLE = """
import sys, time
from screens.parts.saved_documents import SavedDocuments
saved = SavedDocuments()
saved.save("one", "PA-1-other.txt", b"left over")
print("ready", flush=True)
time.sleep(600)
"""


def test_what_a_killed_console_left_is_removed_by_the_next_and_a_living_ones_is_not(runtime: Path):
    with subprocess.Popen([sys.executable, "-c", CONSOLE], stdout=subprocess.PIPE, env=os.environ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        remove_leftovers()
        assert saved_files(runtime), "another console has it"
        other.send_signal(signal.SIGKILL)
        other.wait()
    assert saved_files(runtime), "nobody could remove it"
    remove_leftovers()
    assert not saved_files(runtime)


async def test_the_console_removes_what_was_left_as_it_starts(seeded_platform: Platform, runtime: Path):
    folder = places()[0] / "left"
    folder.mkdir(parents=True)
    (folder / "PA-1-other.txt").write_text("left over")
    async with signed_in(seeded_platform, "manager"):
        assert not folder.exists()


def test_a_folder_that_is_a_link_to_elsewhere_is_refused(runtime: Path, tmp_path: Path):
    from console.export import NoFile

    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (runtime / "petworks").mkdir()
    (runtime / "petworks" / "documents").symlink_to(elsewhere)
    with pytest.raises(NoFile):
        SavedDocuments().save("one", "PA-1-other.txt", b"x")
    assert not list(elsewhere.iterdir())


def test_a_hostile_text_has_a_canary_for_each_way_to_steer_a_terminal():
    assert {"\x1b", "\x07", "\u202e"} <= set(LETTER)
