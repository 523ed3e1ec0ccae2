"""What has a shop said of itself in typed facts?"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from bot.catalogue.promotions import Promotion
from bot.catalogue.shop_facts import ShopFacts
from bot.errors import NotFoundError
from storage.cards import facts_from_json
from storage.tables import PromotionRow, ShopFactsRow, table_of

_facts = table_of(ShopFactsRow)
_promotions = table_of(PromotionRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredShopFacts:
    """Facts with the version that an edit of them names."""

    value: ShopFacts
    version: int
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPromotion:
    """A promotion with the version that an edit of it names."""

    value: Promotion
    version: int
    updated_at: datetime


def shop_facts(conn: Connection, shop_id: int) -> list[StoredShopFacts]:
    """Return every set of facts, those told first at the front."""
    statement = select(_facts).where(_facts.c.shop_id == shop_id)
    return [_shop_facts(row) for row in conn.execute(statement.order_by(_facts.c.id))]


def known_shop_facts(conn: Connection, shop_id: int, name: str) -> StoredShopFacts:
    """Return the facts of a name.

    Raises:
        NotFoundError: There are none.
    """
    row = conn.execute(
        select(_facts).where(_facts.c.shop_id == shop_id, _facts.c.name == name)
    ).one_or_none()
    if row is None:
        raise NotFoundError("shop_facts", name)
    return _shop_facts(row)


def promotions(conn: Connection, shop_id: int) -> list[StoredPromotion]:
    """Return every promotion, those told first at the front."""
    statement = select(_promotions).where(_promotions.c.shop_id == shop_id)
    rows = conn.execute(statement.order_by(_promotions.c.id))
    return [_promotion(row) for row in rows]


def known_promotion(
    conn: Connection, shop_id: int, promotion_id: str
) -> StoredPromotion:
    """Return a promotion.

    Raises:
        NotFoundError: There is none of this name.
    """
    table = _promotions.c
    row = conn.execute(
        select(_promotions).where(
            table.shop_id == shop_id, table.promotion_id == promotion_id
        )
    ).one_or_none()
    if row is None:
        raise NotFoundError("promotion", promotion_id)
    return _promotion(row)


def _shop_facts(row: Row[Any]) -> StoredShopFacts:
    return StoredShopFacts(
        value=facts_from_json(
            row.facts,
            name=row.name,
            valid_from=row.valid_from,
            valid_until=row.valid_until,
        ),
        version=row.version,
        updated_at=row.updated_at,
    )


def _promotion(row: Row[Any]) -> StoredPromotion:
    return StoredPromotion(
        value=Promotion(
            promotion_id=row.promotion_id,
            title=row.title,
            phrase=row.phrase,
            valid_from=row.valid_from,
            valid_until=row.valid_until,
            items=tuple(row.items),
            categories=tuple(row.categories),
        ),
        version=row.version,
        updated_at=row.updated_at,
    )
