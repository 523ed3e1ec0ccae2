"""What stands in the database: counted from outside, in SQL of its own.

The product's own queries are under test here, so nothing of ``storage`` is used. The
reader has its own connection and never writes.
"""

from dataclasses import dataclass

from sqlalchemy import text

from benchmarks.databases import open_engine

_HANDLED = """
    SELECT COUNT(*) FROM messages
    WHERE direction = 'incoming' AND handled_at IS NOT NULL
"""
_UNHANDLED = """
    SELECT COUNT(*) FROM messages
    WHERE direction = 'incoming' AND handled_at IS NULL
"""
_REPLIES = "SELECT COUNT(*) FROM messages WHERE direction = 'outgoing'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many rows there are at one moment."""

    handled: int
    """Incoming messages whose turn has committed."""
    unhandled: int
    replies: int
    """Outgoing messages."""


class Ledger:
    """A reader of one database; lives as long as its benchmark."""

    def __init__(self, url: str) -> None:
        self._engine = open_engine(url)

    def _count(self, query: str) -> int:
        with self._engine.connect() as connection:
            return int(connection.execute(text(query)).scalar_one())

    def unhandled(self) -> int:
        """Return how many messages wait for their turn (a small partial index)."""
        return self._count(_UNHANDLED)

    def counts(self) -> Counts:
        """Return all counts (reads whole tables: not for a tight loop)."""
        return Counts(
            handled=self._count(_HANDLED),
            unhandled=self._count(_UNHANDLED),
            replies=self._count(_REPLIES),
        )

    def close(self) -> None:
        """Close the connections."""
        self._engine.dispose()
