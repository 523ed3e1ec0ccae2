"""Where somebody stands in the streams: ``m<id>.e<id>.t<id>``."""

import re
from dataclasses import dataclass

from storage.queries.live import Stream

_FORM = re.compile(r"m(\d{1,18})\.e(\d{1,18})\.t(\d{1,18})", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """The last id of each stream that somebody has seen."""

    messages: int = 0
    conversation_events: int = 0
    ticket_events: int = 0

    def __str__(self) -> str:
        """Return the form that clients keep."""
        return f"m{self.messages}.e{self.conversation_events}.t{self.ticket_events}"

    def of(self, stream: Stream) -> int:
        """Return the last id seen of one stream."""
        match stream:
            case Stream.MESSAGES:
                return self.messages
            case Stream.CONVERSATION_EVENTS:
                return self.conversation_events
            case Stream.TICKET_EVENTS:
                return self.ticket_events


def parse_cursor(text: str) -> Cursor | None:
    """Return the cursor that a client kept, None when it is not one."""
    found = _FORM.fullmatch(text)
    if found is None:
        return None
    messages, events, ticket_events = map(int, found.groups())
    return Cursor(
        messages=messages, conversation_events=events, ticket_events=ticket_events
    )
