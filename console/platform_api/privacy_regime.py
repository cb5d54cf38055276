"""Which law's clock is proposed for a request: by the postcode of whom it is about, else by the country of their phone number.

A proposal alone: where somebody lives isn't always what they typed once, so an employee changes it with a reason.
"""

from __future__ import annotations

from sqlalchemy import Connection, select

from console.platform_api.blind import normal_phone
from console.platform_api.platform import Platform
from console.platform_api.projection import open_document
from console.platform_api.tables import UserRow, table
from console.platform_api.users import USERS
from console.records.privacy_requests import Kind, Regime
from console.records.record import Category

_users = table(UserRow)

CONNECTICUT = range(6_000, 7_000)
CALIFORNIA = range(90_000, 96_200)
EUROPE = frozenset((
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS", "IT", "LI", "LT", "LU",
    "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
))  # fmt: skip
"""The European Economic Area."""


def proposed(platform: Platform, connection: Connection, kind: str, person: str | None) -> Regime:
    """The policy's own where nothing is known: it promises the same to everybody."""
    if kind == Kind.OPT_OUT:
        return Regime.OPT_OUT
    row = connection.execute(select(_users).where(_users.c.id == person)).first() if person is not None else None
    key = platform.vault.keys_of([person]).get(person) if person is not None else None
    if row is None or key is None:
        return Regime.POLICY
    postcode = open_document(USERS, row, Category.LOCALITY, key).get("postcode")
    phone = open_document(USERS, row, Category.CONTACT, key).get("phone")
    return by_place(postcode.value if postcode else "", phone.value if phone else "")


def by_place(postcode: str, phone: str) -> Regime:
    """A phone from Europe comes first: there are postcodes of five digits as well."""
    if _country(phone) in EUROPE:
        return Regime.GDPR
    digits = postcode.strip()[:5]
    area = int(digits) if len(digits) == 5 and digits.isascii() and digits.isdigit() else -1
    if area in CONNECTICUT:
        return Regime.CTDPA
    return Regime.CCPA if area in CALIFORNIA else Regime.POLICY


def _country(phone: str) -> str | None:
    import phonenumbers  # 20 ms to load, and the platform answers without it

    number = normal_phone(phone)
    if not number.startswith("+"):
        return None
    return phonenumbers.region_code_for_number(phonenumbers.parse(number))
