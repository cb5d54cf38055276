"""Somebody with something of everything, whose erasure is asked for; and whether anything of them is left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from console.platform_api.platform import Platform
from console.platform_api.tables import (
    UserRow,
)
from tests.platform_api.applications_made import add_application
from tests.platform_api.orders_made import add_order, add_payment, add_payout, row_of
from tests.platform_api.people import add_person, add_ticket
from tests.platform_api.privacy_made import add_request

NAME = "Zoëphine Quoxicanary"
VALUES = {
    "name": NAME, "email": "quoxi.box-canary@vlast.example", "phone": "+12035550188", "city": "Cityquoxcanary", "postcode": "Q7X-0188",
    "street": "0188 Streetquoxcanary Row", "google_email": "google-quoxcanary@vlast.example",
}  # fmt: skip
CANARIES = (
    "Quoxicanary",
    "Zoëphine",
    "quoxi.box-canary",
    "2035550188",
    "Cityquoxcanary",
    "Q7X-0188",
    "Streetquoxcanary",
    "google-quoxcanary",
)


@dataclass
class Scene:
    """`theirs`: records of the person; `others`: texts of others that name them, and how they read then."""

    person: str
    other: str
    request: str
    named: dict[str, int]
    others: Mapping[str, tuple[Any, str, tuple[str, str, str], str, str]] = field(default_factory=dict)

    def assert_erased(self, platform: Platform) -> None:
        assert set(platform.vault.keys_of([self.person, self.other])) == {self.other}
        row = row_of(platform, UserRow, self.person)
        assert row.state == "erased"
        assert [name for name in row._mapping if name.startswith("sealed_") and row._mapping[name] is not None] == []


def lay_out(platform: Platform) -> Scene:
    """A pet parent who is a pro as well, nothing of whose is going on any more."""
    long_ago = platform.clock() - timedelta(days=30)
    person = add_person(platform, pro=True, opted_out=True, **VALUES)
    other = add_person(platform, name="Olga Other", email="olga@example.net")
    mine = add_order(platform, person, other, state="closed", starts=long_ago)
    add_payment(platform, mine, created=long_ago)
    walked = add_order(
        platform, other, person, state="closed", starts=long_ago, care_notes="Call Quoxicanary's number (203) 555-0188"
    )
    add_payment(platform, walked, created=long_ago, last_four="1881")
    add_payout(platform, walked)
    add_application(platform, person, state="approved", decided=long_ago)
    add_ticket(platform, person=person, message="Please delete me.")
    add_ticket(platform, person=other, message=f"{NAME} was late.", links=[("users", person)])
    request = add_request(platform, "delete", "in_progress", person=person, assignee="privacy")
    return Scene(person, other, request, {"orders": 1, "messages": 1})
