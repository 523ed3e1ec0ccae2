"""Everything that is kept about one buyer, for the copy they may ask for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, select

from bot.errors import NotFoundError
from storage.tables import (
    BuyerRow,
    ConsentRow,
    ConversationEventRow,
    ConversationRow,
    DeliveryRow,
    DeviceRow,
    FollowUpRow,
    IdentityCheckRow,
    IdentityTryRow,
    IncidentContactRow,
    MediaRow,
    MessageRow,
    OrderEventRow,
    OrderRow,
    PromiseRow,
    RatingRow,
    RevealRow,
    ReviewRow,
    SuggestionRow,
    SuppressionRow,
    TicketEventRow,
    TicketRow,
    table_of,
)
from storage.vault import vault_of

_buyers = table_of(BuyerRow)
_conversations = table_of(ConversationRow)
_orders = table_of(OrderRow)
_tickets = table_of(TicketRow)

_OF_BUYER = {
    "consents": table_of(ConsentRow),
    "suppressions": table_of(SuppressionRow),
    "devices": table_of(DeviceRow),
    "pictures": table_of(MediaRow),
    "conversations": _conversations,
    "tickets": _tickets,
    "follow_ups": table_of(FollowUpRow),
    "reviews": table_of(ReviewRow),
    "reveals": table_of(RevealRow),
    "incident_contacts": table_of(IncidentContactRow),
    "promises": table_of(PromiseRow),
}
_OF_CONVERSATION = {
    "messages": table_of(MessageRow),
    "deliveries": table_of(DeliveryRow),
    "suggestions": table_of(SuggestionRow),
    "ratings": table_of(RatingRow),
    "conversation_events": table_of(ConversationEventRow),
    "identity_checks": table_of(IdentityCheckRow),
    "identity_tries": table_of(IdentityTryRow),
}
_OF_TICKET = {"ticket_events": table_of(TicketEventRow)}
_OF_ORDER = {"order_events": table_of(OrderEventRow)}

_INNER = frozenset(
    {
        "shop_id",
        "search_text",
        "token_hash",
        "phone_hash",
        "order_hash",
        "digits_enc",
        "next_at",
        "sha256",
        "lease_owner",
        "lease_until",
        "dedupe_key",
        "version",
        "used_variants",
    }
)
"""Columns of the machinery: they tell nothing of the buyer that another does not."""
_SEALED = {"phone_enc": "phone", "address_enc": "address"}

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyerData:
    """Everything kept about one buyer: lists of rows by what they are."""

    buyer_ref: str
    connectors: tuple[str, ...]
    records: Mapping[str, Sequence[Record]]

    def of(self, name: str) -> Sequence[Record]:
        """Return the rows of one kind."""
        return self.records[name]


def buyer_ref_of(conn: Connection, shop_id: int, buyer_id: int) -> str:
    """Return how the platform calls a buyer.

    Raises:
        NotFoundError: The shop has no such buyer.
    """
    found = conn.scalar(
        select(_buyers.c.buyer_ref).where(
            _buyers.c.shop_id == shop_id, _buyers.c.id == buyer_id
        )
    )
    if found is None:
        raise NotFoundError("buyer", buyer_id)
    return str(found)


def everything_of(
    conn: Connection, shop_id: int, *, buyer_ref: str, connector: str | None = None
) -> BuyerData:
    """Return everything that is kept about a buyer, personal data in clear.

    Args:
        conn: Of a reader.
        shop_id: Whose buyer it is.
        buyer_ref: The platform's id of the buyer.
        connector: Only as this platform knows them; None: everywhere.

    Raises:
        NotFoundError: Nothing is kept about such a buyer.
    """
    statement = select(_buyers).where(
        _buyers.c.shop_id == shop_id, _buyers.c.buyer_ref == buyer_ref
    )
    if connector is not None:
        statement = statement.where(_buyers.c.connector == connector)
    rows = conn.execute(statement.order_by(_buyers.c.id)).all()
    of_buyer = select(_orders).where(
        _orders.c.shop_id == shop_id, _orders.c.buyer_ref == buyer_ref
    )
    orders = [
        _opened(conn, row, {"phone_enc": "phone"})
        for row in conn.execute(of_buyer.order_by(_orders.c.id))
    ]
    if not rows and (connector is not None or not orders):
        raise NotFoundError("buyer", buyer_ref)
    records: dict[str, Sequence[Record]] = {
        "buyers": [_opened(conn, row, _SEALED) for row in rows],
        "orders": orders,
    }
    ids = [row.id for row in rows]
    records |= _group(conn, shop_id, _OF_BUYER, "buyer_id", ids)
    for tables, column, owner in (
        (_OF_CONVERSATION, "conversation_id", "conversations"),
        (_OF_TICKET, "ticket_id", "tickets"),
        (_OF_ORDER, "order_row_id", "orders"),
    ):
        owners = [record["id"] for record in records[owner]]
        records |= _group(conn, shop_id, tables, column, owners)
    return BuyerData(
        buyer_ref=buyer_ref,
        connectors=tuple(row.connector for row in rows),
        records=records,
    )


def _group(
    conn: Connection,
    shop_id: int,
    tables: Mapping[str, Any],
    column: str,
    ids: Sequence[int],
) -> dict[str, Sequence[Record]]:
    return {
        name: _select(conn, shop_id, table, table.c[column].in_(ids))
        for name, table in tables.items()
    }


def _select(
    conn: Connection, shop_id: int, table: Any, condition: ColumnElement[bool]
) -> list[Record]:
    statement: Select[Any] = select(table).where(table.c.shop_id == shop_id, condition)
    return [_record(row) for row in conn.execute(statement.order_by(table.c.id))]


def _record(row: Row[Any]) -> dict[str, Any]:
    columns = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for it
    return {name: value for name, value in columns.items() if name not in _INNER}


def _opened(conn: Connection, row: Row[Any], sealed_names: Mapping[str, str]) -> Record:
    """Return a row with what is sealed in it in clear."""
    vault = vault_of(conn)
    record = _record(row)
    for sealed, name in sealed_names.items():
        value = record.pop(sealed)
        record[name] = None if value is None else vault.open(value)
    return record
