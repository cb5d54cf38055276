"""The policy's rules with their live figures, and its versions, in the console against a real platform."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Button, Input, Static

from console.app import ConsoleApp
from console.platform_api.ids import new_id
from console.platform_api.platform import Platform
from console.platform_api.tables import PolicyVersionRow
from console.records.policy import PolicyRule
from screens.parts.confirm import Confirm
from screens.parts.list_detail import ListDetailScreen
from screens.parts.policy_posting import MOST_BYTES, unreadable, wrong_label
from screens.parts.policy_reader import PolicyReader
from screens.parts.prompt import Prompt
from screens.policy import PolicyScreen
from tests.faults.proxy import Cut
from tests.platform_api.privacy_made import add_request
from tests.screens.consoles import NOW, on_screen, signed_in, signed_in_by_a_bad_line, until

pytestmark = pytest.mark.anyio

HOSTILE = "We keep [b]nothing[/b].\n\x1b]8;;https://evil.example\x07Read\x1b[31m on"


async def open_policy(app: ConsoleApp, pilot: Pilot[int], number: str = "") -> PolicyScreen:
    await until(pilot, lambda: isinstance(app.screen, ListDetailScreen))
    await pilot.press("9")
    await until(pilot, lambda: isinstance(app.screen, PolicyScreen) and app.screen.record)
    screen = app.screen
    assert isinstance(screen, PolicyScreen)
    if number:
        screen.go_to(number)
        await until(pilot, lambda: screen.record and screen.record.number == number)
    return screen


def about(screen: PolicyScreen) -> str:
    return str(screen.query_one("#policy-line", Static).render())


async def post(app: ConsoleApp, label: str, text: str) -> None:
    """By the console's own client, as somebody else would."""
    answer = await app.session.client.post("/v1/policy-versions", {"label": label, "text": text}, key=new_id())
    assert answer.body["in_force"]


def hostile_version(platform: Platform) -> str:
    """Past the API, which takes no control characters; its number."""
    row = PolicyVersionRow(
        id=new_id(), label=HOSTILE, effective=NOW, created=NOW, sha256="0" * 64, text=HOSTILE,
    )  # fmt: skip
    with platform.database.writing() as session:
        session.add(row)
        session.flush()
        return f"PV-{row.number}"


async def test_what_is_overdue_stands_in_plain_sight_with_where_it_is_kept(seeded_platform: Platform) -> None:
    add_request(seeded_platform, "concern", next_due=seeded_platform.clock() - timedelta(days=1))
    async with signed_in(seeded_platform, "auditor") as (app, pilot):
        screen = await open_policy(app, pilot, "P13")
        rule = screen.record
        assert isinstance(rule, PolicyRule)
        overdue = next(figure.value for figure in rule.figures if figure.name == "overdue_concern")
        assert overdue >= 1
        await until(pilot, lambda: "▲ needs attention" in on_screen(app))
        assert f"▲ P13  {rule.promise}"[:20] in on_screen(app)
        assert f"{overdue} overdue" in on_screen(app)
        assert "need attention" in about(screen) or "needs attention" in about(screen)
        screen.go_to("P18")
        await until(pilot, lambda: "console/access.py" in on_screen(app))
        assert "who lacks it is refused" in on_screen(app)


async def test_figures_are_counted_anew_when_somebody_asks(seeded_platform: Platform) -> None:
    async with signed_in(seeded_platform, "manager") as (app, pilot):
        screen = await open_policy(app, pilot, "P14")
        assert isinstance(screen.record, PolicyRule)
        before = screen.record.figures[0].value
        add_request(seeded_platform, "access")
        await pilot.press("ctrl+r")
        await until(
            pilot, lambda: isinstance(screen.record, PolicyRule) and screen.record.figures[0].value == before + 1
        )


