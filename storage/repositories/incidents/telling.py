"""How it is remembered who was told of an incident."""

from datetime import datetime

from sqlalchemy import Connection, exists, insert, literal, select, update

from storage.tables import IncidentContactRow, IncidentRow, table_of

_contacts = table_of(IncidentContactRow)
_incidents = table_of(IncidentRow)


def tell(
    conn: Connection,
    shop_id: int,
    *,
    incident_id: int,
    buyer_id: int,
    conversation_id: int,
    now: datetime,
) -> None:
    """Remember, once, that a buyer was told: they hear from us when it is over.

    One who is told in the very moment of its end is among those whom the tick looks for.
    """
    table = _contacts.c
    is_known = exists().where(
        table.shop_id == shop_id,
        table.incident_id == incident_id,
        table.buyer_id == buyer_id,
    )
    columns = ("shop_id", "incident_id", "buyer_id", "conversation_id", "told_at")
    made = conn.execute(
        insert(_contacts).from_select(
            columns,
            select(
                literal(shop_id),
                literal(incident_id),
                literal(buyer_id),
                literal(conversation_id),
                literal(now, table.told_at.type),
            ).where(~is_known),
        ),
        # Without it PostgreSQL's driver keeps no count of an INSERT.
        execution_options={"preserve_rowcount": True},
    )
    if made.rowcount > 0:
        conn.execute(
            update(_incidents)
            .where(
                _incidents.c.shop_id == shop_id,
                _incidents.c.id == incident_id,
                _incidents.c.closed_at.is_not(None),
            )
            .values(closed_at=None)
        )
