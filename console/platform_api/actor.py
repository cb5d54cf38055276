"""Who is asking: the signed-in employee behind a request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from console.records.employees import Role


@dataclass(frozen=True)
class Actor:
    """`person`: who the employee is on the marketplace, if anyone. `signed_in`: when the password was last given."""

    id: str
    number: int
    name: str
    email: str
    roles: frozenset[Role]
    person: str | None
    sign_in: str
    signed_in: datetime

    @property
    def role(self) -> str:
        """The roles as the audit log holds them."""
        return "+".join(sorted(self.roles))
