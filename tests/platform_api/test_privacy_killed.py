"""Workers that are killed (-9), each at another step: the next one goes on, and in the end all is as if nobody had died."""

from __future__ import annotations

import pytest

from console.platform_api.access_package import building
from console.platform_api.platform import Platform
from console.platform_api.tables import PrivacyRequestRow
from tests.platform_api import forked
from tests.platform_api.api import Api, serving
from tests.platform_api.erased import approved
from tests.platform_api.killed_privacy_worker import BUILDING, ERASING
from tests.platform_api.orders_made import row_of
from tests.platform_api.packages_made import act, asked, files_in, package_of, release, somebody, take
from tests.platform_api.privacy_made import claimed
from tests.platform_api.test_access_packages import data_in
from tests.platform_api.test_erasure import assert_books
from tests.platform_api.worked import Clock, jobs_left, worker

LEASE = 3
"""Minutes after which a job is nobody's any more."""


def killed_at(platform: Platform, step: str, minutes: int = 0) -> None:
    url = "-" if platform.database.sqlite else platform.database.url
    place = [str(platform.data), url, str(minutes), step]
    killed = forked.run("tests.platform_api.killed_privacy_worker", *place)
    assert killed.returncode == -9, (step, killed.said)


@pytest.mark.parametrize("step", ERASING)
def test_an_erasure_is_finished_by_the_next_worker(sqlite_platform: Platform, step: str) -> None:
    platform, scene = sqlite_platform, approved(sqlite_platform)
    killed_at(platform, step)
    over = step.startswith("settle")
    assert row_of(platform, PrivacyRequestRow, scene.request).state == ("fulfilled" if over else "erasing")
    Clock(platform).forward(minutes=LEASE)
    worker(platform).run_all()
    scene.assert_erased(platform)
    assert_books(platform, scene)
    assert [job.kind for job in jobs_left(platform)] == ["rewrap"]


def test_however_many_die_one_after_the_other(postgresql_platform: Platform) -> None:
    """Between the vault's commit and that of the records, and behind it."""
    platform, scene = postgresql_platform, approved(postgresql_platform)
    fatal = ("redact", "unlock", "finish")
    for turn, step in enumerate(fatal):
        killed_at(platform, step, turn * LEASE)
    Clock(platform).forward(minutes=len(fatal) * LEASE)
    worker(platform).run_all()
    scene.assert_erased(platform)
    assert_books(platform, scene)


@pytest.mark.parametrize("step", BUILDING)
def test_a_package_is_built_to_its_end_by_the_next_worker(sqlite_api: Api, step: str) -> None:
    platform = sqlite_api.platform
    request = asked(platform, somebody(platform, "quox"))
    assert act(sqlite_api, request, "build-package").status_code == 200
    killed_at(platform, step)
    _finish(sqlite_api, request, LEASE)


def test_a_package_survives_all_of_them(postgresql_platform: Platform) -> None:
    """Each takes up what the one before left."""
    platform = postgresql_platform
    with serving(platform) as url, Api(url, platform) as api:
        wanted = asked(platform, somebody(platform, "quox"))
        assert act(api, wanted, "build-package").status_code == 200
        for turn, step in enumerate([step for step in BUILDING if step != "finished"]):
            killed_at(platform, step, turn * LEASE)
        _finish(api, wanted, len(BUILDING) * LEASE)


def _finish(api: Api, request: str, minutes: int) -> None:
    platform = api.platform
    Clock(platform).forward(minutes=minutes)
    worker(platform).run_all()
    assert [job.kind for job in jobs_left(platform) if job.kind == building.JOB] == []
    claimed(platform, request)
    package = package_of(platform, request)
    data = data_in(files_in(take(api, release(api, request))))
    assert {name: len(items) for name, items in data.items()} == package.counts
    assert package.done == sum(package.counts.values()) == package.total
