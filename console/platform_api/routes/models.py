"""The base of all request models: strict, and closed to fields that nobody expects."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Text = Annotated[str, Field(min_length=1, max_length=10_000)]
Short = Annotated[str, Field(min_length=1, max_length=254)]
Code = Annotated[str, Field(min_length=1, max_length=40)]


class Request(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")
