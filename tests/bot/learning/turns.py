"""Turns to learn from."""

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.actions import Band
from bot.learning.turns import ServedTurn

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def make_served(text: str, *, number: int = 0, **changes: Any) -> ServedTurn:
    values: dict[str, Any] = {
        "text": text,
        "conversation_id": number,
        "at": NOW + timedelta(minutes=number),
        "connector": "signed_http",
        "intent_id": "shipping_time",
        "confidence": 0.1,
        "band": Band.ASSIST,
        **changes,
    }
    return ServedTurn(**values)
