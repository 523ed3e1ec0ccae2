"""How dead letters and a shop's counts look to people."""

from datetime import datetime

import msgspec

from server.api.desk.masked import show_optional
from server.api.desk.views.conversations import ConversationCountsBody
from storage.queries.outbox import DeadLetter
from storage.states import Role


class DeadLetterBody(msgspec.Struct, frozen=True):
    """A message that could not be handed to its platform; its text is masked."""

    id: int
    message_id: int
    conversation_id: int
    connector: str
    text: str
    attempts: int
    last_error: str | None
    sent_at: datetime


class DeadLettersBody(msgspec.Struct, frozen=True):
    """A page of dead letters, oldest first."""

    items: list[DeadLetterBody]
    next: str | None


class ResentBody(msgspec.Struct, frozen=True):
    """It is due again now."""

    id: int


class OverviewBody(msgspec.Struct, frozen=True):
    """How much is going on in a shop."""

    conversations: ConversationCountsBody
    open_tickets: int
    breached_tickets: int
    """Open ones whose buyer heard later than they were told."""
    planned_follow_ups: int
    dead_letters: int
    agents_on_duty: int


def dead_letter_body(letter: DeadLetter, *, role: Role) -> DeadLetterBody:
    """Return a dead letter."""
    return DeadLetterBody(
        id=letter.delivery_id,
        message_id=letter.message_id,
        conversation_id=letter.conversation_id,
        connector=letter.connector,
        text=letter.text,
        attempts=letter.attempts,
        last_error=show_optional(letter.last_error, role=role),
        sent_at=letter.sent_at,
    )
