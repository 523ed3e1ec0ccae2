"""Rows of long ago, and what a step of the retention does to them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, update

from storage.database import Database
from storage.queries.shops import ShopRecord
from storage.repositories.intake import take_message
from storage.repositories.sending import address_of
from storage.repositories.tickets import open_ticket
from storage.tables import (
    TicketRow,
    table_of,
)
from tests.databases import (
    NOW,
    make_message,
    make_ticket_action,
)

LONG_AGO = NOW - timedelta(days=200)
BEFORE = NOW - timedelta(days=180)
_ANY = {"all_shops": "a test"}


def say(
    database: Database, shop: ShopRecord, *, at: datetime, buyer: str = "buyer-1"
) -> tuple[int, int]:
    """Let a buyer write at some moment; return message and conversation."""
    receipt = database.write_now(
        lambda conn: take_message(
            conn,
            shop.shop_id,
            message=make_message(text="我电话13800005678", buyer_ref=buyer),
            now=at,
        )
    )
    return receipt.message_id, receipt.conversation_id


def run(
    database: Database, step: Callable[..., int], *, before: datetime = BEFORE
) -> int:
    return database.write_now(lambda conn: step(conn, before=before, limit=100))


def rows(database: Database, row: Any, *columns: str) -> list[tuple[Any, ...]]:
    table = table_of(row)
    statement = select(*(table.c[name] for name in columns)).order_by(table.c.id)
    return [
        tuple(found)
        for found in database.read_now(
            lambda conn: conn.execute(statement.execution_options(**_ANY)).all()
        )
    ]


def add(database: Database, row: Any, **values: Any) -> None:
    database.write_now(lambda conn: conn.execute(insert(table_of(row)), values))


def open_old_ticket(
    database: Database,
    shop: ShopRecord,
    *,
    buyer: str,
    is_closed: bool,
    order_ref: str | None = None,
) -> None:
    _, place = say(database, shop, at=LONG_AGO, buyer=buyer)
    table = table_of(TicketRow)

    def unit(conn: Connection) -> None:
        buyer_id = address_of(conn, shop.shop_id, place).buyer_id
        opened = open_ticket(
            conn,
            shop.shop_id,
            action=make_ticket_action(order_ref=order_ref),
            buyer_id=buyer_id,
            conversation_id=place,
            now=LONG_AGO,
            words="三天没动",
        )
        closed = {"phase": "closed", "closed_at": LONG_AGO} if is_closed else {}
        conn.execute(
            update(table)
            .where(table.c.shop_id == shop.shop_id, table.c.id == opened.ticket_id)
            .values(cause="丢件", **closed)
        )

    database.write_now(unit)
