"""A child that ends with its parent, however that ends: it reads a pipe of which the parent holds the other end."""

from __future__ import annotations

import os
import signal
import threading
import time

STOP_WITH_STDIN = "PETWORKS_STOP_WITH_STDIN"
"""In the environment of a child whose standard input is such a pipe."""

GRACE = 4.0


def watch() -> None:
    """From now on the end of standard input ends this process: kindly, then by force."""
    threading.Thread(target=_wait, name="stop-with-parent", daemon=True).start()


def _wait() -> None:
    while os.read(0, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE)
    os._exit(1)
