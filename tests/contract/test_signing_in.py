"""Signing in, going on, and what ends a session."""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.contract.target import CANARY, Target, new_key


def refresh(target: Target, token: str, nonce: str) -> httpx.Response:
    return target.nobody.post(
        "/v1/auth/token", json={"grant_type": "refresh_token", "refresh_token": token, "nonce": nonce}
    )


def me(target: Target, tokens: dict[str, Any]) -> httpx.Response:
    return target.nobody.get("/v1/me", headers={"Authorization": f"Bearer {tokens['access_token']}"})


def test_with_a_password(target: Target):
    answer = target.sign_in("support")
    tokens = answer.json()
    assert set(tokens) == {"access_token", "token_type", "expires_in", "refresh_token", "employee"}
    assert tokens["token_type"] == "bearer" and 0 < tokens["expires_in"] <= 600
    assert tokens["employee"] == me(target, tokens).json()
    assert "cookie" not in str(answer.headers).lower()


def test_an_unknown_address_and_a_wrong_password_are_answered_alike(target: Target):
    known = {"grant_type": "password", "email": target.email("billing"), "password": CANARY}
    unknown = known | {"email": f"{secrets.token_hex(6)}@mail.example"}
    found = [target.nobody.post("/v1/auth/token", json=wish) for wish in (known, unknown)]
    bodies = [{name: value for name, value in answer.json().items() if name != "request_id"} for answer in found]
    assert bodies[0] == bodies[1] and bodies[0]["type"] == "not-signed-in"
    target.sign_in("billing")  # which forgets the wrong try


def test_ten_wrong_tries_lock(target: Target):
    wish = {"grant_type": "password", "email": f"{secrets.token_hex(6)}@mail.example", "password": CANARY}
    with ThreadPoolExecutor(12) as pool:
        found = [pool.submit(target.nobody.post, "/v1/auth/token", json=wish) for _ in range(12)]
    statuses = sorted(future.result().status_code for future in found)
    assert statuses[0] == 401 and statuses[-2:] == [429, 429]


def test_a_refresh_token_goes_on(target: Target):
    tokens = target.sign_in("support").json()
    following = refresh(target, tokens["refresh_token"], new_key())
    assert following.status_code == 200
    assert following.json()["refresh_token"] != tokens["refresh_token"]
    assert me(target, following.json()).status_code == 200


def test_the_same_nonce_repeats_a_lost_answer(target: Target):
    tokens, nonce = target.sign_in("support").json(), new_key()
    first, again = (refresh(target, tokens["refresh_token"], nonce) for _ in range(2))
    assert first.json()["refresh_token"] == again.json()["refresh_token"]
    assert me(target, again.json()).status_code == 200


def test_a_refresh_token_that_comes_back_ends_the_session(target: Target):
    tokens = target.sign_in("support").json()
    following = refresh(target, tokens["refresh_token"], new_key()).json()
    assert refresh(target, tokens["refresh_token"], new_key()).status_code == 401
    assert me(target, following).status_code == 401
    assert refresh(target, following["refresh_token"], new_key()).status_code == 401


def test_signing_out(target: Target):
    tokens = target.sign_in("support").json()
    answer = target.nobody.delete("/v1/auth/token", headers={"Authorization": f"Bearer {tokens['access_token']}"})
    assert answer.status_code == 204
    assert me(target, tokens).status_code == 401
    assert refresh(target, tokens["refresh_token"], new_key()).status_code == 401


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer zqxcanary", "Basic enF4", f"Bearer {'a' * 3000}"])
def test_tokens_that_are_none(target: Target, header: str):
    answer = target.nobody.get("/v1/me", headers={"Authorization": header})
    assert (answer.status_code, answer.json()["type"]) == (401, "not-signed-in")


@pytest.mark.parametrize(
    "grant",
    [
        {"grant_type": "refresh_token", "refresh_token": CANARY},
        {"grant_type": "password", "email": "a@b.example"},
        {"grant_type": "password", "email": "a@b.example", "password": CANARY, "role": "admin"},
        {"grant_type": "client_credentials"},
        {},
    ],
    ids=str,
)
def test_grants_that_are_none(target: Target, grant: dict[str, str]):
    assert target.nobody.post("/v1/auth/token", json=grant).status_code == 422
