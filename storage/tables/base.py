"""The root of the tables: naming convention and the types of annotated columns."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Float,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)
from sqlalchemy.orm import DeclarativeBase, MappedColumn, mapped_column

from storage.types import Id, PlainJson, UtcDateTime


class Base(DeclarativeBase):
    """Gives each row class its table in one metadata."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's own way to declare it
        int: Integer(),
        str: Text(),
        bool: Boolean(),
        float: Float(),
        bytes: LargeBinary(),
        datetime: UtcDateTime(),
        dict[str, Any]: PlainJson,
        list[Any]: PlainJson,
    }


def row_id() -> MappedColumn[int]:
    """Return the numbered primary key of a table."""
    return mapped_column(Id, primary_key=True, autoincrement=True)


def belongs_to(target: str) -> MappedColumn[Any]:
    """Return a column that points at the id of another table."""
    return mapped_column(Id, ForeignKey(f"{target}.id"))


def shop_column() -> MappedColumn[int]:
    """Return the column that says whose row it is; every query names it."""
    return mapped_column(Id, ForeignKey("shops.id"))


def table_of(row: type[Base]) -> Table:
    """Return the table of a row class, for statements of SQLAlchemy Core."""
    return Base.metadata.tables[row.__tablename__]
