"""Blind indexes: equal for what people take for equal, different for all else, and nothing without the key."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.platform_api import blind
from console.platform_api.keys import Keys

NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return Keys.load(tmp_path_factory.mktemp("keys"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("maria@example.com", "Maria@Example.COM"),
        ("maria@example.com", "  maria@example.com\n"),
        ("maria@example.com", "ｍａｒｉａ＠ｅｘａｍｐｌｅ．ｃｏｍ"),
        ("maria@example.com", "maria@example.com."),
        ("info@bücher.example", "INFO@xn--bcher-kva.example"),
        ("straße@example.com", "STRASSE@example.com"),
    ],
)
def test_same_email(keys: Keys, one: str, other: str):
    assert blind.email_token(keys, one) == blind.email_token(keys, other)
    assert blind.same_email(one, other)


@pytest.mark.parametrize(
    "other",
    ["maría@example.com", "maria@example.net", "maria+pets@example.com", "mariaexample.com", "maria @example.com"],
)
def test_another_mailbox(keys: Keys, other: str):
    assert blind.email_token(keys, "maria@example.com") != blind.email_token(keys, other)


@pytest.mark.parametrize(
    "written",
    [
        "2036241234", "203-624-1234", "203.624.1234", "+1 (203) 624-1234", "1-203-624-1234", "+12036241234", "２０３ ６２４ １２３４",
        "203 624 1234 ext. 7",
        "٢٠٣٦٢٤١٢٣٤", "tel: 203 624 1234",
    ],
)  # fmt: skip
def test_same_phone(keys: Keys, written: str):
    assert blind.normal_phone(written) == "+12036241234"
    assert blind.phone_token(keys, written) == blind.phone_token(keys, "(203) 624-1234")


def test_phones_of_other_countries(keys: Keys):
    assert blind.phone_token(keys, "+44 20 7946 0958") == blind.phone_token(keys, "011 44 (0)20-7946-0958")
    assert not blind.same_phone("+44 20 7946 0958", "+1 207 946 0958")
    assert blind.normal_phone("+49 (0)89 444455") == "+4989444455"


@pytest.mark.parametrize("written", ["", "no number", "+", "12", "+999 1", "(((", "\x00", "9" * 400])
def test_what_is_no_phone_fails_nothing(keys: Keys, written: str):
    assert isinstance(blind.phone_token(keys, written), int)


@pytest.mark.parametrize(
    ("stored", "sought"),
    [
        ("María José Núñez", "maria nunez"), ("Maria Jose Nunez", "MARÍA JOSÉ NÚÑEZ"), ("Søren Ødegård", "soren odegard"),
        ("Łukasz Wałęsa", "lukasz walesa"),
        ("Weiß", "WEISS"), ("Patrick O'Brien", "o’brien"), ("Patrick O’Brien", "obrien"), ("Ann Smith-Jones", "jones"),
        ("İbrahim Işık", "ibrahim isik"),
        ("  Anna \t Lee ", "anna  lee"), ("王小龙", "王 小龙"), ("佐藤 健太", "佐藤健太"),
        ("佐藤 健太", "佐藤"), ("김 민준", "김민준"), ("ﾏﾘｱ", "マリア"),
        ("أحمد", "احمد"), ("מֹשֶׁה כהן", "משה"), ("Воробьёва", "воробьева"), ("Χρήστος", "χρηστοσ"), ("प्रिया शर्मा", "प्रिया"), ("Ng", "ng"),
        ("\u202eAnna\u202c Lee", "anna"), ("An\u200bna Lee", "anna"), ("Ａｎｎａ", "anna"), ("Anna", unicodedata.normalize("NFD", "Ánna")),
    ],
)  # fmt: skip
def test_found_by_name(keys: Keys, stored: str, sought: str):
    assert blind.is_named(stored, sought)
    assert blind.sought_tokens(keys, sought) <= blind.name_tokens(keys, stored)


@pytest.mark.parametrize(
    ("stored", "sought"),
    [
        ("Anna Lee", "ann"), ("Anna Lee", "anna leigh"), ("Anna Lee", ""), ("Anna Lee", " . "), ("किरण", "करण"), ("か", "が"),
        ("王小龙", "王"), ("[/]", "/"),
    ],
)  # fmt: skip
def test_not_found_by_name(keys: Keys, stored: str, sought: str):
    """Whole words alone: prefixes would let names be guessed from the index."""
    assert not blind.is_named(stored, sought)


@given(name=NAMES)
def test_every_name_is_found_by_itself(name: str):
    if blind.words(name):
        assert blind.is_named(name, name)
        assert blind.is_named(name, name.upper()) or not name.isascii()
        assert blind.sought_words(name) <= blind.words(name)


@given(name=NAMES, other=NAMES)
def test_words_of_a_name_stay_found_in_a_longer_one(name: str, other: str):
    """With a word of letters between: neighbouring words of spaceless scripts are one."""
    assert blind.sought_words(name) <= blind.words(f"{name} de {other}")


@given(name=NAMES)
def test_folding_twice_changes_nothing(name: str):
    assert blind.fold(blind.fold(name)) == blind.fold(name)


def test_tokens_need_the_key_and_the_field(keys: Keys, tmp_path: Path):
    other = Keys.load(tmp_path)
    assert blind.email_token(keys, "a@example.com") != blind.email_token(other, "a@example.com")
    assert blind.token(keys, "email", "12345") != blind.token(keys, "phone", "12345")
    assert not {blind.email_token(keys, "anna")} & blind.name_tokens(keys, "anna")


@given(text=st.text())
def test_any_text_has_tokens_of_64_bits(keys: Keys, text: str):
    for token in {blind.email_token(keys, text), *blind.name_tokens(keys, text)}:
        assert -(2**63) <= token < 2**63
