"""/v1/campaigns."""

from __future__ import annotations

from console.platform_api.campaigns import CAMPAIGNS
from console.platform_api.routes.collection import add_read, collection

router = collection(CAMPAIGNS)

add_read(router, CAMPAIGNS)
