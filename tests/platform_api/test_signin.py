"""Signing in, staying signed in, being locked out, and losing it all."""

from __future__ import annotations

import base64
import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text, update

from console.platform_api import passwords, signin, tokens
from console.platform_api.ids import new_id
from console.platform_api.platform import Platform
from console.platform_api.problems import NotSignedIn, TooMany
from console.platform_api.tables import AuditEntry, EmployeeRow, RefreshToken, table
from console.platform_api.tries import LOCKED_FOR, REMEMBERED, TRIES, Count, Strangers
from tests.platform_api.api import PASSWORD, Api, email_of, employee_id

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def without_waiting(monkeypatch: pytest.MonkeyPatch):
    """Failures answer at whole steps of time; here at very short ones."""
    monkeypatch.setattr(signin, "FAILURE_STEP", 0.001)


class Clock:
    """A platform's clock that stands until it is moved."""

    def __init__(self, platform: Platform) -> None:
        self.now = NOW
        platform.clock = lambda: self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


def sign_in(api: Api, name: str = "support", password: str = PASSWORD) -> httpx.Response:
    return api.post("/v1/auth/token", json={"grant_type": "password", "email": email_of(name), "password": password})


_nonces = itertools.count(10_000_000)


def refresh(api: Api, token: str, nonce: str | None = None) -> httpx.Response:
    wish = {"grant_type": "refresh_token", "refresh_token": token, "nonce": nonce or str(next(_nonces))}
    return api.post("/v1/auth/token", json=wish)


def me(api: Api, signed_in: httpx.Response | dict[str, Any]) -> int:
    found = signed_in if isinstance(signed_in, dict) else signed_in.json()
    return api.get("/v1/me", headers={"Authorization": f"Bearer {found['access_token']}"}).status_code


def log(platform: Platform) -> list[tuple[str, str, str | None]]:
    entries = table(AuditEntry)
    with platform.database.reading() as connection:
        rows = connection.execute(entries.select().where(entries.c.resource == "sign-ins").order_by(entries.c.seq))
        return [(row.action, row.outcome, row.record) for row in rows]


# With a password


def test_a_sign_in(api: Api):
    answer = sign_in(api)
    assert answer.status_code == 200
    found = answer.json()
    assert (found["token_type"], found["expires_in"]) == ("bearer", 600)
    assert found["employee"]["email"] == email_of("support")
    assert found["employee"]["roles"] == ["support"]
    assert me(api, answer) == 200
    assert log(api.platform) == [("sign-in", "done", employee_id(api.platform, "support"))]


def test_an_address_is_the_same_however_it_is_written(sqlite_api: Api):
    wish = {"grant_type": "password", "email": " Support@PETWORKS.example ", "password": PASSWORD}
    assert sqlite_api.post("/v1/auth/token", json=wish).status_code == 200


def plain(answer: httpx.Response) -> tuple[int, dict[str, Any]]:
    """What an answer says, but for the id of its request."""
    return answer.status_code, {key: value for key, value in answer.json().items() if key != "request_id"}


def test_unknown_address_wrong_password_and_disabled_look_alike(sqlite_api: Api):
    employees = table(EmployeeRow)
    with sqlite_api.platform.database.writing() as session:
        session.execute(update(employees).where(employees.c.email == email_of("billing")).values(disabled=True))
    wrong = plain(sign_in(sqlite_api, "support", "not the password"))
    assert plain(sign_in(sqlite_api, "nobody")) == plain(sign_in(sqlite_api, "billing")) == wrong
    assert wrong[0] == 401
    assert {(action, outcome) for action, outcome, _ in log(sqlite_api.platform)} == {("sign-in", "refused")}


def test_what_was_typed_is_nowhere_in_the_database(sqlite_api: Api):
    sign_in(sqlite_api, "jane.doe", "pass-Wort-99")
    sqlite_api.platform.database.dispose()
    content = (sqlite_api.platform.data / "petworks.sqlite").read_bytes()
    assert b"jane.doe" not in content
    assert b"pass-Wort-99" not in content


def lock_out(api: Api, name: str) -> list[int]:
    return [sign_in(api, name, "wrong password").status_code for _ in range(TRIES + 1)]


