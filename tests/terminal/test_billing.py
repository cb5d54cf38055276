"""A billing clerk and a manager at two consoles: a refund above the limit, the payer's bank in between, and one refund at the end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from console.platform_api.processors.secrets import webhook_secret
from console.platform_api.processors.signatures import HEADER, sign
from tests.terminal.company import SLOWLY, Company, running
from tests.terminal.terminal import Terminal
from tests.terminal.test_story import leaves_nothing, verify

STREET, NOTE = "7 Locket Lane", "Left alone for an hour"
TOKEN = "pi_story"
PAID = 24_000
MARKETPLACE: dict[str, list[dict[str, Any]]] = {
    "users": [
        {"external_id": "ada", "name": "Ada Quillon", "phone": "+12035550142", "sources": {"name": "self", "phone": "self"}},
        {"external_id": "pia", "name": "Pia Vexley", "sources": {"name": "self"}},
    ],
    "orders": [
        {
            "external_id": "stay", "parent": "ada", "pro": "pia", "state": "completed", "service": "sitting", "place": "parents_home",
            "pet": "dog", "pet_name": "Biscuit", "address": STREET, "placed": "2026-11-01T09:00:00Z",
            "starts": "2026-11-08T09:00:00Z", "ends": "2026-11-10T09:00:00Z", "amount": PAID, "currency": "USD",
            "items": [{"name": "A night", "quantity": 2, "amount": 20_000}, {"name": "A walk", "amount": 4_000}],
            "sources": dict.fromkeys(("pet_name", "address", "items"), "self"),
        }
    ],
    "payments": [
        {
            "external_id": "paid", "order": "stay", "state": "captured", "amount": PAID, "currency": "USD",
            "processor_reference": TOKEN, "brand": "visa", "last_four": "4242",
        }
    ],
}  # fmt: skip
"""What the marketplace sends."""


@pytest.fixture
def company(employed: Path, tmp_path: Path) -> Iterator[Company]:
    with running(employed, tmp_path) as found:
        found.processor.add_payment(TOKEN, PAID, "USD")
        for what, items in MARKETPLACE.items():
            found.ingest(what, *items)
        yield found


# The processor's side


def told(company: Company) -> None:
    """The processor's webhooks arrive as they would: over HTTP and signed. The worker hears of them once more."""
    for _, body in company.processor.waiting():
        secret = webhook_secret(company.data, make=True)
        headers = {HEADER: sign(body, secret, datetime.now(UTC)), "Content-Type": "application/json"}
        answer = httpx.post(f"{company.url}/v1/webhooks/processor", content=body, headers=headers, trust_env=False)
        assert answer.status_code == 200, answer.text


# The clerk's side


def choose(console: Terminal) -> None:
    """The first of the list of reasons that has the focus."""
    console.key("enter")
    console.wait("▲")
    console.key("down")
    console.settle()
    console.key("enter")
    console.gone("▲")
    console.settle()


def raise_trouble(console: Terminal) -> None:
    console.key("4")
    console.wait("O-1")
    console.wait("completed · sitting")
    console.key("!")
    console.wait("What happened")
    console.settle()
    console.key("shift+tab", "shift+tab")
    choose(console)
    console.key("tab")
    console.type(NOTE)
    console.key("tab", "tab", "enter")
    console.gone("What happened")
    console.wait("In trouble")


def see_where(console: Terminal) -> None:
    """The street opens once the order's case is in hand."""
    console.key("t")
    console.wait("T-1 is in hand")
    console.gone("Needs a case")
    console.key("v")
    console.wait(STREET)


def ask_for_refund(console: Terminal, refund: str) -> None:
    console.key("r")
    console.wait("Captured 240.00 USD")
    console.wait("Nothing is left.")
    console.type("180")
    console.wait("180.00 USD goes back to visa ••4242.")
    console.wait("60.00 USD is left.")
    console.wait("a manager approves it first")
    console.key(*["tab"] * 3)
    choose(console)
    console.key("tab")
    console.type(NOTE)
    console.key("tab", "tab")
    console.wait("Ask for approval")
    console.key("enter")
    console.wait(f"{refund}: 180.00 USD was asked for")


