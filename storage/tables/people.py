"""Tables: shops, the people who work in them, and what they did."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from bot.deciding.state import ShopMode
from storage.states import Role
from storage.tables.base import Base, belongs_to, row_id, shop_column
from storage.types import ByValue, Id


class ShopRow(Base):
    """One merchant account."""

    __tablename__ = "shops"

    id: Mapped[int] = row_id()
    slug: Mapped[str] = mapped_column(unique=True)
    """Its name in addresses."""
    name: Mapped[str]
    pack_id: Mapped[str]
    mode: Mapped[ShopMode] = mapped_column(ByValue(ShopMode))
    timezone: Mapped[str]
    secret: Mapped[bytes]
    """Sealed; signs what the shop's systems and we send each other."""
    callback_url: Mapped[str | None]
    policies: Mapped[dict[str, Any]]
    settings: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    version: Mapped[int]


class PersonRow(Base):
    """One person who logs in; works in one or more shops."""

    __tablename__ = "people"

    id: Mapped[int] = row_id()
    user: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str]
    password_changed_at: Mapped[datetime | None]
    """None: still the one that was given to them."""
    failed_logins: Mapped[int]
    """In a row; a login that works sets it to 0."""
    locked_until: Mapped[datetime | None]
    totp_enc: Mapped[bytes | None]
    """Sealed secret of the second factor; None: they use none."""
    totp_confirmed_at: Mapped[datetime | None]
    """None: the second factor is being set up and not asked for yet."""
    totp_last_step: Mapped[int | None] = mapped_column(Id)
    """The 30-second step of the last code taken, so that none is taken twice."""
    is_active: Mapped[bool]
    created_at: Mapped[datetime]


class PersonShopRow(Base):
    """What a person may do in a shop."""

    __tablename__ = "person_shops"

    person_id: Mapped[int] = mapped_column(
        Id, ForeignKey("people.id"), primary_key=True
    )
    shop_id: Mapped[int] = mapped_column(Id, ForeignKey("shops.id"), primary_key=True)
    role: Mapped[Role] = mapped_column(ByValue(Role))
    version: Mapped[int]
    """Counts changes of the role and of whether the account may be used."""


class PresenceRow(Base):
    """Whether a person is on duty in a shop now."""

    __tablename__ = "presence"

    shop_id: Mapped[int] = mapped_column(Id, ForeignKey("shops.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(
        Id, ForeignKey("people.id"), primary_key=True
    )
    is_on_duty: Mapped[bool]
    changed_at: Mapped[datetime]


class SettingRow(Base):
    """One setting that a shop's people changed."""

    __tablename__ = "settings"

    shop_id: Mapped[int] = mapped_column(Id, ForeignKey("shops.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[dict[str, Any]]
    """``{"value": …}``, so that an explicit null can be told from none."""
    changed_at: Mapped[datetime]


class AuditRow(Base):
    """One thing that somebody changed or looked at."""

    __tablename__ = "audit"
    __table_args__ = (Index(None, "shop_id", "at"),)

    id: Mapped[int] = row_id()
    shop_id: Mapped[int] = shop_column()
    person_id: Mapped[int | None] = belongs_to("people")
    """None: the program itself, or a command on the machine."""
    action: Mapped[str]
    subject: Mapped[str]
    data: Mapped[dict[str, Any]]
    at: Mapped[datetime]


class ChangeRow(Base):
    """The one row that counts changes which running processes must notice."""

    __tablename__ = "changes"

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    counter: Mapped[int] = mapped_column(Id)
