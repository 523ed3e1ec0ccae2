"""What of a conversation's row says that no question of ours is open."""

from collections.abc import Mapping

NO_QUESTION: Mapping[str, None] = dict.fromkeys(
    (
        "question_id",
        "question_ticket_id",
        "question_review_id",
        "question_follow_up_id",
        "asked_at",
    )
)
