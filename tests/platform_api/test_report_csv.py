"""The processor's report: what is read of it, and what is refused, where, without a word of what stood there."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.platform_api import report_csv
from console.platform_api.card_numbers import has_card_number
from console.platform_api.problems import Invalid, Problem, TooLarge
from console.platform_api.report_csv import Line, parse

HEAD = (
    "balance_transaction_id", "created_utc", "available_on_utc", "currency", "gross", "fee", "net", "reporting_category", "source_id",
    "description", "customer_facing_amount", "customer_email",
)  # fmt: skip
ROW = (
    "txn_1", "2026-11-02 13:05:10", "2026-11-04 00:00:00", "usd", "64.00", "2.16", "61.84", "charge", "ch_1", "Boarding, 2 nights",
    "64.00", "maria@example.net",
)  # fmt: skip
SECRET = "secret-cell"
CARD = "4242424242424242"


def written(*rows: Sequence[str], head: Sequence[str] = HEAD, end: str = "\r\n") -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator=end)
    writer.writerows([head, *rows])
    return text.getvalue().encode()


def row(**cells: str) -> tuple[str, ...]:
    return tuple(cells.get(name, cell) for name, cell in zip(HEAD, ROW, strict=True))


def refused(content: bytes) -> tuple[str, str]:
    """Where and what of the first error."""
    with pytest.raises(Invalid) as caught:
        parse(content)
    first = caught.value.members["errors"][0]
    assert SECRET not in str(caught.value.document("request"))
    return first["where"], first["what"]


# What is read


def test_a_line_as_the_processor_documents_it() -> None:
    [line] = parse(written(ROW))
    assert line == Line(2, "txn_1", datetime(2026, 11, 2, 13, 5, 10, tzinfo=UTC), "charge", "ch_1", (), "USD", 6_400)


def test_the_payment_behind_a_line_is_read_where_the_report_has_it() -> None:
    [line] = parse(written((*ROW, "pi_7", "ch_7"), head=(*HEAD, "payment_intent_id", "charge_id")))
    assert line.references == ("pi_7", "ch_7")


@pytest.mark.parametrize(
    ("cell", "currency", "minor"),
    [
        ("0", "usd", 0), ("-0.00", "usd", 0), ("-8.50", "eur", -850), ("8.5", "usd", 850), ("500", "jpy", 500), ("500.00", "jpy", 500),
        ("1.234", "bhd", 1_234), ("10.000000", "usd", 1_000), ("9999999999999.99", "usd", 999_999_999_999_999), ("7", "xxq", 700),
    ],
)  # fmt: skip
def test_amounts_are_in_major_units(cell: str, currency: str, minor: int) -> None:
    assert parse(written(row(gross=cell, currency=currency)))[0].gross == minor


@pytest.mark.parametrize("cell", ["2026-11-02 13:05:10", "2026-11-02T13:05:10Z", "2026-11-02 13:05:10 UTC"])
def test_times_are_utc(cell: str) -> None:
    assert parse(written(row(created_utc=cell)))[0].created == datetime(2026, 11, 2, 13, 5, 10, tzinfo=UTC)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_end_of_lines_a_mark_at_the_start_and_blank_lines(end: str) -> None:
    content = b"\xef\xbb\xbf" + written(ROW, row(balance_transaction_id="txn_2"), end=end) + end.encode() * 3
    assert [line.line for line in parse(content)] == [2, 3]


def test_a_description_over_several_lines_moves_the_numbers_of_those_that_follow() -> None:
    content = written(row(description='He said "no",\nand left\r\n=1+1'), row(balance_transaction_id="txn_2"))
    assert [line.line for line in parse(content)] == [2, 5]


@pytest.mark.parametrize("text", ["=cmd()|x", "\x1b[2J", "<b>", "🐕" * 3, "\u202eabc", "e" * 10_000])
def test_hostile_text_in_columns_that_are_not_read(text: str) -> None:
    assert len(parse(written(row(description=text, customer_email=text)))) == 1


def test_money_that_the_processor_changed_counts_as_the_payer_saw_it() -> None:
    names = (*HEAD, "customer_facing_currency")
    paid, back, same, fee = (
        parse(written((*row(gross=gross, customer_facing_amount=seen), facing), head=names))[0]
        for gross, seen, facing in (
            ("64.00", "60.10", "eur"),
            ("-64.00", "60.10", "eur"),
            ("64.00", "64.00", "usd"),
            ("64.00", "", ""),
        )
    )
    assert [(one.gross, one.currency) for one in (paid, back, same, fee)] == [
        (6_010, "EUR"), (-6_010, "EUR"), (6_400, "USD"), (6_400, "USD")
    ]  # fmt: skip


# What is refused


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("gross", "=1+1"), ("gross", "1,204.50"), ("gross", "1.005"), ("gross", "12,50"), ("gross", ""), ("gross", "+5"), ("gross", "1e3"),
        ("gross", "nan"), ("gross", "١٢"), ("gross", "9" * 14), ("currency", "dollars"), ("currency", "€"), ("source_id", "=A1"),
        ("source_id", SECRET + "\x1b"), ("balance_transaction_id", ""), ("balance_transaction_id", SECRET + " " + SECRET),
        ("created_utc", "yesterday"), ("created_utc", "2026-02-30 10:00:00"), ("created_utc", "1999-01-01 00:00:00"),
        ("created_utc", "2026-11-02"), ("reporting_category", "Charge!"), ("reporting_category", "=" + SECRET), ("source_id", "i" * 256),
        ("balance_transaction_id", CARD), ("source_id", CARD), ("source_id", f"ch_{CARD}"), ("source_id", "4242-4242-4242-4242"),
        ("balance_transaction_id", "txn-4242_4242_4242_4242"), ("source_id", "1234567890"),
    ],
)  # fmt: skip
def test_a_cell_that_is_none_is_named_by_line_and_column(column: str, cell: str) -> None:
    where, what = refused(written(ROW, row(**{column: cell})))
    assert where == f"line 3, {column}"
    assert not cell or cell not in what


@pytest.mark.parametrize("missing", report_csv.REQUIRED)
def test_a_missing_column_is_named(missing: str) -> None:
    names = [name for name in HEAD if name != missing]
    assert refused(written(ROW[:-1], head=names))[0] == f"line 1, {missing}"


@pytest.mark.parametrize(
    ("content", "where"),
    [
        (b"", "line 1, balance_transaction_id"), (written(), "line 1"), (written(ROW, head=(*HEAD[:-1], "gross")), "line 1, gross"),
        (written(ROW)[:-3] + b"\0" + b"\r\n", "line 2"), (written(ROW, ROW[:-1]), "line 3"), (written(ROW, (*ROW, SECRET)), "line 3"),
        (written(ROW) + b'"txn_' + SECRET.encode(), "line 3"), (written(ROW) + b'"a"' + SECRET.encode() + b",b\r\n", "line 3"),
        (written(ROW) + b"\xff\xfe", "line 3"), (written(ROW).decode().encode("utf-16"), "line 1"),
        (written(row(description="d" * 200_000)), "line 2"), (written(row(description="d" * 20_001)), "line 2"),
    ],
)  # fmt: skip
def test_what_is_no_report_is_refused(content: bytes, where: str) -> None:
    assert refused(content)[0] == where


def test_no_more_errors_than_anyone_reads() -> None:
    with pytest.raises(Invalid) as caught:
        parse(written(*[row(gross="x")] * 100))
    assert len(caught.value.members["errors"]) == report_csv.MOST_ERRORS


def test_a_report_that_is_too_large() -> None:
    with pytest.raises(TooLarge):
        parse(b"x" * (report_csv.MOST_BYTES + 1))


def test_a_report_of_too_many_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report_csv, "MOST_LINES", 2)
    assert len(parse(written(ROW, ROW))) == 2
    assert refused(written(ROW, ROW, ROW))[0] == "line 4"


# Anything at all

IDS = st.from_regex(r"[A-Za-z][A-Za-z0-9_-]{0,20}", fullmatch=True).filter(lambda cell: not has_card_number(cell))
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)


@given(
    st.lists(
        st.tuples(
            IDS, st.datetimes(datetime(2000, 1, 1), datetime(2199, 1, 1)),  # noqa: DTZ001 - they come without a zone
            st.sampled_from(["usd", "jpy", "bhd"]), st.integers(-(10**12), 10**12), IDS, TEXTS,
        ),
        min_size=1,
    )
)  # fmt: skip
def test_what_is_written_is_read(moves: list[tuple[str, datetime, str, int, str, str]]) -> None:
    rows = []
    for transaction, at, currency, minor, source, text in moves:
        digits = report_csv.precision(currency.upper())
        whole, decimals = divmod(abs(minor), 10**digits)
        gross = f"{'-' if minor < 0 else ''}{whole}" + (f".{decimals:0{digits}}" if digits else "")
        rows.append(
            row(balance_transaction_id=transaction, created_utc=at.isoformat(" "), currency=currency, gross=gross, source_id=source,
                description=text)
        )  # fmt: skip
    found = parse(written(*rows))
    assert [(one.transaction, one.created.replace(tzinfo=None), one.currency.lower(), one.gross, one.source) for one in found] == [
        move[:5] for move in moves
    ]  # fmt: skip


GARBAGE = st.binary(max_size=300) | st.text(st.sampled_from('",\r\n\0=é\ufeff1.-x;\t'), max_size=200).map(str.encode)


@given(GARBAGE, st.booleans(), st.integers(0, 200))
def test_garbage_is_refused_and_never_more_than_that(garbage: bytes, headed: bool, cut: int) -> None:
    content = written(ROW)[: len(written()) + cut] + garbage if headed else garbage
    try:
        parse(content)
    except Problem as problem:
        assert problem.status in (413, 422)  # noqa: PT017 - garbage may also be a report
