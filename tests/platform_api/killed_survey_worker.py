"""A real worker that is killed (-9) while it counts: `forked.run("tests.platform_api.killed_survey_worker", data, url, step)`.

The URL is - for SQLite. The step: `counted`, between the counts and the entries' marks; `committed`, once the first batch is.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from console.platform_api import survey_count_job
from console.platform_api.platform import open_platform
from console.platform_api.transaction import Transaction
from console.platform_api.work_command import work as run_worker
from tests.platform_api.killed_worker import before, die

_begun: list[str] = []


def main(data: str, url: str, step: str) -> int:
    survey_count_job.AT_ONCE = 20
    if step == "counted":
        before(survey_count_job, "_mark")
    real = survey_count_job.count_some

    def once(work: Transaction, survey: str) -> Any:
        if _begun:
            die()
        _begun.append(survey)
        return real(work, survey)

    setattr(survey_count_job, "count_some", once)  # noqa: B010 - a function can't be assigned to
    return run_worker(open_platform(Path(data), None if url == "-" else url), once=True)
