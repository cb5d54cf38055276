"""Sealed documents: what goes in comes out, and nothing goes in without its source."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.platform_api.documents import DocumentError, Value, dump, load
from console.records.users import Source

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.builds(
    Value,
    TEXTS,
    st.sampled_from(Source),
    st.datetimes(timezones=st.just(UTC)),
)


@given(st.dictionaries(TEXTS, VALUES))
def test_round_trip(document: dict[str, Value]):
    found = load(dump(document))
    assert found == document
    assert all(isinstance(value.source, Source) for value in found.values())


@pytest.mark.parametrize("source", ["", "friend", None, "Self"])
def test_no_value_without_its_source(source: Any):
    with pytest.raises(DocumentError):
        dump({"name": Value("Ann", source, datetime.now(UTC))})
    with pytest.raises(TypeError):
        Value("Ann")  # type: ignore[call-arg]


@pytest.mark.parametrize(
    "stored",
    [
        b"",
        b"[]",
        b"\xff\xfe",
        b'{"name":"Canary"}',
        b'{"name":["Canary","self"]}',
        b'{"name":["Canary","friend",1]}',
        b'{"name":["Canary","self","1"]}',
    ],
)
def test_what_is_no_document_is_refused_unquoted(stored: bytes):
    with pytest.raises(DocumentError) as caught:
        load(stored)
    assert "Canary" not in repr(caught.value) + str(caught.value)
    assert caught.value.__cause__ is None


def test_half_a_character_is_refused_unquoted():
    with pytest.raises(DocumentError) as caught:
        dump({"name": Value("Canary \ud800", Source.SELF, datetime.now(UTC))})
    assert "Canary" not in repr(caught.value) + str(caught.value)


def test_a_value_does_not_show_itself():
    value = Value("Canary", Source.SELF, datetime.now(UTC))
    assert "Canary" not in f"{value} {value!r} {value!s} {[value]}"
