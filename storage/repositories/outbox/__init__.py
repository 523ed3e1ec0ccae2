"""What changes deliveries: claiming what is due, and how a claim ends."""

from storage.repositories.outbox.claiming import ClaimedDelivery, claim_deliveries
from storage.repositories.outbox.finishing import (
    finish_delivered,
    finish_failed,
    release_claims,
    send_again,
)

__all__ = [
    "ClaimedDelivery",
    "claim_deliveries",
    "finish_delivered",
    "finish_failed",
    "release_claims",
    "send_again",
]