# The manager's side


def find_review(console: Terminal, review: str, kind: str) -> None:
    """By its number; below 100 columns it covers the list."""
    console.key(":")
    console.wait("ticket 204")
    console.type(review)
    console.key("enter")
    console.wait(f"{review}  {kind}")
    console.gone(f"{review}  {kind}, settled")
    console.settle()


def open_approval(console: Terminal, refund: str) -> None:
    console.key("a")
    console.wait(f"Approve {refund} of P-1")
    console.wait("180.00 USD goes back to")
    console.wait(NOTE)
    console.settle()


def confirm(console: Terminal) -> None:
    """Cancel is preset."""
    console.key("tab", "enter")


def reject_as_another(company: Company, refund: str) -> None:
    """A second manager was faster, wherever they sit."""
    client = company.client("manager2")
    headers = {"If-Match": client.get(f"/v1/refunds/{refund}").headers["ETag"], "Idempotency-Key": refund}
    answer = client.post(f"/v1/refunds/{refund}/reject", json={"reason": "not_enough"}, headers=headers)
    assert answer.status_code == 200, answer.text


SIZES = [((120, 40), (120, 40)), ((120, 40), (80, 24))]


@pytest.mark.parametrize(("clerk_size", "manager_size"), SIZES)
def test_a_refund_above_the_limit_and_the_bank_in_between(
    company: Company, tmp_path: Path, clerk_size: tuple[int, int], manager_size: tuple[int, int]
) -> None:
    clerk = company.console("billing", *clerk_size)
    manager = company.console("manager", *manager_size)
    clerk.wait("No payments to review here")
    raise_trouble(clerk)
    see_where(clerk)
    ask_for_refund(clerk, "RF-1")

    # The manager looks at it, and meanwhile the payer's bank takes the money back
    manager.key("0")
    manager.wait("180.00 USD")
    find_review(manager, "RV-1", "Refund asked")
    open_approval(manager, "RF-1")
    dispute = company.processor.open_dispute(TOKEN, PAID, "USD")
    told(company)
    clerk.key("0")
    clerk.wait("Disputed")
    find_review(clerk, "RV-2", "Disputed")
    clerk.wait("needs response")
    confirm(manager)
    manager.wait("The bank is dealing with it")
    manager.gone("Approve RF-1 of P-1")

    # The bank decides for us. Before the manager does, another one rejects it: nothing is overwritten
    company.processor.close_dispute(dispute, "won")
    told(company)
    clerk.wait("The bank decided for us", SLOWLY)
    open_approval(manager, "RF-1")
    reject_as_another(company, "RF-1")
    confirm(manager)
    manager.wait("overwritten")
    manager.gone("Approve RF-1 of P-1")

    # Asked for again, it is approved, and the worker carries it out
    clerk.key("4")
    clerk.wait("payment captured")
    clerk.wait("RF-1  180.00 USD  rejected")
    ask_for_refund(clerk, "RF-2")
    find_review(manager, "RV-3", "Refund asked")
    open_approval(manager, "RF-2")
    confirm(manager)
    manager.wait("RV-3 is settled with RF-2", SLOWLY)
    clerk.wait("RF-2  180.00 USD  succeeded", SLOWLY)
    clerk.wait("refunded  180.00 USD")
    assert company.refunds_made(TOKEN) == [("RF-2", 18_000)]

    for console in (clerk, manager):
        console.key("ctrl+q")
        assert console.exit_code(SLOWLY) == 0
    leaves_nothing(clerk, tmp_path, [STREET])
    leaves_nothing(manager, tmp_path, [NOTE])
    verdict = verify(company.data)
    assert verdict.returncode == 0, verdict.stdout + verdict.stderr
