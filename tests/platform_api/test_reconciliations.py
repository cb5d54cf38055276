"""Reconciliation: a report is imported, compared by durable work, and its differences opened as reviews and resolved with a note."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import httpx
import pytest
from sqlalchemy import select, update

from console.platform_api import reconciling
from console.platform_api.ids import new_id
from console.platform_api.platform import Platform
from console.platform_api.tables import (
    AuditEntry,
    DisputeRow,
    EmployeeRow,
    JobRow,
    OrderRow,
    PaymentReviewRow,
    PaymentRow,
    PayoutRow,
    ReconciliationRow,
    RefundRow,
    ReportLineRow,
    TicketRow,
    table,
)
from console.platform_api.work import Worker
from tests.platform_api.api import Api, employee_id
from tests.platform_api.orders_made import add_dispute, add_order, add_payment, add_payout, add_refund, row_of
from tests.platform_api.test_report_csv import HEAD, row, written
from tests.platform_api.worked import worker

NAMES = (*HEAD, "payment_intent_id")
SECRET = "only-for-the-bank"


class Moves(NamedTuple):
    """What the platform knows of, by the processor's references."""

    payment: str
    refund: str
    dispute: str
    payout: str


def reference(platform: Platform, model: type[Any], record: str) -> str:
    return str(row_of(platform, model, record).processor_reference)


def known(platform: Platform) -> Moves:
    """A payment of 100.00 of which 25.00 went back, one that is disputed, and a payout; all at the same time."""
    at = platform.clock() - timedelta(days=1)
    payment = add_payment(platform, add_order(platform), created=at)
    refund = add_refund(platform, payment, 2_500, "succeeded", processor_reference=f"re_{payment[:8]}", finished=at)
    disputed = add_payment(platform, add_order(platform), "disputed", created=at)
    add_dispute(platform, disputed)
    payout = add_payout(platform, add_order(platform))
    with platform.database.reading() as connection:
        dispute = connection.execute(select(table(DisputeRow).c.processor_reference)).scalar_one()
    return Moves(
        reference(platform, PaymentRow, payment), reference(platform, RefundRow, refund), dispute, reference(platform, PayoutRow, payout)
    )  # fmt: skip


def move(category: str, source: str, gross: str, at: datetime, *, intent: str = "", **cells: str) -> tuple[str, ...]:
    number = f"txn_{new_id().replace('-', '')}"
    found = {
        "balance_transaction_id": number, "created_utc": at.strftime("%Y-%m-%d %H:%M:%S"), "gross": gross, "reporting_category": category,
        "source_id": source, "description": SECRET, **cells,
    }  # fmt: skip
    return (*row(**found), intent)


def around(platform: Platform, *moves: tuple[str, ...]) -> bytes:
    """A report of the last two days with these movements, between two fees."""
    now = platform.clock()
    first, last = (move("fee", "", "-1.00", now - timedelta(days=days)) for days in (2, 0))
    return written(first, *moves, last, head=NAMES)


def import_report(client: httpx.Client, content: bytes, key: str | None = None) -> httpx.Response:
    headers = {"Content-Type": "text/csv", "Idempotency-Key": key or new_id()}
    return client.post("/v1/reconciliations", content=content, headers=headers)


def compared(api: Api, content: bytes) -> dict[str, Any]:
    """Imported and compared by a worker: the record."""
    client = api.sign_in("billing")
    answer = import_report(client, content)
    assert answer.status_code == 201, answer.text
    worker(api.platform).run_all()
    found: dict[str, Any] = client.get(f"/v1/reconciliations/{answer.json()['number']}").json()
    return found


def lines_of(api: Api, record: Mapping[str, Any], **params: Any) -> list[dict[str, Any]]:
    answer = api.sign_in("billing").get(
        f"/v1/reconciliations/{record['number']}/lines", params={"limit": 200, **params}
    )
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def reviews(platform: Platform) -> list[Any]:
    with platform.database.reading() as connection:
        return list(connection.execute(select(table(PaymentReviewRow)).order_by(table(PaymentReviewRow).c.number)))


