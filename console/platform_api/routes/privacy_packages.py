"""/v1/privacy-requests/{id}/build-package, allow-release and release-package."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from console.platform_api.access_package import releasing, second_person
from console.platform_api.guard import Asking, permits
from console.platform_api.mail import Letter
from console.platform_api.routes import models
from console.platform_api.routes.collection import to_response


class Release(models.Request):
    message: models.Letter


def add_packages(router: APIRouter) -> None:
    @router.post("/{named}/build-package", dependencies=[permits("privacy-requests", "build-package")])
    def build(named: str, ask: Asking) -> Response:
        return to_response(releasing.build(ask, named))

    @router.post("/{named}/allow-release", dependencies=[permits("privacy-requests", "allow-release")])
    def allow(named: str, ask: Asking) -> Response:
        return to_response(second_person.allow(ask, named))

    @router.post("/{named}/release-package", dependencies=[permits("privacy-requests", "release-package")])
    def release(named: str, ask: Asking, wish: Release) -> Response:
        letter = Letter(wish.message.subject, wish.message.body, wish.message.template)
        return to_response(releasing.release(ask, named, letter))
