"""What is kept of a refund that was not sent, or whose answer never came: in the drafts, so that every screen knows of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from console.client import new_key
from console.raw import Raw
from console.records.payments import Payment
from console.text import money
from screens.parts.refund import RefundAnswer, RefundDraft


@dataclass(frozen=True)
class Kept:
    """What was typed, and the key of an intent whose outcome isn't known yet; `digest` tells whether it is the same one."""

    draft: RefundDraft
    key: str = ""
    digest: str = ""
    money: str = ""

    @classmethod
    def sent(cls, answer: RefundAnswer, payment: Payment, before: Kept | None) -> Kept:
        digest = hashlib.sha256(json.dumps(answer.body, sort_keys=True).encode()).hexdigest()
        same = before is not None and before.key and before.digest == digest
        key = before.key if before is not None and same else new_key()
        return cls(answer.draft, key, digest, money(answer.amount, payment.currency))

    @classmethod
    def of(cls, draft: RefundDraft, before: Kept | None) -> Kept | None:
        """Of a dialog that was left: nothing, if nothing was typed and nothing is in doubt."""
        if before is not None and before.key:
            return cls(draft, before.key, before.digest, before.money)
        return None if draft == RefundDraft() else cls(draft)

    @property
    def values(self) -> dict[str, Raw]:
        draft, amount = self.draft, self.draft.amount
        lines = ",".join(map(str, sorted(draft.lines)))
        known = {"lines": lines, "reason": draft.reason, "key": self.key, "digest": self.digest, "money": self.money}
        found = {name: Raw(value) for name, value in known.items()} | {"note": draft.note}
        return found | ({"amount": amount} if amount is not None else {})

    @classmethod
    def read(cls, values: Mapping[str, Raw]) -> Kept:
        known = {name: value.typed for name, value in values.items()}
        lines = frozenset(int(each) for each in known["lines"].split(",") if each)
        draft = RefundDraft(values.get("amount"), lines, known["reason"], values["note"])
        return cls(draft, known["key"], known["digest"], known["money"])
