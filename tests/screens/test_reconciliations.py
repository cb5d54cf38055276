"""Reconciliations in the console, against a real platform whose worker compares them."""

import re
from asyncio import to_thread
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from textual.pilot import Pilot
from textual.widgets import Button, Input, OptionList, Static

from console.app import ConsoleApp
from console.platform_api.platform import Platform
from console.platform_api.tables import PaymentRow, ReconciliationRow, ReportLineRow, table
from screens.orders import OrdersScreen
from screens.parts.confirm import Confirm
from screens.parts.foot import live_keys
from screens.parts.help import all_keys
from screens.parts.pick import Pick
from screens.parts.prompt import Prompt
from screens.payment_reviews import PaymentReviewsScreen
from screens.reconciliations import ReconciliationsScreen
from tests.platform_api.orders_made import add_order, add_payment, row_of
from tests.platform_api.test_report_csv import row, written
from tests.platform_api.worked import worker
from tests.screens.consoles import signed_in, until
from tests.screens.money import flat

pytestmark = pytest.mark.anyio

IMPORTED = re.compile(r"(RC-\d+) is imported: the platform compares it now")


def report(platform: Platform, gross: str = "90.00") -> tuple[bytes, str]:
    """A report with one line about a payment of 100.00 and a line that nobody knows; the payment's id."""
    at = platform.clock() - timedelta(days=1)
    payment = add_payment(platform, add_order(platform), created=at)
    reference = str(row_of(platform, PaymentRow, payment).processor_reference)
    when = at.strftime("%Y-%m-%d %H:%M:%S")
    known = row(balance_transaction_id="txn_a", created_utc=when, gross=gross, source_id=reference)
    unknown = row(balance_transaction_id="txn_b", created_utc=when, source_id="ch_of_nobody")
    return written(known, unknown), payment


async def open_books(app: ConsoleApp, pilot: Pilot[int]) -> ReconciliationsScreen:
    await pilot.press("0")
    await until(pilot, lambda: isinstance(app.screen, PaymentReviewsScreen))
    await pilot.press("R")
    await until(pilot, lambda: isinstance(app.screen, ReconciliationsScreen) and app.screen.table.status.heard)
    assert isinstance(app.screen, ReconciliationsScreen)
    return app.screen


async def name_a_file(app: ConsoleApp, pilot: Pilot[int], path: str) -> None:
    if not isinstance(app.screen, Prompt):
        await pilot.press("n")
        await until(pilot, lambda: isinstance(app.screen, Prompt) and app.screen.query(Input))
    app.screen.query_one(Input).value = path
    await pilot.press("enter")


async def imported(app: ConsoleApp, pilot: Pilot[int], platform: Platform, file: Path) -> ReconciliationsScreen:
    """With its lines, as soon as the platform's worker has compared it."""
    screen = await open_books(app, pilot)
    await name_a_file(app, pilot, str(file))
    await until(pilot, lambda: IMPORTED.search(flat(app)))
    said = IMPORTED.search(flat(app))
    assert said is not None
    await until(pilot, lambda: screen.table.cursor_record and screen.table.cursor_record.number == said[1])
    await to_thread(worker(platform).run_all)
    await until(pilot, lambda: screen.lines.of == said[1])
    return screen


async def test_a_report_is_imported_compared_and_its_differences_stand_first(seeded_platform: Platform, tmp_path: Path):
    content, _ = report(seeded_platform)
    (tmp_path / "balance.csv").write_bytes(content)
    async with signed_in(seeded_platform, "billing") as (app, pilot):
        screen = await imported(app, pilot, seeded_platform, tmp_path / "balance.csv")
        assert "the report says 90.00 USD, we 100.00 USD" in flat(app)
        assert "not known here" in flat(app)
        results = [line.result for line in screen.lines.lines]
        assert results == sorted(results, key=lambda result: result in ("matched", "not_compared"))


