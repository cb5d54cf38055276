"""What the platform tells an employee about themselves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from console import access
from console.platform_api.actor import Actor
from console.platform_api.deputies import deputies_of
from console.platform_api.platform import Platform
from console.records.employees import PREFIX, Role

VERSION = "1"
SCREENS = (
    "tickets", "users", "pro-applications", "orders", "privacy-requests", "surveys", "audit", "employees", "policy", "payment-reviews",
    "reconciliations", "google-access", "disclosures",
)  # fmt: skip
"""Resources that have a screen, in the order of its tabs."""

START = {
    Role.BILLING: "payment-reviews", Role.MANAGER: "pro-applications", Role.PRIVACY: "privacy-requests", Role.AUDITOR: "audit",
    Role.ADMIN: "employees",
}  # fmt: skip
"""Where a role begins; the others begin at the first screen that they have."""


def describe(platform: Platform, actor: Actor) -> dict[str, Any]:
    with platform.database.reading() as connection:
        deputy = deputies_of(connection, [actor.id], platform.clock()).get(actor.id, [])
    screens = [name for name in SCREENS if access.has(actor.roles, name, "list")]
    return {
        "id": actor.id,
        "number": f"{PREFIX}-{actor.number}",
        "name": actor.name,
        "email": actor.email,
        "roles": sorted(actor.roles),
        "screens": screens,
        "start": _start(actor.roles, screens),
        "may": {resource: allowed for resource in access.TABLE if (allowed := access.actions(actor.roles, resource))},
        "deputy": deputy,
        "version": VERSION,
    }


def _start(roles: Iterable[Role], screens: list[str]) -> str | None:
    chosen = [START[role] for role in sorted(roles) if role in START]
    return next(iter([*chosen, *screens]), None)
