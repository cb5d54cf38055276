"""/v1/pro-applications."""

from __future__ import annotations

from console.platform_api.pro_applications import APPLICATIONS
from console.platform_api.routes.collection import add_read, collection

router = collection(APPLICATIONS)

add_read(router, APPLICATIONS)
