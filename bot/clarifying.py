"""What does a pack say to ask which of its intents the buyer meant?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

FIRST: Final = "ask.first"
SECOND: Final = "ask.second"
"""Placeholders of what the buyer may have meant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClarifyingTexts:
    """Questions about one or two intents, and what each is called in them."""

    one: tuple[str, ...]
    """Variants that name one intent."""
    two: tuple[str, ...]
    """Variants that name two."""
    yes: str
    """The button beside one intent."""
    no: str
    """The button that declines whatever was named."""
    names: Mapping[str, str]
    """Intent → what buyers call it; others are not asked about."""
