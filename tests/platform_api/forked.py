"""Worker processes that are to be killed: `run("tests.platform_api.killed_worker", data, url, step)`.

Loading the platform takes a process 0.7 s of a processor, and there are dozens of them. So one process loads it once for all
and forks them. A test's own process can't: it has threads, and what one of them holds would stay held in the fork for ever.
"""

from __future__ import annotations

import atexit
import importlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import traceback
from functools import cache
from typing import Any, NamedTuple


class Ended(NamedTuple):
    returncode: int
    """Of a process that was killed: the signal's number, negative."""
    said: str


def run(module: str, *arguments: str, seconds: float = 120) -> Ended:
    """Runs the module's `main` in a process of its own, in this one's environment, and waits for its end."""
    forks = _start()
    assert forks.stdin is not None and forks.stdout is not None
    with tempfile.NamedTemporaryFile("r") as said:
        request = {"module": module, "arguments": arguments, "environment": dict(os.environ), "said": said.name}
        overdue = threading.Timer(seconds, forks.kill)
        overdue.start()
        print(json.dumps(request), file=forks.stdin, flush=True)
        code = forks.stdout.readline()
        overdue.cancel()
        assert code, f"{module} has not ended in {seconds} s"
        return Ended(int(code), said.read())


@cache
def _start() -> subprocess.Popen[str]:
    """Ends with its standard input, so with the tests' process."""
    forks = subprocess.Popen([sys.executable, "-m", __name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    atexit.register(forks.communicate)
    return forks


def _serve() -> None:
    for line in sys.stdin:
        request = json.loads(line)
        module = importlib.import_module(request["module"])
        child = os.fork()
        if child == 0:
            code = 1
            try:
                _become(request)
                code = module.main(*request["arguments"])
            except BaseException:  # noqa: BLE001 - the process ends with it
                traceback.print_exc()
            finally:
                sys.stderr.flush()
                os._exit(code)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


def _become(request: dict[str, Any]) -> None:
    os.environ.clear()
    os.environ.update(request["environment"])
    with open(os.devnull) as nothing, open(request["said"], "w") as said:
        for stream, number in ((nothing, 0), (said, 1), (said, 2)):
            os.dup2(stream.fileno(), number)


if __name__ == "__main__":
    _serve()
