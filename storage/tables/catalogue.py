"""Tables: a shop's typed facts and its promotions, each for a span of time."""

from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from storage.tables.base import Base, row_id, shop_column


class ShopFactsRow(Base):
    """Some facts of a shop under a name, and while they hold."""

    __tablename__ = "shop_facts"
    __table_args__ = (UniqueConstraint("shop_id", "name"),)

    id: Mapped[int] = row_id()
    shop_id: Mapped[int] = shop_column()
    name: Mapped[str]
    valid_from: Mapped[datetime | None]
    valid_until: Mapped[datetime | None]
    facts: Mapped[dict[str, Any]]
    """What is said; what is not there is not said."""
    version: Mapped[int]
    updated_at: Mapped[datetime]


class PromotionRow(Base):
    """One promotion, over or to come as well."""

    __tablename__ = "promotions"
    __table_args__ = (UniqueConstraint("shop_id", "promotion_id"),)

    id: Mapped[int] = row_id()
    shop_id: Mapped[int] = shop_column()
    promotion_id: Mapped[str]
    """The shop's own name of it."""
    title: Mapped[str]
    phrase: Mapped[str]
    valid_from: Mapped[datetime | None]
    valid_until: Mapped[datetime | None]
    items: Mapped[list[Any]]
    categories: Mapped[list[Any]]
    version: Mapped[int]
    updated_at: Mapped[datetime]
