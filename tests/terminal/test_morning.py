"""The morning of a manager: twenty applications one after the other, a duplicate, one decided by another meanwhile, at last four at once."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.terminal.company import SLOWLY, Company, running
from tests.terminal.terminal import Terminal
from tests.terminal.test_story import leaves_nothing, verify

NAMES = (
    "Amber Kennel", "Birch Leash", "Cedar Collar", "Dawn Biscuit", "Elm Whisker", "Fern Feather", "Gale Saddle", "Hazel Burrow",
    "Iris Perch", "Juniper Paddock", "Kelp Snout", "Larch Mane", "Maple Hoof", "Nettle Tail", "Oak Muzzle", "Poplar Fleece",
    "Quince Claw", "Rowan Bristle", "Sorrel Hutch", "Thyme Stable", "Umber Warren", "Violet Aviary", "Willow Byre", "Yarrow Coop",
)  # fmt: skip
"""Of 24 businesses, in the order in which they wait."""

COMPLETE = 20
"""So many have sent their documents; the last four have not."""

TWICE, FIRST = 9, 3
"""This one has the phone of that one."""

MEANWHILE = 12
"""This one another manager decides."""

ANSWER = "See https://evil.example/\x1b[31mgarden"
DOCUMENTS = ("Documents are missing or don't hold", 1)
DUPLICATE = ("The same pro is here already", 4)
"""Reasons, and their places in the list."""
LAST = "We don't offer this there"


@pytest.fixture
def company(employed: Path, tmp_path: Path) -> Iterator[Company]:
    with running(employed, tmp_path) as found:
        places = range(1, len(NAMES) + 1)
        found.ingest("users", *(_person(place) for place in places))
        found.ingest("pro-applications", *(_application(place) for place in places))
        for kind in ("insurance", "background_check"):
            found.ingest("application-documents", *(_document(place, kind) for place in range(1, COMPLETE + 1)))
        yield found


def _person(place: int) -> dict[str, Any]:
    phone = f"+12035550{100 + (FIRST if place == TWICE else place)}"
    return {
        "external_id": f"p{place}",
        "name": f"Person {place}",
        "phone": phone,
        "sources": {"name": "self", "phone": "self"},
    }


def _application(place: int) -> dict[str, Any]:
    came = datetime.now(UTC) - timedelta(days=2) + timedelta(minutes=10 * place)
    return {
        "external_id": f"a{place}", "person": f"p{place}", "services": ["walking"], "business_name": NAMES[place - 1],
        "area": "Bridgeport", "postcode": "06604", "experience": "Six years of walking dogs", "rates": "20 dollars an hour",
        "answers": [{"question": "Do you have a garden?", "answer": ANSWER}], "submitted_at": came.isoformat(),
    }  # fmt: skip


def _document(place: int, kind: str) -> dict[str, Any]:
    content = base64.b64encode(b"It is insured, and nothing is known against it.").decode()
    checked = {"provider": "Checkwell", "result": "clear"}
    result = checked if kind == "background_check" else {"expires": "2040-01-01T00:00:00Z"}
    named = {"external_id": f"{kind}-{place}", "application": f"a{place}", "kind": kind, "file_name": "paper.txt"}
    return {**named, **result, "content": content}


# What the manager does


def confirm(console: Terminal) -> None:
    """Cancel is preset."""
    console.settle(0.15)
    console.key("tab", "enter")


def approve(console: Terminal, place: int) -> None:
    """In next-item mode: the next one is opened by itself."""
    console.wait(f"PA-{place} is yours.")
    console.wait(NAMES[place - 1])
    console.key("a")
    console.wait(f"Approve PA-{place}")
    console.wait("becomes a pro and can take orders")
    confirm(console)
    console.wait(f"PA-{place} is approved.")


def choose(console: Terminal, back: int, reason: tuple[str, int]) -> None:
    """A reason from its list, which is so many fields before the preset Cancel; then the button."""
    words, place = reason
    console.settle()
    console.key(*["shift+tab"] * back, "enter")
    console.wait(LAST)
    console.key(*["down"] * place)
    console.settle()
    console.key("enter")
    console.gone(LAST)
    console.wait(words)
    console.settle()
    console.key(*["tab"] * (back + 1), "enter")


def decline_the_duplicate(console: Terminal) -> None:
    console.wait(f"PA-{TWICE} is yours.")
    console.wait(f"! PA-{FIRST}")
    console.wait("same phone")
    console.key("d")
    console.wait(f"Decline PA-{TWICE}")
    choose(console, back=3, reason=DUPLICATE)
    console.wait(f"PA-{TWICE} is declined.")


def lose_one(console: Terminal, company: Company) -> None:
    """It is given up elsewhere and declined by another manager while the question is open here."""
    number = f"PA-{MEANWHILE}"
    console.wait(f"{number} is yours.")
    console.key("a")
    console.wait(f"Approve {number}")
    act(company.client("manager"), number, "release", {})
    other = company.client("manager2")
    act(other, number, "claim", {})
    act(other, number, "decline", {"reason": "conduct"})
    confirm(console)
    console.wait(f"{number} changed while you were deciding")
    console.wait("Threats, harassment")
    console.settle()
    console.key("enter")
    console.wait("nothing was overwritten")


def act(client: httpx.Client, number: str, name: str, body: dict[str, str]) -> None:
    version = client.get(f"/v1/pro-applications/{number}").headers["ETag"]
    headers = {"If-Match": version, "Idempotency-Key": f"{number}-{name}-elsewhere"}
    answer = client.post(f"/v1/pro-applications/{number}/{name}", json=body, headers=headers)
    assert answer.status_code == 200, answer.text


def decline_what_is_left(console: Terminal) -> None:
    """Those that lack documents, all at once; the one that the mode took is put back first."""
    console.wait(f"PA-{COMPLETE + 1} is yours.")
    console.wait("missing: insurance")
    console.key("n")
    console.wait("Next-item mode is over.")
    console.key("u")
    console.wait("claim undone")
    console.settle()
    console.key("escape")
    console.settle()
    console.key("g", *["space"] * 4)
    console.wait("4 marked")
    console.key("x")
    console.wait("a dry run comes first")
    console.settle()
    console.key("down", "enter")
    console.wait("Decline 4 applications")
    console.wait("4 of them: claimed on the way")
    choose(console, back=2, reason=DOCUMENTS)
    console.wait("Decline: 4 done", SLOWLY)
    console.wait("✓ PA-24")
    console.settle()
    console.key("enter")
    console.wait("No applications here")


def test_the_morning_of_a_manager(company: Company, tmp_path: Path) -> None:
    console = company.console("manager")
    console.wait("PA-1 ")
    console.wait(NAMES[0])
    console.key("n")
    for place in range(1, COMPLETE + 1):
        if place == TWICE:
            decline_the_duplicate(console)
        elif place == MEANWHILE:
            lose_one(console, company)
        else:
            approve(console, place)
    decline_what_is_left(console)

    console.key("ctrl+q")
    assert console.exit_code(SLOWLY) == 0
    assert b"\x1b[31mgarden" not in bytes(console.output)
    leaves_nothing(console, tmp_path, [NAMES[0], NAMES[-1]])
    found, support = outcomes(company), company.client("support")
    assert Counter(each["state"] for each in found.values()) == {"approved": COMPLETE - 2, "declined": 6}
    assert found[f"PA-{TWICE}"]["reason"] == "duplicate"
    assert found[f"PA-{MEANWHILE}"]["reason"] == "conduct"
    assert {number: is_pro(support, each["person"]) for number, each in found.items()} == {
        number: each["state"] == "approved" for number, each in found.items()
    }
    verdict = verify(company.data)
    assert verdict.returncode == 0, verdict.stdout + verdict.stderr


def outcomes(company: Company) -> dict[str, dict[str, Any]]:
    items = company.client("manager2").get("/v1/pro-applications", params={"limit": 100}).json()["items"]
    return {each["number"]: each for each in items}


def is_pro(client: httpx.Client, person: str) -> bool:
    return bool(client.get(f"/v1/users/{person}").json()["pro"])
