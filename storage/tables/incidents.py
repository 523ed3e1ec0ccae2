"""Tables: incidents that a manager declared, and who was told of each."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.incidents.values import IncidentKind
from storage.tables.base import Base, belongs_to, row_id, shop_column
from storage.types import ByValue

RUNNING = text("ended_at IS NULL")
UNTOLD = text("ended_at IS NOT NULL AND closed_at IS NULL")


class IncidentRow(Base):
    """Something that keeps a shop from what it usually promises."""

    __tablename__ = "incidents"
    __table_args__ = (
        Index(None, "shop_id", "id"),
        Index(
            "ix_incidents_running",
            "shop_id",
            "ends_at",
            sqlite_where=RUNNING,
            postgresql_where=RUNNING,
        ),
        Index(
            "ix_incidents_untold",
            "ended_at",
            sqlite_where=UNTOLD,
            postgresql_where=UNTOLD,
        ),
    )

    id: Mapped[int] = row_id()
    shop_id: Mapped[int] = shop_column()
    kind: Mapped[IncidentKind] = mapped_column(ByValue(IncidentKind))
    scope: Mapped[dict[str, Any]]
    """Lists of couriers, provinces, items and categories; none: the whole shop."""
    text: Mapped[str]
    """What buyers read instead of an answer that promises."""
    closing: Mapped[str | None]
    """What those who were told read when it is over; None: the pack's words."""
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    """When it is expected to be over, and then is; None: nobody knows."""
    ended_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    """Everybody who was told has been promised the closing message."""
    declared_by: Mapped[int | None] = belongs_to("people")
    """None: a command on the machine."""
    ended_by: Mapped[int | None] = belongs_to("people")
    """None: it ended at its time, or by a command on the machine."""
    created_at: Mapped[datetime]


class IncidentContactRow(Base):
    """A buyer who was told of an incident; a merged one may stand here twice."""

    __tablename__ = "incident_contacts"
    __table_args__ = (
        Index(None, "shop_id", "incident_id", "buyer_id"),
        Index(None, "shop_id", "buyer_id"),
    )

    id: Mapped[int] = row_id()
    shop_id: Mapped[int] = shop_column()
    incident_id: Mapped[int] = belongs_to("incidents")
    buyer_id: Mapped[int] = belongs_to("buyers")
    conversation_id: Mapped[int] = belongs_to("conversations")
    told_at: Mapped[datetime]
    closing_at: Mapped[datetime | None]
    """When the closing message was planned."""