async def test_a_difference_is_resolved_with_a_note_that_is_no_markup(seeded_platform: Platform, tmp_path: Path):
    content, _ = report(seeded_platform)
    (tmp_path / "balance.csv").write_bytes(content)
    async with signed_in(seeded_platform, "billing") as (app, pilot):
        screen = await imported(app, pilot, seeded_platform, tmp_path / "balance.csv")
        waiting = len(screen.lines.open)
        await pilot.press("s")
        await until(pilot, lambda: isinstance(app.screen, Pick) and app.screen.query(OptionList))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Confirm) and app.screen.query("#text"))
        app.screen.query_one("#act", Button).press()
        await until(pilot, lambda: "say something first" in flat(app))
        app.screen.query_one("#text", Input).value = "a fee of [b]the bank\x1b[31m \u202e🐶"
        app.screen.query_one("#act", Button).press()
        await until(pilot, lambda: "is resolved." in flat(app))
        await until(pilot, lambda: len(screen.lines.open) == waiting - 1)
        await until(pilot, lambda: "“a fee of [b]the bank␛[31m" in flat(app))
        assert screen.record is not None
        books = screen.record.id
    lines = table(ReportLineRow)
    mine = (lines.c.reconciliation == books) & lines.c.resolved_by.is_not(None)
    with seeded_platform.database.reading() as connection:
        resolved = connection.execute(lines.select().where(mine)).all()
    assert len(resolved) == 1


async def test_the_order_of_a_line_is_opened(seeded_platform: Platform, tmp_path: Path):
    content, _ = report(seeded_platform)
    (tmp_path / "balance.csv").write_bytes(content)
    async with signed_in(seeded_platform, "billing") as (app, pilot):
        await imported(app, pilot, seeded_platform, tmp_path / "balance.csv")
        await pilot.press("o")
        await until(pilot, lambda: isinstance(app.screen, Pick))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, OrdersScreen) and app.screen.record)


async def test_what_is_no_report_is_explained_and_nothing_is_imported(seeded_platform: Platform, tmp_path: Path):
    (tmp_path / "empty.csv").touch()
    (tmp_path / "letter.csv").write_text("Dear bank,\x1b[31m\n")
    (tmp_path / "wrong.csv").write_bytes(written(row(gross="a lot")))
    async with signed_in(seeded_platform, "billing") as (app, pilot):
        screen, before = await open_books(app, pilot), count(seeded_platform)
        said = {
            "": "Type the path of a CSV file.",
            "~nobody/x.csv": "There is no such file.",
            str(tmp_path): "There is no such file.",
            "\0": "There is no such file.",
            str(tmp_path / "empty.csv"): "It is empty.",
            str(tmp_path / "wrong.csv"): "line 2",
            str(tmp_path / "letter.csv"): "nothing was imported",
        }
        for path, words in said.items():
            await name_a_file(app, pilot, path)
            await error_says(app, pilot, words)
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is screen)
    assert count(seeded_platform) == before


def count(platform: Platform) -> int:
    books = table(ReconciliationRow)
    with platform.database.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(books)).scalar_one())


async def error_says(app: ConsoleApp, pilot: Pilot[int], words: str) -> None:
    """The file is asked for again, and this is why."""
    await until(
        pilot, lambda: any(words in str(each.content) for each in app.screen.query("#dialog-error").results(Static))
    )


async def test_the_same_report_again_leads_to_the_first(seeded_platform: Platform, tmp_path: Path):
    content, _ = report(seeded_platform)
    (tmp_path / "balance.csv").write_bytes(content)
    async with signed_in(seeded_platform, "billing") as (app, pilot):
        screen = await imported(app, pilot, seeded_platform, tmp_path / "balance.csv")
        first = screen.record
        await name_a_file(app, pilot, str(tmp_path / "balance.csv"))
        await until(pilot, lambda: "was imported before, as RC-" in flat(app))
        await until(pilot, lambda: screen.record is not None and first is not None and screen.record.id == first.id)


async def test_a_manager_reads_but_neither_imports_nor_resolves(seeded_platform: Platform):
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        screen = await open_books(app, pilot)
        await pilot.pause()
        does = {does for _, does in [*live_keys(screen), *all_keys(screen)]}
        assert "import" not in does
        assert "resolve" not in does
