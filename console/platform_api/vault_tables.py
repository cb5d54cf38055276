"""The tables of the vault database: the people's keys, and the blind indexes by which they are found.

They stand in a database of their own, so that its backups and logs don't travel with the values that the keys open.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, LargeBinary, MetaData
from sqlmodel import Field, SQLModel

from console.platform_api.columns import Id
from console.platform_api.tables.base import id_field


class VaultTable(SQLModel):
    """The base of the vault's tables. The records database's metadata doesn't know them."""

    metadata = MetaData()


class DataKey(VaultTable, table=True):
    """An owner's key, wrapped under the master key of `epoch`. Without its row nothing of the owner opens."""

    __tablename__ = "data_key"
    __table_args__ = {"sqlite_with_rowid": False}

    owner: str = id_field(primary_key=True)
    epoch: int
    wrapped: bytes = Field(sa_type=LargeBinary)
    pseudonym: bytes = Field(sa_type=LargeBinary, unique=True)


class Blind(VaultTable, table=True):
    """A keyed hash of an exact e-mail, an exact phone or a whole name word, and whose it is. A hint, to be compared.

    Owners rise with time, so a token's newest stand at the end of its stretch of the primary key.
    """

    __tablename__ = "blind"
    __table_args__ = {"sqlite_with_rowid": False}

    token: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    owner: str = Field(sa_column=Column(Id, primary_key=True))


class KeyCheck(VaultTable, table=True):
    """A keyed hash by which a key file is known as this vault's own: for the master key of each epoch, and for that of the indexes."""

    __tablename__ = "key_checks"

    name: str = Field(primary_key=True)
    value: bytes = Field(sa_type=LargeBinary)


DATA_KEY = VaultTable.metadata.tables["data_key"]
BLIND = VaultTable.metadata.tables["blind"]
KEY_CHECKS = VaultTable.metadata.tables["key_checks"]
