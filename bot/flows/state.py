"""Where does a flow stand in one conversation?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class DialogueEnd(StrEnum):
    """Why a flow is over."""

    DONE = "done"
    """It came to one of its ends."""
    PERSON = "person"
    """The buyer asked for a person."""
    REFUSED = "refused"
    """The buyer would not tell what is needed: a person has it."""
    CHANGED = "changed"
    """Another flow has taken over."""
    EXPIRED = "expired"
    """The buyer did not come back to it."""
    GONE = "gone"
    """The pack has no such flow any more."""
    MERGED = "merged"
    """The buyer turned out to be one who is in the middle of another."""
    FORGOTTEN = "forgotten"


@dataclass(frozen=True, slots=True, kw_only=True)
class DialogueState:
    """The newest flow of a conversation; open until it has an end."""

    dialogue_id: int
    flow_id: str
    intent_id: str
    """That started it."""
    step: str
    slots: Mapping[str, str] = field(default_factory=dict)
    tries: int = 0
    """How often the open question was asked."""
    ticket_id: int | None = None
    opened_at: datetime
    updated_at: datetime
    closed: DialogueEnd | None = None

    @property
    def is_open(self) -> bool:
        """Return whether its question still waits."""
        return self.closed is None
