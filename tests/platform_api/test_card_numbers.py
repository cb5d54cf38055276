"""Card numbers in free text: found however they are written, and nothing else is taken for one."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from console.platform_api.card_numbers import ISSUERS, LONGEST, black_out, has_card_number
from console.platform_api.documents import load
from console.platform_api.masks import HIDDEN
from console.platform_api.tables import UserRow
from tests.platform_api.api import Api
from tests.platform_api.orders_made import row_of
from tests.platform_api.people import add_person, add_ticket, patch, post
from tests.telling import telling

FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
WORDS = st.text(st.characters(exclude_categories=["N", "Cs"]), max_size=20)


def checked(digits: str) -> str:
    """The digits with the check digit that makes them right, by the rule as it is written down."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return digits + str(-total % 10)


@st.composite
def cards(draw: st.DrawFn) -> str:
    low, high, lengths = draw(st.sampled_from(ISSUERS))
    prefix = str(draw(st.integers(low, high)))
    rest = draw(st.sampled_from(list(lengths))) - len(prefix) - 1
    return checked(prefix + draw(st.text("0123456789", min_size=rest, max_size=rest)))


@st.composite
def written(draw: st.DrawFn) -> str:
    """A card number as people write one: in a row, in groups, in other digits."""
    number = draw(cards())
    size = draw(st.sampled_from([4, 4, 4, 5, 6, LONGEST]))
    separator = draw(st.sampled_from([" ", "-", "", ".", " - ", "\u00a0", "\u200b", "\n", "–", "_", "/"]))
    grouped = separator.join(number[start : start + size] for start in range(0, len(number), size))
    return grouped.translate(draw(st.sampled_from([{}, FULL_WIDTH, ARABIC])))


@given(written(), WORDS, WORDS)
@example("4111 1111 1111 1111", "", "")
@example("3782-822463-10005", "amex ", "!")
@example("４１１１１１１１１１１１１１１１", "card", "card")
def test_is_found_and_blacked_out(number: str, before: str, after: str) -> None:
    text = f"{before}x{number}x{after}"
    assert has_card_number(text)
    assert black_out(text) == f"{before}x{HIDDEN}x{after}"


@given(cards(), st.integers(1, 9))
def test_a_wrong_check_digit_is_no_card(number: str, step: int) -> None:
    wrong = number[:-1] + str((int(number[-1]) + step) % 10)
    assert not has_card_number(wrong)
    assert black_out(wrong) == wrong


@given(st.integers(900, 998), st.integers(0, 10**12 - 1))
def test_a_microchip_number_passes(maker: int, animal: int) -> None:
    chip = f"{maker}{animal:012}"
    for text in (chip, " ".join(chip[start : start + 3] for start in range(0, 15, 3)), f"chip:{chip}."):
        assert not has_card_number(text)


@given(st.text(st.characters(exclude_categories=["Nd", "No", "Nl"]), max_size=200))
def test_text_without_digits_stays_as_it_is(text: str) -> None:
    assert black_out(text) == text


@given(st.lists(st.one_of(WORDS, written()), max_size=5))
def test_nothing_is_left_to_be_found(parts: list[str]) -> None:
    assert not has_card_number(black_out("x".join(parts)))


@pytest.mark.parametrize(
    "text",
    [
        "", "O-1048233", "203-555-0142, 203-555-0143", "24.12.2026, 09:30-11:00", "2026-11-22 14:03:11.123456", "4111 1111 1111 1112",
        "9" * 16, "0" * 16, "4" * 10_000, "1" * 10_000, "1 " * 5_000, "re_3PqXx4111111111a1111111", "$41.11 11.11 1111", "🐕" * 3_000,
        "4111\x1b[31m1111111111111",
    ],
)  # fmt: skip
def test_what_is_no_card(text: str) -> None:
    assert not has_card_number(text) and black_out(text) == text


def test_two_cards_in_one_note() -> None:
    text = "old 4111 1111 1111 1111, new 5555555555554444 (chip 985141000123456)"
    assert black_out(text) == f"old {HIDDEN}, new {HIDDEN} (chip 985141000123456)"


