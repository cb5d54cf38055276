"""The end of an erasure for who asked for it: the request is fulfilled, and the receipt says what was deleted and what stays, on which basis.

It goes to the address that they gave. If they gave none, that of their account is kept with the request, under its key, before the
account goes: the receipt is the answer, and an appeal is answered there too.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update

from console.platform_api import privacy_letters
from console.platform_api.cases import solve_case
from console.platform_api.documents import Value, dump, load
from console.platform_api.erasure_keeps import REQUESTS, kept
from console.platform_api.erasure_plan import finished, plan_of
from console.platform_api.mail import Letter
from console.platform_api.privacy_clocks import kept_until
from console.platform_api.problems import Problem
from console.platform_api.tables import PrivacyRequestRow, table
from console.platform_api.transaction import Transaction
from console.records.privacy_requests import OPEN, PREFIX, RESOURCE, RequestState
from console.records.record import Category
from console.records.users import Source

requests = table(PrivacyRequestRow)

SUBJECT = "Your data have been deleted"

STAYS = {
    "payments": "Amounts and dates of your payments, without your name",
    "contact": "Your name, e-mail address and phone number, locked away",
    "tax_records": "Your name and address as somebody whom we paid, locked away",
    "opt_out_hash": "A keyed hash of your addresses, so that nobody writes to you again",
    "ban_hash": "A keyed hash of your addresses, as your account was suspended",
    "requests": "The record of this request",
    "prizes": "What a prize that you won was worth, with your name and address",
    "survey_counts": "Your answers to surveys as a part of counts, in which nobody can be told any more",
    "tombstone": "The number of your account, with nothing in it",
}
"""What is kept → in the person's words."""

BECAUSE = {
    "accounting": "the law on bookkeeping asks for it",
    "dispute_window": "your bank may still ask for a payment back",
    "tax": "the tax law asks for it",
    "opt_out": "you asked us not to write to you",
    "ban": "our terms of use ask for it",
    "records_of_requests": "the law asks us to keep it",
    "nobodys": "they are no more about you than about anybody; the answers themselves are deleted",
    "stay_erased": "so that the account is not made again from a copy",
    "append_only": "it is part of a record that can't be changed",
    "legal_hold": "a court or a claim asks for it",
}
"""Basis → the same."""


def keep_address(work: Transaction, request: str | None) -> None:
    """Where the receipt goes, while the account still tells."""
    row = _row(work, request)
    key = work.platform.vault.keys_of([row.id]).get(row.id) if row is not None else None
    if row is None or key is None:
        return
    known = (
        load(key.open(RESOURCE, row.id, str(Category.CONTACT), bytes(row.sealed_contact))) if row.sealed_contact else {}
    )
    address = privacy_letters.address_of(work.platform, work.connection, row)
    if "reply_to" in known or address is None:
        return
    sealed = key.seal(
        RESOURCE, row.id, str(Category.CONTACT), dump({**known, "reply_to": Value(address, Source.SELF, work.now)})
    )
    work.connection.execute(update(requests).where(requests.c.id == row.id).values(sealed_contact=sealed))


def locked_request(work: Transaction, request: str | None) -> Row[Any] | None:
    return work.lock(requests, request) if request is not None else None


def finish_request(work: Transaction, row: Row[Any] | None) -> None:
    """Also of one that a restore brought back from before its approval."""
    if row is None or row.state not in OPEN:
        return
    values: dict[str, Any] = {"state": str(RequestState.FULFILLED), "decided": work.now, "decided_by": row.approved_by}
    record = kept.c.person == row.person, kept.c.what == REQUESTS
    work.session.flush()
    work.connection.execute(update(kept).where(*record).values(until=kept_until(work.now)))
    if _send(work, row):
        values["replied"] = work.now
    work.change(RESOURCE, requests, row, **values)
    finished(work.connection, row.id)
    if row.ticket is not None:
        solve_case(work, row.ticket)


def _send(work: Transaction, row: Row[Any]) -> bool:
    """Whether a receipt is on its way; one by post counts once it is said to be sent."""
    letter = Letter(SUBJECT, receipt(row.number, work.now, _kept(work, row), _others(work, row)))
    try:
        return row.ticket is not None and privacy_letters.send_by_itself(work, row, row.ticket, letter)
    except Problem:  # its case was ended, or its key is gone: there is nobody to write to
        return False


def receipt(
    number: int, at: datetime, stays: Sequence[tuple[str, str, datetime | None]], others: Sequence[tuple[str, int]]
) -> str:
    """Of what is kept: what, basis, until when; and of texts of others that keep a name: basis and how many."""
    lines = [f"- {STAYS.get(what, what)}: {BECAUSE.get(basis, basis)}{_until(until)}." for what, basis, until in stays]
    lines += [
        f"- Your name in {count} of other people's texts: {BECAUSE.get(basis, basis)}." for basis, count in others
    ]
    kept_ = "\n".join(lines) or "- Nothing."
    return (
        f"Dear reader,\n\nyour request {PREFIX}-{number} is carried out: on {at:%d %B %Y} we deleted what we had stored about you, and "
        f"took your name out of what others wrote to us. Copies for safety follow within 30 days.\n\nThis stays:\n\n{kept_}\n\nPetworks"
    )


def _until(until: datetime | None) -> str:
    return f", until {until:%d %B %Y}" if until is not None else ""


def _kept(work: Transaction, row: Row[Any]) -> list[tuple[str, str, datetime | None]]:
    work.session.flush()
    found = work.connection.execute(select(kept).where(kept.c.person == row.person).order_by(kept.c.what))
    return [(it.what, it.basis, it.until) for it in found]


def _others(work: Transaction, row: Row[Any]) -> list[tuple[str, int]]:
    plan = plan_of(work.connection, row.id)
    lines = plan.lines if plan is not None else []
    return [
        (line["basis"], line["count"])
        for line in lines
        if line["effect"] == "keeps" and line["what"].startswith("others_")
    ]


def _row(work: Transaction, request: str | None) -> Row[Any] | None:
    return (
        work.connection.execute(select(requests).where(requests.c.id == request)).first()
        if request is not None
        else None
    )
