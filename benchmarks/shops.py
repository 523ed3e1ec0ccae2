"""The shop that a benchmark without a server fills and reads."""

from datetime import datetime

from sqlalchemy import Connection

from bot.deciding.state import ShopMode
from storage.queries.shops import ShopRecord, shop_by_id
from storage.repositories.shops import add_shop


def found_shop(connection: Connection, *, name: str, now: datetime) -> ShopRecord:
    """Add a shop of the e-commerce pack whose assistant answers; return it.

    Args:
        connection: Inside a write.
        name: And slug.
        now: Aware UTC.
    """
    shop_id = add_shop(
        connection,
        slug=name,
        name=name,
        pack_id="ecommerce",
        secret="bench",  # noqa: S106 - of nothing
        mode=ShopMode.AUTO,
        now=now,
    )
    record = shop_by_id(connection, shop_id)
    if record is None:
        raise LookupError("the shop that was added")
    return record