def everything(platform: Platform) -> bytes:
    """All that the tables of reconciliation, their log and their jobs hold, for looking for what must not be there."""
    with platform.database.reading() as connection:
        found = [
            connection.execute(select(table(model))).all()
            for model in (ReconciliationRow, ReportLineRow, AuditEntry, JobRow)
        ]
    return repr(found).encode()


# Comparing


def test_what_agrees_is_matched(api: Api) -> None:
    platform, at = api.platform, api.platform.clock() - timedelta(days=1)
    moves = known(platform)
    disputed = row_of(platform, PaymentRow, _disputed(platform)).processor_reference
    record = compared(
        api,
        around(
            platform, move("charge", moves.payment, "100.00", at), move("refund", moves.refund, "-25.00", at),
            move("charge", "ch_another", "100.00", at, intent=disputed), move("dispute", moves.dispute, "-100.00", at),
            move("payout", moves.payout, "-80.00", at),
        ),
    )  # fmt: skip
    assert {name: record[name] for name in ("state", "lines", "done", "matched", "differing", "resolved")} == {
        "state": "done", "lines": 7, "done": 7, "matched": 5, "differing": 0, "resolved": 0,
    }  # fmt: skip
    assert [line["result"] for line in lines_of(api, record)] == ["not_compared", *["matched"] * 5, "not_compared"]
    assert reviews(platform) == []


def _disputed(platform: Platform) -> str:
    with platform.database.reading() as connection:
        return str(connection.execute(select(table(DisputeRow).c.payment)).scalar_one())


def test_each_kind_of_difference(api: Api) -> None:
    platform, at = api.platform, api.platform.clock() - timedelta(days=1)
    moves = known(platform)
    payment = row_of(platform, PaymentRow, _by_reference(platform, moves.payment))
    record = compared(
        api,
        around(
            platform, move("charge", moves.payment, "99.00", at), move("charge", moves.payment, "99.00", at),
            move("refund", "re_made_at_the_processor", "-5.00", at, intent=moves.payment), move("refund", moves.refund, "-25.00", at),
            move("charge", "ch_nobody_knows", "7.00", at), move("dispute", moves.dispute, "-100.00", at, currency="eur"),
        ),
    )  # fmt: skip
    found = [(line["result"], line["category"], line["gross"], line["expected"]) for line in lines_of(api, record)][1:]
    assert found[:6] == [
        ("amount_differs", "charge", 9_900, 10_000), ("duplicate", "charge", 9_900, 10_000), ("unknown", "refund", -500, None),
        ("matched", "refund", -2_500, -2_500), ("unknown", "charge", 700, None), ("amount_differs", "dispute", -10_000, None),
    ]  # fmt: skip
    assert found[6:] == [("not_compared", "fee", -100, None), ("missing", "charge", None, 10_000)]
    assert (record["differing"], record["matched"]) == (6, 1)
    opened = reviews(platform)
    assert Counter(review.rule for review in opened) == {
        "amount_differs": 2,
        "duplicate": 1,
        "unknown": 1,
        "missing": 1,
    }
    assert {review.kind for review in opened} == {"mismatched"}
    assert Counter(review.payment for review in opened)[payment.id] == 3


def _by_reference(platform: Platform, reference: str) -> str:
    payments = table(PaymentRow)
    with platform.database.reading() as connection:
        return str(
            connection.execute(select(payments.c.id).where(payments.c.processor_reference == reference)).scalar_one()
        )


def test_money_that_the_report_lacks(api: Api) -> None:
    platform, at = api.platform, api.platform.clock() - timedelta(days=1)
    moves = known(platform)
    other = add_payment(platform, add_order(platform, currency="EUR"), created=at, currency="EUR")
    late = add_payment(platform, add_order(platform), created=platform.clock() - timedelta(minutes=5))
    disputed = row_of(platform, PaymentRow, _disputed(platform)).processor_reference
    record = compared(api, around(platform, move("charge", disputed, "100.00", at)))
    found = [(line["category"], line["source"], line["expected"]) for line in lines_of(api, record, result="missing")]
    assert found == [("charge", moves.payment, 10_000), ("refund", moves.refund, -2_500)]
    assert not {other, late} & {review.payment for review in reviews(platform)}


