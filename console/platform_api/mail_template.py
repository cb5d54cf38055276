"""What a mail begins as, with places for values.

`string.Template` puts values in and does nothing else: what stands in a value is never looked at again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from string import Template as Pattern

PLACES = (
    "greeting", "missing", "reason", "days",
    "asked", "received", "until", "points", "turn_to",
    "contest", "prize", "order", "fields",
)  # fmt: skip
"""All that a template has places for. `missing` and `reason` are in people's words."""

SIGNED = "\n\nPetworks"


@dataclass(frozen=True)
class Template:
    """`of`: the resource whose cases it is for. The ticket's number is put behind the subject when the mail is sent."""

    of: str
    label: str
    subject: str
    body: str

    def fill(self, values: Mapping[str, str]) -> dict[str, str]:
        """Subject and body; a place without a value stays empty."""
        known = {name: values.get(name, "") for name in PLACES}
        body = Pattern(f"$greeting\n\n{self.body}{SIGNED}").substitute(known)
        return {"subject": Pattern(self.subject).substitute(known), "body": body}
