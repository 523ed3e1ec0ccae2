"""How promises are written down, settled, warned of and breached."""

from storage.repositories.promises.due import (
    Breach,
    ClaimedPromise,
    breach,
    claim_due,
    hold_claimed,
    put_off,
    release_claims,
    warn,
)
from storage.repositories.promises.recording import NewPromise, record_promise
from storage.repositories.promises.settling import (
    settle_by_agent,
    settle_by_order,
    settle_by_person,
    settle_by_ticket,
    void_unsaid,
)

__all__ = [
    "Breach",
    "ClaimedPromise",
    "NewPromise",
    "breach",
    "claim_due",
    "hold_claimed",
    "put_off",
    "record_promise",
    "release_claims",
    "settle_by_agent",
    "settle_by_order",
    "settle_by_person",
    "settle_by_ticket",
    "void_unsaid",
    "warn",
]
