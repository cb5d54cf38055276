"""/v1/application-documents."""

from __future__ import annotations

from typing import Literal

from starlette.responses import Response

from console.platform_api.application_documents import DOCUMENTS
from console.platform_api.document_contents import open_document
from console.platform_api.guard import Asking, permits
from console.platform_api.routes import models
from console.platform_api.routes.collection import add_read, collection
from console.platform_api.routes.revealing import add_reveal, take_case

router = collection(DOCUMENTS)
add_reveal(router, DOCUMENTS)


class Opening(models.Request):
    case: models.Code
    purpose: Literal["view", "save"]


@router.post("/{named}/open", dependencies=[permits("application-documents", "open")])
def open_content(named: str, ask: Asking, wish: Opening) -> Response:
    """Without a name of its own: whoever saves it gives it one."""
    take_case(ask, wish.case)
    opened = open_document(ask, named, wish.purpose)
    return Response(opened.content, headers={"Content-Type": opened.media_type, "Content-Disposition": "attachment"})


add_read(router, DOCUMENTS)
