"""Who may give away how much of the shop's money?"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """Limits of one compensation, in fen; 0 means nothing at all."""

    assistant_fen: int = 0
    agent_fen: int = 0
    manager_fen: int | None = None
    """None: no limit."""

    def is_within_assistant(self, amount_fen: int, *, paid_fen: int | None) -> bool:
        """Return whether the assistant may promise an amount by itself.

        Args:
            amount_fen: What would be given.
            paid_fen: What the goods cost; None: unknown, and then nothing may.
        """
        if paid_fen is None or not 0 < amount_fen <= paid_fen:
            return False
        return amount_fen <= self.assistant_fen

    def is_within_manager(self, amount_fen: int) -> bool:
        """Return whether a manager may approve an amount."""
        return self.manager_fen is None or amount_fen <= self.manager_fen