@pytest.mark.parametrize("name", ["support", "nobody"])
def test_ten_wrong_passwords_lock_for_half_an_hour(sqlite_api: Api, name: str):
    clock = Clock(sqlite_api.platform)
    assert lock_out(sqlite_api, name) == [401] * TRIES + [429]
    locked = sign_in(sqlite_api, name)
    assert locked.json()["type"] == "too-many"
    assert locked.headers["retry-after"] == "1800"
    clock.move(minutes=29, seconds=59)
    assert sign_in(sqlite_api, name).headers["retry-after"] == "1"
    clock.move(seconds=1)
    assert sign_in(sqlite_api, name).status_code == (200 if name == "support" else 401)


def test_a_lock_is_on_the_log(api: Api):
    lock_out(api, "support")
    who = employee_id(api.platform, "support")
    assert log(api.platform) == [("sign-in", "refused", who)] * TRIES + [("lock-out", "done", who)]


def test_a_right_password_begins_the_count_anew(sqlite_api: Api):
    for _ in range(2):
        assert [sign_in(sqlite_api, password="wrong password").status_code for _ in range(TRIES - 1)] == [401] * 9
        assert sign_in(sqlite_api).status_code == 200


def test_tries_at_the_same_moment_count_too(api: Api):
    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(lambda _: sign_in(api, password="wrong password").status_code, range(20)))
    assert sorted(answers) == [401] * TRIES + [429] * TRIES


def test_a_password_changed_meanwhile_signs_nobody_in(sqlite_platform: Platform, monkeypatch: pytest.MonkeyPatch):
    sign_ins, employees = signin.SignIns(sqlite_platform), table(EmployeeRow)

    def changes_it(stored: str, password: str) -> bool:
        with sqlite_platform.database.writing() as session:
            session.execute(update(employees).values(password_hash=passwords.hash_password("another password")))
        return True

    monkeypatch.setattr(passwords, "matches", changes_it)
    with pytest.raises(NotSignedIn):
        sign_ins._by_password(email_of("support"), PASSWORD)


def test_a_hash_of_weaker_settings_is_made_anew(sqlite_api: Api):
    employees, weak = table(EmployeeRow), PasswordHasher(time_cost=1, memory_cost=32).hash(PASSWORD)
    with sqlite_api.platform.database.writing() as session:
        session.execute(update(employees).values(password_hash=weak))
    assert sign_in(sqlite_api).status_code == 200
    with sqlite_api.platform.database.reading() as connection:
        chosen = employees.select().where(employees.c.email == email_of("support"))
        stored = connection.execute(chosen).one().password_hash
    assert not passwords.is_outdated(stored)
    assert passwords.matches(stored, PASSWORD)


