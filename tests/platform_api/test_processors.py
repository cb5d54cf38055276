"""The built-in processor does what a real one may do at the wrong moment, and remembers it; nothing else than P29 allows goes out."""

from __future__ import annotations

import threading
from dataclasses import asdict, fields
from pathlib import Path

import pytest

from console.errors import SettingsError
from console.platform_api.platform import Platform
from console.platform_api.processors import built_in, processor_of
from console.platform_api.processors.built_in import Behaviour, BuiltIn
from console.platform_api.processors.seam import (
    TOLD,
    Declined,
    FoundState,
    RefundWish,
    Unavailable,
    Unknown,
    VoidWish,
)
from console.platform_api.processors.secrets import ProcessorSecretError, stripe_key
from console.platform_api.rules import Rules

ASKED = RefundWish("pi_1", 2_500, "USD", "O-1", "RF-1")


@pytest.fixture
def simulator(tmp_path: Path) -> BuiltIn:
    made = BuiltIn(tmp_path / "processor.sqlite")
    made.add_payment("pi_1", 10_000, "USD")
    return made


def wish(number: int = 1, amount: int = 2_500, token: str = "pi_1") -> RefundWish:
    return RefundWish(token, amount, "USD", "O-1", f"RF-{number}")


def given(simulator: BuiltIn, token: str = "pi_1") -> list[tuple[str | None, int, str]]:
    found = simulator.payment(token)
    assert found is not None
    return [(one.number, one.amount, str(one.state)) for one in found.refunds]


def code_of(simulator: BuiltIn, asked: RefundWish) -> str:
    with pytest.raises(Declined) as declined:
        simulator.refund(asked)
    return declined.value.code


def test_all_that_a_processor_is_told(simulator: BuiltIn):
    """P29: there is no field for anything else, and what else is sent is refused."""
    assert {"token", "amount", "currency", "order", "refund"} == TOLD
    assert {field.name for field in fields(RefundWish)} == set(TOLD)
    for name in ("email", "name", "reason", "note", "card", "Token", "customer"):
        with pytest.raises(Declined, match="unknown_field"):
            simulator.take({**asdict(ASKED), name: "x"})
    assert given(simulator) == []


def test_the_same_number_gives_back_once(simulator: BuiltIn):
    found = [simulator.refund(ASKED) for _ in range(5)]
    assert len(set(found)) == 1
    assert given(simulator) == [("RF-1", 2_500, "succeeded")]


def test_many_at_once_under_one_number_are_one(simulator: BuiltIn):
    threads = [threading.Thread(target=simulator.refund, args=(ASKED,)) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert given(simulator) == [("RF-1", 2_500, "succeeded")]
    assert len(simulator.waiting()) == 1


def test_it_is_found_by_its_number_and_payment(simulator: BuiltIn):
    assert simulator.find_refund("RF-1", "pi_1") is None
    found = simulator.refund(ASKED)
    assert simulator.find_refund("RF-1", "pi_1") == found
    assert simulator.find_refund("RF-1", "pi_2") is None


def test_no_more_goes_back_than_was_captured(simulator: BuiltIn):
    for number in range(4):
        simulator.refund(wish(number))
    assert code_of(simulator, wish(9, 1)) == "charge_already_refunded"


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (wish(2, 10_001), "amount_too_large"),
        (wish(2, 0), "amount_too_small"),
        (wish(2, -5), "amount_too_small"),
        (RefundWish("pi_1", 1, "EUR", "O-1", "RF-2"), "payment_not_captured"),
    ],
)
def test_what_can_t_be_given_back_is_declined_and_stays_so(simulator: BuiltIn, asked: RefundWish, code: str):
    assert [code_of(simulator, asked), code_of(simulator, asked)] == [code, code]
    found = simulator.find_refund("RF-2", "pi_1")
    assert found is not None
    assert (found.state, found.failure) == (FoundState.FAILED, code)
    assert given(simulator) == []


def test_a_payment_that_it_only_hears_of_has_no_limit(simulator: BuiltIn):
    assert simulator.payment("pi_new") is None
    simulator.refund(wish(1, 7_000, "pi_new"))
    assert given(simulator, "pi_new") == [("RF-1", 7_000, "succeeded")]


def test_it_remembers_after_it_was_closed(simulator: BuiltIn):
    found = simulator.refund(ASKED)
    again = BuiltIn(simulator.file.path)
    assert again.find_refund("RF-1", "pi_1") == found
    assert again.file.path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("by", ["number", "token"])
