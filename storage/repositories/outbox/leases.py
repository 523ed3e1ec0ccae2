"""What does a lease on a delivery rest on?"""

from typing import Final

from sqlalchemy import ColumnElement

from storage.states import DeliveryState
from storage.tables import DeliveryRow, table_of

_deliveries = table_of(DeliveryRow)

UNDELIVERED: Final = (DeliveryState.PENDING, DeliveryState.SENDING)
ALL_SHOPS: Final = "the outbox sends for every shop"


def held_by(owner: str) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that a claim is still this owner's."""
    table = _deliveries.c
    return (table.state == DeliveryState.SENDING, table.lease_owner == owner)
