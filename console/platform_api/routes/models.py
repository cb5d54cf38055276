"""The base of all request models: strict, and closed to fields that nobody expects."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from console.platform_api.card_numbers import has_card_number


def _no_card_number(text: str) -> str:
    if has_card_number(text):
        raise ValueError("holds what looks like a card number. Nothing was stored: leave the number out")
    return text


NoCard = AfterValidator(_no_card_number)
"""Stands in every text that an employee types (P16)."""

Text = Annotated[str, Field(min_length=1, max_length=10_000), NoCard]
Short = Annotated[str, Field(min_length=1, max_length=254), NoCard]
Code = Annotated[str, Field(min_length=1, max_length=40)]


class Request(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")
