"""What is known of one buyer, in consents, wishes and counts?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, func, select

from bot.errors import NotFoundError
from storage.queries.buyers import BuyerRecord, buyer
from storage.states import FollowUpState
from storage.tables import (
    BuyerRow,
    ConsentRow,
    ConversationRow,
    FollowUpRow,
    OrderRow,
    SuppressionRow,
    TicketRow,
    table_of,
)
from storage.tables.desk import ACTIVE_TICKET

_buyers = table_of(BuyerRow)
_consents = table_of(ConsentRow)
_conversations = table_of(ConversationRow)
_follow_ups = table_of(FollowUpRow)
_orders = table_of(OrderRow)
_suppressions = table_of(SuppressionRow)
_tickets = table_of(TicketRow)

_MOST_CONSENTS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRecord:
    """One change of what a buyer agreed to."""

    purpose: str
    is_given: bool
    source: str
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyerDetails:
    """One buyer with everything that people may want to know first."""

    buyer: BuyerRecord
    conversation_id: int | None
    consents: tuple[ConsentRecord, ...]
    """Newest first."""
    suppressed_at: datetime | None
    """Since then the buyer wants no more messages; None: they never said so."""
    suppressed_words: str | None
    orders: int
    open_tickets: int
    tickets: int
    planned_follow_ups: int


def buyer_details(conn: Connection, shop_id: int, buyer_id: int) -> BuyerDetails:
    """Return one buyer.

    Raises:
        NotFoundError: The shop has no such buyer.
    """
    found = buyer(conn, shop_id, buyer_id)
    if found is None:
        raise NotFoundError("buyer", buyer_id)
    places = _conversations.c
    suppression = _suppression_of(conn, shop_id, found.buyer_ref)
    of_buyer = _tickets.c.buyer_id == buyer_id
    return BuyerDetails(
        buyer=found,
        conversation_id=conn.scalar(
            select(places.id).where(
                places.shop_id == shop_id, places.buyer_id == buyer_id
            )
        ),
        consents=_consents_of(conn, shop_id, buyer_id),
        suppressed_at=None if suppression is None else suppression.created_at,
        suppressed_words=None if suppression is None else suppression.words,
        orders=_count(conn, _orders, shop_id, [_orders.c.buyer_ref == found.buyer_ref]),
        open_tickets=_count(conn, _tickets, shop_id, [of_buyer, ACTIVE_TICKET]),
        tickets=_count(conn, _tickets, shop_id, [of_buyer]),
        planned_follow_ups=_count(
            conn,
            _follow_ups,
            shop_id,
            [
                _follow_ups.c.buyer_id == buyer_id,
                _follow_ups.c.state == FollowUpState.PLANNED,
            ],
        ),
    )


def _suppression_of(conn: Connection, shop_id: int, buyer_ref: str) -> Any:
    """Return the buyer's wish for silence, on whichever connector they said it."""
    return conn.execute(
        select(_suppressions.c.words, _suppressions.c.created_at)
        .join_from(_suppressions, _buyers, _buyers.c.id == _suppressions.c.buyer_id)
        .where(
            _suppressions.c.shop_id == shop_id,
            _buyers.c.shop_id == shop_id,
            _buyers.c.buyer_ref == buyer_ref,
        )
        .order_by(_suppressions.c.created_at)
        .limit(1)
    ).one_or_none()


def _consents_of(
    conn: Connection, shop_id: int, buyer_id: int
) -> tuple[ConsentRecord, ...]:
    table = _consents.c
    rows = conn.execute(
        select(_consents)
        .where(table.shop_id == shop_id, table.buyer_id == buyer_id)
        .order_by(table.changed_at.desc(), table.id.desc())
        .limit(_MOST_CONSENTS)
    )
    return tuple(
        ConsentRecord(
            purpose=row.purpose,
            is_given=row.is_given,
            source=row.source,
            changed_at=row.changed_at,
        )
        for row in rows
    )


def _count(
    conn: Connection,
    table: Table,
    shop_id: int,
    conditions: Sequence[ColumnElement[bool] | Any],
) -> int:
    statement = (
        select(func.count())
        .select_from(table)
        .where(table.c.shop_id == shop_id, *conditions)
    )
    return conn.scalar(statement) or 0
