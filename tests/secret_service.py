"""A private bus with an unlocked keyring on it, as a desktop has one: for tests marked `system`."""

import shlex
from collections.abc import Sequence

FOLDERS = 'mkdir -p "$XDG_CACHE_HOME" "$XDG_DATA_HOME"'  # gnome-keyring makes only its own in them
UNLOCK = "printf password | gnome-keyring-daemon --unlock --components=secrets >/dev/null"
# keyring chooses the Secret Service by itself where there is one; own_home has set a backend that forgets.
BACKEND = "PYTHON_KEYRING_BACKEND=keyring.backends.SecretService.Keyring"


def inside(command: Sequence[str]) -> list[str]:
    """The command, to be run with a keyring; keyring and bus end with it."""
    # gnome-keyring goes on in the background, and dbus-run-session ends it when it takes the bus away.
    return ["dbus-run-session", "--", "sh", "-c", f"{FOLDERS} && {UNLOCK} && {BACKEND} exec {shlex.join(command)}"]
