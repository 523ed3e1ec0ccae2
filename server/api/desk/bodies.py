"""What do people ask of their desk? Bodies, queries and parts of addresses."""

from typing import Annotated, Literal

import msgspec

from bot.desk.ticket_types import Phase
from bot.incidents.values import IncidentKind
from bot.promises.kinds import PromiseState
from server.api.desk.paging import Cursor, Limit, Page, RowId
from storage.states import ConversationPhase, FollowUpState

_NO_CONTROLS = r"^[^\x00-\x1f\x7f-\x9f]*$(?!\n)"
_NO_CONTROLS_BUT_BREAKS = r"^[^\x00-\x08\x0b-\x1f\x7f-\x9f]*$(?!\n)"

Word = Annotated[str, msgspec.Meta(min_length=1, max_length=128, pattern=_NO_CONTROLS)]
"""An id, a name, a number: one line without control characters."""
Line = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=_NO_CONTROLS)]
"""A short reason."""
Prose = Annotated[
    str, msgspec.Meta(min_length=1, max_length=5000, pattern=_NO_CONTROLS_BUT_BREAKS)
]
"""A text that people write; may have line breaks."""
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


class TicketPlace(msgspec.Struct, frozen=True):
    """``…/tickets/{number}/…``."""

    number: Word


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


class ConversationsQuery(Page, frozen=True, forbid_unknown_fields=True):
    """Which conversations."""

    state: ConversationPhase | None = None
    served_by: Literal["anyone", "me"] = "anyone"


class MessagesQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which messages: those after a cursor, those before one, else the newest."""

    limit: Limit = 50
    after: Cursor | None = None
    before: Cursor | None = None


class TicketsQuery(Page, frozen=True, forbid_unknown_fields=True):
    """Which tickets."""

    phase: Phase | None = None
    type: Word | None = None
    assignee: Word | None = None
    """A user name, or ``me`` or ``nobody``."""
    order_id: Word | None = None
    breached: bool | None = None


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


class DryRunQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which follow-ups are judged: those due until then, an hour ahead unless said."""

    until: Moment | None = None
    limit: Limit = 100


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


class NoteBody(Body, frozen=True):
    """``POST …/notes``."""

    text: Prose


class SayBody(Body, frozen=True):
    """``POST …/messages``."""

    text: Prose
    client_id: Annotated[
        str, msgspec.Meta(min_length=1, max_length=64, pattern=_NO_CONTROLS)
    ]
    """Chosen by the client; the same one again sends nothing more."""
    version: Version | None = None
    is_confirmed: bool = False
    """Send it although the guard has doubts."""
    override_reason: Line | None = None
    """A manager's, for sending it although the guard has doubts; kept with who and when."""


class SuggestBody(Body, frozen=True):
    """``POST /suggestions``: for any text."""

    text: Prose
    order_id: Word | None = None
    item_id: Word | None = None


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


class IncidentPlace(msgspec.Struct, frozen=True):
    """``…/incidents/{incident_id}/…``."""

    incident_id: RowId


class IncidentsQuery(Page, frozen=True, forbid_unknown_fields=True):
    """Which incidents: those that last, those that are over, or all."""

    state: Literal["running", "ended", "all"] = "all"


class ScopeBody(Body, frozen=True):
    """Whom an incident concerns: who fits each list that is not empty."""

    couriers: Annotated[tuple[Word, ...], msgspec.Meta(max_length=100)] = ()
    provinces: Annotated[tuple[Word, ...], msgspec.Meta(max_length=100)] = ()
    items: Annotated[tuple[Word, ...], msgspec.Meta(max_length=1000)] = ()
    categories: Annotated[tuple[Word, ...], msgspec.Meta(max_length=100)] = ()


IncidentText = Annotated[
    str, msgspec.Meta(min_length=1, max_length=500, pattern=_NO_CONTROLS_BUT_BREAKS)
]


class DeclareBody(Body, frozen=True):
    """``POST /incidents``."""

    kind: IncidentKind
    text: IncidentText
    """What buyers read."""
    scope: ScopeBody = ScopeBody()
    starts_at: Moment | None = None
    """Left out: now."""
    ends_at: Moment | None = None
    """Left out: nobody knows."""


class IncidentEndBody(Body, frozen=True):
    """``POST …/incidents/{id}/expect``."""

    ends_at: Moment | None
    """Null: nobody knows."""


class EndIncidentBody(Body, frozen=True):
    """``POST …/incidents/{id}/end``."""

    closing: IncidentText | None = None
    """What those who were told read; left out: the pack's words."""
