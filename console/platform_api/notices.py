"""Telling a person that how they are reached was changed, at the old address too: if somebody else had it changed, they hear of it."""

from __future__ import annotations

from collections.abc import Mapping

from console.platform_api import mail
from console.platform_api.documents import Value
from console.platform_api.mail_templates import GREETING, TEMPLATES
from console.platform_api.store import Write
from console.records.users import Source

TOLD_OF = {"email": "email_changed", "phone": "phone_changed"}
"""Field → the template."""

SECURITY = "security"


def tell_of_change(write: Write, before: Mapping[str, Value]) -> None:
    """In the correction's own transaction. `before`: the values that stood there. Who has no address is told nothing."""
    templates = [template for name, template in TOLD_OF.items() if name in write.changed]
    addresses = _addresses(write, before)
    for template in templates:
        for address in addresses:
            mail.tell(
                write.others, ticket=None, person=str(write.row.id), topic=SECURITY, template=template, author=None, address=address,
                **TEMPLATES[template].fill({"greeting": GREETING}),
            )  # fmt: skip
    if templates:
        write.details["told_at"] = len(addresses)


def _addresses(write: Write, before: Mapping[str, Value]) -> list[str]:
    """The old address unless it came from Google (P9), and the new one."""
    old, new = before.get("email"), write.changed.get("email", (None, None))[1]
    found = [old.value] if old is not None and old.source is not Source.GOOGLE else []
    return list(dict.fromkeys([*found, *([new] if new is not None else [])]))