def test_a_report_that_lacks_nearly_everything_is_not_the_whole_report(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconciling, "MOST_MISSING", 2)
    monkeypatch.setattr(reconciling, "MISSING_BATCH", 3)
    at = api.platform.clock() - timedelta(days=1)
    for _ in range(3):
        add_payment(api.platform, add_order(api.platform), created=at)
    record = compared(api, around(api.platform))
    assert record["state"] == "failed"
    assert "not the whole report" in record["failure"]
    assert len(lines_of(api, record, result="missing")) == len(reviews(api.platform)) == 2


def test_two_reports_of_the_same_difference_open_a_review_each(sqlite_api: Api) -> None:
    api, at = sqlite_api, sqlite_api.platform.clock() - timedelta(days=1)
    payment = row_of(api.platform, PaymentRow, add_payment(api.platform, add_order(api.platform), created=at))
    for gross in ("99.00", "98.00"):
        compared(api, around(api.platform, move("charge", payment.processor_reference, gross, at)))
    assert len(reviews(api.platform)) == 2


# Durable


KILLED = """
import os, signal, sys
from pathlib import Path
from console.platform_api import reconciling
from console.platform_api.platform import open_platform

step, left = sys.argv[3], [int(sys.argv[4])]
reconciling.BATCH, reconciling.MISSING_BATCH = 2, 1
whole = getattr(reconciling, step)

def killed(*given, **named):
    left[0] -= 1
    done = whole(*given, **named)
    if left[0] < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return done

setattr(reconciling, step, killed)
platform = open_platform(Path(sys.argv[1]), sys.argv[2] or None)
reconciling.run(platform, {"reconciliation": sys.argv[5]})
"""


def _state(platform: Platform, reconciliation: str) -> tuple[Any, ...]:
    lines = table(ReportLineRow)
    with platform.database.reading() as connection:
        found = connection.execute(
            select(lines.c.line, lines.c.result, lines.c.expected).where(lines.c.reconciliation == reconciliation).order_by(lines.c.line)
        ).all()  # fmt: skip
    record = row_of(platform, ReconciliationRow, reconciliation)
    counts = (record.state, record.lines, record.done, record.matched, record.differing)
    opened = sorted((review.payment, review.rule) for review in reviews(platform))
    with platform.database.reading() as connection:
        cases = connection.execute(select(table(TicketRow).c.id).where(table(TicketRow).c.about == "review")).all()
    return found, counts, opened, len(cases)


def _many(platform: Platform) -> bytes:
    at = platform.clock() - timedelta(days=1)
    order = add_order(platform)
    references = [
        row_of(platform, PaymentRow, add_payment(platform, order, created=at)).processor_reference for _ in range(8)
    ]
    grosses = ["100.00", "99.00", "100.00", "98.00", "100.00"]
    return around(
        platform, *(move("charge", source, gross, at) for source, gross in zip(references, grosses, strict=False))
    )


@pytest.mark.parametrize(
    ("step", "after"),
    [("_waiting", 0), ("_write", 1), ("_review", 3), ("_batch", 0), ("_batch", 2), ("_add_missing", 1), ("_missing", 0), ("_missing", 2)],
)  # fmt: skip
def test_killed_in_the_middle_it_goes_on_to_the_same_end(api: Api, step: str, after: int) -> None:
    platform = api.platform
    record = import_report(api.sign_in("billing"), _many(platform)).json()
    url = "" if platform.database.sqlite else platform.database.url
    command = [sys.executable, "-c", KILLED, str(platform.data), url, step, str(after), record["id"]]
    killed = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    worker(platform).run_all()
    found, counts, opened, cases = _state(platform, record["id"])
    assert counts == ("done", 7, 7, 3, 5)
    assert Counter(line.result for line in found) == {
        "not_compared": 2,
        "matched": 3,
        "amount_differs": 2,
        "missing": 3,
    }
    assert (len(opened), cases) == (5, 5)
    with platform.database.reading() as connection:
        assert connection.execute(select(table(JobRow))).all() == []


def test_the_work_twice_changes_nothing(api: Api) -> None:
    record = compared(api, _many(api.platform))
    before = _state(api.platform, record["id"])
    reconciling.run(api.platform, {"reconciliation": record["id"]})
    assert _state(api.platform, record["id"]) == before


