"""/v1/disclosures."""

from __future__ import annotations

from console.platform_api.disclosures import DISCLOSURES
from console.platform_api.routes.collection import add_read, collection

router = collection(DISCLOSURES)

add_read(router, DISCLOSURES)
