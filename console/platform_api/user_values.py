"""What a user's personal values may look like when an employee writes them. Messages name the rule, never the value."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from console.platform_api.blind import normal_phone
from console.platform_api.problems import Invalid

Check = Callable[[str], str]
_EMAIL = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@[^\s@<>,;:\"()\[\]\\]{1,189}")


def _line(most: int) -> Check:
    def check(text: str) -> str:
        text = text.strip()
        if not text or len(text) > most:
            raise ValueError(f"needs 1 to {most} characters")
        if any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in text):
            raise ValueError("can't have control characters or line breaks")
        return text

    return check


def _email(text: str) -> str:
    text = _line(254)(text)
    if not _EMAIL.fullmatch(text) or "." not in text.rpartition("@")[2]:
        raise ValueError("is an address like name@example.com")
    return text


def _phone(text: str) -> str:
    number = normal_phone(_line(40)(text))
    if not (number.startswith("+") and 8 <= len(number) <= 16):
        raise ValueError("is a phone number with its area code, or + and the country code")
    return number


CHECKS: dict[str, Check] = {
    "name": _line(200), "email": _email, "phone": _phone,
    "city": _line(100), "postcode": _line(12), "street": _line(200),
}  # fmt: skip


def checked(values: dict[str, str]) -> dict[str, str]:
    """The values as they are stored; Invalid names every field that can't be taken."""
    good, errors = {}, []
    for name, value in values.items():
        try:
            good[name] = CHECKS[name](value)
        except ValueError as error:
            errors.append({"where": name, "what": str(error)})
    if errors:
        raise Invalid("Correct the fields that are named.", errors=errors)
    return good
