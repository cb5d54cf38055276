"""A real worker that is killed (-9) at one step of a mail: `forked.run("tests.platform_api.killed_mail_worker", data, url, step)`."""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from console.platform_api import jobs, mail_job
from console.platform_api.mail_senders import smtp
from console.platform_api.mail_senders.eml import EmlFolder
from console.platform_api.mail_senders.smtp import FULL_STOP, SmtpServer
from console.platform_api.platform import open_platform
from console.platform_api.work_command import work as run_worker
from tests.platform_api.killed_worker import after, before, die


def _after_the_full_stop() -> None:
    real = smtplib.SMTP.send

    def then_die(self: smtplib.SMTP, content: Any) -> None:
        real(self, content)
        if content == FULL_STOP:
            die()

    setattr(smtplib.SMTP, "send", then_die)  # noqa: B010 - a method can't be assigned to


FIRST = {
    "claimed": lambda: after(jobs, "claim"),
    "begun": lambda: after(mail_job, "_begin"),
    "noted, not committed": lambda: after(mail_job, "_set"),
}
"""Before anybody could have it."""

BETWEEN = {
    "noted": lambda: after(mail_job, "_last_word"),
    "recorded, not committed": lambda: before(jobs, "done"),
}
"""From the note that it is about to go until what came of it is written."""

LAST = {"finished": lambda: after(mail_job, "_end")}

BY_SMTP: dict[str, Callable[[], None]] = {
    "handed over but for its end": lambda: after(SmtpServer, "_hand_over"),
    "the last word said": lambda: _after_the_full_stop(),
    "answered": lambda: after(smtp, "_finish"),
}
BY_FILE: dict[str, Callable[[], None]] = {"written": lambda: after(EmlFolder, "send")}

STEPS = {**FIRST, **BETWEEN, **LAST, **BY_SMTP, **BY_FILE}


def main(data: str, url: str, step: str) -> int:
    platform = open_platform(Path(data), None if url == "-" else url)
    STEPS[step]()
    return run_worker(platform, once=True)
