"""What the assistant needs from others: somebody who understands a text."""

from datetime import date
from typing import Protocol

from bot.utterances import Understanding


class Understander(Protocol):
    """Reads a buyer's text; immutable, one per pack version."""

    def understand(self, text: str, *, today: date) -> Understanding:
        """Return what the text says; dates are relative to ``today``, shop time."""
        ...
