"""What privacy requests of the sample data have made: packages, plans to erase, changes that are proposed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from random import Random

from console.platform_api.documents import Value, dump
from console.platform_api.ids import id_at
from console.platform_api.tables import PrivacyPackageRow, ProposalRow
from console.platform_api.vault import OwnerKey
from console.records.users import Source

EXPIRES = timedelta(days=14)
COUNTS = {"profile": 9, "orders": 4, "payments": 4, "tickets": 2, "messages": 5, "looks": 11}


def package(request: str, person: str, built: datetime, decided: datetime | None) -> PrivacyPackageRow:
    """Built; released, fetched and gone where the request has ended. Of what was in it nothing is left but counts and a hash."""
    total = sum(COUNTS.values())
    row = PrivacyPackageRow(
        request=request, person=person, state="built" if decided is None else "expired", done=total, total=total, counts=COUNTS,
        sha256=hashlib.sha256(request.encode()).hexdigest(), size=48_213, built=built,
    )  # fmt: skip
    if decided is not None:
        row.released, row.taken, row.expires = decided, decided + timedelta(hours=3), decided + EXPIRES
    return row


PLANNED = tuple(
    {"effect": effect, "what": what, "count": count, "basis": basis, "key": None, "until": None}
    for effect, what, count, basis in (
        ("deletes", "profile", 1, None), ("deletes", "tickets", 2, None), ("redacts", "messages", 3, None),
        ("keeps", "payments", 4, "accounting"), ("keeps", "tombstone", 1, "stay_erased"),
    )
)  # fmt: skip
"""What was approved of those who are erased: nothing is left to count it anew."""

CORRECTED = ("phone", "city")


def proposals(
    random: Random,
    request: str,
    key: OwnerKey,
    at: datetime,
    by: str,
    before: Mapping[str, str | None],
    *,
    applied: bool,
) -> Iterator[ProposalRow]:
    """`before` is what stands there: a change is applied only to what it was set beside."""
    wished = {"phone": f"+1203555{random.randrange(10_000):04}", "city": "Old Lyme"}
    for name in CORRECTED:
        made = id_at(at, random)
        sides = {"before": before[name], "after": wished[name]}
        content = dump({side: Value(text, Source.EMPLOYEE, at) for side, text in sides.items() if text is not None})
        yield ProposalRow(
            id=made, request=request, person=key.owner, field=name, state="applied" if applied else "proposed", at=at, by=by,
            sealed_change=key.seal("proposals", made, "change", content),
        )  # fmt: skip
