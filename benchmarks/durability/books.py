"""What the database says at the end: rows as plain values, read in SQL of its own."""

from dataclasses import dataclass

from sqlalchemy import text

from benchmarks.databases import open_engine

_INCOMING = """
    SELECT platform_message_id, handled_at IS NOT NULL FROM messages
    WHERE direction = 'incoming'
"""
_OUTGOING = """
    SELECT m.id, m.conversation_id, m.text, m.turn_first_id, m.created_at,
           d.id, d.state, d.attempts, d.follow_up_id
    FROM messages m LEFT JOIN deliveries d ON d.message_id = m.id
    WHERE m.direction = 'outgoing' ORDER BY m.id
"""
_FOLLOW_UPS = "SELECT id, state, message_id, reason FROM follow_ups"
_UNFINISHED = """
    SELECT
      (SELECT COUNT(*) FROM messages
       WHERE direction = 'incoming' AND handled_at IS NULL)
      + (SELECT COUNT(*) FROM deliveries WHERE state IN ('pending', 'sending'))
"""
_CLAIMED = "SELECT COUNT(*) FROM follow_ups WHERE state = 'claimed'"
_BUYERS = """
    SELECT b.buyer_ref, b.id, c.id FROM buyers b
    JOIN conversations c ON c.buyer_id = b.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One stored message of a buyer."""

    message_id: str
    """The platform's."""
    is_handled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One stored message to a buyer, with one of its delivery rows."""

    message_id: int
    conversation_id: int
    text: str
    turn_first_id: int | None
    created_at: str
    delivery_id: int | None
    delivery_state: str | None
    attempts: int
    follow_up_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """One stored follow-up."""

    follow_up_id: int
    state: str
    message_id: int | None
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """Everything that is compared with the journal."""

    incoming: tuple[Incoming, ...]
    outgoing: tuple[Outgoing, ...]
    follow_ups: tuple[FollowUp, ...]


class Reader:
    """A connection pool that only reads; lives as long as its benchmark."""

    def __init__(self, url: str) -> None:
        self._engine = open_engine(url)

    def read(self) -> Books:
        """Return everything; call it when nothing is under way."""
        with self._engine.connect() as connection:
            incoming = connection.execute(text(_INCOMING)).all()
            outgoing = connection.execute(text(_OUTGOING)).all()
            follow_ups = connection.execute(text(_FOLLOW_UPS)).all()
        return Books(
            incoming=tuple(
                Incoming(message_id=row[0], is_handled=bool(row[1])) for row in incoming
            ),
            outgoing=tuple(
                Outgoing(
                    message_id=row[0],
                    conversation_id=row[1],
                    text=row[2],
                    turn_first_id=row[3],
                    created_at=str(row[4]),
                    delivery_id=row[5],
                    delivery_state=row[6],
                    attempts=0 if row[7] is None else row[7],
                    follow_up_id=row[8],
                )
                for row in outgoing
            ),
            follow_ups=tuple(
                FollowUp(
                    follow_up_id=row[0], state=row[1], message_id=row[2], reason=row[3]
                )
                for row in follow_ups
            ),
        )

    def unfinished(self) -> int:
        """Return how many messages and deliveries are still under way."""
        return self._count(_UNFINISHED)

    def claimed_follow_ups(self) -> int:
        """Return how many follow-ups are claimed at this moment."""
        return self._count(_CLAIMED)

    def open_follow_ups(self, wanted: frozenset[int]) -> int:
        """Return how many of these have not reached a final state."""
        with self._engine.connect() as connection:
            rows = connection.execute(text(_FOLLOW_UPS)).all()
        return sum(
            row[0] in wanted and row[1] in {"planned", "claimed"} for row in rows
        )

    def buyers(self) -> dict[str, tuple[int, int]]:
        """Return the platform's buyer id to the ids of buyer and conversation."""
        with self._engine.connect() as connection:
            rows = connection.execute(text(_BUYERS)).all()
        return {row[0]: (row[1], row[2]) for row in rows}

    def _count(self, query: str) -> int:
        with self._engine.connect() as connection:
            return int(connection.execute(text(query)).scalar_one())

    def close(self) -> None:
        """Close the connections."""
        self._engine.dispose()
