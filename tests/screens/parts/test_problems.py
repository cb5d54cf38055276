"""Errors in words that say what to do."""

import pytest

from console.errors import ConnectionFailed, ContractBroken, FreshSignIn, OutcomeUnknown, Problem
from screens.parts.problems import explain


def problem(status: int, **members: str) -> Problem:
    return Problem.of(status, {"title": "No.", "request_id": "r-1", **members}, retry_after=12)


@pytest.mark.parametrize(
    ("error", "tone", "says"),
    [
        (ConnectionFailed("x"), "offline", "Nothing was changed"),
        (OutcomeUnknown("x", key="k"), "unknown", "may have been done"),
        (ContractBroken("x"), "failed", "can't be read"),
        (problem(403, because="Needs your claim."), "not-allowed", "Needs your claim."),
        (problem(404), "failed", "no such record"),
        (problem(429), "failed", "12 s"),
        (problem(500, detail="Broken."), "failed", "r-1"),
        (FreshSignIn(401, {}), "not-allowed", "password again"),
        (problem(401), "not-allowed", "Sign in again"),
        (ZeroDivisionError("secret"), "failed", "ZeroDivisionError"),
    ],
)
def test_each_kind_says_what_it_is_and_what_to_do(error: Exception, tone: str, says: str):
    notice = explain(error, "save U-1")
    assert notice.tone == tone
    assert says in notice.content().plain


def test_an_exception_in_the_console_quotes_no_value():
    assert "secret" not in explain(ZeroDivisionError("secret"), "save U-1").content().plain


def test_what_a_platform_says_is_drawn_harmless():
    said = explain(problem(403, because="\x1b[31mred [b]bold[/b]"), "save U-1").content().plain
    assert "\x1b" not in said
    assert "[b]bold[/b]" in said
