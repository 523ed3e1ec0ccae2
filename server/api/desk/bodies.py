"""What do people ask of their desk? Bodies, queries and parts of addresses."""

from typing import Annotated

import msgspec

from bot.promises.kinds import PromiseState
from server.api.desk.paging import Limit, Page, RowId
from storage.states import FollowUpState

_NO_CONTROLS = r"^[^\x00-\x1f\x7f-\x9f]*$(?!\n)"
_NO_CONTROLS_BUT_BREAKS = r"^[^\x00-\x08\x0b-\x1f\x7f-\x9f]*$(?!\n)"
_SAYS_SOMETHING = (
    r"^(?=[\s\S]*[^\s\u115f\u1160\u200b-\u200f\u2060-\u2064\u2800\u3164\ufeff\uffa0])"
)
"""In front of a pattern: one character at least that people see."""
VISIBLE = _SAYS_SOMETHING + _NO_CONTROLS_BUT_BREAKS.removeprefix("^")
"""May have line breaks, and is not blank: nobody reads an empty message."""

Word = Annotated[str, msgspec.Meta(min_length=1, max_length=128, pattern=_NO_CONTROLS)]
"""An id, a name, a number: one line without control characters."""
Line = Annotated[
    str,
    msgspec.Meta(
        min_length=1,
        max_length=200,
        pattern=_SAYS_SOMETHING + _NO_CONTROLS.removeprefix("^"),
    ),
]
"""A short reason; not blank."""
Prose = Annotated[str, msgspec.Meta(min_length=1, max_length=5000, pattern=VISIBLE)]
"""A text that people write; may have line breaks, is not blank."""
Address = Annotated[
    str,
    msgspec.Meta(max_length=500, pattern=r"^https?://[^\s\x00-\x20\x7f-\x9f]+$(?!\n)"),
]
"""Of a picture on the web."""
Phone = Annotated[str, msgspec.Meta(pattern=r"^\+?[0-9][0-9 -]{4,22}[0-9]$(?!\n)")]
Moment = Annotated[
    str, msgspec.Meta(max_length=40, extra_json_schema={"format": "date-time"})
]
"""A time with its zone; as a text, since a number would be taken for one otherwise."""
Version = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
"""As it was read; the edit is refused with 409 when it is another one by now."""


class Body(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of every body: what is not known is refused, so that no slip gets lost."""


class ConversationPlace(msgspec.Struct, frozen=True):
    """``…/conversations/{conversation_id}/…``."""

    conversation_id: RowId


class FollowUpPlace(msgspec.Struct, frozen=True):
    """``…/follow-ups/{follow_up_id}/…``."""

    follow_up_id: RowId


class PromisePlace(msgspec.Struct, frozen=True):
    """``…/promises/{promise_id}/…``."""

    promise_id: RowId


class BuyerPlace(msgspec.Struct, frozen=True):
    """``…/buyers/{buyer_id}/…``."""

    buyer_id: RowId


class DeliveryPlace(msgspec.Struct, frozen=True):
    """``…/dead-letters/{delivery_id}/…``."""

    delivery_id: RowId


class ItemPlace(msgspec.Struct, frozen=True):
    """``…/items/{item_id}``."""

    item_id: Word


class OrderPlace(msgspec.Struct, frozen=True):
    """``…/orders/{order_id}``."""

    order_id: Word


class RatingsQuery(Page, frozen=True, forbid_unknown_fields=True):
    """Which ratings: those of so many days up to now."""

    days: Annotated[int, msgspec.Meta(ge=1, le=3660)] = 30


class FollowUpsQuery(Page, frozen=True, forbid_unknown_fields=True):
    """Which follow-ups."""

    state: FollowUpState | None = None
    plan: Word | None = None
    buyer_id: RowId | None = None


class PromisesQuery(Page, frozen=True, forbid_unknown_fields=True):
    """Which promises; ``person`` is a user name, or ``me``."""

    state: PromiseState | None = None
    person: Word | None = None
    order_id: Word | None = None
    due_before: Moment | None = None


class NoteBody(Body, frozen=True):
    """``POST …/notes``."""

    text: Prose


class CancelBody(Body, frozen=True):
    """``POST …/cancel``."""

    reason: Line = "by_person"


class SettleBody(Body, frozen=True):
    """``POST …/kept``, ``…/void``."""

    reason: Line


class FindBody(Body, frozen=True):
    """``POST /buyers/find``: by one of them. Not a query, so that no log keeps it."""

    buyer_ref: Word | None = None
    phone: Phone | None = None


class ChangeConsentBody(Body, frozen=True):
    """``PUT …/consent``."""

    marketing: bool
    source: Line
    """Where the buyer said so; kept as evidence."""
    reason: Line
    """Why a person enters it."""


class DryRunQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which follow-ups are judged: those due until then, an hour ahead unless said."""

    until: Moment | None = None
    limit: Limit = 100
