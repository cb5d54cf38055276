"""The two files of a package, written a piece at a time: JSON for machines, and a page that is read without any network or script.

Whatever somebody typed is escaped, and the page forbids itself everything but its own style.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from html import escape
from typing import Any

from pydantic_core import to_json

from console.platform_api.access_package.gathering import Item
from console.platform_api.report_csv import precision

FORMAT = 1

STYLE = (
    "body{font:16px/1.5 sans-serif;max-width:60em;margin:2em auto;padding:0 1em}dl{margin:.3em 0 .3em 1em}dt{font-weight:bold}"
    "dd{margin:0 0 .3em 1em;white-space:pre-wrap;overflow-wrap:anywhere}article{border-top:1px solid #999;padding:.5em 0}"
)
POLICY = "default-src 'none'; style-src 'unsafe-inline'"

MONEY = frozenset(("amount", "captured", "refunded", "lost", "gross", "expected"))
"""Fields in minor units, where a currency stands beside."""


# JSON


def json_head(request: str, made: datetime) -> bytes:
    head = {"format": FORMAT, "what": "All that Petworks has about a person", "request": request, "made": made}
    return to_json(head)[:-1] + b',\n"sections":{'


def json_begins(name: str, *, first: bool) -> bytes:
    return (b"\n" if first else b",\n") + to_json(name) + b":["


def json_items(items: Sequence[Item], *, first: bool) -> bytes:
    lines = b",\n".join(to_json(item) for item in items)
    return lines if first or not items else b",\n" + lines


def json_ends() -> bytes:
    return b"]"


def json_tail() -> bytes:
    return b"}}\n"


# HTML


def html_head(request: str, made: datetime) -> bytes:
    title = f"What Petworks has about you ({request})"
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body><h1>{escape(title)}</h1>"
        f"<p>As of {_moment(made)}. Times are in UTC. The same stands in data.json, for machines. "
        "Lists in which you stand among others, with your values masked, are not told one by one.</p>\n"
    ).encode()


def html_begins(title: str) -> bytes:
    return f"<section><h2>{escape(title)}</h2>\n".encode()


def html_items(items: Sequence[Item]) -> bytes:
    return "".join(f"<article>{_shown(item)}</article>\n" for item in items).encode()


def html_ends(*, none: bool) -> bytes:
    return (b"<p>None.</p>" if none else b"") + b"</section>\n"


def html_tail() -> bytes:
    return b"</body></html>\n"


def _shown(value: Any, field: str = "", beside: Mapping[str, Any] | None = None) -> str:
    """`beside`: the fields around, for what an amount is in."""
    if isinstance(value, Mapping):
        return _fields(value)
    if isinstance(value, list | tuple):
        return "".join(f"<div>{_shown(one, field, beside)}</div>" for one in value) or "none"
    if isinstance(value, datetime):
        return _moment(value)
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if field in MONEY and isinstance(value, int) and beside and "currency" in beside:
        return escape(_amount(value, str(beside["currency"])))
    return escape(str(value))


def _fields(values: Mapping[str, Any]) -> str:
    shown = (
        f"<dt>{escape(name.replace('_', ' '))}</dt><dd>{_shown(value, name, values)}</dd>"
        for name, value in values.items()
    )
    return f"<dl>{''.join(shown)}</dl>"


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"


def _amount(minor: int, currency: str) -> str:
    digits = precision(currency)
    return f"{Decimal(minor).scaleb(-digits):,.{digits}f} {currency}"
