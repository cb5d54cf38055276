"""What documents look like, at 120x40 and at 80x24, against a real platform on which the time stands still."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from console.app import ConsoleApp
from console.demo import Demo
from console.platform_api.platform import Platform
from console.session import Session
from console.settings import Settings
from screens.parts.confirm import Confirm
from tests.platform_api.api import serving
from tests.screens.consoles import NOW, PASSWORD, on_screen, until
from tests.screens.documents import applied, in_hand, opened
from tests.screens.settled import settled
from tests.screens.test_looks import ready

pytestmark = pytest.mark.usefixtures("utc", "runtime")

Step = Callable[[ConsoleApp, Pilot[int], Platform], Awaitable[None]]


@pytest.fixture
def runtime(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No file stands where its path could be drawn."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))


async def shown(app: ConsoleApp, pilot: Pilot[int], platform: Platform, kind: str = "") -> None:
    """The documents of an application whose case is in hand."""
    await ready(app, pilot)
    application = applied(platform)
    await in_hand(app, platform, application)
    await opened(app, pilot, application, kind)


async def documents(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> None:
    await shown(app, pilot, platform, "licence")
    await pilot.press("v")
    await until(pilot, lambda: "me.png" in on_screen(app))


async def documents_without_a_case(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> None:
    await ready(app, pilot)
    await opened(app, pilot, applied(platform), "licence")
    await pilot.press("enter")


async def a_text(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> None:
    await shown(app, pilot, platform, "other")
    await pilot.press("enter")
    await until(pilot, lambda: "Ada walks our dogs" in on_screen(app))


async def a_picture(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> None:
    await shown(app, pilot, platform, "licence")
    await pilot.press("enter")
    await until(pilot, lambda: "▀▀▀" in on_screen(app))


async def a_file_to_save(app: ConsoleApp, pilot: Pilot[int], platform: Platform) -> None:
    await shown(app, pilot, platform, "insurance")
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(app.screen, Confirm))


STATES: tuple[Step, ...] = (documents, documents_without_a_case, a_text, a_picture, a_file_to_save)
SIZES = ((120, 40), (80, 24))


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_it_looks_as_it_did(still: Platform, snap_compare: Callable[..., bool], state: Step, size: tuple[int, int]):
    with serving(still) as url:
        settings = Settings(url=url, environment="demo")
        app = ConsoleApp(settings, Session(settings), demo=Demo(url, PASSWORD, "manager"), clock=lambda: NOW)

        async def reach(pilot: Pilot[int]) -> None:
            await state(app, pilot, still)
            await settled(pilot)

        assert snap_compare(app, terminal_size=size, run_before=reach)
