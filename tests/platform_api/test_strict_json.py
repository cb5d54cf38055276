"""JSON that isn't plainly one thing is refused with a sentence that quotes nothing of it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.platform_api.problems import BadRequest
from console.platform_api.strict_json import DEPTH, check


@pytest.mark.parametrize(
    ("body", "because"),
    [
        (b'{"name": "a", "name": "b"}', "twice"),
        (b'{"inner": {"name": 1, "n\\u0061me": 2}}', "twice"),
        (b"[NaN]", "NaN"),
        (b"[Infinity]", "NaN"),
        (b"[-Infinity]", "NaN"),
        (b"[1e999]", "too large"),
        (b"[-1e999]", "too large"),
        (b"[9223372036854775808]", "64 bits"),
        (b"[-9223372036854775809]", "64 bits"),
        (b"[" + b"9" * 5000 + b"]", "64 bits"),
        (b'["a\\u0000b"]', "NUL"),
        (b'{"a\\u0000b": 1}', "NUL"),
        (b'["\\ud800"]', "surrogate"),
        (b'["\\udc00\\ud800"]', "surrogate"),
        (b'{"\\ud83d": 1}', "surrogate"),
        (b'["\xff"]', "UTF-8"),
        (b'["\xed\xa0\x80"]', "UTF-8"),
        ('["a"]'.encode("utf-16"), "UTF-8"),
        (b"\xef\xbb\xbf[]", "JSON"),
        (b'["a\nb"]', "JSON"),
        (b"{'a': 1}", "JSON"),
        (b"[1] [2]", "JSON"),
        (b"[01]", "JSON"),
        (b"", "JSON"),
        (b"[" * (DEPTH + 1) + b"]" * (DEPTH + 1), "deep"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "deep"),
        (b"[" * 500_000, "deep"),
    ],
)
def test_what_is_refused(body: bytes, because: str):
    with pytest.raises(BadRequest) as caught:
        check(body)
    assert because in caught.value.because


def test_a_refusal_quotes_nothing():
    with pytest.raises(BadRequest) as caught:
        check(b'{"Jane Doe": 1, "Jane Doe": 2}')
    assert "Jane" not in json.dumps(caught.value.document("1"))


@pytest.mark.parametrize(
    "body", [b"[9223372036854775807, -9223372036854775808]", b'["\\ud83d\\udc36"]', b"null", b'"x"']
)
def test_what_is_taken(body: bytes):
    check(body)


def test_the_deepest_that_is_taken():
    check(b"[" * DEPTH + b"]" * DEPTH)


scalars = (
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
)
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
values = st.recursive(scalars | texts, lambda inner: st.lists(inner) | st.dictionaries(texts, inner), max_leaves=20)


@given(values, st.booleans())
def test_ordinary_json_is_taken_however_it_is_written(value: object, ascii_only: bool):
    check(json.dumps(value, ensure_ascii=ascii_only).encode())


@given(st.binary())
def test_any_bytes_are_taken_or_refused(body: bytes):
    try:
        check(body)
    except BadRequest:
        return
    json.loads(body)
