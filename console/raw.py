"""Text that people typed, kept in a type that no widget, log or f-string takes.

`console.text.line()` and `console.text.block()` alone turn it into something drawable.
"""

from __future__ import annotations

from typing import Any, final

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema


@final
class Raw:
    """An untrusted string; `typed` is its exact text, everything else shows only that it is there."""

    __slots__ = ("typed",)

    def __init__(self, typed: str) -> None:
        self.typed = typed

    def __repr__(self) -> str:
        return "Raw(…)"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Raw) and other.typed == self.typed

    def __hash__(self) -> int:
        return hash(self.typed)

    def __bool__(self) -> bool:
        return bool(self.typed)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(
            cls,
            core_schema.str_schema(),
            serialization=core_schema.plain_serializer_function_ser_schema(lambda raw: raw.typed),
        )
