"""Orders and money of the sample data: every state is there, the sums are right, and what hangs together is linked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic_core import from_json
from sqlalchemy import select

from console.platform_api import blind
from console.platform_api.disclosures import MAY_KNOW
from console.platform_api.documents import load
from console.platform_api.money import left_of
from console.platform_api.platform import Platform
from console.platform_api.processors.built_in import BuiltIn
from console.platform_api.reconciliations import note_place
from console.platform_api.seed_people import UNTIL_DEFAULT
from console.platform_api.seed_rows import SHARE
from console.platform_api.seed_stretches import AN_USER, stretches
from console.platform_api.tables import PaymentRow, PayoutChangeRow, RefundRow, ReportLineRow, table
from console.platform_api.work import Worker
from console.records.disputes import DisputeState
from console.records.orders import OrderState
from console.records.payment_reviews import OUTCOMES, ReviewKind, ReviewState
from console.records.payments import KINDS, PaymentState
from console.records.payouts import ChangeState, PayoutState
from console.records.reasons import REASONS
from console.records.refunds import RESERVING, RefundState
from console.records.tickets import WORKABLE
from tests.platform_api.test_seed import SHARE_A_SAMPLE, copied, everything, password, seeded

__all__ = ["password"]

pytestmark = SHARE_A_SAMPLE

UNTIL = datetime.fromisoformat(UNTIL_DEFAULT)
Row = dict[str, Any]


@pytest.fixture(scope="module")
def found(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """Everything of a sample of 2,000 users, with its platform."""
    with copied(sample, tmp_path_factory.mktemp("orders")) as platform:
        yield {**everything(platform), "platform": platform}


def by(rows: list[Row], name: str) -> dict[Any, list[Row]]:
    groups: dict[Any, list[Row]] = {}
    for row in rows:
        groups.setdefault(row[name], []).append(row)
    return groups


# Orders


def test_two_orders_a_user_and_their_numbers_rise_with_time(found: dict[str, Any]):
    rows = found["orders"]
    assert [row["number"] for row in rows] == list(range(1, 4_001))
    assert [row["placed"] for row in rows] == sorted(row["placed"] for row in rows)
    assert [row["id"] for row in rows] == sorted(row["id"] for row in rows)
    registered = {row["id"]: row["registered"] for row in found["users"]}
    assert sum(registered[row["parent"]] > row["placed"] for row in rows) < 5
    assert all(row["parent"] != row["pro"] and row["placed"] <= row["starts"] < row["ends"] for row in rows)


def test_orders_are_in_every_state_and_most_are_closed(found: dict[str, Any]):
    states = Counter(row["state"] for row in found["orders"])
    assert set(states) == {str(state) for state in OrderState}
    assert states["closed"] > 3_000
    for row in found["orders"]:
        if row["state"] in ("placed", "confirmed"):
            assert row["starts"] > UNTIL
        elif row["state"] != "cancelled":
            assert row["starts"] <= UNTIL


def test_items_add_up_and_some_are_of_other_scripts(found: dict[str, Any]):
    names, notes = set(), 0
    for row, values in zip(found["orders"], found["orders values"], strict=True):
        service = values["sealed_service"]
        items = from_json(service["items"].value)
        assert sum(item["amount"] for item in items) == row["amount"] > 0
        assert [item["line"] for item in items] == list(range(1, len(items) + 1))
        assert service["pet_name"].value
        assert ("sealed_address" in values) == (row["place"] != "pros_place")
        names |= {item["name"] for item in items}
        notes += "care_notes" in service
    assert any("猫" in name for name in names)
    assert any("🐕" in name for name in names)
    assert 0.2 < notes / len(found["orders"]) < 0.4


# Money


def test_payments_are_in_every_state_that_the_platform_gives_them(found: dict[str, Any]):
    """A payment whose dispute was won is again what it was."""
    rows = found["payments"]
    assert {row["state"] for row in rows} == {str(state) for state in PaymentState} - {"won"}
    assert {row["kind"] for row in rows} == set(KINDS)
    assert {row["state"] for row in rows if row["kind"] == "fee"} >= {"captured", "failed", "refunded"}


def test_the_sums_of_every_payment_are_right(found: dict[str, Any]):
    refunds, disputes = by(found["refunds"], "payment"), by(found["disputes"], "payment")
    for row in found["payments"]:
        own = refunds.get(row["id"], [])
        assert row["refunded"] == sum(it["amount"] for it in own if it["state"] == "succeeded")
        assert row["reserved"] == sum(it["amount"] for it in own if it["state"] in RESERVING)
        lost = sum(it["amount"] for it in disputes.get(row["id"], []) if it["state"] == "lost")
        assert row["lost"] == lost
        assert row["captured"] in (0, row["amount"])
        assert left_of(_as_row(row)) >= 0
        assert (row["captured_at"] is None) == (row["captured"] == 0)
        assert (row["failure"] is None) == (row["state"] != "failed")


def _as_row(row: Row) -> Any:
    return type("Row", (), row)


def test_states_say_what_the_amounts_say(found: dict[str, Any]):
    for row in found["payments"]:
        state, gone, captured = row["state"], row["refunded"], row["captured"]
        if state in ("pending", "authorized", "failed", "voided"):
            assert captured == 0
        elif state in ("captured", "partially_refunded", "refunded"):
            assert state == ("captured" if gone == 0 else "refunded" if gone == captured else "partially_refunded")
    open_disputes = {row["payment"] for row in found["disputes"] if row["closed"] is None}
    assert {row["id"] for row in found["payments"] if row["state"] == "disputed"} == open_disputes


def test_the_chart_has_what_the_payments_have(found: dict[str, Any]):
    orders, sums = {row["id"]: row for row in found["orders"]}, Counter[tuple[str, str]]()
    for row in found["money"]:
        assert row["currency"] == orders[row["order_id"]]["currency"]
        sums[(row["kind"], row["currency"])] += row["amount"]
    expected = Counter[tuple[str, str]]()
    for row in found["payments"]:
        for kind in ("captured", "refunded", "lost"):
            expected[(kind, row["currency"])] += row[kind]
    for row in found["disputes"]:
        expected[("disputed", row["currency"])] += row["amount"]
    assert +sums == +expected


def test_an_order_says_its_charges_state(found: dict[str, Any]):
    charges = {row["order_id"]: row for row in found["payments"] if row["kind"] == "charge"}
    for row in found["orders"]:
        charge = charges[row["id"]]
        assert (row["payment_state"], row["amount"], row["parent"]) == (
            charge["state"],
            charge["amount"],
            charge["payer"],
        )
    fees = [row for row in found["payments"] if row["kind"] == "fee"]
    pros = {row["id"]: row["pro"] for row in found["orders"]}
    assert all(row["payer"] == pros[row["order_id"]] for row in fees)


def test_refunds_are_in_every_state_by_people_who_may(found: dict[str, Any]):
    rows = found["refunds"]
    assert {row["state"] for row in rows} == {str(state) for state in RefundState}
    assert {row["needs"] for row in rows if row["state"] == "requested"} == {"billing", "manager"}
    assert {row["needs"] for row in rows if row["state"] != "requested"} == {None}
    employees = {row["id"] for row in found["employees"]}
    for row in rows:
        assert row["requested_by"] in employees
        assert (row["decided_by"] is None) == (row["state"] == "requested")
        assert row["decided_by"] != row["requested_by"] or row["requested_role"] == "billing"
        assert row["reason"] in REASONS["refund"]
        assert sum(row["lines"].values()) in (0, row["amount"])


def test_disputes_payouts_and_changes_are_in_every_state(found: dict[str, Any]):
    assert {row["state"] for row in found["disputes"]} == {str(state) for state in DisputeState}
    assert {row["state"] for row in found["payouts"]} == {str(state) for state in PayoutState}
    assert {row["state"] for row in found["payout_changes"]} == {str(state) for state in ChangeState}
    assert all(row["evidence_due"] > UNTIL for row in found["disputes"] if row["state"] == "needs_response")
    for row in found["payout_changes"]:
        assert (row["takes_effect"] > UNTIL) == (row["state"] == "waiting")


# Cases


def test_reviews_of_every_kind_are_open_and_settled(found: dict[str, Any]):
    rows = found["payment_reviews"]
    every = {(str(kind), str(state)) for kind in ReviewKind for state in ReviewState}
    assert {(row["kind"], row["state"]) for row in rows} == every
    assert {row["outcome"] for row in rows if row["state"] == "settled"} <= set(OUTCOMES)
    assert all((row["outcome"] is None) == (row["state"] == "open") for row in rows)


def test_every_review_has_its_case(found: dict[str, Any]):
    tickets, links = {row["id"]: row for row in found["tickets"]}, by(found["ticket_links"], "ticket")
    for row in found["payment_reviews"]:
        ticket = tickets[row["ticket"]]
        assert (ticket["about"], ticket["channel"], ticket["backed"]) == ("review", "platform", True)
        assert ticket["opened_by"] is None
        assert (ticket["state"] in WORKABLE) == (row["state"] == "open")
        assert ticket["owner"] == row["person"]
        linked = {(it["resource"], it["record"]) for it in links[row["ticket"]]}
        money = ("payouts", row["payout_change"]) if row["payout_change"] else ("payments", row["payment"])
        assert linked == {money, ("users", row["person"])} | (
            {("orders", row["order_id"])} if row["order_id"] else set()
        )
    settled = [row for row in found["payment_reviews"] if row["kind"] == "refund" and row["state"] == "open"]
    asked = {row["id"] for row in found["refunds"] if row["state"] == "requested"}
    assert {row["refund"] for row in settled} == asked


def test_every_order_in_trouble_has_its_case(found: dict[str, Any]):
    tickets, links = {row["id"]: row for row in found["tickets"]}, by(found["ticket_links"], "ticket")
    troubled = [row for row in found["orders"] if row["trouble"]]
    assert {row["trouble_reason"] for row in troubled} >= {"incident", "no_show"}
    for row in troubled:
        ticket = tickets[row["trouble_ticket"]]
        assert (ticket["about"], ticket["state"], ticket["owner"]) == ("order", "open", row["parent"])
        linked = {(it["resource"], it["record"]) for it in links[ticket["id"]]}
        assert linked == {("orders", row["id"]), ("users", row["parent"]), ("users", row["pro"])}
    solved = [row for row in found["tickets"] if row["about"] == "order" and row["state"] == "solved"]
    assert len(solved) == Counter(row["kind"] for row in found["order_events"])["resolved"] > 0


def test_the_timeline_has_begun_and_nothing_of_it_is_to_come(found: dict[str, Any]):
    events = by(found["order_events"], "order_id")
    for row in found["orders"]:
        own = events[row["id"]]
        assert min(own, key=lambda it: it["at"])["kind"] == "placed"
        assert row["state"] in {it["kind"] for it in own}
    assert all(row["at"] <= UNTIL for row in found["order_events"])
    assert len(found["order_events"]) < 2.5 * len(found["orders"])


def test_last_fours_find_who_paid_with_them(found: dict[str, Any]):
    platform: Platform = found["platform"]
    pairs = list(zip(found["payments"], found["payments values"], strict=True))[:200]
    for row, values in pairs:
        four = values["sealed_instrument"]["last_four"].value
        token = blind.last_four_token(platform.keys, four)
        assert row["payer"] in platform.vault.find([token], before=None, limit=100)


# The books


def test_weekly_reports_were_compared_and_their_notes_open(found: dict[str, Any]):
    platform: Platform = found["platform"]
    lines = by(found["report_lines"], "reconciliation")
    captured = {row["id"]: row["captured"] for row in found["payments"]}
    assert len(found["reconciliations"]) == 6
    for row in found["reconciliations"]:
        own = lines[row["id"]]
        different = [line for line in own if line["result"] != "matched"]
        assert (row["lines"], row["matched"], row["differing"]) == (len(own), len(own) - len(different), len(different))
        assert row["resolved"] == sum(line["resolved_by"] is not None for line in own)
        assert all(line["expected"] == captured[line["payment"]] for line in own if line["payment"])
        assert {line["gross"] == line["expected"] for line in own if line["result"] == "matched"} <= {True}
    noted = table(ReportLineRow)
    with platform.database.reading() as connection:
        line = connection.execute(select(noted).where(noted.c.owner.is_not(None))).first()
    assert line is not None
    key = platform.vault.keys_of([line.owner])[line.owner]
    assert "by hand" in load(key.open(*note_place(line), bytes(line.sealed_note)))["note"].value


def test_the_ledger_says_what_the_processor_was_told_of_the_refunds(found: dict[str, Any]):
    rows = found["disclosures"]
    refunds = {f"RF-{row['number']}" for row in found["refunds"] if row["state"] in ("processing", "succeeded")}
    assert {row["about"] for row in rows} == refunds
    assert [row["at"] for row in rows] == sorted(row["at"] for row in rows)
    assert all(set(row["fields"]) <= MAY_KNOW[row["recipient"]] for row in rows)


def test_the_worker_carries_the_waiting_refunds_out_and_what_waited_too_long_takes_effect(tmp_path: Path):
    """The built-in processor has never heard of the sample's payments, and gives back what it is asked for all the same."""
    with seeded(tmp_path / "data", users=1_000, until=datetime.now(UTC) - timedelta(days=4)) as platform:
        before = everything(platform, table(RefundRow), table(PaymentRow), table(PayoutChangeRow))
        Worker(platform, BuiltIn(platform.data / "processor.sqlite")).run_all()
        after = everything(platform, table(RefundRow), table(PaymentRow), table(PayoutChangeRow))
    went = {row["id"]: row["amount"] for row in before["refunds"] if row["state"] in ("approved", "processing")}
    assert went
    assert {row["state"] for row in after["refunds"] if row["id"] in went} == {"succeeded"}
    gone = sum(row["refunded"] for row in after["payments"]) - sum(row["refunded"] for row in before["payments"])
    assert gone == sum(went.values())
    assert "waiting" in {row["state"] for row in before["payout_changes"]}
    assert {row["state"] for row in after["payout_changes"]} == {"in_force", "stopped"}


# Any size


@pytest.mark.parametrize("users", [1, 2, 17, 5_000, 5_001, 23_456, 1_000_000])
def test_stretches_cover_all_numbers_once_and_rise_with_time(users: int):
    shares = stretches(users, SHARE)
    made = sorted((stretch for some in shares.values() for stretch in some), key=lambda stretch: stretch.first)
    following = 1
    for stretch in made:
        assert stretch.first == following
        following += stretch.count
    assert following - 1 == users * AN_USER
    moments = [moment for stretch in made for moment in (stretch.begin, stretch.end)]
    assert moments == sorted(moments)
    assert 0 <= moments[0] < moments[-1] <= 1.000001


def test_a_single_user_orders_nothing(tmp_path: Path):
    with seeded(tmp_path / "data", users=1) as platform:
        assert everything(platform)["orders"] == []
