"""/v1/payments."""

from __future__ import annotations

from console.platform_api.payments import PAYMENTS
from console.platform_api.routes.collection import add_read, collection

router = collection(PAYMENTS)

add_read(router, PAYMENTS)
