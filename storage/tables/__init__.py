"""What the database holds: every table, by noun."""

from storage.tables.bargaining import (
    BargainingAskRow,
    BargainingPolicyRow,
    BargainingStateRow,
    CouponRow,
    OfferRow,
)
from storage.tables.base import Base, table_of
from storage.tables.buyers import BuyerRow, ConsentRow, SuppressionRow
from storage.tables.catalogue import PromotionRow, ShopFactsRow
from storage.tables.chat import (
    ConversationEventRow,
    DeviceRow,
    ForgottenBuyerRow,
    MediaRow,
    RatingRow,
)
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
from storage.tables.dialogues import DialogueRow
from storage.tables.facts import ItemRow, OrderEventRow, OrderRow, ReviewRow
from storage.tables.identity import IdentityCheckRow, IdentityTryRow
from storage.tables.incidents import IncidentContactRow, IncidentRow
from storage.tables.library import (
    LibraryContentRow,
    LibraryDraftEntryRow,
    LibraryDraftRow,
    LibraryReviewRow,
    LibraryVersionRow,
    MissedDecisionRow,
    PrivateScriptRow,
    ScriptProposalRow,
)
from storage.tables.people import (
    AuditRow,
    ChangeRow,
    PersonRow,
    PersonShopRow,
    PresenceRow,
    SettingRow,
    ShopRow,
)
from storage.tables.promises import PromiseRow
from storage.tables.retention import RetentionMarkRow
from storage.tables.sessions import RevealRow, SessionRow

metadata = Base.metadata

__all__ = [
    "AuditRow",
    "BargainingAskRow",
    "BargainingPolicyRow",
    "BargainingStateRow",
    "Base",
    "BuyerRow",
    "ChangeRow",
    "ConsentRow",
    "ConversationEventRow",
    "ConversationRow",
    "CouponRow",
    "DeliveryRow",
    "DeviceRow",
    "DialogueRow",
    "FollowUpRow",
    "ForgottenBuyerRow",
    "IdentityCheckRow",
    "IdentityTryRow",
    "IncidentContactRow",
    "IncidentRow",
    "ItemRow",
    "LibraryContentRow",
    "LibraryDraftEntryRow",
    "LibraryDraftRow",
    "LibraryReviewRow",
    "LibraryVersionRow",
    "MediaRow",
    "MessageRow",
    "MissedDecisionRow",
    "OfferRow",
    "OrderEventRow",
    "OrderRow",
    "PersonRow",
    "PersonShopRow",
    "PresenceRow",
    "PrivateScriptRow",
    "PromiseRow",
    "PromotionRow",
    "RatingRow",
    "RetentionMarkRow",
    "RevealRow",
    "ReviewRow",
    "ScriptProposalRow",
    "SessionRow",
    "SettingRow",
    "ShopFactsRow",
    "ShopRow",
    "SuggestionRow",
    "SuppressionRow",
    "TicketCounterRow",
    "TicketEventRow",
    "TicketRow",
    "metadata",
    "table_of",
]
