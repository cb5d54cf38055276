"""Accounts and roles: the admin's, with a password given lately, and never one's own."""

from __future__ import annotations

import secrets

import httpx
import pytest

from tests.contract.scene import Json, Scene
from tests.contract.target import Target

PASSWORD = "a long password of a test"


@pytest.fixture
def admin(target: Target) -> httpx.Client:
    """Signed in a moment ago, which these writes ask for."""
    return target.lately("admin")


def make(scene: Scene, admin: httpx.Client, *roles: str, email: str = "") -> httpx.Response:
    wish = {
        "email": email or f"{secrets.token_hex(5)}@mail.example",
        "name": "Kim",
        "roles": roles,
        "password": PASSWORD,
    }
    return scene.write("POST", "/v1/employees", wish, by=admin)


def change(scene: Scene, admin: httpx.Client, employee: Json, action: str, body: Json | None = None) -> httpx.Response:
    path = f"/v1/employees/{employee['id']}/{action}"
    return scene.write("POST", path, body, version=employee["version"], by=admin)


def test_an_account_and_its_roles(scene: Scene, admin: httpx.Client, target: Target):
    made = make(scene, admin, "support")
    assert made.status_code == 201, made.text
    assert PASSWORD not in made.text and not {"password", "password_hash"} & set(made.json())
    tokens = target.nobody.post(
        "/v1/auth/token", json={"grant_type": "password", "email": made.json()["email"], "password": PASSWORD}
    ).json()
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    assert target.nobody.get("/v1/me", headers=headers).json()["roles"] == ["support"]
    granted = change(scene, admin, made.json(), "grant", {"role": "billing"})
    assert sorted(granted.json()["roles"]) == ["billing", "support"]
    assert target.nobody.get("/v1/me", headers=headers).status_code == 401
    revoked = change(scene, admin, granted.json(), "revoke", {"role": "support"})
    assert revoked.json()["roles"] == ["billing"]
    disabled = change(scene, admin, revoked.json(), "disable")
    assert disabled.json()["disabled"] is True
    assert change(scene, admin, disabled.json(), "enable").json()["disabled"] is False


def test_roles_that_exclude_each_other(scene: Scene, admin: httpx.Client):
    assert make(scene, admin, "support", "auditor").status_code in (409, 422)
    made = make(scene, admin, "support").json()
    assert change(scene, admin, made, "grant", {"role": "admin"}).status_code in (409, 422)


def test_an_address_is_taken_once(scene: Scene, admin: httpx.Client, target: Target):
    assert make(scene, admin, "support", email=target.email("support")).status_code in (409, 422)


def test_nobody_changes_their_own_account(scene: Scene, admin: httpx.Client):
    mine = admin.get(f"/v1/employees/{admin.get('/v1/me').json()['id']}").json()
    for action, body in (("grant", {"role": "support"}), ("disable", None)):
        answer = change(scene, admin, mine, action, body)
        assert (answer.status_code, answer.json()["type"]) == (403, "not-allowed")


def test_only_the_admin(scene: Scene, target: Target):
    for role in ("support", "manager", "auditor", "privacy"):
        assert make(scene, target.as_role(role), "support").status_code == 403
