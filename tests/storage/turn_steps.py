"""What the tests of turns ask the database."""

from datetime import timedelta

from sqlalchemy import select

from bot.actions import PlanFollowUp
from bot.follow_ups.plans import Kind
from bot.messages import Receipt
from storage.database import Database
from storage.queries.follow_ups import FollowUpRecord, follow_ups
from storage.queries.shops import ShopRecord
from storage.queries.turns import LoadedConversation, load_conversation
from storage.states import Direction
from storage.tables import MessageRow, table_of
from tests.databases import NOW

TOMORROW = NOW + timedelta(days=1)


def load(database: Database, shop: ShopRecord, receipt: Receipt) -> LoadedConversation:
    return database.read_now(
        lambda conn: load_conversation(
            conn, shop.shop_id, conversation_id=receipt.conversation_id
        )
    )


def planned(kind: Kind, plan_id: str = "plan", **more: object) -> PlanFollowUp:
    return PlanFollowUp(plan_id=plan_id, kind=kind, due_at=TOMORROW, **more)  # type: ignore[arg-type]


def all_follow_ups(database: Database, shop: ShopRecord) -> list[FollowUpRecord]:
    return database.read_now(lambda conn: follow_ups(conn, shop.shop_id))


def replies(database: Database, shop: ShopRecord) -> list[str]:
    """Return the texts that went out, oldest first."""
    table = table_of(MessageRow).c
    statement = (
        select(table.text)
        .where(table.shop_id == shop.shop_id, table.direction == Direction.OUTGOING)
        .order_by(table.id)
    )
    return database.read_now(lambda conn: list(conn.scalars(statement)))