def test_progress_is_in_the_feed_and_on_the_log(sqlite_api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconciling, "BATCH", 2)
    api, client = sqlite_api, sqlite_api.sign_in("billing")
    record = import_report(client, _many(api.platform)).json()
    assert (record["state"], record["lines"], record["done"]) == ("running", 7, 0)
    last = client.get("/v1/changes").json()["last"]
    reconciling._batch(api.platform, record["id"])
    [change] = client.get("/v1/changes", params={"after": last}).json()["items"][-1:]
    assert (change["resource"], change["id"], change["version"]) == ("reconciliations", record["id"], 2)
    assert client.get(f"/v1/reconciliations/{record['id']}").json()["done"] == 2
    assert len(lines_of(api, record)) == 2, "lines that wait are not shown"
    Worker(api.platform, worker(api.platform).desk.processor).run_all()
    with api.platform.database.reading() as connection:
        actions = connection.execute(
            select(table(AuditEntry).c.action).where(table(AuditEntry).c.record == record["id"])
        ).scalars()
        assert {"import", "compared"} <= set(actions)


# Importing


def test_the_same_report_again_names_the_first_one(api: Api) -> None:
    client, content = api.sign_in("billing"), around(api.platform)
    first = import_report(client, content).json()["number"]
    again = import_report(api.sign_in("billing2"), content)
    assert again.status_code == 409
    assert first in again.json()["because"]
    assert client.get("/v1/reconciliations").json()["total"]["count"] == 1


def test_the_same_intent_again_is_the_same_import(api: Api) -> None:
    client, content = api.sign_in("billing"), around(api.platform)
    first, again = (import_report(client, content, "one-key") for _ in range(2))
    assert (first.status_code, again.status_code, again.headers["Idempotent-Replay"]) == (201, 201, "true")
    assert first.json()["number"] == again.json()["number"]


def test_nothing_personal_of_the_report_is_kept(api: Api) -> None:
    at = api.platform.clock() - timedelta(days=1)
    compared(api, around(api.platform, move("charge", "ch_1", "5.00", at, customer_email="ada@example.net")))
    kept = everything(api.platform)
    assert b"ch_1" in kept
    assert SECRET.encode() not in kept
    assert b"ada@example" not in kept


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 422),
        (b"\xff\xfe", 422),
        (b"{}", 422),
        (written(row(gross="=1+1")), 422),
        (b"x" * (10 * 1024 * 1024 + 1), 413),
    ],
)
def test_what_is_no_report_is_refused_and_nothing_changes(sqlite_api: Api, content: bytes, status: int) -> None:
    client = sqlite_api.sign_in("billing")
    answer = import_report(client, content)
    assert answer.status_code == status
    assert "=1+1" not in answer.text
    assert client.get("/v1/reconciliations").json()["items"] == []


def test_a_report_says_what_it_is(sqlite_api: Api) -> None:
    client = sqlite_api.sign_in("billing")
    assert client.post("/v1/reconciliations", json={}, headers={"Idempotency-Key": "k"}).status_code == 400
    no_key = client.post(
        "/v1/reconciliations", content=around(sqlite_api.platform), headers={"Content-Type": "text/csv"}
    )
    assert no_key.status_code == 428


@pytest.mark.parametrize("name", ["support", "manager", "privacy", "auditor", "admin", "service"])
def test_only_billing_imports_and_resolves(sqlite_api: Api, name: str) -> None:
    client = sqlite_api.sign_in(name)
    assert import_report(client, around(sqlite_api.platform)).status_code == 403
    resolving = client.post(
        "/v1/reconciliations/RC-1/resolve", json={"line": 1, "text": "x"}, headers={"Idempotency-Key": "k"}
    )
    assert resolving.status_code == 403


# Resolving


def resolve(
    client: httpx.Client, record: Mapping[str, Any], line: int, text: str = "Booked by hand."
) -> httpx.Response:
    headers = {"Idempotency-Key": new_id()}
    return client.post(
        f"/v1/reconciliations/{record['number']}/resolve", json={"line": line, "text": text}, headers=headers
    )