def test_a_number_beside_a_card_hides_nothing() -> None:
    assert black_out("room 12 4111 1111 1111 1111 3") == f"room 12 {HIDDEN} 3"


LETTERED = st.uuids().filter(lambda id: not id.hex.isdigit())
"""Ids as records have them; one of digits alone may be a card as well."""


@given(LETTERED, st.sampled_from(["", "dp_", "re_", "rfnd-", "https://pay.example/d/", "〈"]), st.booleans())
@example(UUID("01a204e5-6245-7641-8426-132721ed98a3"), "", True)
@example(UUID("4111111111111111a1111111111111a1"), "dp_", False)
def test_an_id_is_no_card(id: UUID, before: str, dashes: bool) -> None:
    text = f"{before}{id if dashes else id.hex}"
    for written in (text, text.upper(), f"see {text}, please"):
        assert not has_card_number(written) and black_out(written) == written


@given(LETTERED, cards(), st.sampled_from([" ", ", ", "\n", "/"]), st.booleans())
@example(UUID("01a204e5-6245-7641-8426-132721ed98a3"), "4111111111111111", " ", True)
def test_a_card_beside_an_id_is_found(id: UUID, number: str, between: str, dashes: bool) -> None:
    written = str(id) if dashes else id.hex
    assert black_out(f"{written}{between}{number}") == f"{written}{between}{HIDDEN}"
    assert black_out(f"{number}{between}{written}") == f"{HIDDEN}{between}{written}"


@given(cards(), st.text("abcdef", min_size=1, max_size=12))
def test_letters_beside_a_card_make_no_id_of_it(number: str, letters: str) -> None:
    assert black_out(f"{letters}{number}") == f"{letters}{HIDDEN}"
    assert black_out(f"{number}{letters}") == f"{HIDDEN}{letters}"


CARD = "4111 1111 1111 1111"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("tickets", {"subject": CARD, "channel": "phone"}),
        ("tickets", {"subject": "Card", "reference": f"card {CARD}", "channel": "phone"}),
        ("users/search", {"email": CARD}),
        ("users/U-1/lock", {"reason": "fraud", "text": f"used {CARD}"}),
        ("audit/export", {"action": CARD}),
    ],
)
def test_what_employees_type_is_refused_and_not_repeated(sqlite_api: Api, path: str, body: dict[str, str]) -> None:
    add_person(sqlite_api.platform)
    for role in ("support", "auditor"):
        answer = post(sqlite_api.sign_in(role), f"/v1/{path}", body, version=1)
        assert answer.status_code in (422, 403) and "1111" not in telling(answer.text)
    assert (
        post(sqlite_api.sign_in("support"), "/v1/tickets", {"subject": "x", "channel": "phone"}).json()["number"]
        == "T-1"
    )


def test_a_correction_holds_none(sqlite_api: Api) -> None:
    person = add_person(sqlite_api.platform)
    case = add_ticket(sqlite_api.platform, "support", person=person)
    support = sqlite_api.sign_in("support", case=case)
    answer = patch(support, f"/v1/users/{person}", {"set": {"city": CARD}, "source": "self"}, 1)
    assert answer.status_code == 422 and "1111" not in telling(answer.text)
    assert patch(support, f"/v1/users/{person}", {"set": {"city": "Danbury"}, "source": "self"}, 1).status_code == 200


def test_what_the_marketplace_sends_is_kept_without(sqlite_api: Api) -> None:
    item = {"external_id": "u-1", "name": f"Ada {CARD}", "sources": {"name": "self"}}
    answer = sqlite_api.sign_in("service").post("/v1/ingest/users", json={"items": [item]})
    assert answer.status_code == 200
    row = row_of(sqlite_api.platform, UserRow, answer.json()["results"][0]["id"])
    key = sqlite_api.platform.vault.keys_of([row.id])[row.id]
    assert load(key.open("users", row.id, "identity", bytes(row.sealed_identity)))["name"].value == f"Ada {HIDDEN}"
