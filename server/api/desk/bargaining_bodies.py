"""What do requests about bargaining say?"""

from typing import Annotated, Any

import msgspec

from server.api.desk.bodies import Body, Version, Word
from server.api.desk.paging import Page, RowId

_NO_CONTROLS = r"^[^\x00-\x1f\x7f-\x9f]*$(?!\n)"


class PoolPlace(msgspec.Struct, frozen=True):
    """``…/pools/{pool}/…``."""

    pool: Annotated[
        str, msgspec.Meta(min_length=1, max_length=60, pattern=_NO_CONTROLS)
    ]


class OfferPlace(msgspec.Struct, frozen=True):
    """``…/offers/{offer_id}/…``."""

    offer_id: RowId


class PoliciesQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which policy; without a name the shop's."""

    item: Word | None = None
    category: Word | None = None


class OffersQuery(Page, frozen=True, forbid_unknown_fields=True):
    """Which offers."""

    conversation_id: RowId | None = None
    buyer_id: RowId | None = None
    day: (
        Annotated[
            str,
            msgspec.Meta(pattern=r"^\d{4}-\d{2}-\d{2}$(?!\n)"),
        ]
        | None
    ) = None
    """A day of the shop: 2026-11-23."""


class PolicyChangeBody(Body, frozen=True):
    """``PUT …/bargaining/policies``."""

    policy: dict[str, Any]
    """Its fields stand in docs/bargaining.md."""
    version: Version | None = None
    """Of the policy that it takes the place of, 0: there is none; null: whichever."""


class GiveBody(Body, frozen=True):
    """``POST …/conversations/{conversation_id}/offers``."""

    rung: Annotated[int, msgspec.Meta(ge=1, le=20)]
    """Position on the ladder, further down than what was reached."""
    quantity: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 1


Code = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{1,40}$(?!\n)")]
"""What buyers type at the till: it stands in replies as it is."""


class CodesPutBody(Body, frozen=True):
    """``POST …/bargaining/pools/{pool}/codes``."""

    codes: Annotated[list[Code], msgspec.Meta(min_length=1, max_length=5000)]
