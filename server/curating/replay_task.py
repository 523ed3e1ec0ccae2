"""What do a replaying process and the process that started it say to each other?"""

from datetime import datetime
from typing import Any

import msgspec

from server.settings import Settings


class ReplayTask(msgspec.Struct, frozen=True, kw_only=True):
    """Which draft is to be replayed, on what."""

    settings: Settings
    """Of the serving process, with its database."""
    shop: str
    draft: str
    days: int
    limit: int
    now: datetime
    """Aware UTC."""


class ReplayLine(msgspec.Struct, frozen=True, kw_only=True):
    """How far it is, or what was found."""

    done: int = 0
    total: int = 0
    """Different texts."""
    report: dict[str, Any] | None = None
