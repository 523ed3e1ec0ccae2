"""How the pictures that buyers sent are remembered; their files lie elsewhere."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert

from storage.tables import MediaRow, table_of


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPicture:
    """One picture whose file is safely on disk."""

    name: str
    """Of the file, with its suffix."""
    content_type: str
    size: int
    """Bytes of the file."""
    width: int
    height: int
    sha256: bytes


def add_picture(
    conn: Connection, shop_id: int, *, buyer_id: int, value: NewPicture, now: datetime
) -> None:
    """Remember one picture of a buyer."""
    conn.execute(
        insert(table_of(MediaRow)).values(
            shop_id=shop_id,
            buyer_id=buyer_id,
            name=value.name,
            content_type=value.content_type,
            size=value.size,
            width=value.width,
            height=value.height,
            sha256=value.sha256,
            created_at=now,
        )
    )
