"""What is known of the bargaining about the item of a turn."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.bargaining.policy import Policy
from bot.bargaining.situation import Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Bargaining:
    """The policy that holds for the item, and how far things have gone."""

    policy: Policy
    standing: Standing = field(default_factory=Standing)
    conversation_fen: int = 0
    """Given away in this conversation since it was opened last."""
    day_fen: int = 0
    """Given away under this policy on this day of the shop."""
    coupons: Mapping[str, int] = field(default_factory=dict)
    """Codes left by pool, of the pools that the policy names."""

    @property
    def budget_fen(self) -> int:
        """Return what may still be given away; never less than 0."""
        budget = self.policy.budget
        left = min(
            budget.conversation_fen - self.conversation_fen,
            budget.day_fen - self.day_fen,
        )
        return max(0, left)
