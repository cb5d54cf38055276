"""/v1/survey-entries."""

from __future__ import annotations

from console.platform_api.routes.collection import add_read, collection
from console.platform_api.survey_entries import SURVEY_ENTRIES

router = collection(SURVEY_ENTRIES)

add_read(router, SURVEY_ENTRIES)
