"""A platform whose disk gets full and free again: python -m tests.platform_api.full_disk DATA URL."""

import resource
import sys
from pathlib import Path

from console.platform_api.database import Database
from console.platform_api.keys import Keys
from console.platform_api.problems import AuditUnavailable
from console.platform_api.recorder import Recorder
from tests.platform_api.appending import entry


def main(data: Path, url: str) -> None:
    database = Database(url)
    recorder = Recorder(database, data, Keys.load(data))
    attempt(recorder, 1)
    unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(
        resource.RLIMIT_FSIZE, (Path(f"{url.removeprefix('sqlite:///')}-wal").stat().st_size, unlimited[1])
    )
    attempt(recorder, 100)
    attempt(recorder, 100)
    resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
    attempt(recorder, 100)
    recorder.close()
    database.dispose()


def attempt(recorder: Recorder, rows: int) -> None:
    try:
        recorder.record_now(*(entry() for _ in range(rows)))
        print("written")
    except AuditUnavailable:
        print("refused")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
