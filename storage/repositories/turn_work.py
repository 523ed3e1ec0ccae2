"""One turn while it is committed: what is known of it, and what came of it so far."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from bot.actions import Decision
from bot.desk.ticket_types import Workflow
from bot.messages import OutgoingMessage, Turn
from storage.repositories.bargaining.granting import Granted
from storage.repositories.sending import Address
from storage.repositories.tickets.opening import OpenedTicket


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenQuestion:
    """What the conversation's open question was about."""

    ticket_id: int | None
    review_id: int | None
    follow_up_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnWork:
    """One turn being committed, with the lists of what came of it so far."""

    address: Address
    turn: Turn
    decision: Decision
    timezone: str
    workflow: Workflow
    now: datetime
    deliver: bool
    due_again: Callable[[str], datetime] | None
    question: OpenQuestion | None
    buyer_name: str | None = None
    replies: list[OutgoingMessage] = field(default_factory=list)
    tickets: list[OpenedTicket] = field(default_factory=list)
    follow_up_ids: list[int] = field(default_factory=list)
    granted: list[Granted] = field(default_factory=list)
    """At most one: a turn answers one ask."""

    @property
    def shop_id(self) -> int:
        """Return whose turn it is."""
        return self.address.shop_id
