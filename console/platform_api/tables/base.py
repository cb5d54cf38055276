"""What all tables are made of."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, Table
from sqlmodel import Field, SQLModel

from console.platform_api.columns import Id, Moment

Number = BigInteger().with_variant(Integer, "sqlite")
"""SQLite makes a rowid alias only of INTEGER."""


def id_field(**options: Any) -> Any:
    return Field(sa_type=Id, **options)


def moment(**options: Any) -> Any:
    return Field(sa_type=Moment, **options)


def sealed() -> Any:
    return Field(default=None, sa_type=LargeBinary)


def number() -> Any:
    return Field(default=None, sa_column=Column(Number, primary_key=True, autoincrement=True))


class Row(SQLModel):
    """The base of the tables. Rows aren't validated, so nothing is built for it at start-up."""

    model_config = {"defer_build": True}


def table(model: type[SQLModel]) -> Table:
    """The Core table behind a model, for statements whose columns mypy should know as columns."""
    return SQLModel.metadata.tables[str(model.__tablename__)]
