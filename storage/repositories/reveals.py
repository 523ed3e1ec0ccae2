"""How it is written down who looked at what without the mask, before they see it."""

from datetime import datetime

from sqlalchemy import Connection, insert

from storage.tables import RevealRow, table_of

_reveals = table_of(RevealRow)


def record_reveal(
    conn: Connection,
    shop_id: int,
    *,
    person_id: int,
    buyer_id: int,
    field: str,
    reason: str,
    now: datetime,
) -> None:
    """Write down one look; in the unit that reads what is shown."""
    conn.execute(
        insert(_reveals).values(
            shop_id=shop_id,
            person_id=person_id,
            buyer_id=buyer_id,
            field=field,
            reason=reason,
            at=now,
        )
    )
