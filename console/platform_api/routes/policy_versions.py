"""/v1/policy-versions."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from starlette.responses import Response

from console.platform_api.guard import Asking, permits
from console.platform_api.policy_versions import POLICY_VERSIONS, post_version
from console.platform_api.routes import models
from console.platform_api.routes.collection import add_read, collection, to_response
from console.platform_api.routes.ingest import Moment

router = collection(POLICY_VERSIONS)


class Posting(models.Request):
    """`effective`: when it comes into force; at once when nothing is said."""

    label: Annotated[str, Field(min_length=1, max_length=40), models.OneLine, models.NotBlank, models.NoCard]
    text: Annotated[str, Field(min_length=1, max_length=100_000), models.PlainText, models.NotBlank, models.NoCard]
    effective: Moment | None = None


@router.post("", dependencies=[permits("policy-versions", "create")], status_code=201)
def policy_version_post(ask: Asking, wish: Posting) -> Response:
    return to_response(post_version(ask, wish.label, wish.text, wish.effective))


add_read(router, POLICY_VERSIONS)
