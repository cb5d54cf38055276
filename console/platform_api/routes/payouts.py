"""/v1/payouts."""

from __future__ import annotations

from console.platform_api.payouts import PAYOUTS
from console.platform_api.routes.collection import add_read, collection

router = collection(PAYOUTS)

add_read(router, PAYOUTS)
