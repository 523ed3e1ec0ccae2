"""A message that another writer commits late, under an id given out before."""

from sqlalchemy import insert

from storage.database import Database
from storage.queries.shops import ShopRecord
from storage.tables import MessageRow, table_of
from tests.databases import NOW


def plant(
    database: Database, shop: ShopRecord, conversation_id: int, message_id: int
) -> None:
    """Store a message under this very id, as a writer does that commits late."""
    row = {
        "id": message_id,
        "shop_id": shop.shop_id,
        "conversation_id": conversation_id,
        "sender": "buyer",
        "direction": "incoming",
        "text": "在吗",
        "search_text": "在吗",
        "connector": "signed_http",
        "platform_message_id": f"m-{message_id}",
        "is_verified": True,
        "sent_at": NOW,
        "created_at": NOW,
    }
    database.write_now(lambda conn: conn.execute(insert(table_of(MessageRow)), row))
