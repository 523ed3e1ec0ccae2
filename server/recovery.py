"""What had a former process accepted but not finished? Taken up at the start."""

from server.turns import Turns
from storage.database import Database
from storage.queries.pending_turns import unhandled_messages
from storage.repositories import follow_ups, outbox, promises

_PAGE = 10_000


async def recover(database: Database, turns: Turns) -> None:
    """Make due what was claimed, and hand over every message that has no answer."""
    if database.is_sqlite:
        # One serving process: whatever is claimed was claimed by a dead one.
        await database.write(outbox.release_claims)
        await database.write(follow_ups.release_claims)
        await database.write(promises.release_claims)
    after = 0
    while True:
        page = await database.read(
            lambda connection, after=after: unhandled_messages(  # type: ignore[misc]
                connection, after=after, limit=_PAGE
            )
        )
        turns.recover(page)
        if len(page) < _PAGE:
            return
        after = page[-1].message_id
