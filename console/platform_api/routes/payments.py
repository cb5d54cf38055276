"""/v1/payments, and what of one is given back."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from starlette.responses import Response

from console.platform_api import refund_preview, refund_work
from console.platform_api.guard import Asking, permits
from console.platform_api.payments import PAYMENTS
from console.platform_api.problems import Invalid
from console.platform_api.refund_ways import Wish
from console.platform_api.routes import models
from console.platform_api.routes.collection import add_read, collection, to_response
from console.records.reasons import REASONS

MOST = 10**12
"""Minor units: more than any payment is."""

MOST_LINES = 200

router = collection(PAYMENTS)

Amount = Annotated[int, Field(ge=1, le=MOST)]
Line = Annotated[str, Field(pattern=r"^[1-9][0-9]{0,3}$")]


class RefundLook(models.Request):
    amount: Amount
    lines: Annotated[dict[Line, Amount], Field(min_length=1, max_length=MOST_LINES)] | None = None

    def by_line(self) -> dict[int, int]:
        return {int(line): amount for line, amount in (self.lines or {}).items()}


class RefundWish(RefundLook):
    reason: models.Code
    text: models.Text | None = None


@router.post("/{named}/refund", dependencies=[permits("payments", "refund")])
def refund(named: str, ask: Asking, wish: RefundWish) -> Response:
    check_reason("refund", wish.reason)
    return to_response(refund_work.request(ask, named, Wish(wish.amount, wish.reason, wish.text, wish.by_line())))


@router.post("/{named}/refund-preview", dependencies=[permits("payments", "refund")])
async def preview(named: str, ask: Asking, wish: RefundLook) -> Response:
    return to_response(await refund_preview.preview(ask, named, Wish(wish.amount, lines=wish.by_line())))


def check_reason(action: str, reason: str) -> None:
    if reason not in REASONS[action]:
        raise Invalid("Say why.", errors=[{"where": "reason", "what": f"is one of {', '.join(REASONS[action])}"}])


add_read(router, PAYMENTS)
