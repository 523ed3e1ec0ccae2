"""What becomes of what is too old: words are blanked, rows and pictures deleted."""

from storage.repositories.retention.blanking import (
    blank_conversation_events,
    blank_dialogues,
    blank_messages,
    blank_promises,
    blank_ratings,
    blank_reviews,
    blank_suggestions,
    blank_tickets,
)
from storage.repositories.retention.deleting import (
    delete_audit,
    delete_bargaining,
    delete_identity,
    delete_orders,
    delete_sessions,
)
from storage.repositories.retention.pictures import delete_media, known_media, old_media

__all__ = [
    "blank_conversation_events",
    "blank_dialogues",
    "blank_messages",
    "blank_promises",
    "blank_ratings",
    "blank_reviews",
    "blank_suggestions",
    "blank_tickets",
    "delete_audit",
    "delete_bargaining",
    "delete_identity",
    "delete_media",
    "delete_orders",
    "delete_sessions",
    "known_media",
    "old_media",
]
