"""Keys that are typed right after the command, in a real terminal: they lead where they would have later."""

from tests.terminal.conftest import Petworks
from tests.terminal.terminal import Terminal
from tests.terminal.test_story import SLOWLY


def typed_ahead(petworks: Petworks, key: str, title: str) -> Terminal:
    """The key is typed on the plain frame, which is there before anything else is."""
    console = petworks("demo", "--users", "50", "--role", "manager")
    console.wait("starting the demo", SLOWLY)
    console.key(key)
    console.wait_line(rf"DEMO +{title}", SLOWLY)
    return console


def test_a_key_on_the_first_frame_wins_over_the_place_that_was_left(petworks: Petworks) -> None:
    console = typed_ahead(petworks, "6", "Surveys")
    console.wait("all surveys and contests")
    console.key("ctrl+q")
    assert console.exit_code(SLOWLY) == 0
    console = typed_ahead(petworks, "2", "Users")
    console.wait("U-", SLOWLY)
    console.settle(1.0)
    assert "all surveys and contests" not in console.text()
