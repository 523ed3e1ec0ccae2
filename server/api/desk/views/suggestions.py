"""How suggested replies look to people."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from bot.deciding.suggesting import Suggestion
from bot.scripts import Pack
from server.api.desk.masked import show_text
from server.api.desk.views.bargaining import StandingBody
from storage.queries.conversations import SuggestionRecord
from storage.states import Role


class SuggestionBody(msgspec.Struct, frozen=True):
    """One reply to send, or the facts that it lacks."""

    intent: str
    intent_name: str
    confidence: float
    why: list[str]
    script_id: str | None
    text: str | None
    missing: list[str]
    """Placeholders without a fact."""


class WithheldBody(msgspec.Struct, frozen=True):
    """What the assistant offered, or would have said had no person taken over."""

    id: int
    text: str
    intent: str | None
    confidence: float | None
    script_id: str | None
    created_at: datetime


class SuggestionsBody(msgspec.Struct, frozen=True):
    """The best replies, the most probable first."""

    items: list[SuggestionBody]
    offered: list[WithheldBody]
    """Newest first; empty for a pasted text."""
    bargaining: StandingBody | None = None
    """About the item of the conversation; null: no policy covers it."""


def suggestions_body(
    found: Sequence[Suggestion],
    *,
    offered: Sequence[SuggestionRecord] = (),
    pack: Pack,
    role: Role,
    buyer_name: str | None = None,
    bargaining: StandingBody | None = None,
) -> SuggestionsBody:
    """Return suggestions as a person of this role sees them."""
    return SuggestionsBody(
        bargaining=bargaining,
        items=[
            SuggestionBody(
                intent=one.intent_id,
                intent_name=pack.intents[one.intent_id].zh,
                confidence=one.confidence,
                why=list(one.why),
                script_id=one.script_id,
                text=one.text,
                missing=list(one.missing),
            )
            for one in found
        ],
        offered=[
            WithheldBody(
                id=one.suggestion_id,
                text=show_text(one.text, role=role, name=buyer_name),
                intent=one.intent_id,
                confidence=one.confidence,
                script_id=one.script_id,
                created_at=one.created_at,
            )
            for one in offered
        ],
    )