def test_a_hash_takes_64_mib_and_three_passes(platform_hasher: PasswordHasher, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(passwords, "hasher", platform_hasher)
    stored = passwords.hash_password(PASSWORD)
    assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert passwords.matches(stored, PASSWORD) and not passwords.matches(stored, f"{PASSWORD}!")


@pytest.mark.parametrize(
    ("password", "good"),
    [
        ("short", False),
        ("support@petworks.example", False),
        ("aaaaaaaaaaaaaaaa", False),
        ("x" * 300, False),
        (PASSWORD, True),
    ],
)
def test_new_passwords(password: str, good: bool):
    assert (passwords.weakness(password, email_of("support")) == "") is good


def test_only_so_many_strangers_are_remembered():
    strangers = Strangers(b"key")
    for _ in range(TRIES):
        strangers.charge("first@example.com", NOW)
    for number in range(REMEMBERED):
        strangers.charge(f"{number}@example.com", NOW)
    strangers.charge("first@example.com", NOW)


def test_a_stranger_stays_locked_whatever_they_try():
    strangers = Strangers(b"key")
    for _ in range(TRIES):
        strangers.charge("a@example.com", NOW)
    for _ in range(2):
        with pytest.raises(TooMany):
            strangers.charge("a@example.com", NOW)


@given(st.lists(st.timedeltas(timedelta(0), timedelta(hours=2)), max_size=60))
def test_never_more_than_ten_tries_in_half_an_hour(gaps: list[timedelta]):
    now, count, taken = NOW, Count(), []
    for gap in gaps:
        now += gap
        try:
            count = count.charged(now)
        except TooMany:
            continue
        taken.append(now)
    for first, tenth in zip(taken[::TRIES], taken[TRIES::TRIES], strict=False):
        assert tenth - first >= LOCKED_FOR


# Access tokens


def test_an_access_token_lives_ten_minutes(sqlite_api: Api):
    clock = Clock(sqlite_api.platform)
    found = sign_in(sqlite_api).json()
    clock.move(minutes=9, seconds=59)
    assert me(sqlite_api, found) == 200
    clock.move(seconds=1)
    assert me(sqlite_api, found) == 401


@pytest.mark.parametrize("header", ["", "Bearer", "Basic abc", "Bearer ====", "Bearer \xe4", "Bearer " + "A" * 76])
def test_what_is_no_token(sqlite_api: Api, header: str):
    answer = sqlite_api.get("/v1/me", headers={b"Authorization": header.encode("latin-1")})
    assert (answer.status_code, answer.json()["type"]) == (401, "not-signed-in")


def test_every_changed_bit_breaks_a_token():
    key, now = b"k" * 32, NOW
    raw = base64.urlsafe_b64decode(tokens.access_token(key, new_id(), now))
    for place, bit in itertools.product(range(len(raw)), range(8)):
        changed = raw[:place] + bytes([raw[place] ^ 1 << bit]) + raw[place + 1 :]
        assert tokens.sign_in_of(key, base64.urlsafe_b64encode(changed).decode(), now) is None


@given(st.text())
def test_no_text_is_taken_for_a_token(token: str):
    assert tokens.sign_in_of(b"k" * 32, token, NOW) is None


def test_a_refresh_token_is_no_access_token_and_hashes_are_all_that_is_kept(sqlite_api: Api):
    found = sign_in(sqlite_api).json()
    assert me(sqlite_api, {"access_token": found["refresh_token"]}) == 401
    with sqlite_api.platform.database.reading() as connection:
        [row] = connection.execute(table(RefreshToken).select()).all()
    assert bytes(row.hash) == tokens.token_hash(found["refresh_token"])


# Refresh tokens


def test_a_refresh_token_makes_the_next(api: Api):
    first = sign_in(api).json()
    second = refresh(api, first["refresh_token"]).json()
    third = refresh(api, second["refresh_token"]).json()
    assert len({found["refresh_token"] for found in (first, second, third)}) == 3
    assert me(api, third) == 200


def test_a_used_token_ends_the_session_and_is_on_the_log(api: Api):
    first = sign_in(api).json()
    second = refresh(api, first["refresh_token"]).json()
    stolen = refresh(api, first["refresh_token"])
    assert (stolen.status_code, stolen.json()["type"]) == (401, "not-signed-in")
    assert me(api, second) == 401
    assert refresh(api, second["refresh_token"]).status_code == 401
    assert log(api.platform)[-1] == ("refresh-reuse", "refused", employee_id(api.platform, "support"))


def test_a_lost_answer_is_repeated_for_the_same_nonce(api: Api):
    clock = Clock(api.platform)
    first = sign_in(api).json()
    lost = refresh(api, first["refresh_token"], "the same nonce").json()
    clock.move(seconds=30)
    again = refresh(api, first["refresh_token"], "the same nonce").json()
    assert again["refresh_token"] == lost["refresh_token"]
    assert me(api, again) == 200
    assert refresh(api, again["refresh_token"]).status_code == 200


def repeated_too_late(api: Api, first: str, clock: Clock) -> httpx.Response:
    clock.move(seconds=31)
    return refresh(api, first, "the same nonce")


def repeated_by_another(api: Api, first: str, clock: Clock) -> httpx.Response:
    return refresh(api, first, "another nonce")


def repeated_after_its_successor(api: Api, first: str, clock: Clock) -> httpx.Response:
    following = refresh(api, first, "the same nonce").json()
    assert refresh(api, following["refresh_token"]).status_code == 200
    return refresh(api, first, "the same nonce")


@pytest.mark.parametrize("repeat", [repeated_too_late, repeated_by_another, repeated_after_its_successor])
def test_a_repetition_that_is_theft_ends_the_session(
    sqlite_api: Api, repeat: Callable[[Api, str, Clock], httpx.Response]
):
    clock = Clock(sqlite_api.platform)
    first = sign_in(sqlite_api).json()
    following = refresh(sqlite_api, first["refresh_token"], "the same nonce").json()
    assert repeat(sqlite_api, first["refresh_token"], clock).status_code == 401
    assert refresh(sqlite_api, following["refresh_token"]).status_code == 401


def test_two_at_the_same_moment_get_the_same_answer(api: Api):
    first = sign_in(api).json()["refresh_token"]
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: refresh(api, first, "the same nonce"), range(8)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["refresh_token"] for answer in answers}) == 1


