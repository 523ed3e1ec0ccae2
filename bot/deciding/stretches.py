"""Since when has a buyer been talking? A long silence ends a stretch of talk."""

from datetime import datetime

from bot.deciding.state import REMEMBERED, TurnContext


def stretch_at(context: TurnContext) -> datetime:
    """Return when the stretch began that a turn belongs to: with this turn, if none."""
    conversation = context.conversation
    began_at = conversation.stretch_at
    is_going_on = any(
        past.handled_at >= context.now - REMEMBERED for past in conversation.past
    )
    return context.now if began_at is None or not is_going_on else began_at
