"""What somebody says of a draft of the script library, as it was when they read it."""

from datetime import datetime

from sqlalchemy import Connection, insert

from bot.errors import StaleStateError
from storage.repositories.drafts import held_draft
from storage.states import ReviewVerdict
from storage.tables import LibraryReviewRow, table_of

_reviews = table_of(LibraryReviewRow)


def add_review(
    conn: Connection,
    shop_id: int,
    *,
    draft: str,
    revision: int,
    verdict: ReviewVerdict,
    note: str,
    now: datetime,
    by: int | None,
) -> None:
    """Write down what somebody says of a draft.

    Raises:
        NotFoundError: There is no open draft of this name.
        StaleStateError: It is at another revision than the one that was read.
    """
    record = held_draft(conn, shop_id, draft)
    if record.revision != revision:
        raise StaleStateError("draft", draft)
    conn.execute(
        insert(_reviews).values(
            shop_id=shop_id,
            draft_id=record.draft_id,
            revision=revision,
            verdict=verdict,
            note=note,
            reviewed_by=by,
            reviewed_at=now,
        )
    )