def test_a_refresh_token_lives_twelve_hours_from_its_last_use(sqlite_api: Api):
    clock = Clock(sqlite_api.platform)
    found = sign_in(sqlite_api).json()
    for _ in range(3):
        clock.move(hours=11, minutes=59)
        found = refresh(sqlite_api, found["refresh_token"]).json()
    clock.move(hours=12)
    assert refresh(sqlite_api, found["refresh_token"]).status_code == 401


def test_refreshing_is_not_giving_the_password(sqlite_api: Api):
    """What asks for a fresh sign-in still does after a refresh."""
    clock = Clock(sqlite_api.platform)
    found = sign_in(sqlite_api, "admin").json()
    clock.move(minutes=6)
    found = refresh(sqlite_api, found["refresh_token"]).json()
    headers = {"Authorization": f"Bearer {found['access_token']}", "If-Match": '"1"', "Idempotency-Key": "k"}
    answer = sqlite_api.post("/v1/employees/E-1/disable", headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (401, "fresh-sign-in")


def test_old_families_are_forgotten(sqlite_api: Api):
    clock = Clock(sqlite_api.platform)
    sign_in(sqlite_api)
    clock.move(days=31)
    sign_in(sqlite_api)
    with sqlite_api.platform.database.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM sign_ins")).scalar() == 1
        assert connection.execute(text("SELECT count(*) FROM refresh_tokens")).scalar() == 1


# The end


def test_signing_out(api: Api):
    found, other = sign_in(api).json(), sign_in(api).json()
    headers = {"Authorization": f"Bearer {found['access_token']}"}
    answer = api.delete("/v1/auth/token", headers=headers)
    assert (answer.status_code, answer.content) == (204, b"")
    assert me(api, found) == 401
    assert refresh(api, found["refresh_token"]).status_code == 401
    assert me(api, other) == 200
    assert log(api.platform)[-1][0] == "sign-out"


def test_roles_are_those_of_now(sqlite_api: Api):
    found = sign_in(sqlite_api).json()
    with sqlite_api.platform.database.writing() as session:
        session.connection().execute(text("UPDATE employee_roles SET role = 'manager' WHERE role = 'support'"))
    headers = {"Authorization": f"Bearer {found['access_token']}"}
    assert sqlite_api.get("/v1/me", headers=headers).json()["roles"] == ["manager"]


def test_who_is_disabled_is_out_at_once(sqlite_api: Api):
    found = sign_in(sqlite_api).json()
    with sqlite_api.platform.database.writing() as session:
        session.execute(update(table(EmployeeRow)).values(disabled=True))
    assert me(sqlite_api, found) == 401
    assert refresh(sqlite_api, found["refresh_token"]).status_code == 401


# Me


@pytest.mark.parametrize(
    ("name", "screens", "start"),
    [
        (
            "support",
            ["tickets", "users", "pro-applications", "orders", "privacy-requests", "audit", "google-access"],
            "tickets",
        ),
        (
            "billing",
            [
                "tickets",
                "users",
                "orders",
                "privacy-requests",
                "audit",
                "payment-reviews",
                "reconciliations",
                "google-access",
            ],
            "payment-reviews",
        ),
        (
            "manager",
            [
                "tickets",
                "users",
                "pro-applications",
                "orders",
                "privacy-requests",
                "surveys",
                "audit",
                "policy",
                "payment-reviews",
                "reconciliations",
                "google-access",
            ],
            "pro-applications",
        ),
        (
            "privacy",
            [
                "tickets",
                "users",
                "pro-applications",
                "orders",
                "privacy-requests",
                "surveys",
                "audit",
                "policy",
                "google-access",
                "disclosures",
            ],
            "privacy-requests",
        ),
        (
            "auditor",
            ["users", "privacy-requests", "surveys", "audit", "employees", "policy", "google-access", "disclosures"],
            "audit",
        ),
        ("admin", ["audit", "employees"], "employees"),
        ("service", [], None),
    ],
)
def test_what_a_role_sees_first(sqlite_api: Api, name: str, screens: list[str], start: str | None):
    found = sqlite_api.sign_in(name).get("/v1/me").json()
    assert (found["screens"], found["start"]) == (screens, start)
    assert set(found) == {"id", "number", "name", "email", "roles", "screens", "start", "may", "deputy", "version"}


def test_one_may_what_the_role_may(sqlite_api: Api):
    may = sqlite_api.sign_in("admin").get("/v1/me").json()["may"]
    assert set(may) == {"audit", "employees"}
    assert "grant" in may["employees"]
