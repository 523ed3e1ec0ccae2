"""Writes of bargaining: policies, codes, asks and offers."""

from storage.repositories.bargaining.coupons import add_codes, remove_free_codes
from storage.repositories.bargaining.granting import bargain, bargain_turn, redeem, tell
from storage.repositories.bargaining.policies import put_policy, remove_policy

__all__ = [
    "add_codes",
    "bargain",
    "bargain_turn",
    "put_policy",
    "redeem",
    "remove_free_codes",
    "remove_policy",
    "tell",
]
