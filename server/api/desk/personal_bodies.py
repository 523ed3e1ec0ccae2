"""What is said over HTTP about personal data: the bodies of requests and answers."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec

Reason = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
"""Why somebody does it; four letters or Chinese characters at least."""


class RevealBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``POST …/buyers/{buyer}/reveal``."""

    field: Literal["phone", "address"]
    reason: Reason


class ReasonBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is asked of whoever does something that is written down."""

    reason: Reason


class ForgetBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``POST …/buyers/{buyer}/forget``; ``confirm`` is the platform's id of the buyer."""

    confirm: str


class RevealedBody(msgspec.Struct, frozen=True):
    """What is shown; null when nothing is known."""

    field: str
    value: str | None


class RevealItem(msgspec.Struct, frozen=True):
    """One look at what is masked."""

    id: int
    user: str
    buyer_id: int
    field: str
    reason: str
    at: datetime


class RevealsBody(msgspec.Struct, frozen=True):
    """A page of looks, newest first."""

    items: list[RevealItem]
    next: str | None


class ConsentBody(msgspec.Struct, frozen=True):
    """One change of what a buyer agreed to; ``purpose`` contact is being written to."""

    id: int
    purpose: str
    is_given: bool
    source: str
    changed_at: datetime


class ConsentsBody(msgspec.Struct, frozen=True):
    """Whether a buyer opted out, and the history, newest first."""

    opted_out_at: datetime | None
    words: str | None
    """What they said when they opted out, masked."""
    items: list[ConsentBody]


class ForgottenBody(msgspec.Struct, frozen=True):
    """What was removed; ``forgotten`` is the number of the entry that proves it."""

    forgotten: int
    messages: int
    orders: int
    pictures: int
    exports: int
    was_opted_out: bool
    is_scrubbed: bool
    """False: old pages may still lie beside the database; the next time removes them."""