def test_what_it_is_told_to_do_it_does_once(tmp_path: Path, by: str):
    simulator = BuiltIn(tmp_path / "processor.sqlite")
    token = "pi_timeout_before" if by == "token" else "pi_1"
    simulator.add_payment(token, 10_000, "USD")
    if by == "number":
        simulator.script("RF-1", "timeout_before")
    with pytest.raises(Unknown):
        simulator.refund(wish(token=token))
    assert simulator.find_refund("RF-1", token) is None
    assert simulator.refund(wish(token=token)).state is FoundState.SUCCEEDED


def test_a_timeout_afterwards_has_its_effect(simulator: BuiltIn):
    simulator.script("RF-1", Behaviour.TIMEOUT_AFTER)
    with pytest.raises(Unknown):
        simulator.refund(ASKED)
    assert given(simulator) == [("RF-1", 2_500, "succeeded")]


def test_one_that_is_away_answers_nothing(simulator: BuiltIn):
    simulator.script("*", Behaviour.AWAY)
    for ask in (
        lambda: simulator.refund(ASKED),
        lambda: simulator.find_refund("RF-1", "pi_1"),
        lambda: simulator.payment("pi_1"),
    ):
        with pytest.raises(Unavailable):
            ask()
    simulator.script("*", Behaviour.AWAY, times=0)
    assert given(simulator) == []


def test_a_late_failure_and_a_dispute_are_told_of(simulator: BuiltIn):
    simulator.script("RF-1", Behaviour.LATE_FAILURE)
    simulator.refund(ASKED)
    simulator.script("RF-2", Behaviour.DISPUTE)
    assert code_of(simulator, wish(2)) == "charge_disputed"
    kinds = [body.split(b'"type": "')[1].split(b'"')[0] for _, body in simulator.waiting()]
    assert kinds == [b"refund.created", b"refund.failed", b"charge.dispute.created"]
    found = simulator.payment("pi_1")
    assert found is not None
    assert [one.state for one in found.refunds] == [FoundState.FAILED]
    assert [(one.state, one.amount) for one in found.disputes] == [("needs_response", 10_000)]


def test_nothing_goes_back_while_the_bank_has_the_payment(simulator: BuiltIn):
    dispute = simulator.open_dispute("pi_1", 10_000, "USD")
    assert code_of(simulator, wish(1)) == "charge_disputed"
    simulator.close_dispute(dispute, "won")
    assert simulator.refund(wish(2)).state is FoundState.SUCCEEDED


def test_what_failed_late_can_be_given_back_again(simulator: BuiltIn):
    simulator.script("RF-1", Behaviour.LATE_FAILURE)
    simulator.refund(wish(1, 10_000))
    assert simulator.refund(wish(2, 10_000)).state is FoundState.SUCCEEDED


def test_an_authorization_is_voided_and_a_capture_is_not(simulator: BuiltIn):
    simulator.add_payment("pi_2", 5_000, "USD", "authorized")
    simulator.void(VoidWish("pi_2", "O-2"))
    found = simulator.payment("pi_2")
    assert found is not None
    assert found.state == "voided"
    with pytest.raises(Declined, match="already_captured"):
        simulator.void(VoidWish("pi_1", "O-1"))


def test_it_is_refused_in_production(sqlite_platform: Platform):
    assert isinstance(processor_of(sqlite_platform), BuiltIn)
    sqlite_platform.environment = "production"
    with pytest.raises(SettingsError, match="moves no money"):
        processor_of(sqlite_platform)


def test_stripe_is_chosen_in_the_rules_and_needs_its_key(sqlite_platform: Platform, monkeypatch: pytest.MonkeyPatch):
    sqlite_platform.rules = Rules(processor="stripe")
    with pytest.raises(ProcessorSecretError, match="PETWORKS_STRIPE_KEY"):
        processor_of(sqlite_platform)
    monkeypatch.setenv("PETWORKS_STRIPE_KEY", "sk_test_x")
    assert processor_of(sqlite_platform).name == "stripe"


@pytest.mark.parametrize(("content", "mode"), [(b"", 0o600), (b"sk_test\x1b[2J", 0o600), (b"sk_test", 0o644)])
def test_a_key_file_that_can_t_be_used_is_refused_without_being_quoted(tmp_path: Path, content: bytes, mode: int):
    path = tmp_path / "stripe-key"
    path.write_bytes(content)
    path.chmod(mode)
    with pytest.raises(ProcessorSecretError) as refused:
        stripe_key(tmp_path)
    assert "sk_test" not in str(refused.value)


def test_a_key_file_is_read(tmp_path: Path):
    path = tmp_path / "stripe-key"
    path.write_text("sk_test_1\n")
    path.chmod(0o600)
    assert stripe_key(tmp_path) == "sk_test_1"


def test_its_file_lies_beside_the_databases(sqlite_platform: Platform):
    built_in(sqlite_platform).add_payment("pi_1", 1, "USD")
    assert (sqlite_platform.data / "processor.sqlite").stat().st_mode & 0o777 == 0o600
