"""What a company decides for itself: limits of refunds, what makes a payment worth a look, which processor. `platform.toml` in the data folder.

    zone = "America/New_York"            # whose midnight ends a day of refunds

    [refunds]
    while_disputed = false               # true only where the processor allows it

    [refunds.each.billing]               # what billing may refund by itself at once, in minor units
    USD = 10000

    [refunds.daily.billing]              # … and altogether in a day
    USD = 50000

    [reviews]
    times_usual = 5                      # so many times what the payer usually pays is large
    repeated_count = 3                   # so many payments of one amount by one payer …
    repeated_hours = 24                  # … within so many hours are repeated
    payout_change_hours = 72
    answer_hours = 24                    # when a review without a deadline of its own should be settled

    [reviews.large]                      # from this amount on a payment is large
    USD = 100000

    [applications]
    decide_hours = 72                    # when a pro application should be decided
    answer_days = 30                     # an applicant who was asked and doesn't answer lets it expire
    expiring_days = 30                   # a pro's document that expires so soon raises a task

    [contests]
    draw_days = 14                       # when a closed contest should be drawn: managers are told then
    lapse_days = 180                     # one that nobody drew in so many days lapses, and all contact of it is purged

    [contests.tax_from]                  # of a winner of a prize from this value on tax law makes us keep who it was, in minor units
    USD = 200000

    [processor]
    kind = "built-in"                    # or "stripe"

    [packages]
    address = "https://petworks.example.com"   # where people reach this platform from outside, for links to their data

    [mail]
    kind = "eml"                         # files in the data folder; or "smtp", which needs host and from
    from = "Petworks <support@petworks.example>"
    host = "mail.example.com"
    port = 587
    tls = "starttls"                     # or "implicit"; "none" in a demo on this machine alone
    user = "petworks"                    # its password stands elsewhere
    ca_file = "/etc/ssl/company.pem"     # the authorities to trust instead of the public ones

What isn't said stands as it is above. A currency without a limit has none to refund within: a manager decides.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from console.errors import SettingsError
from console.settings import line_of

FILE = "platform.toml"
PROCESSORS = ("built-in", "stripe")
MAIL = ("eml", "smtp")
TLS = ("starttls", "implicit", "none")
MOST = 10**12
"""No amount or count of a rule is larger: it would be a slip."""

Amounts = Mapping[str, int]
ByRole = Mapping[str, Amounts]


def _fixed(**found: Any) -> Mapping[str, Any]:
    return MappingProxyType(found)


@dataclass(frozen=True)
class Rules:
    """Amounts in minor units by currency; limits by role, then currency."""

    zone: str = "America/New_York"
    refund_while_disputed: bool = False
    each: ByRole = field(default_factory=lambda: _fixed(billing=_fixed(USD=10_000)))
    daily: ByRole = field(default_factory=lambda: _fixed(billing=_fixed(USD=50_000)))
    large: Amounts = field(default_factory=lambda: _fixed(USD=100_000))
    times_usual: int = 5
    repeated_count: int = 3
    repeated_hours: int = 24
    payout_change_hours: int = 72
    answer_hours: int = 24
    decide_hours: int = 72
    answer_days: int = 30
    expiring_days: int = 30
    draw_days: int = 14
    lapse_days: int = 180
    tax_from: Amounts = field(default_factory=lambda: _fixed(USD=200_000))
    processor: str = "built-in"
    mail: str = ""
    """Empty when nothing is said: files, but not in production."""
    mail_from: str = "Petworks <support@petworks.example>"
    mail_host: str = ""
    mail_port: int = 587
    mail_tls: str = "starttls"
    mail_user: str = ""
    mail_ca_file: str = ""
    packages_address: str = ""
    """Empty when nothing is said: this machine, but not in production."""

    def day_start(self, now: datetime) -> datetime:
        """The midnight that today began with, where the company is."""
        zone = ZoneInfo(self.zone)
        return datetime.combine(now.astimezone(zone).date(), time(), zone).astimezone(UTC)


def load_rules(data: Path) -> Rules:
    """SettingsError names file, line and key. No file: the rules as they come."""
    path = data / FILE
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Rules()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} can't be read: {type(error).__name__}.") from None
    return _Reader(path, text).rules()


Check = Callable[[Any], Any]


def _whole(least: int) -> Check:
    def check(value: Any) -> int:
        if type(value) is not int or not least <= value <= MOST:
            raise ValueError(f"is a whole number from {least} to {MOST}")
        return value

    return check


def _flag(value: Any) -> bool:
    if type(value) is not bool:
        raise ValueError("is true or false")
    return value


def _zone(value: Any) -> str:
    try:
        ZoneInfo(value)
    except (TypeError, ValueError, OSError, LookupError):
        raise ValueError("is a time zone, like America/New_York") from None
    return str(value)


def _one_of(values: Collection[str]) -> Check:
    def check(value: Any) -> str:
        if value not in values:
            raise ValueError(f"is one of {', '.join(values)}")
        return str(value)

    return check


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value or not value.isascii() or not value.isprintable():
        raise ValueError("is text of ASCII characters")
    return value


def _sender(value: Any) -> str:
    if not _SENDER.fullmatch(_text(value)):
        raise ValueError("is an address, like Petworks <support@example.com>")
    return str(value)


def _https(value: Any) -> str:
    if not _ADDRESS.fullmatch(_text(value)):
        raise ValueError("is an address, like https://petworks.example.com, with nothing behind the host")
    return str(value)


def _port(value: Any) -> int:
    if type(value) is not int or not 1 <= value <= 65_535:
        raise ValueError("is a port, from 1 to 65535")
    return value


_CURRENCY = re.compile("[A-Z]{3}")
_SENDER = re.compile(r"([A-Za-z0-9 ]+ <)?[\w.+-]+@[\w-]+(\.[\w-]+)+(?(1)>)", re.ASCII)
_ADDRESS = re.compile(r"https://[\w-]+(\.[\w-]+)+(:\d{1,5})?", re.ASCII)
_COUNT, _TIME, _AMOUNT = _whole(2), _whole(1), _whole(0)

SIMPLE: Mapping[tuple[str, ...], tuple[str, Check]] = {
    ("zone",): ("zone", _zone),
    ("refunds", "while_disputed"): ("refund_while_disputed", _flag),
    ("reviews", "times_usual"): ("times_usual", _COUNT),
    ("reviews", "repeated_count"): ("repeated_count", _COUNT),
    ("reviews", "repeated_hours"): ("repeated_hours", _TIME),
    ("reviews", "payout_change_hours"): ("payout_change_hours", _TIME),
    ("reviews", "answer_hours"): ("answer_hours", _TIME),
    ("applications", "decide_hours"): ("decide_hours", _TIME),
    ("applications", "answer_days"): ("answer_days", _TIME),
    ("applications", "expiring_days"): ("expiring_days", _TIME),
    ("contests", "draw_days"): ("draw_days", _TIME),
    ("contests", "lapse_days"): ("lapse_days", _TIME),
    ("processor", "kind"): ("processor", _one_of(PROCESSORS)),
    ("packages", "address"): ("packages_address", _https),
    ("mail", "kind"): ("mail", _one_of(MAIL)),
    ("mail", "from"): ("mail_from", _sender),
    ("mail", "host"): ("mail_host", _text),
    ("mail", "port"): ("mail_port", _port),
    ("mail", "tls"): ("mail_tls", _one_of(TLS)),
    ("mail", "user"): ("mail_user", _text),
    ("mail", "ca_file"): ("mail_ca_file", _text),
}
"""Key → field and check."""

AMOUNTS: Mapping[tuple[str, ...], tuple[str, str | None]] = {
    ("refunds", "each", "billing"): ("each", "billing"),
    ("refunds", "daily", "billing"): ("daily", "billing"),
    ("reviews", "large"): ("large", None),
    ("contests", "tax_from"): ("tax_from", None),
}
"""Tables of amounts by currency → field, and the role if it has one for each."""

_TABLES = {key[:depth] for key in (*SIMPLE, *AMOUNTS) for depth in range(1, len(key))}


class _Reader:
    """One file on its way to rules."""

    def __init__(self, path: Path, text: str) -> None:
        self.path, self.text = path, text
        self.found: dict[str, Any] = {}

    def rules(self) -> Rules:
        try:
            tables = tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as error:
            raise SettingsError(f"{self.path}: {error}.") from None
        self._table((), tables)
        return Rules(**self.found)

    def _table(self, place: tuple[str, ...], values: Mapping[str, Any]) -> None:
        for name, value in values.items():
            key = (*place, name)
            if key in SIMPLE:
                self._simple(key, value)
            elif key in AMOUNTS or key in _TABLES:
                if not isinstance(value, dict):
                    raise self._wrong(key, "is a table")
                self._amounts(key, value) if key in AMOUNTS else self._table(key, value)
            else:
                raise self._wrong(key, "is not known here")

    def _simple(self, key: tuple[str, ...], value: Any) -> None:
        name, check = SIMPLE[key]
        try:
            self.found[name] = check(value)
        except ValueError as error:
            raise self._wrong(key, str(error)) from None

    def _amounts(self, key: tuple[str, ...], values: Mapping[str, Any]) -> None:
        for currency, amount in values.items():
            if not _CURRENCY.fullmatch(currency):
                raise self._wrong((*key, currency), "is not a currency, like USD")
            try:
                _AMOUNT(amount)
            except ValueError as error:
                raise self._wrong((*key, currency), f"{error}, in minor units") from None
        name, role = AMOUNTS[key]
        fixed = MappingProxyType(dict(values))
        self.found[name] = fixed if role is None else MappingProxyType({role: fixed})

    def _wrong(self, key: tuple[str, ...], what: str) -> SettingsError:
        line = line_of(self.text, key[:-1], key[-1])
        return SettingsError(f"{self.path}, line {line}: {'.'.join(key)} {what}.")
