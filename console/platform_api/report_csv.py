"""The processor's balance report, as Stripe documents it (`balance_change_from_activity.itemized`): CSV into lines, or what is wrong where.

Only what money is compared by is taken: ids, amounts, a time, a category. What the report says of customers is never kept. Amounts stand
there in major units ("10.00" dollars, "500" yen). Nothing is guessed, and no cell is ever quoted back.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import NoReturn, TypeVar

from console.platform_api.card_numbers import has_card_number
from console.platform_api.problems import Invalid, TooLarge

MOST_BYTES = 10 * 1024 * 1024
MOST_LINES = 200_000
MOST_ERRORS = 20
MOST_CELL = 20_000
KIND = "balance_change_from_activity.itemized"

REQUIRED = ("balance_transaction_id", "created_utc", "currency", "gross", "reporting_category", "source_id")
PAYMENT = ("payment_intent_id", "charge_id")
"""Optional columns that name the payment behind a line, the one that payments go by first."""
FACING = ("customer_facing_amount", "customer_facing_currency")
"""Optional columns: what the payer saw, where the processor turned it into another currency for the balance."""

READ = (*REQUIRED, *PAYMENT, *FACING)

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,254}", re.ASCII)
_CATEGORY = re.compile(r"[a-z][a-z_]{0,59}", re.ASCII)
_CURRENCY = re.compile(r"[A-Za-z]{3}", re.ASCII)
_GROSS = re.compile(r"(-?)([0-9]{1,13})(?:\.([0-9]{1,6}))?", re.ASCII)
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z| UTC)?", re.ASCII)
_EARLIEST, _LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Line:
    """One movement of money. `line`: where in the file it begins; `gross` in minor units, what left is negative.

    Both `gross` and `currency` are those that the payer saw. `references` name the payment behind it, if the report has columns for that.
    """

    line: int
    transaction: str
    created: datetime
    category: str
    source: str | None
    references: tuple[str, ...]
    currency: str
    gross: int


Value = TypeVar("Value")


class _Wrong(ValueError):
    """What is wrong with a cell, in words that don't hold it."""


def parse(content: bytes) -> list[Line]:
    """TooLarge, or Invalid with the lines and columns that can't be read."""
    if len(content) > MOST_BYTES:
        raise TooLarge(f"A report may have {MOST_BYTES // 1024 // 1024} MB: take a shorter time.")
    rows = _rows(_text(content))
    at, head = next(rows, (1, []))
    places = _places(at, head)
    lines, errors = [], []
    for at, cells in rows:
        try:
            lines.append(_line(at, cells, places, len(head)))
        except Invalid as error:
            errors.extend(error.members["errors"])
        if len(errors) >= MOST_ERRORS:
            break
    if errors:
        raise Invalid("Some lines can't be read; nothing was imported.", errors=errors[:MOST_ERRORS])
    if not lines:
        _refuse(at, "the report has no lines")
    return lines


def _refuse(line: int, what: str, column: str | None = None) -> NoReturn:
    where = f"line {line}" if column is None else f"line {line}, {column}"
    raise Invalid("The report can't be read; nothing was imported.", errors=[{"where": where, "what": what}])


# From bytes to rows


def _text(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        _refuse(content.count(b"\n", 0, error.start) + 1, "isn't UTF-8: export the report as CSV once more")
    if "\0" in text:
        _refuse(text.count("\n", 0, text.index("\0")) + 1, "holds a NUL character")
    return text


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """(first line, cells) of each row; blank lines are none."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    count, at = 0, 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error:
            _refuse(at, "isn't CSV: a quote is missing, or something stands after one")
        if cells is None:
            return
        if cells:
            count += 1
            if count > MOST_LINES + 1:
                _refuse(at, f"a report may have {MOST_LINES:,} lines: take a shorter time")
            yield at, cells
        at = reader.line_num + 1


def _places(line: int, head: Sequence[str]) -> Mapping[str, int]:
    """Column → place, of the columns that are read. What else the report has is passed over."""
    names = [cell.strip() for cell in head]
    for name in READ:
        if names.count(name) > 1:
            _refuse(line, "stands there twice", name)
    missing = [name for name in REQUIRED if name not in names]
    if missing:
        _refuse(line, f"is missing: take a report of the type {KIND}, with this column", missing[0])
    return {name: names.index(name) for name in READ if name in names}


# From a row to a line


def _line(line: int, cells: Sequence[str], places: Mapping[str, int], width: int) -> Line:
    if len(cells) != width:
        _refuse(line, f"has {len(cells)} cells where the head has {width}")
    if any(len(cell) > MOST_CELL for cell in cells):
        _refuse(line, f"has a cell of more than {MOST_CELL:,} characters")

    def read(name: str, reading: Callable[[str], Value]) -> Value:
        try:
            return reading(cells[places[name]].strip())
        except _Wrong as error:
            _refuse(line, str(error), name)

    currency = read("currency", _currency)
    gross = read("gross", lambda cell: _minor_units(cell, currency))
    if all(name in places for name in FACING) and all(cells[places[name]].strip() for name in FACING):
        facing = read(FACING[1], _currency)
        if facing != currency:
            seen = abs(read(FACING[0], lambda cell: _minor_units(cell, facing)))
            currency, gross = facing, -seen if gross < 0 else seen
    references = [read(name, _optional_id) for name in PAYMENT if name in places]
    return Line(
        line=line,
        transaction=read("balance_transaction_id", _id),
        created=read("created_utc", _moment),
        category=read("reporting_category", _category),
        source=read("source_id", _optional_id),
        references=tuple(reference for reference in references if reference is not None),
        currency=currency,
        gross=gross,
    )


def _id(cell: str) -> str:
    if not _ID.fullmatch(cell):
        raise _Wrong("isn't an id: letters, digits, _ and -")
    if cell.isdigit() or has_card_number(cell):
        raise _Wrong("isn't an id of the processor's")
    return cell


def _optional_id(cell: str) -> str | None:
    return _id(cell) if cell else None


def _category(cell: str) -> str:
    if not _CATEGORY.fullmatch(cell):
        raise _Wrong("isn't a category, as charge or refund")
    return cell


def _currency(cell: str) -> str:
    if not _CURRENCY.fullmatch(cell):
        raise _Wrong("isn't a currency, as usd")
    return cell.upper()


def _moment(cell: str) -> datetime:
    found = cell.removesuffix("Z").removesuffix(" UTC")
    try:
        moment = datetime.fromisoformat(found).replace(tzinfo=UTC) if _TIME.fullmatch(cell) else None
    except ValueError:
        moment = None
    if moment is None or not _EARLIEST <= moment < _LATEST:
        raise _Wrong("isn't a time in UTC, as 2026-11-22 13:05:10")
    return moment


def _minor_units(cell: str, currency: str) -> int:
    """Decimals beyond the currency's own may only be noughts."""
    found = _GROSS.fullmatch(cell)
    if found is None:
        raise _Wrong("isn't an amount, as 1204.50 or -8.00: digits, with a point before the decimals")
    digits = precision(currency)
    decimals = (found[3] or "").ljust(digits, "0")
    if decimals[digits:].strip("0"):
        raise _Wrong(f"has more than the {digits} decimals of this currency")
    value = int(found[2] + decimals[:digits])
    return -value if found[1] else value


@cache
def precision(currency: str) -> int:
    """How many digits of the currency stand after the point; 2 for one that nobody knows."""
    from babel.numbers import get_currency_precision

    return get_currency_precision(currency)
