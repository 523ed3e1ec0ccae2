"""How facts come in: idempotent, and never replaced by an older telling."""

from storage.repositories.facts.consents import ConsentFact, put_consent
from storage.repositories.facts.items import put_card, put_item
from storage.repositories.facts.orders import put_order
from storage.repositories.facts.reviews import (
    ToldReview,
    adopt_reviews,
    attach_review_ticket,
    put_review,
)

__all__ = [
    "ConsentFact",
    "ToldReview",
    "adopt_reviews",
    "attach_review_ticket",
    "put_card",
    "put_consent",
    "put_item",
    "put_order",
    "put_review",
]