async def test_a_text_that_was_posted_is_drawn_as_it_stands(seeded_platform: Platform) -> None:
    async with signed_in(seeded_platform, "privacy") as (app, pilot):
        screen = await open_policy(app, pilot)
        await post(app, "2027", "We keep nothing.")
        await until(pilot, lambda: "policy 2027 since" in about(screen))  # the change feed tells of it
        await pilot.press("colon", *hostile_version(seeded_platform), "enter")
        await until(pilot, lambda: isinstance(app.screen, PolicyReader) and "[b]nothing[/b]" in on_screen(app))
        assert "\x1b" not in on_screen(app)
        await pilot.press("escape")
        await pilot.press("o")
        await until(pilot, lambda: "Read which version" in on_screen(app))


async def test_privacy_posts_a_version_and_types_its_name(seeded_platform: Platform, tmp_path: Path) -> None:
    file = tmp_path / "policy.txt"
    file.write_text("We keep nothing at all.\n", encoding="utf-8")
    async with signed_in(seeded_platform, "privacy") as (app, pilot):
        screen = await open_policy(app, pilot)
        await pilot.press("n")
        await typed(app, pilot, "which text file", str(file))
        await typed(app, pilot, "What it is called", "2027")
        await until(pilot, lambda: isinstance(app.screen, Confirm) and "We keep nothing at all" in on_screen(app))
        app.screen.query_one("#act", Button).press()
        await until(pilot, lambda: "Type 2027 exactly" in on_screen(app))
        app.screen.query_one("#typed", Input).value = "2027"
        app.screen.query_one("#act", Button).press()
        await until(pilot, lambda: "version 2027 is in force" in on_screen(app))
        await until(pilot, lambda: "policy 2027 since" in about(screen))


async def typed(app: ConsoleApp, pilot: Pilot[int], title: str, text: str) -> None:
    await until(pilot, lambda: isinstance(app.screen, Prompt) and title in on_screen(app))
    app.screen.query_one(Input).value = text
    await pilot.press("enter")


@pytest.mark.parametrize(("role", "has_tab"), [("auditor", True), ("support", False)])
async def test_only_privacy_has_the_key_to_post(seeded_platform: Platform, role: str, has_tab: bool) -> None:
    async with signed_in(seeded_platform, role) as (app, pilot):
        assert ("policy" in app.tab_names) is has_tab
        if has_tab:
            screen = await open_policy(app, pilot)
            assert screen.check_action("post", ()) is False
            assert "post a version" not in on_screen(app)


async def test_without_a_line_it_says_so_and_waits_for_nothing(seeded_platform: Platform) -> None:
    async with signed_in_by_a_bad_line(seeded_platform, "auditor") as (app, pilot, proxy):
        await until(pilot, lambda: isinstance(app.screen, ListDetailScreen) and app.screen.record)
        proxy.faults = [Cut(20)] * 30
        await pilot.press("9")
        await until(pilot, lambda: "○ offline" in on_screen(app))
        screen = app.screen
        assert isinstance(screen, PolicyScreen)
        assert about(screen) == ""
        proxy.faults = []
        await until(pilot, lambda: screen.record and " since " in about(screen))


async def test_a_file_that_can_not_be_a_policy_is_told_apart(tmp_path: Path) -> None:
    (tmp_path / "empty").write_text(" \n")
    (tmp_path / "bytes").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "large").write_text("a" * (MOST_BYTES + 1))
    (tmp_path / "good").write_text("We keep nothing.")
    said = {name: unreadable(str(tmp_path / name)) for name in ("empty", "bytes", "large", "missing", "good")}
    assert said == {
        "empty": "It is empty.",
        "bytes": "It is no text in UTF-8.",
        "large": "Type the path of a text file of 100 kB at most.",
        "missing": "There is no such file.",
        "good": "",
    }
    os.mkfifo(tmp_path / "pipe")
    for endless in (tmp_path / "pipe", Path("/dev/zero"), tmp_path):
        assert unreadable(str(endless)) == "There is no such file."
    assert (bool(wrong_label(" ")), bool(wrong_label("a" * 41)), wrong_label("2027")) == (True, True, "")
