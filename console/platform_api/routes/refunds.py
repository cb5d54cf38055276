"""/v1/refunds."""

from __future__ import annotations

from console.platform_api.refunds import REFUNDS
from console.platform_api.routes.collection import add_read, collection

router = collection(REFUNDS)

add_read(router, REFUNDS)