@pytest.fixture
def differing(api: Api) -> dict[str, Any]:
    """A report whose line 3 differs by a dollar."""
    at = api.platform.clock() - timedelta(days=1)
    payment = row_of(api.platform, PaymentRow, add_payment(api.platform, add_order(api.platform), created=at))
    return compared(api, around(api.platform, move("charge", payment.processor_reference, "99.00", at)))


def test_a_note_resolves_a_difference_and_settles_its_review(api: Api, differing: dict[str, Any]) -> None:
    text = "<b>🐕</b> \x1b[2J \u202eabc"
    answer = resolve(api.sign_in("billing"), differing, 3, text)
    assert (answer.status_code, answer.json()["resolved"]) == (200, 1), answer.text
    [line] = lines_of(api, differing, result="amount_differs")
    assert (line["resolved"], line["note"]) == (True, text)
    [review] = reviews(api.platform)
    assert (review.state, review.outcome, review.settled_by) == (
        "settled",
        "corrected",
        employee_id(api.platform, "billing"),
    )
    assert row_of(api.platform, TicketRow, review.ticket).state == "solved"
    assert text.encode() not in everything(api.platform)
    assert "🐕".encode() not in everything(api.platform)


def test_a_difference_is_resolved_once(api: Api, differing: dict[str, Any]) -> None:
    resolve(api.sign_in("billing"), differing, 3)
    again = resolve(api.sign_in("billing2"), differing, 3, "Not so.")
    assert again.status_code == 409
    assert [line["note"] for line in lines_of(api, differing, result="amount_differs")] == ["Booked by hand."]


def test_what_can_not_be_resolved(api: Api, differing: dict[str, Any]) -> None:
    """All on one reconciliation, as none changes it."""
    billing, before = api.sign_in("billing"), lines_of(api, differing)
    for line, text, status in [
        (2, "x", 409), (99, "x", 404), (0, "x", 422), (3, "", 422), (3, "n" * 10_001, 422), (3, "4242 4242 4242 4242", 422),
        (10**18, "x", 422),
    ]:  # fmt: skip
        assert resolve(billing, differing, line, text).status_code == status, (line, text[:30])
        assert lines_of(api, differing) == before, (line, text[:30])


def test_nobody_resolves_money_of_their_own(api: Api, differing: dict[str, Any]) -> None:
    order = row_of(api.platform, OrderRow, reviews(api.platform)[0].order_id)
    employees = table(EmployeeRow)
    with api.platform.database.writing() as session:
        mine = employees.c.id == employee_id(api.platform, "billing")
        session.connection().execute(update(employees).where(mine).values(person=order.pro))
    assert resolve(api.sign_in("billing"), differing, 3).status_code == 403
    assert resolve(api.sign_in("billing2"), differing, 3).status_code == 200


# Looking


def _pages(client: httpx.Client, record: Mapping[str, Any], **params: Any) -> Sequence[int]:
    path, cursor = f"/v1/reconciliations/{record['number']}/lines", None
    found: list[int] = []
    while True:
        answer = client.get(path, params={**params, **({"cursor": cursor} if cursor else {})}).json()
        found.extend(line["line"] for line in answer["items"])
        cursor = answer["next"]
        if cursor is None:
            return found


def test_lines_in_pages_by_result(api: Api) -> None:
    record = compared(api, _many(api.platform))
    client = api.sign_in("manager")
    assert _pages(client, record, limit=2) == [2, 3, 4, 5, 6, 7, 8, 9, 10, 11]
    assert _pages(client, record, limit=1, result=["amount_differs", "missing"]) == [4, 6, 9, 10, 11]


@pytest.mark.parametrize(
    "params", [{"result": "waiting"}, {"result": "x"}, {"limit": "0"}, {"cursor": "x"}, {"sort": "line"}]
)
def test_lines_that_there_are_none_of(sqlite_api: Api, params: Mapping[str, str]) -> None:
    record = compared(sqlite_api, around(sqlite_api.platform))
    answer = sqlite_api.sign_in("billing").get(f"/v1/reconciliations/{record['number']}/lines", params=params)
    assert answer.status_code == 400
