"""Column types that mean the same on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import UUID as NativeUUID
from sqlalchemy import BigInteger, Dialect, LargeBinary
from sqlalchemy.types import TypeDecorator, TypeEngine

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Id(TypeDecorator[str]):
    """A UUID, text in Python; 16 bytes in SQLite (half of its text, so half the index), uuid in PostgreSQL."""

    impl = LargeBinary(16)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        native = NativeUUID(as_uuid=True) if dialect.name == "postgresql" else LargeBinary(16)
        return dialect.type_descriptor(native)

    def process_bind_param(self, value: str | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        found = UUID(value)
        return found if dialect.name == "postgresql" else found.bytes

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        if value is None:
            return None
        return str(value if isinstance(value, UUID) else UUID(bytes=bytes(value)))


class Moment(TypeDecorator[datetime]):
    """A UTC time in whole microseconds since 1970: sorts, and reads back to the microsecond, on both databases."""

    impl = BigInteger
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else (value - EPOCH) // timedelta(microseconds=1)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        return None if value is None else EPOCH + timedelta(microseconds=value)
