"""What a widget takes: untrusted text as `Content`; money, dates, phones as people write them; the terminal's filter.

Textual protects neither the terminal nor itself: plain strings are parsed as markup, and escape sequences pass through.
So records keep `Raw`, and `line()` and `block()` alone turn it into something drawable; `SafeLines` then deletes
controls from all that is drawn, whatever its way there. babel and phonenumbers are imported where they are needed:
the start of the console doesn't.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import Decimal

from rich.segment import Segment
from textual.color import Color
from textual.content import Content
from textual.filter import LineFilter

from console.plain import BLOCK_CAP, LINE_CAP, safe_block, safe_line
from console.raw import Raw

__all__ = ["SafeLines", "ago", "ago_brief", "amount", "block", "day", "exact", "line", "money", "parse_money", "phone"]


def line(typed: Raw | str | None, cap: int = LINE_CAP) -> Content:
    """One line of untrusted text; None is empty."""
    return Content(safe_line(typed, cap)) if typed else Content("")


def block(typed: Raw | str | None, cap: int = BLOCK_CAP) -> Content:
    """Untrusted text with its line breaks; None is empty."""
    return Content(safe_block(typed, cap)) if typed else Content("")


class SafeLines(LineFilter):
    """Deletes C0, DEL, C1, bidi controls, line separators and hyperlinks from every line that goes to the terminal."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [_harmless(segment) for segment in segments]


_UNDRAWABLE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def _harmless(segment: Segment) -> Segment:
    text, style, control = segment
    linked = style is not None and style.link is not None
    if not linked and not _UNDRAWABLE.search(text):
        return segment
    return Segment(_UNDRAWABLE.sub("", text), style.update_link(None) if style and linked else style, control)


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MINUTE, _HOUR, _DAY, _WEEK = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1), timedelta(days=7)


def ago(at: datetime, now: datetime) -> str:
    """For lists: "now", "2 min", "5 h", "1 d", a date from a week on; with "in" before it when still to come."""
    distance = abs(now - at)
    if distance < _MINUTE:
        return "now"
    if distance >= _WEEK:
        return day(at)
    unit, name = next((unit, name) for unit, name in ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "min")) if distance >= unit)
    return f"{'in ' if at > now else ''}{distance // unit} {name}"


def ago_brief(at: datetime, now: datetime) -> str:
    """As `ago`, in nine cells at most: from a week on the day without its year, or the month of another year."""
    if abs(now - at) < _WEEK:
        return ago(at, now)
    here = at.astimezone()
    month = _MONTHS[here.month - 1]
    return f"{here.day} {month}" if here.year == now.astimezone().year else f"{month} {here.year}"


def exact(at: datetime) -> str:
    """For details: to the minute, in the zone of this computer, which it names."""
    here = at.astimezone()
    return f"{day(at)} {here:%H:%M} {safe_line(here.tzname() or '', 8)}"


def day(at: datetime) -> str:
    """The date alone: in English whatever the locale, and in the zone of this computer."""
    here = at.astimezone()
    return f"{here.day} {_MONTHS[here.month - 1]} {here.year}"


def money(minor: int, currency: str) -> str:
    """`minor` in the currency's smallest unit: 120450 USD is "1,204.50 USD", 500 JPY "500 JPY"."""
    return f"{amount(minor, currency)} {safe_line(currency, 8)}"


def amount(minor: int, currency: str) -> str:
    """As `money`, where the currency stands elsewhere."""
    digits = _precision(currency)
    return f"{Decimal(minor).scaleb(-digits):,.{digits}f}"


_AMOUNT = re.compile(r"([0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3}){1,5})(?:\.([0-9]*))?")


def parse_money(typed: str, currency: str) -> int | str:
    """Minor units of what `money` or a person writes ("64", "64.00", "1,204.50 USD"); else a sentence that says what is wrong.

    Nothing is guessed: a point stands before the decimals, all of them, and commas only between groups of three digits.
    """
    digits = _precision(currency)
    text = typed.strip().removesuffix(currency).rstrip() if currency else typed.strip()
    found = _AMOUNT.fullmatch(text)
    if not text:
        return "Type an amount."
    if found is None:
        return f"An amount in {safe_line(currency, 8)}, as in {amount(120450, currency)}."
    whole, decimals = found[1].replace(",", ""), found[2]
    if decimals is not None and len(decimals) != digits:
        return f"{_decimals(digits)}, as in {amount(120450, currency)}."
    return int(whole + (decimals or "0" * digits))


def _decimals(digits: int) -> str:
    return f"{digits} digits after the point" if digits else "No decimals in this currency"


def _precision(currency: str) -> int:
    from babel.numbers import get_currency_precision

    return get_currency_precision(currency)


_DIALLED = re.compile(r"\+[0-9 ().-]{6,24}")


def phone(typed: Raw | str | None) -> Content:
    """The way the number's own country writes it; what is more or less than one international number stays as typed."""
    import phonenumbers

    text = typed.typed if isinstance(typed, Raw) else typed or ""
    if not _DIALLED.fullmatch(text):  # the parser picks a number out of other text, and would hide the rest
        return line(typed)
    try:
        number = phonenumbers.parse(text, None)
    except phonenumbers.NumberParseException:
        return line(typed)
    return line(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL))
