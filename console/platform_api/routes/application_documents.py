"""/v1/application-documents."""

from __future__ import annotations

from console.platform_api.application_documents import DOCUMENTS
from console.platform_api.routes.collection import add_read, collection

router = collection(DOCUMENTS)

add_read(router, DOCUMENTS)
