"""What the database holds: every table, by noun."""

from storage.tables.base import Base, table_of
from storage.tables.buyers import BuyerRow, ConsentRow, SuppressionRow
from storage.tables.conversations import (
    ConversationRow,
    DeliveryRow,
    MessageRow,
    SuggestionRow,
)
from storage.tables.desk import (
    FollowUpRow,
    TicketCounterRow,
    TicketEventRow,
    TicketRow,
)
from storage.tables.facts import ItemRow, OrderEventRow, OrderRow, ReviewRow
from storage.tables.people import (
    AuditRow,
    ChangeRow,
    LibraryVersionRow,
    PersonRow,
    PersonShopRow,
    PresenceRow,
    SettingRow,
    ShopRow,
)

metadata = Base.metadata

__all__ = [
    "AuditRow",
    "Base",
    "BuyerRow",
    "ChangeRow",
    "ConsentRow",
    "ConversationRow",
    "DeliveryRow",
    "FollowUpRow",
    "ItemRow",
    "LibraryVersionRow",
    "MessageRow",
    "OrderEventRow",
    "OrderRow",
    "PersonRow",
    "PersonShopRow",
    "PresenceRow",
    "ReviewRow",
    "SettingRow",
    "ShopRow",
    "SuggestionRow",
    "SuppressionRow",
    "TicketCounterRow",
    "TicketEventRow",
    "TicketRow",
    "metadata",
    "table_of",
]
