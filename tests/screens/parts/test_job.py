"""Work that a worker is cancelled with before it has begun: nothing comes of it, and nobody complains."""

import gc
import warnings
from collections.abc import Iterator

import pytest

from screens.parts.job import Job
from tests.screens.listed import Listed
from tests.screens.parts.test_record_table import running, until

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("no_complaint")]


@pytest.fixture
def no_complaint() -> Iterator[None]:
    """Python says at some time later which coroutines nobody has awaited."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        yield
        gc.collect()
    assert not [str(each.message) for each in said if "never awaited" in str(each.message)]


async def test_what_is_awaited_is_done():
    done = []

    async def work() -> None:
        done.append("it")

    await Job(work())
    Job(work())
    assert done == ["it"]


async def test_two_pages_asked_for_at_once():
    async with running(Listed(range(100, 0, -1))) as (app, pilot):
        await until(pilot, lambda: app.totals)
        for _ in range(3):
            app.table.reload()
        await until(pilot, lambda: len(app.totals) > 1)
        app.table.reload()
