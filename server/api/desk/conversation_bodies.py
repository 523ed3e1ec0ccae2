"""What do requests about conversations say?"""

from typing import Annotated, Literal

import msgspec

from bot.replying.pictures import MOST_PICTURES
from server.api.desk.bodies import Address, Body, Line, Prose, Version, Word
from server.api.desk.paging import Cursor, Limit, Page
from storage.states import ConversationPhase

_NO_CONTROLS = r"^[^\x00-\x1f\x7f-\x9f]*$(?!\n)"


class ConversationsQuery(Page, frozen=True, forbid_unknown_fields=True):
    """Which conversations."""

    state: ConversationPhase | None = None
    served_by: Literal["anyone", "me"] = "anyone"


class MessagesQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which messages: those after a cursor, those before one, else the newest."""

    limit: Limit = 50
    after: Cursor | None = None
    before: Cursor | None = None


class TakeOverBody(Body, frozen=True):
    """``POST …/take-over``."""

    version: Version


class ReleaseBody(Body, frozen=True):
    """``POST …/release``."""

    version: Version


class TransferBody(Body, frozen=True):
    """``POST …/transfer``."""

    version: Version
    to: Word
    """User name of somebody of this shop, other than oneself."""
    is_confirmed: bool = False
    """Give it to them although they are not on duty."""


class CloseBody(Body, frozen=True):
    """``POST …/close``."""

    version: Version
    reason: Line


class SayBody(Body, frozen=True):
    """``POST …/messages``."""

    text: Prose
    client_id: Annotated[
        str, msgspec.Meta(min_length=1, max_length=64, pattern=_NO_CONTROLS)
    ]
    """Chosen by the client; the same one again sends nothing more."""
    attachments: Annotated[
        tuple[Address, ...], msgspec.Meta(max_length=MOST_PICTURES)
    ] = ()
    """Addresses of the shop's pictures that go with it, such as a script's."""
    version: Version | None = None
    is_confirmed: bool = False
    """Send it although the guard has doubts."""
    override_reason: Line | None = None
    """A manager's, for sending it although the guard has doubts; kept with who and when."""


class CheckBody(Body, frozen=True):
    """``POST …/check``."""

    text: Prose


class SuggestBody(Body, frozen=True):
    """``POST /suggestions``: for any text."""

    text: Prose
    order_id: Word | None = None
    item_id: Word | None = None
