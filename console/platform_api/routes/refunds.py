"""/v1/refunds."""

from __future__ import annotations

from starlette.responses import Response

from console.platform_api import refund_work
from console.platform_api.guard import Asking, permits
from console.platform_api.refunds import REFUNDS
from console.platform_api.routes import models
from console.platform_api.routes.collection import add_read, collection, to_response
from console.platform_api.routes.payments import check_reason

router = collection(REFUNDS)


class Approval(models.Request):
    text: models.Text | None = None


@router.post("/{named}/approve", dependencies=[permits("refunds", "approve")])
def approve(named: str, ask: Asking, wish: Approval | None = None) -> Response:
    return to_response(refund_work.approve(ask, named, wish.text if wish else None))


class Rejection(models.Request):
    reason: models.Code
    text: models.Text | None = None


@router.post("/{named}/reject", dependencies=[permits("refunds", "reject")])
def reject(named: str, ask: Asking, wish: Rejection) -> Response:
    check_reason("reject", wish.reason)
    return to_response(refund_work.reject(ask, named, wish.reason, wish.text))


add_read(router, REFUNDS)
