"""What do requests about tickets say?"""

from typing import Annotated

import msgspec

from bot.desk.ticket_types import Phase
from server.api.desk.bodies import Body, Prose, Version, Word
from server.api.desk.paging import Page

_NO_CONTROLS_BUT_BREAKS = r"^[^\x00-\x08\x0b-\x1f\x7f-\x9f]*$(?!\n)"


class TicketPlace(msgspec.Struct, frozen=True):
    """``…/tickets/{number}/…``."""

    number: Word


class TicketsQuery(Page, frozen=True, forbid_unknown_fields=True):
    """Which tickets."""

    phase: Phase | None = None
    type: Word | None = None
    assignee: Word | None = None
    """A user name, or ``me`` or ``nobody``."""
    order_id: Word | None = None
    breached: bool | None = None


class MoveBody(Body, frozen=True):
    """``POST …/move``."""

    version: Version
    to: Word
    note: Annotated[
        str, msgspec.Meta(max_length=5000, pattern=_NO_CONTROLS_BUT_BREAKS)
    ] = ""


class AssignBody(Body, frozen=True):
    """``POST …/assign``."""

    version: Version
    to: Word | None
    """User name of somebody of this shop; null: nobody."""


class CauseBody(Body, frozen=True):
    """``POST …/cause``."""

    version: Version
    cause: Prose


class AnsweredBody(Body, frozen=True):
    """``POST …/first-answer`` and ``…/plan``."""

    version: Version
    note: Annotated[
        str, msgspec.Meta(max_length=5000, pattern=_NO_CONTROLS_BUT_BREAKS)
    ] = ""


class ApproveBody(Body, frozen=True):
    """``POST …/approve``."""

    version: Version
    amount_fen: Annotated[int, msgspec.Meta(ge=1, le=100_000_000)] | None = None
    """null: what the buyer has asked for."""
    note: Annotated[
        str, msgspec.Meta(max_length=5000, pattern=_NO_CONTROLS_BUT_BREAKS)
    ] = ""


class RejectBody(Body, frozen=True):
    """``POST …/reject``."""

    version: Version
    note: Prose
