"""Why the content of a document is not taken."""

from __future__ import annotations

ONLY = "only PDF, PNG, JPEG and plain text are taken"


class ContentRefused(ValueError):
    """Its text goes on from "the content …", and quotes nothing of it."""
