"""Tests of screens run in asyncio, as the console does; mark them with `pytest.mark.anyio`."""

import pytest


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
