"""What changes follow-ups: planned, claimed, sent, put off, cancelled, unanswered."""

from storage.queries.claims import ClaimedFollowUp, ReviewFact, TicketFact
from storage.repositories.follow_ups.cancelling import cancel, cancel_one
from storage.repositories.follow_ups.claiming import (
    claim_due,
    defer,
    end,
    release_claims,
    skip,
)
from storage.repositories.follow_ups.planning import NewFollowUp, plan, was_planned
from storage.repositories.follow_ups.sending import FollowUpMessage, finish_sent
from storage.repositories.follow_ups.silence import SilentQuestion, silent_questions

__all__ = [
    "ClaimedFollowUp",
    "FollowUpMessage",
    "NewFollowUp",
    "ReviewFact",
    "SilentQuestion",
    "TicketFact",
    "cancel",
    "cancel_one",
    "claim_due",
    "defer",
    "end",
    "finish_sent",
    "plan",
    "release_claims",
    "silent_questions",
    "skip",
    "was_planned",
]
