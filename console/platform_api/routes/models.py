"""The base of all request models: strict, and closed to fields that nobody expects."""

from __future__ import annotations

import unicodedata
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


def _one_line(text: str) -> str:
    if any(unicodedata.category(character) in ("Cc", "Zl", "Zp") for character in text):
        raise ValueError("is one line without control characters")
    return text


def _plain_text(text: str) -> str:
    text = text.replace("\r\n", "\n")
    if any(unicodedata.category(character) == "Cc" and character not in "\n\t" for character in text):
        raise ValueError("is text without control characters")
    return text


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("is empty")
    return text


OneLine = AfterValidator(_one_line)
PlainText = AfterValidator(_plain_text)
NotBlank = AfterValidator(_not_blank)


class Letter(Request):
    """A mail to a person, as an employee wrote it."""

    subject: Annotated[str, Field(min_length=1, max_length=150), OneLine, NotBlank, NoCard]
    body: Annotated[str, Field(min_length=1, max_length=10_000), PlainText, NotBlank, NoCard]
    template: Code | None = None


class Sent(Request):
    """A message that went out, or is about to."""

    message: Code
