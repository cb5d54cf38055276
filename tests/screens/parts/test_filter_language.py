"""What people type after `/`."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.raw import Raw
from screens.parts.filter_language import Filter, Vocabulary, advice, complete, parse

USERS = Vocabulary(
    {"state": ("active", "locked", "suspended"), "pro": ("yes", "no"), "opted_out": ("yes", "no")},
    ("number", "email", "phone", "name", "city", "postcode"),
    "U",
)


@pytest.mark.parametrize(
    ("typed", "params"),
    [
        ("", {}),
        ("state:active", {"state": ("active",)}),
        ("state:active,locked pro:yes", {"state": ("active", "locked"), "pro": ("yes",)}),
        ("state:active  STATE:locked", {"state": ("active", "locked")}),
    ],
)
def test_filters_become_parameters(typed: str, params: dict[str, tuple[str, ...]]):
    assert parse(typed, USERS) == Filter(params)


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ('name:"maria gomez" city:leeds', {"name": "maria gomez", "city": "leeds"}),
        ('name:"maria gomez', {"name": "maria gomez"}),
        ("email:a:b@example.com", {"email": "a:b@example.com"}),
        ("m.gomez@example.com", {"email": "m.gomez@example.com"}),
        ("U-1048233", {"number": "U-1048233"}),
        ("u-1048233", {"number": "u-1048233"}),
        ("1048233", {"number": "1048233"}),
        ("+1 (203) 555-0117", {"phone": "+1 (203) 555-0117"}),
        ("2035550117", {"phone": "2035550117"}),
        ("phone:2035550117", {"phone": "2035550117"}),
        ("number:12", {"number": "12"}),
    ],
)
def test_terms_find_people_and_the_plain_ones_are_recognised(typed: str, terms: dict[str, str]):
    assert parse(typed, USERS) == Filter(terms={name: Raw(value) for name, value in terms.items()})


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("maria", 'name:"…"'),
        ("states:active", "There is no states: here"),
        ("state:gone", "active, locked, suspended"),
        ("state:", "of what"),
        ("state:active, pro:yes", "is one of"),
        ("name:maria gomez", "Say what it is"),
        ("name:maria name:gomez", "can be given once"),
        ("state:active name:maria", "takes no filters"),
    ],
)
def test_what_makes_no_sense_says_what_does(typed: str, says: str):
    wrong = parse(typed, USERS)
    assert isinstance(wrong, str)
    assert says in wrong


def test_the_words_of_a_search_name_no_term():
    found = parse('name:"maria gomez" city:leeds', USERS)
    assert isinstance(found, Filter)
    assert found.words == "search by name, city"


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("st", "state:"),
        ("state:a", "state:active"),
        ("state:active,l", "state:active,locked"),
        ("pro:yes opt", "pro:yes opted_out:"),
        ("na", "name:"),
        ("name:mar", None),
        ("xyz", None),
        ("", None),
    ],
)
def test_completion_offers_what_there_is(typed: str, completed: str | None):
    assert complete(typed, USERS) == completed


def test_advice_follows_the_last_word():
    assert advice("pro:yes state:", USERS) == "state: active locked suspended"
    assert "find number: email:" in advice("", USERS)


@given(st.text(max_size=60))
def test_whatever_is_typed_is_a_filter_or_a_sentence(typed: str):
    found = parse(typed, USERS)
    assert isinstance(found, Filter) or found
    complete(typed, USERS)
    advice(typed, USERS)


@given(st.lists(st.sampled_from(["active", "locked", "suspended"]), min_size=1, max_size=3))
def test_the_words_of_a_filter_mean_the_same_filter(states: list[str]):
    found = parse(f"state:{','.join(states)} pro:no", USERS)
    assert isinstance(found, Filter)
    assert parse(found.words, USERS) == found
